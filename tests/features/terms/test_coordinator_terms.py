"""Activity wish, place link and availability: what each contribution means."""

from __future__ import annotations

from datetime import date
from itertools import combinations_with_replacement
from typing import Any, get_args

import numpy as np
import pytest

from features.taxonomy.kinds import work_kinds
from features.taxonomy.vocabulary import Activity, Field_, LinkKind
from features.terms.activity_shares import ACTIVITIES_OF_FIELD, COLUMNS
from features.terms.activity_wish import ACTIVITY_WISH, activities_wanted
from features.terms.availability import AVAILABILITY
from features.terms.factor import Floats
from features.terms.place_link import PLACE_LINK
from tests.features.terms.pairs import see
from tests.features.terms.records import applicant, posting

SHIMOKAWA, SAPPORO, NAHA = "01468", "01100", "47201"


def _wish(*activities: str, **call: Any) -> float:
    return see(ACTIVITY_WISH, applicant(desired_activities=list(activities)), posting(**call)).value


def test_the_main_activity_weighs_more_than_the_others() -> None:
    call = ["migration", "event", "education"]

    assert _wish("migration", activities=call) == pytest.approx(0.6)
    assert _wish("event", activities=call) == pytest.approx(0.2)
    assert _wish("migration", "event", "education", activities=call) == pytest.approx(1)


def test_ticking_every_activity_gains_less_than_meaning_one() -> None:
    everything = get_args(Activity)

    assert _wish(*everything, activities=["migration"]) < _wish("migration", activities=["migration"]) / 2


def test_no_particular_wish_counts_like_every_box_but_other() -> None:
    everything = [code for code in get_args(Activity) if code != "other"]

    assert _wish(activities=["event"]) == pytest.approx(_wish(*everything, activities=["event"]))


def test_any_activity_of_a_field_reaches_a_kigyojin_posting() -> None:
    call = {"program": "kigyojin", "fields": ["tourism", "municipal_dx"]}

    assert _wish("lodging_operation", **call) == pytest.approx(0.6)
    assert _wish("lodging_operation", "tourism_planning", "digital", **call) == pytest.approx(1)


def test_other_says_nothing() -> None:
    seen = see(ACTIVITY_WISH, applicant(desired_activities=["other"]), posting(activities=["other"]))

    assert (seen.low, seen.high) == (0, 1)


LANTERNS = posting(activities=["traditional_craft"])
EVENTS = posting(activities=["event"])
PAPER = "和紙を漉き、提灯を張る仕事がしたいです。"


def test_what_motivation_and_plan_want_stands_in_for_boxes_that_nobody_ticked() -> None:
    written, other = (see(ACTIVITY_WISH, applicant(motivation_text=PAPER), call) for call in (LANTERNS, EVENTS))

    assert written.low == written.value == written.high
    assert written.value == pytest.approx(1, abs=1e-6)
    assert other.value < 0.5
    assert written.finding is None


def test_boxes_that_were_ticked_go_before_what_is_written() -> None:
    person = applicant(motivation_text=PAPER, desired_activities=["event"])

    assert see(ACTIVITY_WISH, person, LANTERNS).value == 0
    assert see(ACTIVITY_WISH, person, EVENTS).value == pytest.approx(1)


@pytest.mark.parametrize("said", [None, "", "和紙は苦手です。", "和紙、提灯、製本、蝋燭。", "よろしくお願いします。"])
def test_who_neither_ticks_nor_writes_a_wish_is_unknown(said: str | None) -> None:
    seen = see(ACTIVITY_WISH, applicant(motivation_text=said), LANTERNS)

    assert (seen.low, seen.high) == (0, 1)
    assert seen.finding is not None
    assert seen.finding.kind == "unknown"


def _of_kinds(**kinds: float) -> Floats:
    return np.array([kinds.get(code, 0.0) for code in work_kinds()], dtype=np.float32)


def test_activities_are_graded_by_the_strongest_kind_and_what_was_done_counts_half() -> None:
    found = activities_wanted(_of_kinds(paper_craft=0.6), _of_kinds(guesthouse=0.6, paper_craft=0.9))
    wanted = dict(zip(COLUMNS, found.tolist(), strict=True))

    assert wanted["traditional_craft"] == pytest.approx(1)
    assert wanted[work_kinds()["guesthouse"].activities[0]] == pytest.approx(0.5)
    assert not activities_wanted(_of_kinds(paper_craft=0.05), _of_kinds()).any()


