"""Going on after a withdrawal: what is promised, who moves, and who is asked for wrongly."""

from __future__ import annotations

import pytest

from features.rounds.results import MECHANISMS, Mechanism, RoundResult
from features.what_ifs.errors import WhatIfError
from features.what_ifs.repair import repaired_round
from tests.features.what_ifs.crowded import crowded_round


def _placed(result: RoundResult) -> list[str]:
    return [an_id for an_id, place in result.placements.items() if place is not None]


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_fewest_moves_keep_the_promise_and_kept_moves_nobody(mechanism: Mechanism) -> None:
    result = crowded_round(mechanism)
    for gone in _placed(result):
        ways = {one.way: one for one in repaired_round(result, [gone])}

        assert ways["kept"].n_moved == 0
        assert all(one.n_moved >= ways["fewest_moves"].n_moved for way, one in ways.items() if way == "fresh")
        if mechanism == "deferred-acceptance":
            assert ways["fewest_moves"].n_blocking == ways["fresh"].n_blocking == 0
        else:
            assert ways["fewest_moves"].total >= ways["kept"].total - 1e-6
        number = result.round.scored.applicants.index_of[gone]
        assert all(move.applicant != number for one in ways.values() for move in one.moves)


def test_the_seat_goes_to_somebody_without_one() -> None:
    result = crowded_round("deferred-acceptance")
    way = next(one for one in repaired_round(result, _placed(result)[:1]) if one.way == "kept")

    assert way.n_matched == result.matching.n_matched
    assert [move.before for move in way.moves] == [None]


@pytest.mark.parametrize(
    ("who", "told"),
    [([], "nobody is named"), (["nobody"], "applicant nobody holds no place in the round")],
)
def test_whoever_holds_no_place_cannot_withdraw(who: list[str], told: str) -> None:
    result = crowded_round("deferred-acceptance")
    without = [an_id for an_id, place in result.placements.items() if place is None]
    with pytest.raises(WhatIfError, match=told):
        repaired_round(result, who)
    with pytest.raises(WhatIfError, match=f"applicant {without[0]} holds no place"):
        repaired_round(result, without[:1])
