"""A tornado: which weight, halved or doubled or left out, moves a list most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import kendalltau

from features.robustness.lists import ranked
from features.robustness.region import line_of, verified_weights

__all__ = ["Swing", "tornado"]


@dataclass(frozen=True)
class Swing:
    """What one weight does to a list, the others keeping their proportions.

    Attributes
    ----------
    term : int
    margin_halved, margin_doubled : float
        The total of the last of the top less the next one's, with the weight halved and doubled (at most 1): below 0
        somebody else comes in. In between the margin is concave: nowhere below the straight line from one to the other,
        so that it can be larger there than at both ends.
    replaced_without : int
        How many of the top are others once the weight is 0.
    agreement_without : float
        Kendall's τ of the whole list with and without the term: 1 = the same order.
    """

    term: int
    margin_halved: float
    margin_doubled: float
    replaced_without: int
    agreement_without: float


def tornado(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], *, top: int) -> tuple[Swing, ...]:
    """Swings of every term, that first whose change, halved or doubled, makes the margin fall most; of equals in order.

    Parameters
    ----------
    values : (n, K) float64
    weights : (K,) float64
    top : int
        Where the margin is taken: between the members of the top and those behind.

    Examples
    --------
    Halving the first weight takes 0.6 off the margin, doubling the second 0.8:

    >>> values = np.array([[1.0, 0.0], [0.0, 1.0]])
    >>> [swing.term for swing in tornado(values, np.array([0.6, 0.4]), top=1)]
    [1, 0]
    """
    weights = verified_weights(weights, values.shape[1])
    order = ranked(values, weights)
    margin = _margin(values @ weights, order, top)
    found = [_swing(values, weights, order, term, top) for term in range(weights.size)]
    # without a margin (nobody outside) nothing falls, and the terms stay in order
    falls = [margin - min(one.margin_halved, one.margin_doubled) if np.isfinite(margin) else 0.0 for one in found]
    return tuple(found[term] for term in sorted(range(len(falls)), key=lambda term: -falls[term]))


def _swing(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    order: npt.NDArray[np.int64],
    term: int,
    top: int,
) -> Swing:
    start, direction = line_of(weights, term)
    halved, doubled = (
        _margin(values @ (start + at * direction), order, top)
        for at in (weights[term] / 2, min(2 * weights[term], 1.0))
    )
    without = ranked(values, start) if weights[term] > 0 else order
    replaced = len(set(order[:top].tolist()) - set(without[:top].tolist()))
    agreement = 1.0 if order.size < 2 else _agreement(order, without)
    return Swing(term, halved, doubled, replaced, agreement)


def _margin(totals: npt.NDArray[np.float64], order: npt.NDArray[np.int64], top: int) -> float:
    inside, outside = totals[order[:top]], totals[order[top:]]
    return float(inside.min() - outside.max()) if inside.size and outside.size else float("inf")


def _agreement(order: npt.NDArray[np.int64], other: npt.NDArray[np.int64]) -> float:
    return float(kendalltau(np.argsort(order), np.argsort(other)).statistic)
