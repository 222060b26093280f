"""Lists by the stable market with transferable utility and private tastes (Choo and Siow), found by fitting margins.

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

__all__ = ["transferable_utility"]

MOST_SWEEPS = 100_000


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
        Size of the private tastes; the smaller, the nearer to an optimal assignment.
    capacity : (m,) positive, optional
        Seats of the right members.
    tolerance : float, positive
        Largest change of a share in the last sweep.

    Returns
    -------
    (n, m) float64
        With seats, of all seats of the right member together; a left member's row adds up to less than 1.

    Raises
    ------
    MarketError
        When the shapes do not fit, an entry is not a chance, or seats are not positive.
    MechanismError
        When ``spread`` or ``tolerance`` is not positive, or no balance is found.

    Notes
    -----
    With A and B the roots of the unmatched shares and K = exp((left + right') / (2 spread)), a pair forms to the share
    K A B, and every member's shares add up to 1: A^2 + A (K B) = 1 and B^2 + B (K' A) = 1. The seats of a right member
    are equal, so one equation serves them all and each counts in the other: A^2 + A (K c B) = 1, and the pair forms to
    the share c K A B. That is the market in which every seat is a member, without its columns. O(n m) a sweep.

    Examples
    --------
    >>> transferable_utility([[1.0, 0.0], [1.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]).round(3)
    array([[0.494, 0.287],
           [0.355, 0.339]])
    """
    if not spread > 0 or not tolerance > 0:
        raise MechanismError(f"spread is {spread} and tolerance {tolerance}, expected > 0")
    pair_chances(left, right)
    attraction = np.exp((np.asarray(left, np.float64) + np.asarray(right, np.float64).T) / (2 * spread))
    n, m = attraction.shape
    seats = positive_entries(capacity, m, "capacity")
    a, b = np.ones(n), np.ones(m)
    for _ in range(MOST_SWEEPS):
        new_a = _unmatched_root(attraction @ (seats * b))
        new_b = _unmatched_root(attraction.T @ new_a)
        change = max(np.abs(new_a - a).max(initial=0.0), np.abs(new_b - b).max(initial=0.0))
        a, b = new_a, new_b
        if change < tolerance:
            return attraction * a[:, None] * (seats * b)
    raise MechanismError(f"no balance within {tolerance} after {MOST_SWEEPS} sweeps; spread {spread} may be too small")


def _unmatched_root(demand: Reals) -> Reals:
    """Return x with x^2 + demand x = 1, without the cancellation of the usual formula."""
    half = demand / 2
    root: Reals = 1.0 / (np.sqrt(1.0 + half**2) + half)
    return root
