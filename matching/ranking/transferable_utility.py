"""Lists by the stable market with transferable utility and private tastes (Choo and Siow), by the shares that add up.

Source: E. Choo and A. Siow (2006), Who marries whom and why, Journal of Political Economy 114(1),
doi:10.1086/498585; for ranking by it Y. Tomita, R. Togashi, Y. Hashizume and N. Ohsaka (2023), RecSys,
arXiv:2306.09060.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals
from matching.errors import MechanismError
from matching.ranking.list_market import pair_chances, positive_entries
from matching.ranking.share_balance import balanced_shares

__all__ = ["transferable_utility"]

ROUNDINGS = 16
"""By how many roundings of a logarithm of 1/spread a share may be wrong."""


def transferable_utility(
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    *,
    spread: float = 1.0,
    capacity: npt.ArrayLike | None = None,
    tolerance: float = 1e-9,
) -> Reals:
    """Return how much of each pair forms in equilibrium; sorted by rows and by columns it orders the lists of both.

    Parameters
    ----------
    left, right : (n, m) and (m, n), chances between 0 and 1
        A row is the member that wants, a column the member that is wanted.
    spread : float, positive
        Size of the private tastes; the smaller, the nearer to an optimal assignment. At least 3.6e-15 / tolerance:
        below that a share is lost in the rounding of 1/spread.
    capacity : (m,) positive, optional
        Seats of the right members.
    tolerance : float, positive
        Largest amount by which a member's shares, what stays unmatched included, may miss 1.

    Returns
    -------
    (n, m) float64
        With seats, of all seats of the right member together; a left member's row adds up to less than 1.

    Raises
    ------
    MarketError
        When the shapes do not fit, an entry is not a chance, or seats are not positive.
    MechanismError
        When ``spread`` or ``tolerance`` is not positive, the spread is too small for the tolerance, or no balance is
        found.

    Notes
    -----
    With A and B the roots of the unmatched shares and K = exp((left + right') / (2 spread)), a pair forms to the share
    K A B, and every member's shares add up to 1: A^2 + A (K B) = 1 and B^2 + B (K' A) = 1. The seats of a right member
    are equal, so one equation serves them all and each counts in the other: A^2 + A (K c B) = 1, and the pair forms to
    the share c K A B. That is the market in which every seat is a member, without its columns. Sweeps of
    O(n m) in logarithms, and after every five of them Newton's step of O(n m k + k^3) with k = min(n, m).

    Examples
    --------
    >>> transferable_utility([[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]).round(3)
    array([[0.494, 0.287],
           [0.355, 0.339]])
    """
    if not 0 < spread < np.inf or not 0 < tolerance < np.inf:
        raise MechanismError(f"spread is {spread} and tolerance {tolerance}, expected finite numbers > 0")
    least = ROUNDINGS * float(np.finfo(np.float64).eps) / tolerance
    if spread < least:
        raise MechanismError(f"spread is {spread}, expected at least {least:.2g}, the least for tolerance {tolerance}")
    m = pair_chances(left, right).shape[1]
    wishes = np.asarray(left, np.float64) + np.asarray(right, np.float64).T
    return balanced_shares(wishes, positive_entries(capacity, m, "capacity"), spread, tolerance)
