"""A season out of an office's own records, judged a year later: what was done, what the engine would have done.

The season is a fiscal year. Its people are those placed in it, and those who applied to its postings and were not. Its
seats are those that were filled. Whoever was placed and is not known to have stayed or left by twelve months is left
out together with the seat; so is whoever wants no automated order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.cross_fitting import cross_fitted
from features.evaluation.errors import EvaluationError
from features.evaluation.estimated_chances import chosen_among, estimated_chances, habits_of
from features.evaluation.happened import Happened
from features.evaluation.judged_season import JudgedSeason
from features.evaluation.judging_models import SeasonPairs, claimed_chances, judging_chances
from features.evaluation.plans import best_assignment
from features.evaluation.recalibrated import recalibrated
from features.evaluation.season_people import SeasonPeople, season_people
from features.learning.choice_sets import ChoiceSets
from features.learning.term_values import term_values, terms_of
from features.market.scored_market import ScoredMarket
from features.smallest_told import SMALLEST_TOLD
from features.staying.month_counts import whole_months
from features.staying.office_model import FEWEST_OF_A_KIND, verify_enough
from features.staying.pair_terms import PairTerms
from features.staying.placements import Placements
from features.staying.recorded_placements import RecordedPlacements

__all__ = ["RecordedSeason", "recorded_season", "season_to_judge"]

_MONTHS: Final = 12


@dataclass(frozen=True, eq=False)
class RecordedSeason:
    """A season that can be judged, and how it was put together.

    Attributes
    ----------
    judged : JudgedSeason
    year : int
        Fiscal year.
    n_placed, n_past : int
        Placements of the season whose year is known, and of the years before.
    n_unknown : int
        Placements of the season whose year is not known: left out with their seats.
    n_choices : int
        Postings from whose choices the officers' habits were estimated.
    """

    judged: JudgedSeason
    year: int
    n_placed: int
    n_past: int
    n_unknown: int
    n_choices: int


def season_to_judge(recorded: RecordedPlacements) -> int:
    """The last fiscal year of whose placements at least ten have a known year.

    Raises
    ------
    EvaluationError
        If there is none.
    """
    placements = recorded.placements
    years, counts = np.unique(placements.year[placements.is_known(_MONTHS)], return_counts=True)
    if not (counts >= FEWEST_OF_A_KIND).any():
        most = int(counts.max(initial=0))
        raise EvaluationError(
            f"in no fiscal year twelve months are known of {FEWEST_OF_A_KIND} placements, the most are {most}: "
            "record more outcomes first"
        )
    return int(years[counts >= FEWEST_OF_A_KIND].max())


def recorded_season(
    market: ScoredMarket,
    recorded: RecordedPlacements,
    *,
    year: int,
    rng: np.random.Generator,
    choices: ChoiceSets | None = None,
) -> RecordedSeason:
    """Judge what the engine, knowing only the years before, would have done with a season.

    Parameters
    ----------
    market : ScoredMarket
    recorded : RecordedPlacements
    year : int
        Fiscal year.
    rng : numpy.random.Generator
    choices : ChoiceSets, optional
        Whom officers chose, with the coordinator's terms, where that is on record; else the season's own placements
        tell it.

    Raises
    ------
    EvaluationError
        If of nobody placed in that year twelve months are known, or somebody was placed twice.
    StayingError
        If the years before are too few to learn from.
    """
    placements = recorded.placements
    is_season, is_known = placements.year == year, placements.is_known(_MONTHS)
    rows = np.flatnonzero(is_season & is_known)
    if not rows.size:
        raise EvaluationError(f"of nobody placed in fiscal year {year} twelve months are known, expected at least one")
    if rows.size < SMALLEST_TOLD:
        raise EvaluationError(
            f"of {rows.size} placed in fiscal year {year} twelve months are known, expected at least {SMALLEST_TOLD}: "
            "figures of fewer are figures of single people"
        )
    is_past = placements.year < year
    known = _known_before(recorded, is_past, year)
    season = season_people(market, recorded, rows, year)
    chance, n_choices = _chances(market, season, choices, rng)
    pairs = SeasonPairs(PairTerms(market).table(season.people, season.postings), _municipalities(market, season))
    claims, own = claimed_chances(known, pairs), placements.take(rows)
    stayed = (season.row_of >= 0) & own.stayed(_MONTHS)[np.maximum(season.row_of, 0)]
    happened = Happened(season.posting_of, stayed.astype(np.float64), chance, season.cluster)
    learn = judging_chances(placements.take(is_past), own, season.row_of, pairs)
    judged = JudgedSeason(
        posting_of=best_assignment(claims, season.capacity, season.is_allowed),
        happened=happened,
        claims=claims,
        predicted=cross_fitted(learn, season.cluster, rng=rng),
        capacity=season.capacity,
        is_allowed=season.is_allowed,
        arrival=_arrival(season, rng),
    )
    unknown = int((is_season & ~is_known).sum())
    return RecordedSeason(judged, year, rows.size, int(is_past.sum()), unknown, n_choices)


def _arrival(season: SeasonPeople, rng: np.random.Generator) -> npt.NDArray[np.int64] | None:
    """Places in the order of arrival, those of one moment by lot; None where somebody's arrival is not on record."""
    came = [moment.timestamp() for moment in season.received if moment is not None]
    if len(came) < len(season.received):
        return None
    return np.argsort(np.lexsort((rng.random(len(came)), np.array(came)))).astype(np.int64)


def _known_before(recorded: RecordedPlacements, is_past: npt.NDArray[np.bool_], year: int) -> Placements:
    """The years before as they were known on the day the season began."""
    begun = np.array([whole_months(one.started_on, date(year, 4, 1)) for one in recorded.outcomes], dtype=np.int64)
    known = recorded.placements.take(is_past).known_at(begun[is_past])
    verify_enough(known)
    return known


def _chances(
    market: ScoredMarket, season: SeasonPeople, choices: ChoiceSets | None, rng: np.random.Generator
) -> tuple[npt.NDArray[np.float64], int]:
    """Chances of what was done, and from how many choices the habits were estimated."""
    values = [term_values(market, "coordinator", int(j), season.people) for j in season.postings]
    if choices is None:
        open_to = [np.flatnonzero(allowed) for allowed in season.is_allowed.T]
        taken = [season.posting_of[rows] == at for at, rows in enumerate(open_to)]
        told = [value[rows] for value, rows in zip(values, open_to, strict=True)]
        choices = chosen_among(terms_of("coordinator"), told, taken)
    hand = {term: market.weights.coordinator.get(term, 0.0) for term in choices.terms}
    odds = np.stack(values, axis=1) @ habits_of(choices, hand)
    chances = estimated_chances(odds, season.capacity, season.is_allowed, season.posting_of, rng=rng)
    return recalibrated(chances, season.posting_of), int(choices.n_sets)


def _municipalities(market: ScoredMarket, season: SeasonPeople) -> npt.NDArray[np.int64]:
    return np.array([int(market.records.postings[int(j)].municipality_code) for j in season.postings], dtype=np.int64)
