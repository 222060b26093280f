"""How well weights foresee choices they were not learned from, beside the hand weights and equal ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.learning.choice_sets import ChoiceSets
from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty
from features.learning.ridge import RIDGES
from features.learning.stages import Reading, Stages, stages_of

__all__ = ["HeldOut", "held_out_losses"]

_FOLDS: Final = 5


@dataclass(frozen=True)
class HeldOut:
    """Mean log-loss a choice, on choices that were held out (lower is better).

    Each column got its scale from the same other choices. ``folds`` are by who chose where at least five did.
    """

    learned: float
    hand: float
    at_random: float
    folds: int
    by_who_chose: bool


def held_out_losses(
    sets: ChoiceSets,
    penalty_at: Callable[[float], Penalty],
    choose: Callable[[Stages], float],
    *,
    reading: Reading,
) -> HeldOut | None:
    """Losses by folds; None with fewer than five sets.

    Parameters
    ----------
    sets : ChoiceSets
    penalty_at : callable
        Ridge → penalty; infinity keeps the hand weights.
    choose : callable
        Ridge for the stages of a fold's other choices: it is chosen anew each time.
    reading : "choices", "lists" or "pairs"

    Notes
    -----
    Whoever chose is in one fold only, so that a habit is not taken for foresight.
    """
    who = np.unique(sets.cluster_of)
    by_who_chose = who.size >= _FOLDS
    if sets.n_sets < _FOLDS:
        return None
    fold_of = np.searchsorted(who, sets.cluster_of) % _FOLDS if by_who_chose else np.arange(sets.n_sets) % _FOLDS
    losses, n_stages = np.zeros(3), 0
    for fold in range(_FOLDS):
        learned_from, asked = (stages_of(sets.take(mask), reading) for mask in (fold_of != fold, fold_of == fold))
        if asked.n_stages:
            losses += _losses(learned_from, asked, penalty_at, choose(learned_from))
            n_stages += asked.n_stages
    if not n_stages:
        return None
    learned, hand, at_random = (losses / n_stages).tolist()
    return HeldOut(learned, hand, at_random, _FOLDS, by_who_chose)


def _losses(
    learned_from: Stages, asked: Stages, penalty_at: Callable[[float], Penalty], ridge: float
) -> npt.NDArray[np.float64]:
    likelihood = Likelihood(asked)
    found = [fit(learned_from, penalty_at(one)).coefficients for one in (ridge, RIDGES[-1])]
    return -np.array([*(likelihood.at(one).log_likelihood for one in found), likelihood.at_random])
