"""A season out of an office's records: what was likely, who took part, and what decides what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from features.evaluation.errors import EvaluationError
from features.evaluation.estimated_chances import chosen_among, estimated_chances, habits_of
from features.evaluation.recorded_season import RecordedSeason, recorded_season, season_to_judge
from features.evaluation.season_evaluation import evaluate_season
from features.learning.choice_sets import ChoiceSets
from features.market.scored_market import ScoredMarket, read_market
from features.staying.errors import StayingError
from features.staying.recorded_placements import RecordedPlacements, recorded_placements
from tests.features.small_market import ON
from tests.features.staying.office import YEARS, office_outcomes, office_records

LAST = YEARS[-1]


@pytest.fixture(scope="module")
def market() -> ScoredMarket:
    return read_market(office_records(), on=ON)


@pytest.fixture(scope="module")
def recorded(market: ScoredMarket) -> RecordedPlacements:
    return recorded_placements(market, office_outcomes(), on=ON)


@pytest.fixture(scope="module")
def season(market: ScoredMarket, recorded: RecordedPlacements) -> RecordedSeason:
    return recorded_season(market, recorded, year=LAST, rng=np.random.default_rng(0))


def _play(odds: np.ndarray, capacity: np.ndarray, is_allowed: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One season, written anew: postings in random order, each person by Gumbel noise."""
    posting_of = np.full(len(odds), -1)
    for j in rng.permutation(odds.shape[1]):
        liking = np.where((posting_of < 0) & is_allowed[:, j], odds[:, j] + rng.gumbel(size=len(odds)), -np.inf)
        best = np.argsort(-liking)[: capacity[j]]
        posting_of[best[np.isfinite(liking[best])]] = j
    return posting_of


def test_estimated_chances_are_those_of_the_lots_they_play() -> None:
    rng = np.random.default_rng(3)
    odds, capacity = rng.normal(0, 1, (7, 3)), np.array([2, 1, 2])
    is_allowed = rng.random((7, 3)) < 0.8
    found = estimated_chances(odds, capacity, is_allowed, np.full(7, -1), rng=rng, n_draws=3000)
    counted = np.zeros((7, 3))
    for _ in range(6000):
        posting_of = _play(odds, capacity, is_allowed, rng)
        placed = np.flatnonzero(posting_of >= 0)
        counted[placed, posting_of[placed]] += 1 / 6000

    assert found == pytest.approx(counted, abs=0.03)
    assert (found[~is_allowed] == 0).all()
    assert found.sum(axis=1).max() <= 1 + 1e-12


def test_what_was_done_has_a_chance_however_odd_it_was() -> None:
    odds = np.array([[900.0], [0.0]])
    found = estimated_chances(
        odds, np.array([1]), np.ones((2, 1), np.bool_), np.array([-1, 0]), rng=np.random.default_rng(0)
    )

    assert 0 < found[1, 0] < 0.001


def test_habits_are_found_in_whom_postings_took() -> None:
    rng = np.random.default_rng(4)
    values = [rng.random((6, 2)) for _ in range(300)]
    taken = []
    for one in values:
        liking = one @ np.array([6.0, 0.0]) + rng.gumbel(size=6)
        taken.append(liking == liking.max())
    found = habits_of(chosen_among(("a", "b"), values, taken), {"a": 0.5, "b": 0.5})

    assert found == pytest.approx([6.0, 0.0], abs=1.2)


def test_a_posting_that_took_everybody_or_nobody_tells_no_habit() -> None:
    values = [np.zeros((2, 1))] * 2

    assert chosen_among(("a",), values, [np.ones(2, np.bool_), np.zeros(2, np.bool_)]).n_sets == 0


def test_everybody_who_applied_takes_part_and_seats_are_those_filled(season: RecordedSeason) -> None:
    judged = season.judged

    assert (season.year, season.n_placed, season.n_past, season.n_unknown, season.n_choices) == (LAST, 24, 48, 0, 6)
    assert judged.posting_of.size == 48
    assert judged.capacity.tolist() == [4] * 6
    assert (judged.is_allowed.sum(axis=1) == 2).all()  # where they applied


def _arriving(market: ScoredMarket, days: Mapping[str, date | None]) -> ScoredMarket:
    told = [one.model_copy(update={"received_at": days.get(one.application_id)}) for one in market.records.applications]
    return read_market(market.records.model_copy(update={"applications": tuple(told)}), on=ON)


