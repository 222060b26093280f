"""Terms of pairs without texts: values distributed like those of the sample market, drawn in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, ndtr

from features.errors import SyntheticError

__all__ = ["draw_terms"]

Reals = npt.NDArray[np.float64]


def draw_terms(
    rng: np.random.Generator, n: int, of_posting: npt.NDArray[np.int64], shapes: Sequence[Mapping[str, float]]
) -> Reals:
    """Terms of every pair, ``(n, m, K)`` in [0, 1].

    Parameters
    ----------
    rng : numpy.random.Generator
    n : int
        People.
    of_posting : (m,) int64
        Which postings share what belongs to the posting: those of one number have the same host.
    shapes : sequence of mapping
        One a term: ``zero`` share at 0, ``mean`` and ``sd`` of the others; ``person`` and ``posting`` the shares of the
        variance (of the normal score behind the value) that a person and a posting bring to all their pairs, ``shared``
        that which a pair brings to all its terms.

    Notes
    -----
    A Gaussian copula: within a term the normal scores of a person's pairs hang together, and those of a posting's; the
    scores of two terms of a pair have the correlation √(shared · shared′).

    Examples
    --------
    >>> shape = {"zero": 0.5, "mean": 0.6, "sd": 0.2, "person": 0.2, "posting": 0.2, "shared": 0.0}
    >>> drawn = draw_terms(np.random.default_rng(0), 400, np.arange(50), [shape])
    >>> drawn.shape, float((drawn == 0).mean().round(1)), float(drawn[drawn > 0].mean().round(1))
    ((400, 50, 1), 0.5, 0.6)
    """
    hosts, host_of = np.unique(of_posting, return_inverse=True)
    fits = rng.normal(size=(n, of_posting.size))
    layers = list[Reals]()
    for shape in shapes:
        parts = {name: shape[name] for name in ("person", "posting", "shared")}
        own = 1.0 - sum(parts.values())
        if own < -1e-12 or min(parts.values()) < 0:
            raise SyntheticError(f"parts of the variance are {parts}, expected at least 0 and together at most 1")
        score: Reals = np.sqrt(shape["person"]) * rng.normal(size=n)[:, None] + np.sqrt(shape["shared"]) * fits
        score = score + np.sqrt(shape["posting"]) * rng.normal(size=hosts.size)[host_of][None, :]
        if own > 0:
            score = score + np.sqrt(own) * rng.normal(size=(n, of_posting.size))
        layers.append(_quantile(ndtr(score), shape))
    return np.stack(layers, axis=2)


def _quantile(uniform: Reals, shape: Mapping[str, float]) -> Reals:
    """Zero below the share at 0, above it a beta distribution of the mean and sd."""
    zero, mean, sd = shape["zero"], shape["mean"], shape["sd"]
    size = mean * (1 - mean) / sd**2 - 1
    if size <= 0:
        raise SyntheticError(f"mean {mean} and sd {sd} belong to no beta distribution")
    inner = np.clip((uniform - zero) / (1 - zero), 0.0, 1.0)
    # a table of 1,001 quantiles: exact ones cost a second a year and change nothing
    grid = np.linspace(0.0, 1.0, 1001)
    value: Reals = np.interp(inner, grid, betaincinv(mean * size, (1 - mean) * size, grid))
    return np.where(uniform < zero, 0.0, value)
