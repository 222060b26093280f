"""A round in figures: proofs and digests in full, people as numbers, and none that would tell of single ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from api.runs.figures import run_figures
from api.storage.errors import DamagedRowError
from api.storage.tables import RunRow


def _row(*, placed: int, without: int, reasons: tuple[str, ...] = ("capacity",), **report: Any) -> RunRow:
    matching = {f"a{k}": "p1" if k < placed else None for k in range(placed + without)}
    lines = [
        {"applicant_id": f"a{k}", "reasons": [reasons[k % len(reasons)]], "refused_by": [], "open_to": []}
        for k in range(placed, placed + without)
    ]
    told: dict[str, Any] = {
        **{"feasible": True, "stable": True, "blocking_pairs": [], "certificate": None, "objective": 6.5},
        **{"seats": 30, "first_choice_share": 1.0, "mean_rank": 0.0, "wishes": "applications", "unmatched": lines},
    }
    provenance = {
        **{"on": "2026-11-23", "seed": 7, "inputs": {"records": "r" * 64}, "reference": "2026"},
        **{"rulesets": [{"id": "kyoryokutai/fy2026", "digest": "k" * 64}], "code_version": "1"},
        **{"weights": {"name": "default", "digest": "w" * 64}, "options": {"lottery": "single", "list_length": None}},
    }
    body = {"matching": matching, "report": told | report, "provenance": provenance}
    at = datetime(2026, 11, 23, tzinfo=UTC)
    known: dict[str, Any] = {"mechanism": "deferred-acceptance", "status": "done", "created_at": at, "digest": "d" * 64}
    return RunRow(id="r1", body=json.dumps(body), **known)


def test_digests_stand_whole_and_no_id_of_anybody_or_any_call() -> None:
    told = run_figures(_row(placed=12, without=8)).model_dump_json()

    assert all(letter * 64 in told for letter in "rkwd")
    assert '"a1"' not in told and '"p1"' not in told
    assert '"number":12' in told and '"known":20' in told


@pytest.mark.parametrize(("placed", "without"), [(12, 4), (4, 12)])
def test_a_small_number_and_what_would_tell_it_are_withheld(placed: int, without: int) -> None:
    found = run_figures(_row(placed=placed, without=without))

    assert found.people == 16
    assert (found.placed.known, found.placed.number) == (16, None)


def test_totals_of_few_people_are_withheld_too() -> None:
    few, hidden = run_figures(_row(placed=4, without=0)), run_figures(_row(placed=7, without=4))
    # of seven people one has the second wish: their mean rank would tell it
    one = run_figures(_row(placed=7, without=0, first_choice_share=6 / 7, mean_rank=1 / 7))

    assert (few.people, few.objective, few.mean_rank) == (None, None, None)
    assert (hidden.people, hidden.objective) == (11, None)
    assert (one.placed.number, one.objective, one.mean_rank) == (7, 6.5, None)


def test_of_reasons_no_single_small_one_can_be_taken_from_the_rest() -> None:
    # 17 without a place: 9 for one reason, 6 for another, 2 for a third
    reasons = ("capacity",) * 9 + ("priority",) * 6 + ("eligibility",) * 2
    lines = [
        {"applicant_id": f"b{k}", "reasons": [why], "refused_by": [], "open_to": []} for k, why in enumerate(reasons)
    ]
    found = run_figures(_row(placed=8, without=17, unmatched=lines))

    assert found.unmatched == {"capacity": 9, "priority": None, "eligibility": None}


def test_a_share_of_a_withheld_number_is_withheld_with_its_base() -> None:
    found = run_figures(_row(placed=18, without=2, seats=18, first_choice_share=0.5))

    assert found.placed.number is None
    assert (found.first_choice.known, found.first_choice.number) == (None, None)
    assert found.below_a_wish.known is None
    assert (found.people, found.seats) == (20, None)  # people less seats would tell
    assert found.unmatched == {"capacity": None}


def test_withheld_reasons_are_together_no_small_number() -> None:
    # 40 people, 25 with a place: 12 for one reason, and 3 in all for two others
    reasons = ("capacity",) * 12 + ("priority",) * 2 + ("eligibility",)
    lines = [
        {"applicant_id": f"b{k}", "reasons": [why], "refused_by": [], "open_to": []} for k, why in enumerate(reasons)
    ]
    found = run_figures(_row(placed=25, without=15, unmatched=lines))

    assert found.placed.number == 25
    assert found.unmatched == {"capacity": None, "priority": None, "eligibility": None}


def test_what_first_wishes_and_lower_ones_leave_of_the_placed_is_no_small_number() -> None:
    passed = [{"applicant_id": f"a{k}"} for k in range(8)]
    found = run_figures(_row(placed=20, without=0, first_choice_share=0.5, passed_over=passed))

    assert (found.first_choice.number, found.below_a_wish.number) == (10, None)


def test_left_out_and_pairs_are_told_from_five_on() -> None:
    pairs = [[f"a{k}", "p2"] for k in range(3)]
    few = run_figures(
        _row(placed=9, without=9, blocking_pairs=pairs, stable=False, left_out={"accepted": 2, "ended": 0})
    )
    many = run_figures(_row(placed=9, without=9, left_out={"accepted": 7, "ended": 5}))

    assert (few.pairs, few.stable, few.left_out) == (None, False, {"accepted": None})
    assert (many.pairs, many.left_out) == (0, {"accepted": 7, "ended": 5})


def test_a_body_that_no_round_stored_is_a_damaged_row() -> None:
    row = _row(placed=1, without=1)
    row.body = "{}"
    with pytest.raises(DamagedRowError, match="table run, id r1: the stored record is damaged"):
        run_figures(row)
