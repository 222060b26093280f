from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from features.errors import RecordError
from features.records import Records
from features.seasons.calendar import SeasonCalendar
from features.seasons.cases import Case, cases_of
from features.seasons.places import Places, finished_places, places_now
from tests.features.seasons.season_market import forest, school, season

YEAR = SeasonCalendar(date(2026, 4, 1))
ON = date(2026, 11, 25)
PAIR = {"household_id": "h1", "members": ["a1", "a2"]}


def cases(records: Records) -> tuple[Case, ...]:
    return cases_of(records, records.applications, YEAR)


def now(records: Records, on: date = ON) -> Places:
    return places_now(records.postings, records.applications, YEAR, on)


def test_a_year_begins_at_midnight_in_japan() -> None:
    last = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)
    first = datetime(2026, 3, 31, 15, 0, tzinfo=UTC)

    assert SeasonCalendar.of(last) == SeasonCalendar(date(2025, 4, 1))
    assert SeasonCalendar.of(first) == YEAR
    assert YEAR.day_of(first) == 0.0
    assert YEAR.day_of(datetime(2026, 4, 2, 3, 0, tzinfo=UTC)) == 1.5


def test_a_household_comes_with_its_last_member_and_everybody_else_with_the_first_application() -> None:
    records = season(
        people={"a1": {}, "a2": {}, "a3": {}},
        calls=[forest(headcount=2), school()],
        rows=[
            ("a1", "p1", "2026-05-01"),
            ("a2", "p1", "2026-06-01"),
            ("a3", "p2", "2026-05-20"),
            ("a3", "p1", "2026-07-01"),
        ],
        households=[PAIR | {"joint_preferences": []}],
    )

    assert [case.members for case in cases(records)] == [("a3",), ("a1", "a2")]
    assert [YEAR.date_of(case.arrives) for case in cases(records)] == [date(2026, 5, 20), date(2026, 6, 1)]
    assert cases_of(records, records.applications, YEAR, apart=["h1"])[0].members == ("a1",)


def test_a_household_is_together_only_where_all_applied_and_a_joint_line_names_one_posting() -> None:
    rows = [
        ("a1", "p1", "2026-05-01"),
        ("a1", "p2", "2026-05-01"),
        ("a2", "p1", "2026-05-02"),
        ("a2", "p2", "2026-05-02"),
    ]
    people, calls = {"a1": {}, "a2": {}}, [forest(headcount=2), school(headcount=2)]

    for wishes, expected in (
        ([], {"p1", "p2"}),
        ([["p1", "p1"], ["p1", "p2"], ["p2", None]], {"p1"}),
        ([["p1", "p2"]], set()),
    ):
        records = season(people=people, calls=calls, rows=rows, households=[PAIR | {"joint_preferences": wishes}])
        assert cases(records)[0].together_at() == expected


def test_nobody_waits_who_has_an_offer_or_whose_applications_have_ended() -> None:
    records = season(
        people={"a1": {}, "a2": {}, "a3": {}},
        calls=[forest(), school()],
        rows=[
            ("a1", "p1", "2026-05-01", "offered"),
            ("a1", "p2", "2026-05-01", "received"),
            ("a2", "p1", "2026-05-02", "declined"),
            ("a3", "p1", "2026-05-03", "closed"),
            ("a3", "p2", "2026-05-03", "interview"),
        ],
    )

    assert [case.is_waiting for case in cases(records)] == [False, False, True]
    assert [case.is_held for case in cases(records)] == [True, False, False]


def test_the_first_wish_is_the_one_ranked_first_else_the_first_applied_to() -> None:
    records = season(
        people={"a1": {}}, calls=[forest(), school()], rows=[("a1", "p1", "2026-06-01"), ("a1", "p2", "2026-05-01")]
    )
    ranked = records.model_copy(
        update={"applications": (records.applications[0].model_copy(update={"wish_rank": 1}), records.applications[1])}
    )

    assert cases(records)[0].first_wish == "p2"
    assert cases(ranked)[0].first_wish == "p1"


def test_seats_left_are_those_told_or_the_headcount_less_the_accepted_and_offers_hold_seats() -> None:
    records = season(
        people={f"a{n}": {} for n in range(1, 6)},
        calls=[forest(headcount=4), school(headcount=4, seats_left=1), forest("p3")],
        rows=[
            ("a1", "p1", "2026-05-01", "accepted"),
            ("a2", "p1", "2026-05-01", "offered"),
            ("a3", "p2", "2026-05-01", "accepted"),
            ("a4", "p3", "2026-05-01", "offered"),
            ("a5", "p3", "2026-05-01", "offered"),
        ],
    )

    assert now(records).seats.tolist() == [2, 1, 0]
    assert now(records).offered.tolist() == [1, 0, 2]


def test_a_call_makes_offers_on_its_last_day_and_not_on_the_next() -> None:
    records = season(
        people={},
        calls=[
            forest("p1", deadline="2026-11-25"),
            forest("p2", start_date="2027-04-01"),
            forest("p3", start_date="2026-04-01"),
            forest("p4", state="closed"),
            forest("p5", state="draft"),
        ],
        rows=[],
    )
    places, day = now(records), YEAR.day_of(ON)

    assert places.closes.tolist() == [day + 1, 365.0, np.inf, -np.inf, np.inf]
    assert places.opens.tolist() == [-np.inf, -np.inf, -np.inf, -np.inf, day + 14]


def test_in_a_finished_year_applications_show_when_a_call_was_open() -> None:
    records = season(
        people={"a1": {}, "a2": {}},
        calls=[forest(deadline="2026-08-31", state="closed", seats_left=0), school()],
        rows=[("a1", "p1", "2026-06-01"), ("a2", "p1", "2026-09-05", "accepted")],
    )
    places = finished_places(records.postings, records.applications, YEAR)

    assert YEAR.date_of(places.opens[0]) == date(2026, 6, 1)
    assert YEAR.date_of(places.closes[0]) == date(2026, 9, 6)
    assert places.seats.tolist() == [1, 1]
    assert np.isinf(places.opens[1])


@pytest.mark.parametrize(
    ("rows", "households", "message"),
    [
        ([("a1", "p1", None)], [], "application a1-p1 has no received_at, expected the day it came"),
        (
            [("a1", "p1", "2026-05-01")],
            [PAIR | {"joint_preferences": []}],
            "household h1: member a2 has no application of the season",
        ),
        (
            [("a1", "p1", "2026-05-01"), ("a2", "p1", "2026-05-01")],
            [PAIR | {"joint_preferences": []}, PAIR | {"household_id": "h2", "joint_preferences": []}],
            "applicant a1 is in households h1 and h2, expected one",
        ),
    ],
)
def test_what_is_no_season_is_refused(rows: list[tuple[str, ...]], households: list[object], message: str) -> None:
    records = season(people={"a1": {}, "a2": {}}, calls=[forest()], rows=rows, households=households)

    with pytest.raises(RecordError, match=message):
        cases(records)


def test_more_accepted_people_than_seats_are_refused() -> None:
    records = season(
        people={"a1": {}, "a2": {}},
        calls=[forest()],
        rows=[("a1", "p1", "2026-05-01", "accepted"), ("a2", "p1", "2026-05-01", "accepted")],
    )

    for read in (now, lambda found: finished_places(found.postings, found.applications, YEAR)):
        with pytest.raises(
            RecordError, match="posting p1 has 2 accepted applications, expected at most its headcount 1"
        ):
            read(records)
