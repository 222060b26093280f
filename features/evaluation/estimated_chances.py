"""How likely what was done was: officers' habits, estimated from whom they chose, played through many times.

Real records do not hold the chances with which people were placed. Each posting is taken to choose its people one
after the other among those who were open to it, by a logit of the terms; postings come in random order, and whoever was
taken is open to none that comes later. What this leaves out (reasons that no term catches) is in no chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.evaluation.recalibrated import with_support
from features.learning.choice_sets import ChoiceSets
from features.learning.fit import fit
from features.learning.penalty import Penalty, towards_hand_weights
from features.learning.ridge import choose_ridge
from features.learning.stages import stages_of
from matching.arrays import totals_before

__all__ = ["chosen_among", "estimated_chances", "habits_of"]

_Floats = npt.NDArray[np.float64]


def chosen_among(
    terms: Sequence[str], values: Sequence[_Floats], chosen: Sequence[npt.NDArray[np.bool_]]
) -> ChoiceSets:
    """Choice sets of postings: terms of those who were open to each ``(k, T)``, and who of them was taken ``(k,)``.

    Sets in which everybody or nobody was taken say nothing and are left out.
    """
    kept = [at for at, taken in enumerate(chosen) if taken.any() and not taken.all()]
    if not kept:
        return ChoiceSets.empty(tuple(terms))
    indptr = totals_before([len(values[at]) for at in kept])
    place = np.concatenate([chosen[at] for at in kept]).astype(np.int64)
    return ChoiceSets(tuple(terms), np.concatenate([values[at] for at in kept]), indptr, place)


def habits_of(sets: ChoiceSets, hand: Mapping[str, float]) -> _Floats:
    """Coefficients ``(T,)`` by which officers chose, held to the hand weights as firmly as the choices ask."""

    def penalty_at(ridge: float) -> Penalty:
        return towards_hand_weights(sets.terms, hand, ridge=ridge)

    stages = stages_of(sets)
    return fit(stages, penalty_at(choose_ridge([stages], penalty_at).ridge)).coefficients


def estimated_chances(
    odds: _Floats,
    capacity: npt.NDArray[np.int64],
    is_allowed: npt.NDArray[np.bool_],
    posting_of: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = 200,
) -> _Floats:
    """Chances ``(n, m)`` with which each person would have been placed at each posting.

    Parameters
    ----------
    odds : (n, m) float64
        What officers liked, in log-odds.
    capacity : (m,) int64
    is_allowed : (n, m) bool
    posting_of : (n,) int64
        What was done, -1 for no place: such a pair has a chance above 0, however small.
    rng : numpy.random.Generator
    n_draws : int, default 200

    Notes
    -----
    Of each seat the chances of everybody who is open are added up, not only who was drawn: the same mean with less
    noise, and no chance is 0 because it was seldom.

    Examples
    --------
    >>> even = np.zeros((3, 1))
    >>> rng = np.random.default_rng(0)
    >>> estimated_chances(even, np.array([1]), np.ones((3, 1), bool), np.array([0, -1, -1]), rng=rng).ravel().round(3)
    array([0.333, 0.333, 0.333])
    """
    if odds.shape != is_allowed.shape or capacity.shape != odds.shape[1:]:
        raise EvaluationError(f"odds have shape {odds.shape}, allowed pairs {is_allowed.shape}, seats {capacity.shape}")
    chances = _played(odds, capacity, is_allowed, rng, n_draws)
    chances /= np.maximum(chances.sum(axis=1), 1.0)[:, None]  # the mean of draws may exceed 1 by their noise
    return with_support(chances, posting_of)


def _played(
    odds: _Floats,
    capacity: npt.NDArray[np.int64],
    is_allowed: npt.NDArray[np.bool_],
    rng: np.random.Generator,
    n_draws: int,
) -> _Floats:
    """Mean of seasons of choices, drawn side by side, seat by seat; each has the postings in an order of its own."""
    n, m = odds.shape
    liking = np.where(is_allowed, odds, -np.inf).T
    seats = np.array([np.repeat(order, capacity[order]) for order in (rng.permutation(m) for _ in range(n_draws))])
    total, is_free, each = np.zeros((m, n)), np.ones((n_draws, n), np.bool_), np.arange(n_draws)
    for posting in seats.T if n else ():
        keen = np.where(is_free, liking[posting], -np.inf)
        most = keen.max(axis=1, keepdims=True)
        share = np.exp(keen - np.where(np.isfinite(most), most, 0.0))
        heaped = np.cumsum(share, axis=1)
        is_open = heaped[:, -1] > 0
        share[is_open] /= heaped[is_open, -1:]
        np.add.at(total, posting, share)
        drawn = (heaped <= rng.random((n_draws, 1)) * heaped[:, -1:]).sum(axis=1)
        is_free[each[is_open], drawn[is_open]] = False
    return total.T / n_draws
