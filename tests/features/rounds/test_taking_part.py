"""Who takes part in a round, whose seats are taken, and what is told of whoever got less than they wished."""

from __future__ import annotations

from typing import Any

import pytest

from features.errors import RecordError
from features.market.scored_market import read_market
from features.records import Records
from features.rounds.results import MECHANISMS, Mechanism, RoundResult, run_round
from features.rounds.round import open_round
from features.rounds.taking_part import LeftOut, accepted_people, taking_part
from tests.features.small_market import ON, applicant, posting, records, two_by_two


def _wish(applicant_id: str, posting_id: str, **more: Any) -> dict[str, Any]:
    return {
        "application_id": f"{applicant_id}-{posting_id}",
        "applicant_id": applicant_id,
        "posting_id": posting_id,
    } | more


def _ran(given: Records, *, mechanism: Mechanism = "deferred-acceptance", wishes: Any = None) -> RoundResult:
    part = taking_part(given, wishes=wishes)
    opened = open_round(read_market(part.records, on=ON), wishes=part.wishes, left_out=part.left_out)
    return run_round(opened, mechanism=mechanism)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_who_has_accepted_takes_no_part_and_the_seat_is_taken(mechanism: Mechanism) -> None:
    wishes = [_wish("a1", "p1", status="accepted"), _wish("a1", "p2"), _wish("a2", "p1"), _wish("a2", "p2")]
    result = _ran(two_by_two(applications=wishes), mechanism=mechanism)

    assert result.placements == {"a2": "p2"}
    assert result.round.market.capacity.tolist() == [0, 1]
    assert result.report()["left_out"] == {"accepted": 1, "ended": 0}


def test_seats_that_a_call_tells_itself_are_not_counted_again() -> None:
    wishes = [_wish("a1", "p1", status="accepted"), _wish("a2", "p1")]
    places = [posting("p1", headcount=3, seats_left=1), posting("p2", headcount=2)]
    given = records(applicants=[applicant("a1"), applicant("a2")], postings=places, applications=wishes)

    assert _ran(given).round.market.capacity.tolist() == [1, 2]


def test_whose_every_application_ended_is_left_out_of_a_round_by_applications_only() -> None:
    wishes = [_wish("a1", "p1", status="withdrawn"), _wish("a1", "p2", status="closed"), _wish("a2", "p1")]
    given = two_by_two(applications=wishes)

    assert _ran(given).placements == {"a2": "p1"}
    assert taking_part(given).left_out == LeftOut(ended=1)
    by_scores = _ran(given, wishes="scores")
    assert set(by_scores.placements) == {"a1", "a2"}
    assert by_scores.round.left_out == LeftOut()


def test_who_never_applied_stays_and_is_told_that() -> None:
    report = _ran(two_by_two(applications=[_wish("a1", "p1")])).report()

    assert [(one["applicant_id"], one["reasons"]) for one in report["unmatched"]] == [("a2", ["not_applied"])]  # type: ignore[attr-defined]


def test_an_acceptance_in_a_town_the_round_is_not_over_counts_too() -> None:
    given = two_by_two(applications=[_wish("a1", "p1"), _wish("a2", "p2")])

    part = taking_part(given, accepted=["a2", "somebody outside"])
    assert [one.applicant_id for one in part.records.applicants] == ["a1"]
    assert part.left_out == LeftOut(accepted=1)


def test_a_round_of_which_all_are_left_out_is_empty_and_not_one_by_scores() -> None:
    given = two_by_two(applications=[_wish("a1", "p1", status="accepted"), _wish("a2", "p2", status="withdrawn")])
    result = _ran(given)

    assert (result.placements, result.round.wishes) == ({}, "applications")
    assert accepted_people(given) == {"a1"}
    with pytest.raises(RecordError, match="the records hold no application, expected some, or wishes from scores"):
        taking_part(two_by_two(), wishes="applications")


def test_the_other_half_of_a_household_is_still_told_of() -> None:
    household = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": [["p1", "p2"]]}
    company = {"company_id": "c1", "name": "見本商事", "people": ["a1", "a2"]}
    wishes = [_wish("a1", "p1", status="accepted"), _wish("a2", "p2")]
    given = two_by_two(households=[household], companies=[company], applications=wishes)

    assert len(_ran(given).report()["notes"]) == 1  # type: ignore[arg-type]
    assert taking_part(given).records.companies[0].people == ("a2",)


def test_a_place_below_a_wish_is_explained_by_scores_and_names_nobody() -> None:
    people = [
        applicant("a1", desired_activities=["education"]),
        applicant("a2", desired_activities=["event"]),
        applicant("a3", desired_activities=["event"]),
    ]
    places = [posting("p1", activities=["education"]), posting("p2", "32525", headcount=2)]
    wishes = [_wish(who, place, wish_rank=n) for who in ("a1", "a2", "a3") for n, place in ((1, "p1"), (2, "p2"))]
    report = _ran(records(applicants=people, postings=places, applications=wishes)).report()
    told: Any = report["passed_over"]

    assert [one["applicant_id"] for one in told] == ["a2", "a3"]
    assert [(one["n"], one["wishes"][0]["posting_id"], one["wishes"][0]["why"]) for one in told] == [
        (1, "p1", "ranked_above"),
        (1, "p1", "ranked_above"),
    ]
    assert told[0]["wishes"][0]["score"] < report["cutoffs"]["p1"]["score"]  # type: ignore[index]


def test_a_lottery_and_a_larger_total_are_called_by_their_names() -> None:
    people = [applicant(f"a{k}", desired_activities=["education"]) for k in (1, 2)]
    places = [posting("p1", activities=["education"]), posting("p2", "32525", activities=["education"])]
    wishes = [_wish(who, place, wish_rank=n) for who in ("a1", "a2") for n, place in ((1, "p1"), (2, "p2"))]
    given = records(applicants=people, postings=places, applications=wishes)
    told = {one: _ran(given, mechanism=one).report()["passed_over"] for one in MECHANISMS}

    assert [[wish["why"] for wish in one[0]["wishes"]] for one in told.values()] == [["lottery"], ["other_pairs"]]  # type: ignore[index]
