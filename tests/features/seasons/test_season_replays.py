from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from features.errors import RecordError
from features.json_files.record_files import load_records
from features.market.scored_market import read_market
from features.records import Records
from features.seasons.finished import finished_year
from features.seasons.replays import SeasonReplay, replay_finished, replay_synthetic
from matching.rolling.hindsight import hindsight_bound
from tests.features.seasons.season_market import FORESTER, TEACHER, forest, school, season

FOLDER = Path(__file__).resolve().parents[3] / "fixtures" / "season"


@pytest.fixture(scope="module")
def finished() -> Records:
    return load_records(FOLDER / "finished.json")


@pytest.fixture(scope="module")
def past() -> Records:
    return load_records(FOLDER / "last_year.json")


@pytest.fixture(scope="module")
def replayed(finished: Records, past: Records) -> SeasonReplay:
    return replay_finished(finished_year(finished), past)


@pytest.fixture(scope="module")
def drawn() -> SeasonReplay:
    return replay_synthetic(2, floor="max-min")


def teacher_first(status: str = "accepted") -> Records:
    """The forest's only seat was given to the teacher, who came first."""
    rows = [("a2", "p1", "2026-06-01", status), ("a1", "p1", "2026-06-11", "closed")]
    return season(people={"a1": FORESTER, "a2": TEACHER}, calls=[forest(), school()], rows=rows)


def test_what_was_done_is_the_coordinators_score_of_the_accepted_pairs(
    finished: Records, replayed: SeasonReplay
) -> None:
    market = read_market(finished, on=date(2027, 3, 31))
    scores = market.coordinator.block(slice(None), slice(None))
    pairs = [
        (market.applicants.index_of[a.applicant_id], market.postings.index_of[a.posting_id])
        for a in finished.applications
        if a.status == "accepted"
    ]

    assert len(pairs) == 14
    assert replayed.courses[0].name == "done"
    assert replayed.courses[0].total == pytest.approx(sum(scores[pair] for pair in pairs), abs=1e-4)
    assert replayed.courses[0].n_people == 14


def test_no_course_exceeds_hindsight(replayed: SeasonReplay, drawn: SeasonReplay) -> None:
    for found in (replayed, drawn):
        for course in found.courses:
            assert 0 < course.total <= found.bound + 1e-9
            assert course.share == pytest.approx(course.total / found.bound)
            assert course.n_people <= min(found.n_people, found.n_seats)


def test_prices_of_the_past_keep_the_seat_for_whom_arrival_order_leaves_without(past: Records) -> None:
    people = {f"b{at}": FORESTER for at in range(9)}
    rows = [(an_id, "p1", f"2025-{at + 4:02d}-05", "closed") for at, an_id in enumerate(people)]
    foresters = season(people=people, calls=[forest()], rows=rows)
    found = replay_finished(finished_year(teacher_first()), foresters)
    total = {course.name: course.total for course in found.courses}

    assert total["prices"] > total["done"] == total["arrival_order"]
    assert total["prices"] == pytest.approx(found.bound)
    assert not found.is_year_harmed
    assert found.harmed_places == ()


def test_a_year_in_which_prices_do_worse_is_called_harmed_with_the_place() -> None:
    # nobody of last year's people is like this year's: prices wait for people who never come
    people = {f"b{at}": FORESTER for at in range(9)}
    rows = [(an_id, "p1", f"2025-{at + 4:02d}-05", "closed") for at, an_id in enumerate(people)]
    foresters = season(people=people, calls=[forest()], rows=rows)
    alone = season(
        people={"a2": TEACHER},
        calls=[forest(deadline="2026-07-31")],
        rows=[("a2", "p1", "2026-06-01", "accepted")],
    )
    found = replay_finished(finished_year(alone), foresters)

    assert found.is_year_harmed
    [line] = found.harmed_places
    assert (line.name, line.by_prices) == ("p1", 0.0)
    assert line.done == pytest.approx(found.courses[0].total)


