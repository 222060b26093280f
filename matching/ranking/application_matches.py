"""Expected matches of a policy in the apply-accept market, exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals
from matching.kernels import Kernel
from matching.ranking.application_counts import Counts, new_counts, pairs_of_employer
from matching.ranking.application_market import ApplicationMarket, Readings

__all__ = ["apply_accept_matches", "apply_accept_pairs"]


def apply_accept_pairs(f: npt.ArrayLike, g: npt.ArrayLike, exposure: npt.ArrayLike, exam_j: npt.ArrayLike) -> Reals:
    """Return the expected matches of every pair: the chance that c applies to j and that j accepts.

    Parameters
    ----------
    f : (n, m) in [0, 1]
        Chance that candidate c applies to employer j once it looks at it.
    g : (m, n) in [0, 1]
        Chance that employer j accepts candidate c once it looks at the application.
    exposure : (n, m), not negative
        Weight of the rank at which j stands in c's list, or its mean under a lottery; f times it is clipped at 1.
    exam_j : (n,) or (m, n), not negative
        Weight of every rank of an employer's reading; g times it is clipped at 1.

    Returns
    -------
    (n, m) float64
        Row sums are the candidates' utilities, column sums the employers'.

    Raises
    ------
    MarketError
        When shapes do not fit or an entry is out of range.

    Notes
    -----
    Exact to 1e-12 a pair. O(n m w) with w the number of applications an employer may plausibly have, which grows with
    the square root of their mean; memory O(n m).

    Examples
    --------
    Two candidates are sure to apply to one employer, who reads the second with weight 1/2.

    >>> apply_accept_pairs([[1.0], [1.0]], [[0.4, 0.8]], [[1.0], [1.0]], [1.0, 0.5])
    array([[0.2],
           [0.8]])
    """
    market = ApplicationMarket.of(f, g, exam_j)
    applies = market.applications(market.exposure(exposure))
    matches = np.zeros_like(applies)
    _pairs(new_counts(applies.shape[1]), market.readings, applies, matches)
    return np.ascontiguousarray(matches.T)


def apply_accept_matches(f: npt.ArrayLike, g: npt.ArrayLike, exposure: npt.ArrayLike, exam_j: npt.ArrayLike) -> float:
    """Return the expected matches of a policy, the sum of :func:`apply_accept_pairs`.

    Examples
    --------
    >>> round(apply_accept_matches([[1.0], [1.0]], [[0.4, 0.8]], [[1.0], [1.0]], [1.0, 0.5]), 9)
    1.0
    """
    return float(apply_accept_pairs(f, g, exposure, exam_j).sum())


@Kernel
def _pairs(counts: Counts, readings: Readings, applies: Reals, matches: Reals) -> None:
    for j in range(applies.shape[0]):
        pairs_of_employer(counts, readings, j, applies, matches)
