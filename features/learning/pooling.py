"""Partial pooling: every office has weights of its own, drawn to those of all, as firmly as the offices are alike.

Empirical Bayes in two steps: the weights of all choices (themselves drawn to the hand weights), then each office's with
a ridge towards those, chosen by the evidence of all offices together. An office with hundreds of choices is nearly on
its own, one with twelve borrows from the others, one with none has the weights of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from features.learning.fit import Fit, fit
from features.learning.penalty import Penalty, towards_coefficients, towards_hand_weights
from features.learning.ridge import RIDGES, choose_ridge
from features.learning.stages import Reading, stages_of

__all__ = ["PooledFit", "fit_pooled"]


@dataclass(frozen=True, eq=False)
class PooledFit:
    """Weights of all offices together, and of each.

    Attributes
    ----------
    common : Fit
        Of all choices.
    ridge : float
        How firmly the offices are drawn to the common weights; inf where they do not differ beyond chance.
    common_ridge : float
        How firmly the common weights are drawn to the hand weights.
    offices : dict of office to Fit
        The uncertainty of the common weights is not in them: they are held as given.
    """

    common: Fit
    ridge: float
    common_ridge: float
    offices: dict[int, Fit]


def fit_pooled(
    sets: ChoiceSets,
    office_of: npt.NDArray[np.int64],
    hand: Mapping[str, float],
    *,
    reading: Reading = "choices",
    sign_limits: bool = True,
) -> PooledFit:
    """Weights of every office, each drawn to those of all.

    Parameters
    ----------
    sets : ChoiceSets
    office_of : (S,) int64
        The office of each set, any numbers.
    hand : mapping of term to float
    reading, sign_limits
        As of :func:`~features.learning.stages.stages_of` and
        :func:`~features.learning.penalty.towards_hand_weights`.

    Raises
    ------
    LearningError
        If ``office_of`` does not fit the sets.

    Examples
    --------
    >>> sets = ChoiceSets.from_rows([[1.0, 0.0], [0.0, 1.0]], [1, 0], terms=("a", "b"))
    >>> pooled = fit_pooled(sets, np.array([7]), {"a": 1, "b": 1})
    >>> list(pooled.offices), pooled.ridge
    ([7], inf)
    """
    if office_of.shape != (sets.n_sets,):
        raise LearningError(f"office_of has shape {office_of.shape}, expected ({sets.n_sets},)")

    def to_hand(ridge: float) -> Penalty:
        return towards_hand_weights(sets.terms, hand, ridge=ridge, sign_limits=sign_limits)

    everything = stages_of(sets, reading)
    common_ridge = choose_ridge([everything], to_hand).ridge
    common = fit(everything, to_hand(common_ridge))

    is_term = np.array([term in hand for term in sets.terms], dtype=np.bool_)

    def to_common(ridge: float) -> Penalty:
        if not common.coefficients[is_term].any():  # chosen against every term: there is nothing to be drawn to
            return to_hand(ridge)
        return towards_coefficients(common.coefficients, is_term, ridge=ridge, sign_limits=sign_limits)

    offices = {int(o): stages_of(sets.take(office_of == o), reading) for o in np.unique(office_of)}
    ridge = choose_ridge(list(offices.values()), to_common).ridge if len(offices) > 1 else RIDGES[-1]
    return PooledFit(
        common, ridge, common_ridge, {office: fit(stages, to_common(ridge)) for office, stages in offices.items()}
    )
