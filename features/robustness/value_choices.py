"""What each choice of values costs: the assignment it would give, valued by the weights in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import WeightError
from features.robustness.region import verified_weights
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.scored_pairs import ScoredPairs

__all__ = ["ValueChoice", "choices_without_a_term", "price_of_choices"]


@dataclass(frozen=True)
class ValueChoice:
    """One other set of weights and what it would do.

    Attributes
    ----------
    name : str
    price : float
        Total score lost, by the weights in force, if the assignment were made by the other weights: >= 0.
    share : float
        The price as a share of the total in force.
    gain : float
        Total score won by the other weights' own measure: what those who hold these values lose now.
    moved : int
        People whose place differs.
    """

    name: str
    price: float
    share: float
    gain: float
    moved: int


def price_of_choices(
    values: npt.NDArray[np.float64],
    acceptable: npt.NDArray[np.bool_],
    capacity: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    choices: Mapping[str, npt.NDArray[np.float64]],
) -> tuple[ValueChoice, ...]:
    """The price of each of several other sets of weights, in their order.

    Parameters
    ----------
    values : (n, m, K) float64
    acceptable : (n, m) bool
    capacity : (m,) int64
    weights : (K,) float64
        In force.
    choices : mapping of name to (K,) float64

    Examples
    --------
    >>> values = np.array([[[1.0, 0.0], [0.0, 1.0]]])
    >>> found = price_of_choices(values, np.ones((1, 2), bool), np.array([1, 1]), np.array([0.6, 0.4]),
    ...                          {"the other term": np.array([0.0, 1.0])})
    >>> round(found[0].price, 9), round(found[0].gain, 9), found[0].moved
    (0.2, 1.0, 1)
    """
    weights = verified_weights(weights, values.shape[2])
    in_force = _assigned(values @ weights, acceptable, capacity)
    found: list[ValueChoice] = []
    for name, others in choices.items():
        other = _assigned(values @ verified_weights(others, values.shape[2]), acceptable, capacity)
        worth, theirs = _total(values, in_force), _total(values, other)
        price, total = float((worth - theirs) @ weights), float(worth @ weights)
        share = price / total if total > 0 else 0.0
        found.append(
            ValueChoice(
                name,
                max(price, 0.0),
                max(share, 0.0),
                max(float((theirs - worth) @ others), 0.0),
                int((in_force != other).sum()),
            )
        )
    return tuple(found)


def choices_without_a_term(
    terms: tuple[str, ...], weights: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[np.float64]]:
    """For each weighed term the weights without it, the others keeping their proportions; none where it stands alone.

    Examples
    --------
    >>> choices_without_a_term(("a", "b"), np.array([0.25, 0.75]))
    {'a': array([0., 1.]), 'b': array([1., 0.])}
    """
    if len(terms) != weights.size:
        raise WeightError(f"{len(terms)} terms and {weights.size} weights, expected as many")
    found: dict[str, npt.NDArray[np.float64]] = {}
    for k, term in enumerate(terms):
        rest = np.where(np.arange(weights.size) == k, 0.0, weights)
        if weights[k] > 0 and rest.sum() > 0:
            found[term] = rest / rest.sum()
    return found


def _assigned(
    scores: npt.NDArray[np.float64], acceptable: npt.NDArray[np.bool_], capacity: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    pairs = ScoredPairs.from_dense(scores, acceptable=acceptable)
    return np.asarray(optimal_assignment(pairs, capacity).matching.posting_of, dtype=np.int64)


def _total(values: npt.NDArray[np.float64], posting_of: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    placed = np.flatnonzero(posting_of >= 0)
    total: npt.NDArray[np.float64] = values[placed, posting_of[placed]].sum(axis=0)
    return total