def test_every_field_but_other_is_made_of_known_activities() -> None:
    assert set(ACTIVITIES_OF_FIELD) == set(get_args(Field_)) - {"other"}
    assert {code for codes in ACTIVITIES_OF_FIELD.values() for code in codes} <= set(get_args(Activity))
    assert len(COLUMNS) == len(get_args(Activity)) + len(get_args(Field_))


def _linked(*links: tuple[str, str], to: str = SHIMOKAWA) -> float:
    stored = [{"municipality_code": code, "kind": kind} for code, kind in links]
    return see(PLACE_LINK, applicant(links=stored), posting(municipality_code=to)).value


def test_links_are_graded_by_what_was_done_there() -> None:
    grades = [_linked((SHIMOKAWA, kind)) for kind in ("worked", "volunteered", "visited", "event")]

    assert grades == sorted(grades, reverse=True)
    assert len(set(grades)) == 4
    assert _linked((SHIMOKAWA, "trial")) == _linked((SHIMOKAWA, "worked")) == 1
    assert _linked((SHIMOKAWA, "remote")) == _linked((SHIMOKAWA, "event"))


@pytest.mark.parametrize("kind", get_args(LinkKind))
def test_a_link_elsewhere_in_the_prefecture_counts_less_and_one_outside_not_at_all(kind: str) -> None:
    assert _linked((NAHA, kind)) == 0 < _linked((SAPPORO, kind)) < _linked((SHIMOKAWA, kind))


def test_the_best_link_counts_whatever_others_stand_beside_it() -> None:
    single = {(code, kind): _linked((code, kind)) for code in (SHIMOKAWA, SAPPORO) for kind in get_args(LinkKind)}

    for one, other in combinations_with_replacement(single, 2):
        assert _linked(one, other) == pytest.approx(max(single[one], single[other]), abs=1e-6)


def test_no_link_is_known_and_a_missing_list_is_not() -> None:
    assert _linked() == 0
    seen = see(PLACE_LINK, applicant(), posting())
    assert (seen.low, seen.high) == (0, 1)


def test_a_link_with_any_town_reaches_the_prefecture_as_a_body() -> None:
    assert 0 < _linked((SHIMOKAWA, "worked"), to="01000") < 1


def test_a_link_is_told_by_place_and_kind() -> None:
    finding = see(PLACE_LINK, applicant(links=[{"municipality_code": SAPPORO, "kind": "trial"}]), posting()).finding

    assert finding is not None
    assert finding.sentence == "同じ北海道の札幌市との関わりがあります（おためし・インターン）。"


def _able(able: date | None, start: date | None) -> tuple[float, float, float]:
    seen = see(AVAILABILITY, applicant(available_from=able), posting(start_date=start))
    return seen.value, seen.low, seen.high


def test_who_can_start_in_time_gets_1_and_each_month_of_delay_costs() -> None:
    start = date(2027, 4, 1)
    months = [date(2026, 1, 1), date(2027, 4, 20), date(2027, 5, 1), date(2027, 7, 1), date(2028, 4, 1)]
    values = [_able(able, start)[0] for able in months]

    assert values[:2] == [1, 1]
    assert values[3] == pytest.approx(0.5)
    assert values[1:] == sorted(values[1:], reverse=True)
    assert 0 < values[4] < 0.1


@pytest.mark.parametrize(("able", "start"), [(None, date(2027, 4, 1)), (date(2027, 4, 1), None), (None, None)])
def test_an_open_date_is_unknown(able: date | None, start: date | None) -> None:
    value, low, high = _able(able, start)

    assert low == 0 < value < high == 1


def test_the_interval_of_an_open_date_does_not_depend_on_other_postings() -> None:
    late = posting(1, start_date=date(2030, 4, 1))
    alone = see(AVAILABILITY, applicant(), posting(start_date=date(2027, 4, 1)))

    assert see(AVAILABILITY, applicant(), posting(start_date=date(2027, 4, 1)), others=(late,)) == alone
