"""Weights of one side learned from its choices, with everything a reader needs to doubt them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2, norm

from features.learning.choice_sets import ChoiceSets
from features.learning.clustered_test import ClusterTest
from features.learning.errors import LearningError
from features.learning.fit import Fit, fit
from features.learning.held_out import HeldOut, held_out_losses
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, towards_hand_weights
from features.learning.pooling import PooledFit, fit_pooled
from features.learning.ratio_tests import RatioTest, contradiction_by_cluster, likelihood_ratio_test
from features.learning.ridge import RidgeChoice, choose_ridge
from features.learning.ridge_uncertainty import intervals_over_ridges
from features.learning.sample_size import OrderKnown, choices_until_order_is_known
from features.learning.stages import Reading, Stages, stages_of
from features.learning.standard_errors import Spread, WeightIntervals

__all__ = ["LearnedWeights", "learn_weights"]

_BEYOND_CHANCE: Final = 0.05
_CLUSTERS_FOR_SANDWICH: Final = 10  # with fewer who chose, the errors by who chose are too small


@dataclass(frozen=True, eq=False)
class LearnedWeights:
    """Weights of sum 1 and what is known of them.

    Attributes
    ----------
    terms : tuple of str
    hand, weights : (T,) float64
        Of sum 1. Where the choices do not contradict the hand weights beyond chance, ``weights`` are exactly those.
    intervals : WeightIntervals
        95 %, of the columns of ``fit`` that are terms, the uncertainty of the ridge in them; NaN where the hand weights
        are kept: nothing was estimated then.
    spread : "posterior" or "sandwich"
        Where at least ten people chose, errors are by who chose.
    ridge, scale : float
        How firmly the hand weights are held; how sharply was chosen.
    fit : Fit
    reading : "choices", "lists" or "pairs"
    n_choosers : int
    held_out : HeldOut or None
    against_hand : RatioTest or None
        Whether the choices contradict the hand weights, each taken for independent.
    against_hand_by_cluster : ClusterTest or None
        The same by who chose, or by where these belong where that says less.
    order_known : OrderKnown or None
        How many more choices until the order of the three largest weights is known.
    by_office : dict of str to (T,) float64
        Weights of each office, partly pooled.
    runs_against_every_term : bool
        Whether the lower scores were chosen beyond chance and no weights of at least 0 explain that better than chance
        does. ``weights`` are the hand weights then, and ``intervals`` unknown.
    """

    terms: tuple[str, ...]
    hand: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]
    intervals: WeightIntervals
    spread: Spread
    ridge: float
    scale: float
    fit: Fit
    reading: Reading
    n_choosers: int
    held_out: HeldOut | None
    against_hand: RatioTest | None
    against_hand_by_cluster: ClusterTest | None
    order_known: OrderKnown | None
    by_office: dict[str, npt.NDArray[np.float64]]
    runs_against_every_term: bool

    @property
    def keeps_hand_weights(self) -> bool:
        """Whether the choices moved nothing."""
        return self.runs_against_every_term or bool(np.isinf(self.ridge))


def learn_weights(
    sets: ChoiceSets,
    hand: Mapping[str, float],
    *,
    reading: Reading = "choices",
    office_of: npt.NDArray[np.int64] | None = None,
    offices: Sequence[str] = (),
) -> LearnedWeights:
    """Learn the weights of one side.

    Parameters
    ----------
    sets : ChoiceSets
        Columns that ``hand`` does not name (the choice of nobody) get a coefficient, no weight.
    hand : mapping of term to float
        Every term of the side, those of weight 0 too.
    reading : "choices", "lists" or "pairs"
    office_of : (S,) int64, optional
        Index into ``offices`` of each set, for weights of each office.
    offices : sequence of str

    Raises
    ------
    LearningError
        If a column of ``hand`` is missing, or the hand weights are none.

    Examples
    --------
    >>> found = learn_weights(ChoiceSets.empty(("a", "b")), {"a": 0.7, "b": 0.3})
    >>> found.weights.tolist(), found.keeps_hand_weights
    ([0.7, 0.3], True)
    """
    missing = [term for term in hand if term not in sets.terms]
    if missing:
        raise LearningError(f"the sets have no column {missing[0]}, expected one for each hand weight")
    is_term = np.array([term in hand for term in sets.terms], dtype=np.bool_)

    def penalty_at(ridge: float) -> Penalty:
        return towards_hand_weights(sets.terms, hand, ridge=ridge)

    stages = stages_of(sets, reading)
    chosen = choose_ridge([stages], penalty_at)
    found = fit(stages, penalty_at(chosen.ridge))
    n_choosers = int(np.unique(stages.cluster).size)
    spread: Spread = "sandwich" if n_choosers >= _CLUSTERS_FOR_SANDWICH else "posterior"
    given = np.array([hand[term] for term in sets.terms if term in hand], dtype=np.float64)
    given = given / given.sum()
    runs_against = _runs_against(stages, found, is_term, given)
    is_moved = np.isfinite(chosen.ridge) and found.coefficients[is_term].sum() > 0 and not runs_against
    pooled = None
    if office_of is not None and len(offices) > 1 and not runs_against:
        pooled = fit_pooled(sets, office_of, hand, reading=reading)
    return LearnedWeights(
        terms=tuple(term for term in sets.terms if term in hand),
        hand=given,
        weights=given if runs_against else _proportions(found, is_term, given),
        intervals=_intervals(stages, penalty_at, chosen, is_term, spread) if is_moved else _unknown(given.size),
        spread=spread,
        ridge=chosen.ridge,
        scale=float(found.coefficients[is_term].sum()),
        fit=found,
        reading=reading,
        n_choosers=n_choosers,
        held_out=held_out_losses(sets, penalty_at, lambda one: choose_ridge([one], penalty_at).ridge, reading=reading),
        against_hand=None if reading == "pairs" else likelihood_ratio_test(sets, hand, reading=reading),
        against_hand_by_cluster=contradiction_by_cluster(stages, penalty_at(np.inf)) if stages.n_stages else None,
        order_known=None if runs_against else choices_until_order_is_known(found, is_term),
        by_office={} if pooled is None else _by_office(pooled, offices, is_term, given),
        runs_against_every_term=runs_against,
    )


def _runs_against(stages: Stages, found: Fit, is_term: npt.NDArray[np.bool_], given: npt.NDArray[np.float64]) -> bool:
    """The score test of the hand weights' total at scale 0, by who chose; and what the weights found explain."""
    line = np.zeros(is_term.size)
    line[is_term] = given
    scores = Likelihood(stages).at(np.zeros(is_term.size)).scores @ line
    by_chooser = np.bincount(np.unique(stages.cluster, return_inverse=True)[1], weights=scores)
    is_lower = by_chooser.sum() < norm.ppf(_BEYOND_CHANCE) * np.sqrt((by_chooser**2).sum())
    explained = 2 * (found.log_likelihood - found.log_likelihood_at_random)
    return bool(is_lower and explained < chi2.ppf(1 - _BEYOND_CHANCE, 1))


