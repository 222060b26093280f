"""Several taken at once, in no order: P(C) = exp(Σ_C u) / Σ_{|B| = |C|} exp(Σ_B u), with its moments.

The conditional logistic likelihood of m cases in a stratum [1]_. It is an exponential family, so its logarithm is
concave in the weights whatever m is; the sum of Plackett and Luce's probabilities over the unknown orders is not. With
m = 1 the two are the same.

References
----------
.. [1] M. H. Gail, J. H. Lubin and L. V. Rubinstein (1981), Likelihood calculations for matched case-control studies and
   survival studies with tied death times, Biometrika 68, 703-707, :doi:`10.1093/biomet/68.3.703`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["GroupMoments", "group_moments"]


class GroupMoments(NamedTuple):
    """Of the features' sum over the group that is taken: log of the normaliser, mean and covariance, one a stage."""

    log_total: npt.NDArray[np.float64]
    mean: npt.NDArray[np.float64]
    covariance: npt.NDArray[np.float64]


def group_moments(features: npt.NDArray[np.float64], utility: npt.NDArray[np.float64], n_taken: int) -> GroupMoments:
    """Moments of stages of one size, of which the same number is taken.

    Parameters
    ----------
    features : (T, n, K) float64
    utility : (T, n) float64
    n_taken : int
        From 1 to n.

    Returns
    -------
    GroupMoments
        ``(T,)``, ``(T, K)`` and ``(T, K, K)``.

    Notes
    -----
    One pass over the members [1]_: with the member or without it, for each number taken so far. Time n·m·K² a stage.

    Examples
    --------
    >>> found = group_moments(np.array([[[1.0], [0.0], [0.0]]]), np.zeros((1, 3)), 2)
    >>> round(float(np.exp(found.log_total[0])), 9), round(float(found.mean[0, 0]), 9)  # 3 pairs, 2 of them hold it
    (3.0, 0.666666667)
    """
    n_stages, n, k = features.shape
    log_total = np.full((n_stages, n_taken + 1), -np.inf)
    log_total[:, 0] = 0.0
    mean = np.zeros((n_stages, n_taken + 1, k))
    covariance = np.zeros((n_stages, n_taken + 1, k, k))
    for member in range(n):
        most = min(member + 1, n_taken)  # more cannot have been taken yet
        here, before = slice(1, most + 1), slice(0, most)
        taking = log_total[:, before] + utility[:, member, None]
        total = np.logaddexp(log_total[:, here], taking)
        share = np.exp(taking - total)[..., None]
        apart = mean[:, before] + features[:, member, None] - mean[:, here]
        spread = (share * (1 - share))[..., None] * apart[..., :, None] * apart[..., None, :]
        # the right-hand sides are whole before anything is stored: each member is taken once at most
        covariance[:, here] += share[..., None] * (covariance[:, before] - covariance[:, here]) + spread
        mean[:, here] += share * apart
        log_total[:, here] = total
    return GroupMoments(log_total[:, n_taken], mean[:, n_taken], covariance[:, n_taken])
