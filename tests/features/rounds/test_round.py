"""Rounds over records: who may be placed, both mechanisms, and why someone is not."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from features.errors import RecordError
from features.market.scored_market import read_market
from features.records import Records
from features.rounds.results import MECHANISMS, Mechanism, run_round
from features.rounds.round import open_round
from matching.errors import MechanismError
from tests.features.small_market import ON, applicant, posting, records, two_by_two


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_both_mechanisms_place_the_forester_in_the_forest(mechanism: Mechanism) -> None:
    result = run_round(open_round(read_market(two_by_two(), on=ON)), mechanism=mechanism)

    assert result.placements == {"a1": "p1", "a2": "p2"}
    assert result.report()["stable"] is True


def test_the_optimal_assignment_maximises_the_mean_of_both_scores() -> None:
    opened = open_round(read_market(_crowd(), on=ON))
    result = run_round(opened, mechanism="optimal-assignment")
    stable = run_round(opened, mechanism="deferred-acceptance")

    assert result.certificate is not None
    assert result.certificate.holds
    assert result.pairs.total(result.matching) >= stable.pairs.total(stable.matching)


def test_the_order_of_the_records_decides_nothing_even_where_a_lottery_does() -> None:
    crowd = _crowd()
    mirrored = records(
        **{kind: content[::-1] for kind, content in crowd.model_dump(mode="json", exclude_unset=True).items()}
    )
    for seed in range(5):
        placed = [run_round(open_round(read_market(some, on=ON)), seed=seed).placements for some in (crowd, mirrored)]
        assert placed[0] == placed[1]


def test_another_seed_gives_another_lottery_and_publishes_it() -> None:
    opened = open_round(read_market(_crowd(), on=ON))
    lotteries = [run_round(opened, seed=seed).report()["lottery"] for seed in (1, 2)]

    assert lotteries[0] != lotteries[1]
    assert all(set(lottery["applicants"]) == set(opened.scored.applicants.ids) for lottery in lotteries)  # type: ignore[index]


def test_with_applications_nobody_is_placed_where_they_did_not_apply() -> None:
    wishes = [{"application_id": "x1", "applicant_id": "a1", "posting_id": "p2"}]
    result = run_round(open_round(read_market(two_by_two(applications=wishes), on=ON)))

    assert result.placements == {"a1": "p2", "a2": None}
    assert result.round.wishes == "applications"


def test_who_withdrew_or_never_applied_is_not_placed_by_their_score() -> None:
    wishes = [{"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "status": "withdrawn"}]
    opened = open_round(read_market(two_by_two(applications=wishes), on=ON))

    for mechanism in MECHANISMS:
        assert run_round(opened, mechanism=mechanism).placements == {"a1": None, "a2": None}
    assert opened.wishes == "applications"


def test_wish_ranks_come_before_scores() -> None:
    wishes = [
        {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 2},
        {"application_id": "x2", "applicant_id": "a1", "posting_id": "p2", "wish_rank": 1},
    ]
    result = run_round(open_round(read_market(two_by_two(applications=wishes), on=ON)))

    assert result.placements["a1"] == "p2"


def test_nobody_is_placed_against_a_rule_a_deadline_or_a_refused_region() -> None:
    people = [
        applicant("rule", origin="01468"),
        applicant("refused", private_preferences={"regions_refused": ["島根県"]}),
        applicant("free"),
    ]
    places = [posting("p1", "32525", headcount=3), posting("p2", "32525", headcount=3, deadline="2026-11-01")]
    result = run_round(open_round(read_market(records(applicants=people, postings=places), on=ON)))

    assert result.placements == {"rule": None, "refused": None, "free": "p1"}
    assert result.round.market.capacity.tolist() == [3, 0]


def test_the_unmatched_are_told_why_and_what_was_open() -> None:
    people = [applicant(f"a{k}", desired_activities=["education"]) for k in range(3)]
    places = [posting("p1", activities=["education"])]
    report = run_round(open_round(read_market(records(applicants=people, postings=places), on=ON))).report()

    assert report["matched"] == 1
    assert [line["reasons"] for line in report["unmatched"]] == [["capacity", "priority"]] * 2  # type: ignore[index,attr-defined]
    assert report["cutoffs"]["p1"]["seats_left"] == 0  # type: ignore[index]


def test_an_open_place_beyond_a_short_list_is_named() -> None:
    people = [applicant(f"a{k}", desired_activities=["education"]) for k in range(2)]
    places = [posting("p1", activities=["education"]), posting("p2", activities=["education"])]
    market = read_market(records(applicants=people, postings=places), on=ON)
    scores = market.applicant.block(slice(None), slice(None))
    assert np.ptp(scores) < 1e-3, "equal places make a tie that is never cut"
    report = run_round(open_round(market, list_length=1)).report()

    assert report["matched"] == 2


def test_joint_wishes_are_told_or_refused_and_never_broken_in_silence() -> None:
    household = {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": [["p1", "p2"]]}
    market = read_market(two_by_two(households=[household]), on=ON)

    with pytest.raises(RecordError, match="household h1 has joint wishes"):
        open_round(market, households="refuse")
    placed = run_round(open_round(market))
    assert placed.matching.n_matched == 2
    assert placed.report()["notes"] == ["世帯 h1 の一緒の希望は、この方式では守れません。一人ずつ配置しました。"]


def test_wishes_from_applications_need_applications() -> None:
    with pytest.raises(RecordError, match="the records hold no application"):
        open_round(read_market(two_by_two(), on=ON), wishes="applications")


def test_an_unknown_mechanism_names_the_known_ones() -> None:
    with pytest.raises(MechanismError, match="expected one of deferred-acceptance, optimal-assignment"):
        run_round(open_round(read_market(two_by_two(), on=ON)), mechanism="magic")  # type: ignore[arg-type]
    assert get_args(Mechanism) == MECHANISMS


@pytest.mark.parametrize(
    "parts", [{"applicants": [], "postings": [posting("p1")]}, {"applicants": [applicant("a")]}, {}]
)
def test_an_empty_side_gives_an_empty_round(parts: dict[str, list[dict[str, object]]]) -> None:
    for mechanism in MECHANISMS:
        result = run_round(open_round(read_market(records(**parts), on=ON)), mechanism=mechanism)

        assert result.report()["matched"] == 0


def _crowd() -> Records:
    people = [applicant(f"a{k:02}", desired_activities=[("education", "event")[k % 2]]) for k in range(12)]
    places = [posting(f"p{k}", activities=[("education", "event")[k % 2]], headcount=2) for k in range(4)]
    return records(applicants=people, postings=places)
