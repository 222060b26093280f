"""All of it for one list, in one call."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import WeightError
from features.robustness.acceptability import Acceptability, acceptability
from features.robustness.lists import ranked, top_region
from features.robustness.region import Span, verified_weights
from features.robustness.tornado import Swing, tornado

__all__ = ["ListRobustness", "list_robustness"]


@dataclass(frozen=True, eq=False)
class ListRobustness:
    """How much the weights decide of one list.

    Attributes
    ----------
    terms, candidates : tuple of str
    weights : (K,) float64
    order : (n,) int64
        Candidates by total, best first.
    top : int
    order_spans, member_spans : tuple of Span
        Exact span of each weight within which the top stays in its order, and has the same members.
    order_share, member_share : float
        By what share of itself every weight may be off at once
        (:meth:`~features.robustness.region.WeightRegion.relative_box`).
    order_radius, member_radius : float
        Of the largest ball around the weights.
    swings : tuple of Swing
        The widest first.
    acceptability : Acceptability
    """

    terms: tuple[str, ...]
    candidates: tuple[str, ...]
    weights: npt.NDArray[np.float64]
    order: npt.NDArray[np.int64]
    top: int
    order_spans: tuple[Span, ...]
    member_spans: tuple[Span, ...]
    order_share: float
    member_share: float
    order_radius: float
    member_radius: float
    swings: tuple[Swing, ...]
    acceptability: Acceptability


def list_robustness(
    values: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    *,
    terms: tuple[str, ...],
    candidates: tuple[str, ...],
    rng: np.random.Generator,
    top: int = 5,
    n_samples: int = 10_000,
) -> ListRobustness:
    """Spans, box, ball, tornado and acceptability of one list.

    Parameters
    ----------
    values : (n, K) float64
        What each term says of each candidate (:func:`features.learning.term_values.term_values`).
    weights : (K,) float64
        At least 0, of sum 1.
    terms, candidates : tuple of str
        Names of the columns and rows; rows in the order that breaks ties (ids ascending).
    rng : numpy.random.Generator
        For the acceptability alone; all else is exact.
    top : int, default 5
    n_samples : int, default 10,000

    Raises
    ------
    WeightError
        If names and values do not fit, or the weights are none.

    Examples
    --------
    >>> found = list_robustness(np.array([[0.9, 0.2], [0.4, 0.6]]), np.array([0.5, 0.5]), top=1,
    ...                         terms=("work_done", "place_link"), candidates=("a1", "a2"),
    ...                         rng=np.random.default_rng(0), n_samples=100)
    >>> found.candidates[found.order[0]], round(found.order_spans[0].low, 3), round(found.order_share, 3)
    ('a1', 0.444, 0.111)
    """
    if values.shape != (len(candidates), len(terms)):
        raise WeightError(f"values have shape {values.shape}, expected ({len(candidates)}, {len(terms)})")
    weights = verified_weights(weights, len(terms))
    ordered, members = (top_region(values, weights, top=top, kept=kept) for kept in ("order", "members"))
    return ListRobustness(
        terms=terms,
        candidates=candidates,
        weights=weights,
        order=ranked(values, weights),
        top=top,
        order_spans=tuple(ordered.along(weights, k) for k in range(len(terms))),
        member_spans=tuple(members.along(weights, k) for k in range(len(terms))),
        order_share=ordered.relative_box(weights),
        member_share=members.relative_box(weights),
        order_radius=ordered.ball(weights),
        member_radius=members.ball(weights),
        swings=tornado(values, weights, top=top),
        acceptability=acceptability(values, rng=rng, ranks=top, n_samples=n_samples),
    )