def test_the_order_of_arrival_is_that_of_the_earliest_application_of_the_season_and_not_of_the_ids(
    market: ScoredMarket, recorded: RecordedPlacements
) -> None:
    of_season = [one for one in market.records.applications if one.applicant_id.startswith(f"a{LAST}")]
    days: dict[str, date | None] = {  # two a person, the second 100 days later; the first id comes last
        one.application_id: date(LAST, 1, 1) + timedelta(47 - row // 2 + 100 * (row % 2))
        for row, one in enumerate(of_season)
    }
    dated = recorded_season(_arriving(market, days), recorded, year=LAST, rng=np.random.default_rng(0))
    for one in of_season[:2]:
        days[one.application_id] = None
    unknown = recorded_season(_arriving(market, days), recorded, year=LAST, rng=np.random.default_rng(0))

    assert dated.judged.arrival is not None
    assert dated.judged.arrival.tolist() == list(range(48))[::-1]
    assert unknown.judged.arrival is None


def test_who_came_in_one_moment_stands_in_an_order_drawn_by_lot(
    market: ScoredMarket, recorded: RecordedPlacements
) -> None:
    same = _arriving(market, {one.application_id: date(LAST, 1, 1) for one in market.records.applications})
    one, other = (
        recorded_season(same, recorded, year=LAST, rng=np.random.default_rng(seed)).judged.arrival for seed in (0, 1)
    )

    assert one is not None
    assert other is not None
    assert one.tolist() != other.tolist()


def test_a_season_of_too_few_people_is_not_judged(market: ScoredMarket, recorded: RecordedPlacements) -> None:
    here = recorded.placements
    rows = np.flatnonzero(here.year == LAST)[4:]
    seen, left = here.seen_months.copy(), here.left_in.copy()
    seen[rows], left[rows] = 1, 0
    few = replace(recorded, placements=replace(here, seen_months=seen, left_in=left))

    with pytest.raises(EvaluationError, match=f"of 4 placed in fiscal year {LAST} twelve months are known, expected"):
        recorded_season(market, few, year=LAST, rng=np.random.default_rng(0))


def test_the_outcomes_of_the_season_decide_nothing(
    market: ScoredMarket, recorded: RecordedPlacements, season: RecordedSeason
) -> None:
    here = recorded.placements
    own = here.year == LAST
    turned = replace(here, left_in=np.where(own, np.where(here.left_in > 0, 0, 3), here.left_in))
    other = recorded_season(market, replace(recorded, placements=turned), year=LAST, rng=np.random.default_rng(0))

    assert (other.judged.posting_of == season.judged.posting_of).all()
    assert (other.judged.claims == season.judged.claims).all()
    assert (other.judged.happened.stayed != season.judged.happened.stayed).sum() == own.sum()


def test_the_engine_prefers_whom_the_past_saw_staying(season: RecordedSeason) -> None:
    judged = season.judged
    is_linked = np.arange(48) % 2 == 0  # people are in the order of their ids

    assert is_linked[judged.posting_of >= 0].mean() > is_linked[judged.happened.is_placed].mean()
    assert evaluate_season(judged, rng=np.random.default_rng(1), n_draws=200).value.judged.claimed_gain > 0


def test_choices_on_record_tell_the_habits_instead(market: ScoredMarket, recorded: RecordedPlacements) -> None:
    rows = np.zeros((3, len(market.coordinator_factors)))
    choices = ChoiceSets(tuple(market.coordinator_factors), rows, np.array([0, 3]), np.array([1, 0, 0]))
    told = recorded_season(market, recorded, year=LAST, rng=np.random.default_rng(0), choices=choices)

    assert told.n_choices == 1


def test_somebody_whose_year_is_not_known_is_left_out_with_the_seat(
    market: ScoredMarket, recorded: RecordedPlacements
) -> None:
    here, row = recorded.placements, int(np.flatnonzero(recorded.placements.year == LAST)[0])
    seen = here.seen_months.copy()
    seen[row] = 6
    unknown = replace(here, seen_months=seen, left_in=np.where(np.arange(here.n) == row, 0, here.left_in))
    told = recorded_season(market, replace(recorded, placements=unknown), year=LAST, rng=np.random.default_rng(0))

    assert (told.n_placed, told.n_unknown, told.judged.capacity.sum()) == (23, 1, 23)
    assert told.judged.posting_of.size == 47


@pytest.mark.parametrize(
    ("year", "error", "message"),
    [
        (2030, EvaluationError, "of nobody placed in fiscal year 2030 twelve months are known"),
        (YEARS[0], StayingError, "of 0 placements a year is known"),
    ],
)
def test_a_year_without_people_or_without_a_past_is_refused(
    year: int, error: type[Exception], message: str, market: ScoredMarket, recorded: RecordedPlacements
) -> None:
    with pytest.raises(error, match=message):
        recorded_season(market, recorded, year=year, rng=np.random.default_rng(0))


def test_the_season_that_is_judged_is_the_last_one_that_can_be(recorded: RecordedPlacements) -> None:
    here = recorded.placements
    early: Any = replace(recorded, placements=here.known_at(12 * (LAST - here.year) + 1))
    nobody: Any = replace(recorded, placements=here.known_at(6))

    assert season_to_judge(recorded) == LAST
    assert season_to_judge(early) == YEARS[-2]
    with pytest.raises(EvaluationError, match="in no fiscal year twelve months are known of 10 placements"):
        season_to_judge(nobody)


def test_two_placements_of_one_person_in_a_year_are_told_by_their_places_and_not_by_name(market: ScoredMarket) -> None:
    told = office_outcomes()
    at = max(row for row, one in enumerate(told) if one.started_on.year == LAST)
    elsewhere = next(one.posting_id for one in told if one.started_on.year == LAST)
    again = [*told, told[at].model_copy(update={"posting_id": elsewhere})]
    twice = recorded_placements(market, again, on=ON)

    with pytest.raises(EvaluationError, match=rf"outcomes\[{at}\] and outcomes\[{len(told)}\] are two") as caught:
        recorded_season(market, twice, year=LAST, rng=np.random.default_rng(0))
    assert told[at].applicant_id not in str(caught.value)
