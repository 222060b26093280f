"""A season of the twin as an office would know it a year later, and what only the twin knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np

from features.evaluation.augmented import claimed_values
from features.evaluation.cross_fitting import cross_fitted
from features.evaluation.decision_value import asked_people
from features.evaluation.happened import Happened
from features.evaluation.judged_season import JudgedSeason
from features.evaluation.judging_models import SeasonPairs, claimed_chances, judging_chances
from features.evaluation.plans import best_assignment, sure_plan
from features.staying.placements import Placements
from features.synthetic.placed_years import PlacedYear, placed_years, placements_of

__all__ = ["TrueValue", "judged_twin", "true_value", "twin_seasons"]

_NOTHING: Final = 1e-9


class TrueValue(NamedTuple):
    """What the twin knows of the judged plan, among the people asked about.

    Attributes
    ----------
    gain : float
        True mean chance to stay under the plan less that where people were placed.
    gain_of_all : float
        The same of everybody, those included of whom the past cannot speak.
    harmed : float
        Share of everybody whose true chance is lower than where they were placed.
    """

    gain: float
    gain_of_all: float
    harmed: float


def twin_seasons(*, seed: int, n_past: int = 3, n_people: int = 300, n_postings: int = 20) -> tuple[PlacedYear, ...]:
    """Past years and, last, the season that is judged; every posting in a municipality of its own."""
    return placed_years(
        seed=seed, n_years=n_past + 1, n_people=n_people, n_postings=n_postings, n_municipalities=n_postings
    )


def judged_twin(years: Sequence[PlacedYear], *, rng: np.random.Generator) -> JudgedSeason:
    """The last year, judged by what the others taught: placed anew by a model of the past years alone.

    Parameters
    ----------
    years : sequence of PlacedYear
        At least two.
    rng : numpy.random.Generator
        Draws the folds.

    Notes
    -----
    The deciding model sees the past years as they were known when the season began. The judging models see them too,
    and the outcomes of this season's other people (five folds).
    """
    *past, season = years
    known = _as_known(placements_of(past), season.year)
    own = placements_of([season])
    placed = np.flatnonzero(season.assigned >= 0)
    row_of = np.full(season.assigned.size, -1, np.int64)
    row_of[placed] = np.arange(placed.size)
    pairs = SeasonPairs(season.terms, season.municipality)
    claims = claimed_chances(known, pairs)
    learn = judging_chances(placements_of(past), own, row_of, pairs)
    happened = Happened(
        posting_of=season.assigned,
        stayed=season.stayed.astype(np.float64),
        chance=season.chance,
        cluster=np.arange(season.assigned.size),
    )
    return JudgedSeason(
        posting_of=best_assignment(claims, season.capacity, season.is_possible),
        happened=happened,
        claims=claims,
        predicted=cross_fitted(learn, happened.cluster, rng=rng),
        capacity=season.capacity,
        is_allowed=season.is_possible,
        group=season.group,
        arrival=np.arange(season.assigned.size),  # the twin draws people in the order in which they come
    )


def true_value(season: PlacedYear, judged: JudgedSeason) -> TrueValue:
    """What the judged plan truly changes."""
    m = season.capacity.size
    stay = season.true_stay
    difference = claimed_values(sure_plan(judged.posting_of, m), stay) - claimed_values(
        sure_plan(season.assigned, m), stay
    )
    is_asked = asked_people(judged.posting_of, judged.happened)
    return TrueValue(
        float(difference[is_asked].mean()), float(difference.mean()), float((difference < -_NOTHING).mean())
    )


def _as_known(past: Placements, year: int) -> Placements:
    """The past years as they stood when a year began: the last one seen for twelve months."""
    return past.known_at(12 * (year - past.year))