def _unknown(n_terms: int) -> WeightIntervals:
    return WeightIntervals(*(np.full(n_terms, np.nan) for _ in range(4)))


def _proportions(found: Fit, is_term: npt.NDArray[np.bool_], given: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    coefficients = found.coefficients[is_term]
    if found.penalty.basis is not None or not coefficients.sum() > 0:
        return given  # the scale alone moved; scaling back could change the last bit
    weights: npt.NDArray[np.float64] = coefficients / coefficients.sum()
    return weights


def _intervals(
    stages: Stages,
    penalty_at: Callable[[float], Penalty],
    chosen: RidgeChoice,
    is_term: npt.NDArray[np.bool_],
    spread: Spread,
) -> WeightIntervals:
    whole = intervals_over_ridges(stages, penalty_at, chosen, is_term, spread=spread)
    parts = (whole.weight, whole.standard_error, whole.low, whole.high)
    return WeightIntervals(*(part[is_term] for part in parts))


def _by_office(
    pooled: PooledFit, offices: Sequence[str], is_term: npt.NDArray[np.bool_], given: npt.NDArray[np.float64]
) -> dict[str, npt.NDArray[np.float64]]:
    common = _proportions(pooled.common, is_term, given)
    return {offices[office]: _proportions(one, is_term, common) for office, one in pooled.offices.items()}
