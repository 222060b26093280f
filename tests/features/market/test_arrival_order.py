"""Orders no score decides, and people who want no other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import RecordError
from features.lists.interest import read_interest
from features.lists.ranking import Ranking, rank, recommend
from features.market.scored_market import read_market
from features.market.standings import standings_of
from tests.features.small_market import FOREST, ON, applicant, posting, records, two_by_two
from tests.kept_strategies import orders

WORDS = ("間伐と木材の利用に関わりたいです。", "森林の間伐を担いたいです。", "学習を支援します。", "")


def _applied(applicant_id: str, received_at: str | None, number: int = 0, **more: Any) -> dict[str, Any]:
    wish = {"application_id": f"{applicant_id}-{number}", "applicant_id": applicant_id, "posting_id": "p1"}
    return wish | ({} if received_at is None else {"received_at": received_at}) | more


def _ranking(came: list[str | None], refusing: set[int], *, order: Any = "score", what_if: bool = False) -> Ranking:
    people = [
        applicant(f"a{k}", motivation_text=WORDS[k % len(WORDS)])
        | ({"consent": {"automated_order": False}} if k in refusing else {})
        for k in range(len(came))
    ]
    wishes = [_applied(f"a{k}", day) for k, day in enumerate(came)]
    market = read_market(
        records(applicants=people, postings=[posting("p1", mission_text=FOREST)], applications=wishes), on=ON
    )
    return rank(market, "p1", order=order, what_if=what_if)


def _ids(ranking: Ranking) -> list[str]:
    return [line.id for line in ranking.candidates]


def test_by_arrival_the_first_application_is_read_first_whatever_it_scores() -> None:
    ranking = _ranking(["2026-11-03", "2026-11-02T09:00:00+09:00", "2026-11-01", None], set(), order="arrival")

    assert _ids(ranking) == ["a2", "a1", "a0", "a3"]
    assert {line.placed_by for line in ranking.candidates} == {"arrival"}
    assert ranking.ordered.startswith("応募の届いた順です。届いた日の記録がない方は")
    assert ranking.candidates[2].reasons
    assert [line["received_at"] for line in ranking.to_json()["candidates"]][2] == "2026-11-03"  # type: ignore[index]


def test_a_day_counts_as_its_first_moment_in_japan_and_equal_moments_stand_by_id() -> None:
    came: list[str | None] = ["2026-11-02T00:00:00+09:00", "2026-11-02", "2026-11-01T14:59:00+00:00"]

    assert _ids(_ranking(came, set(), order="arrival")) == ["a2", "a0", "a1"]


def test_of_several_applications_the_first_open_one_counts() -> None:
    wishes = [
        _applied("a1", "2026-11-01", 0, status="withdrawn"),
        _applied("a1", "2026-11-09", 1),
        _applied("a2", "2026-11-05"),
        _applied("a1", "2026-11-07", 2),
    ]
    market = read_market(two_by_two(applications=wishes), on=ON)

    assert _ids(rank(market, "p1", order="arrival")) == ["a2", "a1"]


def test_without_applications_the_order_is_that_of_the_ids_and_says_so() -> None:
    ranking = rank(read_market(two_by_two(), on=ON), "p2", order="arrival")

    assert _ids(ranking) == ["a1", "a2"]
    assert ranking.ordered == "届いた日の記録がないため、IDの順です。"


@given(orders(6), st.sets(st.integers(0, 5)))
@settings(max_examples=15, deadline=None)
def test_who_wants_no_automated_order_stands_where_arrival_has_them_and_the_others_keep_their_order(
    days: list[int], refusing: set[int]
) -> None:
    came: list[str | None] = [f"2026-11-{day + 1:02}" for day in days]
    by_score, by_arrival = _ids(_ranking(came, set())), _ids(_ranking(came, set(), order="arrival"))
    ranking = _ranking(came, refusing)
    wanting = {f"a{k}" for k in refusing}

    assert [k for k, an_id in enumerate(_ids(ranking)) if an_id in wanting] == [
        k for k, an_id in enumerate(by_arrival) if an_id in wanting
    ]
    assert [an_id for an_id in _ids(ranking) if an_id not in wanting] == [a for a in by_score if a not in wanting]
    assert {line.id for line in ranking.candidates if line.placed_by == "wish"} == wanting
    assert ("順位づけを希望しない方" in ranking.ordered) == bool(refusing)


def test_a_silent_or_willing_person_is_placed_by_the_score() -> None:
    content = two_by_two().model_dump(mode="json", exclude_unset=True)
    content["applicants"][0]["consent"] = {"automated_order": True}
    content["applicants"][1]["consent"] = {"scout_ok": True}
    lines = rank(read_market(records(**content), on=ON), "p2").candidates

    assert [(line.id, line.placed_by) for line in lines] == [("a2", "score"), ("a1", "score")]


def test_no_answer_promises_a_place_to_who_is_placed_by_arrival() -> None:
    lines = _ranking(["2026-11-01", "2026-11-02", "2026-11-03"], {1}, what_if=True).candidates

    assert next(line for line in lines if line.id == "a1").what_if == ()
    assert any(line.what_if for line in lines if line.id != "a1")


@given(orders(6), st.sets(st.integers(0, 5)))
@settings(max_examples=15, deadline=None)
def test_the_place_of_everyones_total_is_their_place_among_those_placed_by_arrival(
    days: list[int], refusing: set[int]
) -> None:
    people = [
        applicant(f"a{k}", motivation_text=WORDS[k % 4]) | {"consent": {"automated_order": k not in refusing}}
        for k in range(6)
    ]
    wishes = [_applied(f"a{k}", f"2026-11-{day + 1:02}") for k, day in enumerate(days)]
    call = posting("p1", mission_text=FOREST)
    standings = standings_of(read_market(records(applicants=people, postings=[call], applications=wishes), on=ON), "p1")

    for place, at in enumerate(standings.best(), start=1):
        assert standings.place_of(standings.ids[at], float(standings.totals[at])) == place


def test_places_by_arrival_are_those_that_close_first() -> None:
    places = [
        posting("open", as_of="2026-01-01"),
        posting("older", as_of="2025-01-01"),
        posting("late", deadline="2026-12-20"),
        posting("soon", deadline="2026-12-01"),
    ]
    market = read_market(records(applicants=[applicant("a1")], postings=places), on=ON)
    found = recommend(market, "a1", order="arrival", interest=read_interest(market, 0.0))

    assert [line.id for line in found.postings] == ["soon", "late", "older", "open"]
    assert found.ordered.startswith("締切の早い順です。")
    assert all(line.chance is not None and line.why_here is None for line in found.postings)


def test_an_order_of_arrival_is_not_spread() -> None:
    market = read_market(two_by_two(), on=ON)

    with pytest.raises(RecordError, match=r"spread is 0.5, expected 0 where the order is that of arrival"):
        recommend(market, "a1", order="arrival", interest=read_interest(market, 0.5))


def test_a_consent_that_is_no_yes_or_no_is_refused() -> None:
    with pytest.raises(ValueError, match="automated_order"):
        records(applicants=[applicant("a1") | {"consent": {"automated_order": date(2026, 1, 1)}}])
