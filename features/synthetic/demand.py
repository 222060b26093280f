"""How many applications each posting receives: zero-inflated negative binomial, islands and famous places above it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.synthetic.draws import quota_labels
from features.synthetic.parameters import number, shares

__all__ = ["applications_per_person", "applications_per_posting"]

_STEPS = 60


def applications_per_person(rng: np.random.Generator, n: int) -> NDArray[np.int64]:
    """Applications each of ``n`` applying people hands in, 1 to 6; shape ``(n,)`` int64."""
    return np.array(
        [int(label) for label in quota_labels(rng, shares("applications_per_applicant"), n)], dtype=np.int64
    )


def applications_per_posting(rng: np.random.Generator, is_popular: NDArray[np.bool_], total: int) -> NDArray[np.int64]:
    """Applications of each posting, about ``total`` in sum.

    A share of the postings receives nobody; the others follow a zero-truncated negative binomial whose mean is higher
    where the place is popular. Quantiles are stratified, so that the sum stays near its expectation.

    Parameters
    ----------
    rng : numpy.random.Generator
        The only source of chance.
    is_popular : ndarray of bool
        ``(m,)`` islands and well-known places; they are empty-handed half as often.
    total : int
        Applications to hand out.

    Returns
    -------
    ndarray of int64
        ``(m,)``.
    """
    n = len(is_popular)
    open_rows = _postings_with_somebody(rng, is_popular)
    factor = np.where(is_popular[open_rows], number("popular_factor"), 1.0)
    mean = np.maximum(total * factor / factor.sum(), 1.0)
    size = number("applications_dispersion")
    mu = _untruncated_mean(mean, size)
    success = size / (size + mu)
    at_zero = success**size
    grid = (rng.permutation(len(open_rows)) + rng.random(len(open_rows))) / max(len(open_rows), 1)
    drawn = quantiles(at_zero + grid * (1 - at_zero), size, success)
    counts = np.zeros(n, dtype=np.int64)
    counts[open_rows] = np.maximum(drawn, 1)
    return counts


def _postings_with_somebody(rng: np.random.Generator, is_popular: NDArray[np.bool_]) -> NDArray[np.int64]:
    n = len(is_popular)
    keys = np.where(is_popular, np.log(0.5), 0.0) + rng.gumbel(size=n)
    n_empty = round(number("postings_without_applications") * n)
    return np.sort(np.argsort(-keys, kind="stable")[n_empty:])


def _untruncated_mean(mean: NDArray[np.float64], size: float) -> NDArray[np.float64]:
    """Mean of the negative binomial whose zero-truncated mean is ``mean`` (bisection; the map is increasing)."""
    low, high = np.full_like(mean, 1e-9), mean.copy()
    for _ in range(_STEPS):
        middle = (low + high) / 2
        truncated = middle / (1 - (size / (size + middle)) ** size)
        low, high = np.where(truncated < mean, middle, low), np.where(truncated < mean, high, middle)
    return (low + high) / 2


def quantiles(levels: NDArray[np.float64], size: float, success: NDArray[np.float64]) -> NDArray[np.int64]:
    """Quantiles of the negative binomial: the smallest counts whose distribution function reaches ``levels``.

    Few values of ``success`` repeat, so that each distribution is summed once; scipy.stats, which has the same
    quantiles, is half of what inventing a market imports.

    Examples
    --------
    >>> quantiles(np.array([0.2, 0.5, 0.99]), 2.0, np.array([0.4, 0.4, 0.4]))
    array([ 1,  2, 12])
    """
    found = np.empty(len(levels), dtype=np.int64)
    for one in np.unique(success):
        rows = success == one
        found[rows] = np.searchsorted(_distribution(size, float(one), until=float(levels[rows].max())), levels[rows])
    return found


def _distribution(size: float, success: float, *, until: float) -> NDArray[np.float64]:
    """The distribution function at 0, 1, 2, …, at least to where it reaches ``until`` or the masses end."""
    n = 64
    while True:
        count = np.arange(1, n)
        masses = success**size * np.cumprod([1.0, *((count - 1 + size) / count * (1 - success))])
        reached: NDArray[np.float64] = np.cumsum(masses)
        if reached[-1] >= until or masses[-1] == 0:
            return reached
        n *= 2
