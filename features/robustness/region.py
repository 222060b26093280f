"""The weights that leave a result as it is, where that is a set of half-spaces through the origin: D w >= 0.

An order of totals and the stability of a matching are such results: each asks that some total is at least another, and
totals are linear in the weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.errors import WeightError

__all__ = ["Span", "WeightRegion", "verified_weights"]


class Span(NamedTuple):
    """Values one weight may take, the others keeping their proportions; at the ends two are level."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class WeightRegion:
    """All weights of sum 1 and at least 0 under which a result stays.

    Parameters
    ----------
    differences : (q, K) float64
        Rows d with d·w >= 0 where the result stays.

    Examples
    --------
    >>> region = WeightRegion(np.array([[0.5, -0.5]]))  # first by term 0 while it weighs at least half
    >>> region.along(np.array([0.8, 0.2]), 0)
    Span(low=0.5, high=1.0)
    """

    differences: npt.NDArray[np.float64]

    def holds(self, weights: npt.NDArray[np.float64], *, slack: float = 1e-12) -> npt.NDArray[np.bool_]:
        """Whether (K,) or (s, K) weights lie in the region, up to rounding."""
        least = (weights @ self.differences.T).min(axis=-1, initial=np.inf)
        return np.asarray(least >= -slack)

    def along(self, weights: npt.NDArray[np.float64], term: int) -> Span:
        """The exact span of one weight, the others rescaled to keep the sum 1 and their proportions.

        Raises
        ------
        WeightError
            If the weights are none, or lie outside the region.
        """
        start, direction = line_of(self._verified(weights), term)
        at_zero, slope = self.differences @ start, self.differences @ direction
        rising, falling = slope > 0, slope < 0
        low = max(0.0, float((-at_zero[rising] / slope[rising]).max(initial=0.0)))
        high = min(1.0, float((at_zero[falling] / -slope[falling]).min(initial=1.0)))
        at = float(weights[term])
        return Span(min(low, at), max(high, at))  # rounding never leaves the weight itself outside

    def relative_box(self, weights: npt.NDArray[np.float64]) -> float:
        """The largest share r such that every weight may be off by r of itself, all at once, and the result stays.

        At most 1 (a weight of 0). The sum stays 1. Exact, and the largest: at r some weights make two level.

        Notes
        -----
        The linear program min d·δ over |δ_k| <= w_k, Σδ = 0 has the value −Σ w_k |d_k − m| with m the median of d
        weighted by w (its dual in one variable); the result stays while r times that is at most d·w.
        """
        worst = [_fall(row, self._verified(weights)) for row in self.differences]
        margin = self.differences @ weights
        shares = [gap / fall for gap, fall in zip(margin.tolist(), worst, strict=True) if fall > 0]
        return float(min([1.0, *(max(share, 0.0) for share in shares)]))

    def ball(self, weights: npt.NDArray[np.float64]) -> float:
        """Radius of the largest ball around the weights, among weights of sum 1, that no half-space cuts.

        Every weight vector of sum 1 nearer than it (Euclid) leaves the result as it is; inf where nothing changes it.
        """
        across = self.differences - self.differences.mean(axis=1, keepdims=True)  # moves that keep the sum
        size, margin = np.linalg.norm(across, axis=1), self.differences @ self._verified(weights)
        return float((np.maximum(margin[size > 0], 0) / size[size > 0]).min(initial=np.inf))

    def _verified(self, weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        weights = verified_weights(weights, self.differences.shape[1])
        if not self.holds(weights):
            raise WeightError("the weights lie outside the region, expected those that gave the result")
        return weights


def verified_weights(weights: npt.NDArray[np.float64], n_terms: int) -> npt.NDArray[np.float64]:
    """Weights (K,) that are at least 0 and sum to 1, or a :class:`~features.errors.WeightError`."""
    if weights.shape != (n_terms,) or not np.isfinite(weights).all() or (weights < 0).any():
        raise WeightError(f"weights have shape {weights.shape}, expected ({n_terms},), all finite and >= 0")
    if abs(weights.sum() - 1) > 1e-9:
        raise WeightError(f"weights sum to {weights.sum():.9f}, expected 1")
    return weights


def line_of(weights: npt.NDArray[np.float64], term: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Weights with ``term`` at 0 and at 1 as start and direction: w(t) = start + t · direction.

    Where the term has all the weight the others share the rest evenly.
    """
    others = weights.copy()
    others[term] = 0.0
    if others.sum() <= 0:
        others = np.ones(weights.size)
        others[term] = 0.0
    start = others / others.sum() if others.sum() > 0 else others
    return start, np.eye(weights.size)[term] - start


def _fall(row: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    order = np.argsort(row, kind="stable")
    half = float(weights.sum()) / 2
    middle = min(int((np.cumsum(weights[order]) < half).sum()), row.size - 1)
    median = row[order[middle]]
    fall: npt.NDArray[np.float64] = weights * np.abs(row - median)
    return float(fall.sum())
