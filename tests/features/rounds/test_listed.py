"""A round over lists is the round over the records where no list is cut, whatever the partitions."""

from __future__ import annotations

from typing import cast

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from features.market.scored_market import read_market
from features.partitions.lists import Calls
from features.records import Applicant, Application, Records
from features.rounds.checked import Mechanism
from features.rounds.held_places import HeldPlaces, held_places
from features.rounds.listed import run_listed_round
from features.rounds.results import run_round
from features.rounds.round import Round, open_round
from features.rounds.taking_part import taking_part
from matching.mechanisms.stable.ties import Lottery
from matching.properties import verify_feasible, verify_individually_rational
from tests.features.rounds.listed_rounds import EVERYONE, opened
from tests.features.small_market import ON


def _of_records(calls: Calls, persons: tuple[Applicant, ...]) -> Round:
    ordered = tuple(one for one in persons if one.consent is None or one.consent.automated_order is not False)
    records = Records(applicants=ordered, postings=calls.postings)
    return open_round(read_market(records, on=ON, weights=calls.weights), wishes="scores")


@settings(deadline=None, max_examples=15)
@given(
    who=st.sets(st.integers(0, len(EVERYONE) - 1), min_size=1),
    n_parts=st.integers(1, 3),
    seed=st.integers(0, 99),
    mechanism=st.sampled_from(["deferred-acceptance", "optimal-assignment"]),
    lottery=st.sampled_from(["single", "multiple"]),
)
def test_with_long_lists_it_is_the_round_over_the_records(
    calls: Calls, who: set[int], n_parts: int, seed: int, mechanism: Mechanism, lottery: Lottery
) -> None:
    persons = tuple(EVERYONE[i] for i in sorted(who))
    found, whole = opened(calls, persons, n_parts=n_parts), _of_records(calls, persons)
    result = run_listed_round(found, mechanism=mechanism, seed=seed, lottery=lottery)
    expected = run_round(whole, mechanism=mechanism, seed=seed, lottery=lottery)

    assert found.market.applicants.to_lists() == whole.market.applicants.to_lists()
    assert found.market.postings.to_lists() == whole.market.postings.to_lists()
    assert found.market.capacity.tolist() == whole.market.capacity.tolist()
    assert dict(result.placements().select("applicant_id", "posting_id").rows()) == expected.placements
    told = expected.report()
    assert {name: result.report()[name] for name in ("matched", "seats", "objective", "mean_rank")} == {
        name: told[name] for name in ("matched", "seats", "objective", "mean_rank")
    }
    cutoffs = {one["posting_id"]: one["cutoff"] for one in result.seats().rows(named=True) if one["seats"]}
    assert cutoffs == {an_id: said["score"] for an_id, said in _cutoffs(told).items()}


def test_cut_lists_are_counted_and_the_result_holds_among_the_listed(calls: Calls) -> None:
    found = opened(calls, EVERYONE, length=1)
    result = run_listed_round(found)
    report, held = result.report(), result.found.matching.posting_of

    assert found.is_cut.sum() == report["cut_lists"] == (np.diff(found.market.applicants.indptr) == 1).sum() > 0
    assert report["unmatched_with_cut_list"] == ((held < 0) & found.is_cut).sum()
    assert (report["blocking_pairs"], report["feasible"], report["individually_rational"]) == (0, True, True)
    verify_feasible(found.market, result.found.matching)
    verify_individually_rational(found.market, result.found.matching)


def test_who_wants_no_order_takes_no_part_and_is_counted(calls: Calls) -> None:
    found = opened(calls, EVERYONE)
    unordered = [f"a{number:03}" for number in range(0, len(EVERYONE), 11)]

    assert found.n_unordered == len(unordered)
    assert set(found.applicant_ids).isdisjoint(unordered)
    assert run_listed_round(found).report()["left_out"] == {"accepted": 0, "unordered": len(unordered)}


@settings(deadline=None, max_examples=10)
@given(held=st.sets(st.integers(0, len(EVERYONE) - 1), max_size=6), n_parts=st.integers(1, 3))
def test_held_places_are_left_out_and_taken_as_in_a_round_over_the_records(
    calls: Calls, held: set[int], n_parts: int
) -> None:
    applications = tuple(
        Application(application_id=f"x{i}", applicant_id=EVERYONE[i].applicant_id, posting_id="p0", status="accepted")
        for i in sorted(held)
    )
    people = tuple(one for one in EVERYONE if one.consent is None or one.consent.automated_order is not False)
    records = Records(
        applicants=people,
        postings=calls.postings,
        applications=tuple(one for one in applications if one.applicant_id in {who.applicant_id for who in people}),
    )
    whole = open_round(read_market(taking_part(records, wishes="scores").records, on=ON, weights=calls.weights))
    found = opened(calls, people, n_parts=n_parts, held=held_places(records))

    assert found.market.capacity.tolist() == whole.market.capacity.tolist()
    assert found.n_accepted == len(records.applications)
    assert dict(run_listed_round(found).placements().select("applicant_id", "posting_id").rows()) == (
        run_round(whole, mechanism="deferred-acceptance", seed=0, lottery="single").placements
    )


def test_joint_wishes_that_lists_do_not_know_are_counted(calls: Calls) -> None:
    found = opened(calls, EVERYONE, held=HeldPlaces(n_households=2))

    assert run_listed_round(found).report()["households_not_kept"] == 2


def test_a_closed_call_has_no_seat(calls: Calls) -> None:
    seats = dict(run_listed_round(opened(calls, EVERYONE)).seats().select("posting_id", "seats").rows())

    assert seats["p3"] == 0
    assert seats["p0"] == 1


def test_a_round_of_nobody_has_empty_files(calls: Calls) -> None:
    result = run_listed_round(opened(calls, ()))

    assert result.placements().schema == {"applicant_id": pl.String, "posting_id": pl.String, "number": pl.Int64}
    assert (result.placements().height, result.report()["matched"]) == (0, 0)


def _cutoffs(report: dict[str, object]) -> dict[str, dict[str, object]]:
    return cast("dict[str, dict[str, object]]", report["cutoffs"])