def test_groups_are_of_the_posting_wished_first_and_add_up(finished: Records, replayed: SeasonReplay) -> None:
    by_programme = finished_year(finished, group_by="programme")

    assert by_programme.group_names == ("地域おこし協力隊",)
    assert [group.name for group in replayed.groups] == list(finished_year(finished).group_names)
    assert sum(group.n_people for group in replayed.groups) == replayed.n_people
    totals = {course.name: course.total for course in replayed.courses}
    assert sum(g.done * g.n_people for g in replayed.groups) == pytest.approx(totals["done"])
    assert sum(g.by_prices * g.n_people for g in replayed.groups) == pytest.approx(totals["prices"])


def test_an_accepted_pair_counts_whatever_rules_and_windows_say() -> None:
    # 橋本市 to 海士町 is not covered, and the last application came after the deadline
    people = {"a2": TEACHER | {"origin": "30203"}}
    rows = [("a2", "p2", "2026-06-01", "accepted")]
    year = finished_year(season(people=people, calls=[school(deadline="2026-05-01")], rows=rows))

    assert year.done.tolist() == [0]
    assert year.season.could_hold.tolist() == [[True]]
    assert hindsight_bound(year.season) == pytest.approx(float(year.season.values[0, 0]))


def test_declined_and_withdrawn_applications_are_offers_that_do_not_hold() -> None:
    for status in ("declined", "withdrawn"):
        year = finished_year(teacher_first(status))
        assert year.season.declines.tolist() == [[True, False], [False, False]]
        assert year.season.could_hold.tolist() == [[False, False], [True, False]]


def test_a_household_whose_members_were_placed_apart_is_read_as_single_people() -> None:
    pair = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": []}
    calls = [forest(headcount=2), school()]
    for last, n_cases, apart in (("p1", 1, ()), ("p2", 2, ("h1",))):
        rows = [("a1", "p1", "2026-06-01", "accepted"), ("a2", last, "2026-06-01", "accepted")]
        records = season(people={"a1": FORESTER, "a2": TEACHER}, calls=calls, rows=rows, households=[pair])
        year = finished_year(records)
        assert (year.season.n_cases, year.apart) == (n_cases, apart)
        assert int(year.season.needs[year.done >= 0].sum()) == 2


def test_the_rule_for_households_decides_what_a_place_is_worth_to_two() -> None:
    pair = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": []}
    rows = [("a1", "p1", "2026-06-01", "accepted"), ("a2", "p1", "2026-06-01", "accepted")]
    calls = [forest(headcount=2)]
    records = season(people={"a1": FORESTER, "a2": TEACHER}, calls=calls, rows=rows, households=[pair])
    single = finished_year(records.model_copy(update={"households": ()})).season.values[:, 0]

    assert finished_year(records, rule="sum").season.values[0, 0] == pytest.approx(single.sum())
    assert finished_year(records, rule="least").season.values[0, 0] == pytest.approx(single.min())


def test_a_year_is_one_year_with_one_place_a_person() -> None:
    people = {"a1": FORESTER}
    twice = [("a1", "p1", "2026-06-01", "accepted"), ("a1", "p2", "2026-06-01", "accepted")]
    two_years = [("a1", "p1", "2026-06-01"), ("a1", "p2", "2027-04-01")]

    with pytest.raises(RecordError, match="applicant a1 is accepted at p1 and p2, expected one place"):
        finished_year(season(people=people, calls=[forest(), school()], rows=twice))
    with pytest.raises(
        RecordError, match=r"a1-p2 was received on 2027-04-01, expected in the fiscal year from 2026-04-01"
    ):
        finished_year(season(people=people, calls=[forest(), school()], rows=two_years))
    with pytest.raises(RecordError, match="hold no application, expected those of one fiscal year"):
        finished_year(season(people=people, calls=[forest()], rows=[]))


def test_a_drawn_year_compares_with_arrival_order_and_says_so(drawn: SeasonReplay) -> None:
    assert [course.name for course in drawn.courses] == ["prices", "arrival_order", "lots"]
    assert drawn.done_is == "arrival_order"
    assert drawn.n_applications is None
    assert drawn.courses[0].share > drawn.courses[1].share > drawn.courses[2].share
    assert len({group.floor for group in drawn.groups}) == 1
    assert np.isfinite(drawn.floors_cost)
