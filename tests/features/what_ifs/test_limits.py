"""Prices of seats and limits, against rounds over records in which that seat is there."""

from __future__ import annotations

import pytest

from features.rounds.results import MECHANISMS, Mechanism
from features.what_ifs.errors import WhatIfError
from features.what_ifs.limits import TownLimit, limited_round, seat_values
from tests.features.what_ifs.crowded import TOWNS, crowded_round


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_seat_is_worth_what_the_round_over_changed_records_gains(mechanism: Mechanism) -> None:
    result = crowded_round(mechanism)
    lines = seat_values(result)

    assert {line.posting_id for line in lines} == {"p0", "p1", "p2", "p3"}
    for line in lines:
        again = crowded_round(mechanism, **{line.posting_id: 3})
        gained = again.pairs.total(again.matching) - result.pairs.total(result.matching)
        assert line.change.placed == again.matching.n_matched - result.matching.n_matched
        if mechanism == "optimal-assignment":  # the other breaks ties by a lottery that more seats do not change
            assert line.change.total == pytest.approx(gained, abs=1e-5)


def test_the_prices_of_an_optimal_assignment_bound_what_a_seat_more_is_worth() -> None:
    result = crowded_round("optimal-assignment")
    assert result.assignment is not None
    prices = dict(zip(result.round.scored.postings.ids, result.assignment.posting_prices.tolist(), strict=True))

    assert all(line.change.total <= prices[line.posting_id] + 1e-6 for line in seat_values(result))


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_cap_is_kept_and_has_the_price_of_the_same_round_with_one_more(mechanism: Mechanism) -> None:
    result = crowded_round(mechanism)
    tight = limited_round(result, [TownLimit(TOWNS[0], cap=2)])
    loose = limited_round(result, [TownLimit(TOWNS[0], cap=3)])
    (line,) = tight.lines

    assert (line.side, line.held, line.limit) == ("cap", 2, 2)
    assert tight.change.placed == -2
    assert line.change is not None
    assert line.change.placed == loose.n_matched - tight.n_matched == 1
    assert line.change.total == pytest.approx(loose.change.total - tight.change.total, abs=1e-5)


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_limit_that_does_not_bind_costs_nothing(mechanism: Mechanism) -> None:
    found = limited_round(crowded_round(mechanism), [TownLimit(TOWNS[0], cap=9, floor=1)])

    assert [line.change for line in found.lines] == [None, None]
    assert found.change.placed == 0


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_before_each_run_it_is_told_how_many_are_done_and_may_be_ended(mechanism: Mechanism) -> None:
    result, told = crowded_round(mechanism), list[tuple[int, int]]()
    seat_values(result, before_run=lambda done, total: told.append((done, total)))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4)]
    told.clear()
    limited_round(
        result, [TownLimit(TOWNS[0], cap=2, floor=1)], before_run=lambda done, total: told.append((done, total))
    )
    assert told == [(0, 3), (1, 3)]  # the floor does not bind

    def ended(done: int, _total: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        seat_values(result, before_run=ended)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ([TownLimit("13101", cap=1)], "municipality 13101 has no open posting in the round"),
        ([TownLimit(TOWNS[0], cap=1, floor=2)], "has floor 2, expected at most its cap 1"),
        ([TownLimit(TOWNS[0]), TownLimit(TOWNS[0])], "has two limits, expected one"),
        ([TownLimit(TOWNS[0], floor=30)], "the limits cannot all be kept"),
    ],
)
def test_limits_that_fit_no_round_are_refused(limits: list[TownLimit], told: str) -> None:
    for mechanism in MECHANISMS:
        with pytest.raises(WhatIfError, match=told):
            limited_round(crowded_round(mechanism), limits)
