"""Draws with exact shares: a sample of 450 that holds 28 % of something holds 126 of them, in random places.

Independent draws would put sampling noise on every calibrated share; a quota draw keeps the share and randomises only
who gets it. Nothing here reads a clock, a hash order or a global seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from features.synthetic.parameters import Normal

__all__ = [
    "at",
    "clipped_normal",
    "indices",
    "known_mask",
    "pick",
    "quota",
    "quota_counts",
    "quota_labels",
    "top_keys",
    "zipf_weights",
]

T = TypeVar("T")


def quota_counts(weights: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """Whole numbers that sum to ``n`` in the proportions of ``weights`` (largest remainder, ties to the lower index).

    Examples
    --------
    >>> quota_counts(np.array([0.5, 0.3, 0.2]), 4).tolist()
    [2, 1, 1]
    """
    exact = weights / weights.sum() * n
    counts: NDArray[np.int64] = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: n - int(counts.sum())]] += 1
    return counts


def quota(rng: np.random.Generator, weights: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """``n`` indices of ``weights`` in their proportions, shuffled; shape ``(n,)`` int64."""
    drawn: NDArray[np.int64] = np.repeat(np.arange(len(weights)), quota_counts(weights, n))
    rng.shuffle(drawn)
    return drawn


def quota_labels(rng: np.random.Generator, shares: Mapping[str, float], n: int) -> list[str]:
    """``n`` labels in the given shares, shuffled."""
    labels = list(shares)
    return [labels[index] for index in quota(rng, np.array(list(shares.values())), n)]


def known_mask(rng: np.random.Generator, unknown: float, n: int) -> NDArray[np.bool_]:
    """True where a fact is known; exactly the share ``unknown`` (rounded) is False."""
    mask = np.ones(n, dtype=np.bool_)
    mask[: round(unknown * n)] = False
    return rng.permutation(mask)


def clipped_normal(rng: np.random.Generator, spec: Normal, n: int) -> NDArray[np.int64]:
    """Normal values clipped to ``[low, high]`` and rounded to ``step``; shape ``(n,)`` int64."""
    values = np.clip(rng.normal(spec.mean, spec.sd, n), spec.low, spec.high)
    return (np.round(values / spec.step) * spec.step).astype(np.int64)


def zipf_weights(n: int, power: float) -> NDArray[np.float64]:
    """Weights ``rank ** -power`` of the ranks 1 to ``n``."""
    weights: NDArray[np.float64] = np.arange(1, n + 1, dtype=np.float64) ** -power
    return weights


def top_keys(rng: np.random.Generator, log_weights: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """``k`` distinct indices drawn without replacement in proportion to ``exp(log_weights)`` (Gumbel keys), first drawn
    first.
    """
    keys = log_weights + rng.gumbel(size=log_weights.shape)
    k = min(k, int(np.isfinite(log_weights).sum()))
    return np.argsort(-keys, kind="stable")[:k]


def indices(rows: NDArray[np.int64]) -> list[int]:
    """The rows as Python integers."""
    plain: list[int] = rows.tolist()
    return plain


def at(options: Sequence[T], rows: NDArray[np.int64]) -> list[T]:
    """The options at the given rows.

    Examples
    --------
    >>> at(["a", "b", "c"], np.array([2, 0]))
    ['c', 'a']
    """
    return [options[row] for row in indices(rows)]


def pick(options: Sequence[T], uniform: float) -> T:
    """The option at a uniform number in ``[0, 1)``.

    Examples
    --------
    >>> pick(["a", "b", "c", "d"], 0.6)
    'c'
    """
    return options[int(uniform * len(options))]
