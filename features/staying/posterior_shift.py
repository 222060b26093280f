"""How far the mean of what is possible lies from what is likeliest: the next term of Laplace's approximation.

The likelihood of months stayed through is steeper on one side of its top than on the other. A chance that is told of
the top alone leaves that out; over a thousand placements it adds up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Shift", "posterior_shift"]

Reals = npt.NDArray[np.float64]


class Shift(NamedTuple):
    """Posterior mean less optimum: of base and effects ``(I + K,)``, and of the places ``(J,)``."""

    fixed: Reals
    places: Reals


def posterior_shift(
    design: Reals,
    place: npt.NDArray[np.int64],
    third: Reals,
    *,
    covariance: Reals,
    across: Reals,
    own_variance: Reals,
) -> Shift:
    """½ H⁻¹ Σ_r ℓ'''_r v_r z_r over rows r of design z_r [1]_.

    Parameters
    ----------
    design : (r, I + K) float64
    place : (r,) int64
    third : (r,) float64
        Third derivative ℓ''' of each row's log-likelihood in its log-odds, of which v_r is the variance.
    covariance, across, own_variance
        The inverse of the joint curvature H in parts, as of :class:`~features.staying.pooled_fit.PooledFit`.

    References
    ----------
    .. [1] L. Tierney and J. B. Kadane (1986), Accurate approximations for posterior moments and marginal densities,
       Journal of the American Statistical Association 81, 82-86, :doi:`10.1080/01621459.1986.10478240`.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> nowhere = posterior_shift(one, np.zeros(1, np.int64), np.ones(1), covariance=0.5 * one, across=0 * one,
    ...                           own_variance=np.zeros(1))
    >>> nowhere.fixed.tolist()  # ½ · 0.5 · 1 · 0.5
    [0.125]
    """
    along = design + across[place]
    variance = np.einsum("rk,kl,rl->r", along, covariance, along) + own_variance[place]
    pull = third * variance
    on_places: Reals = np.bincount(place, pull, len(own_variance)).astype(np.float64)
    fixed: Reals = covariance @ (design.T @ pull + across.T @ on_places) / 2
    places: Reals = own_variance * on_places / 2 + across @ fixed
    return Shift(fixed, places)
