from __future__ import annotations

from itertools import chain, permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError, OutcomeError
from matching.market import Market
from matching.mechanisms.reserves.reserved_seats import deferred_acceptance_with_reserves
from matching.mechanisms.stable.ties import break_ties
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.reserved_choice import Ranked, ReservedChoice
from matching.properties.reserves import (
    choice_blocking_pairs,
    is_choice_stable,
    reserve_violations,
    verify_choice_stable,
)
from matching.reserves import Reserves
from tests.oracles.enumeration import ranks_of
from tests.oracles.reserves import blocking_by_choice, postings_of, stable_by_choice
from tests.strategies import markets
from tests.strategies_reserves import PRECEDENCES, reserved_markets

SIDES = [(overlapping, quotas) for overlapping in (False, True) for quotas in (False, True)]
ANY = st.one_of([reserved_markets(overlapping=o, quotas=q) for o, q in SIDES])
WELL_BEHAVED_WITH_TIES = st.one_of(
    reserved_markets(overlapping=True, quotas=False, strict=False),
    reserved_markets(overlapping=False, quotas=True, strict=False),
)


def any_matching(data: st.DataObject, market: Market) -> Matching:
    n, m = market.n_applicants, market.n_postings
    places = data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n))
    return Matching(np.array(places, np.int64), m)


@settings(max_examples=150)
@given(ANY, PRECEDENCES, st.data())
def test_blocking_pairs_are_those_of_the_definition_on_any_placement_however_wrong(
    drawn: tuple[Market, Reserves], precedence: str, data: st.DataObject
) -> None:
    market, reserves = drawn
    matching, rules = any_matching(data, market), postings_of(market, reserves, precedence)
    places = tuple(matching.posting_of.tolist())
    found = choice_blocking_pairs(market, reserves, matching, precedence=precedence)  # type: ignore[arg-type]
    assert [tuple(pair) for pair in found.tolist()] == sorted(blocking_by_choice(market, rules, places))
    is_stable = is_choice_stable(market, reserves, matching, precedence=precedence)  # type: ignore[arg-type]
    assert is_stable == (places in stable_by_choice(market, rules))


@given(WELL_BEHAVED_WITH_TIES, PRECEDENCES, st.integers(0, 99))
def test_a_matching_that_is_stable_after_a_lottery_is_stable_with_the_ties_as_submitted(
    drawn: tuple[Market, Reserves], precedence: str, seed: int
) -> None:
    market, reserves = drawn
    strict = break_ties(market, rng=np.random.default_rng(seed), lottery="multiple").market
    matching = deferred_acceptance_with_reserves(strict, reserves, precedence=precedence)  # type: ignore[arg-type]
    verify_choice_stable(strict, reserves, matching, precedence=precedence)  # type: ignore[arg-type]
    verify_choice_stable(market, reserves, matching, precedence=precedence)  # type: ignore[arg-type]


@given(reserved_markets(overlapping=True, quotas=True, strict=False), PRECEDENCES, st.integers(0, 99), st.data())
def test_a_pair_that_blocks_with_ties_blocks_after_every_lottery(
    drawn: tuple[Market, Reserves], precedence: str, seed: int, data: st.DataObject
) -> None:
    market, reserves = drawn
    matching = any_matching(data, market)
    drawn_market = break_ties(market, rng=np.random.default_rng(seed), lottery="multiple").market
    tied, strict = (
        choice_blocking_pairs(of, reserves, matching, precedence=precedence).tolist()  # type: ignore[arg-type]
        for of in (market, drawn_market)
    )
    assert all(pair in strict for pair in tied)


@given(markets(), PRECEDENCES, st.data())
def test_without_reserves_and_quotas_the_pairs_are_those_that_block_weakly(
    market: Market, precedence: str, data: st.DataObject
) -> None:
    matching = any_matching(data, market)
    of_type = np.ones((market.n_applicants, 1), np.bool_)
    nothing = Reserves(of_type, np.zeros((market.n_postings, 1), np.int64), np.full((market.n_postings, 1), -1))
    if (matching.n_held > market.capacity).any():  # an overfull posting welcomes whom it would not take
        return
    found = choice_blocking_pairs(market, nothing, matching, precedence=precedence)  # type: ignore[arg-type]
    assert found.tolist() == blocking_pairs(market, matching).tolist()


@given(ANY, PRECEDENCES, st.data())
def test_reserve_violations_are_those_of_the_definition(
    drawn: tuple[Market, Reserves], precedence: str, data: st.DataObject
) -> None:
    market, reserves = drawn
    matching, rules = any_matching(data, market), postings_of(market, reserves)
    wishes, ranks = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    unfilled = []
    for a, held in enumerate(matching.posting_of.tolist()):
        own_rank = wishes[a][held] if held in wishes[a] and a in ranks[held] else 10**6
        for p in (p for p in wishes[a] if wishes[a][p] < own_rank and a in ranks[p] and p != held):
            holders = matching.applicants_of(p).tolist()
            before = min(rules[p].most_filled(tuple(holders)), rules[p].capacity)
            after = min(rules[p].most_filled((*holders, a)), rules[p].capacity)
            full = [kind for kind in rules[p].types_of[a] if 0 <= rules[p].quota[kind] <= held_of(rules, holders, kind)]
            if after > before and not full:
                unfilled.append([a, p])
    over = [
        [p, kind]
        for p, rule in enumerate(rules)
        for kind, most in enumerate(rule.quota)
        if 0 <= most < held_of(rules, matching.applicants_of(p).tolist(), kind)
    ]
    found = reserve_violations(market, reserves, matching)
    assert (found.over_quota.tolist(), found.unfilled.tolist()) == (over, sorted(unfilled))
    if is_choice_stable(market, reserves, matching, precedence=precedence):  # type: ignore[arg-type]
        assert found.is_empty


def held_of(rules: list, holders: list[int], kind: int) -> int:
    return sum(kind in rules[0].types_of[person] for person in holders)


def one_posting(priority: list[int | list[int]], capacity: int, n: int) -> Market:
    return Market(
        Preferences.from_lists([[0]] * n, n_choices=1), Preferences.from_lists([priority], n), np.array([capacity])
    )


def test_a_holder_of_equal_rank_is_not_displaced_and_a_reserve_outranks_priority() -> None:
    reserves = Reserves(np.array([[False], [True], [True]]), np.array([[1]]), np.array([[-1]]))
    tied, held = one_posting([[0, 1, 2]], 1, 3), Matching(np.array([-1, 0, -1]), 1)
    assert choice_blocking_pairs(tied, reserves, held).tolist() == []
    passed_over = Matching(np.array([0, -1, -1]), 1)
    assert choice_blocking_pairs(one_posting([0, 1, 2], 1, 3), reserves, passed_over).tolist() == [[1, 0], [2, 0]]
    assert reserve_violations(tied, reserves, passed_over).unfilled.tolist() == [[1, 0], [2, 0]]


def test_open_seats_first_asks_every_order_of_tied_holders() -> None:
    # 0 (of the type) and 1 are tied and hold both seats; if 0 sat on the open one, 2 would take the reserved one from 1
    reserves = Reserves(np.array([[True], [False], [True]]), np.array([[1]]), np.array([[-1]]))
    matching = Matching(np.array([0, 0, -1]), 1)
    for priority, pairs in (([0, 1, 2], [[2, 0]]), ([1, 0, 2], []), ([[0, 1], 2], [])):
        market = one_posting(priority, 2, 3)
        assert choice_blocking_pairs(market, reserves, matching, precedence="open-first").tolist() == pairs


def test_whose_other_type_has_its_quota_cannot_fill_a_reserved_seat() -> None:
    market = one_posting([0, 1, 2], capacity=3, n=3)
    types = np.array([[True, False], [True, True], [False, True]])
    placed = Matching(np.array([0, -1, -1]), n_postings=1)
    for quota, filling in ((1, [2]), (2, [1, 2]), (-1, [1, 2])):
        reserves = Reserves(types, np.array([[0, 2]]), np.array([[quota, -1]]))
        assert reserve_violations(market, reserves, placed).unfilled[:, 0].tolist() == filling


def test_verifying_names_the_first_witness() -> None:
    market = one_posting([0, 1, 2], 2, 4)
    reserves = Reserves(np.array([[True], [True], [False], [False]]), np.array([[0]]), np.array([[1]]))
    cases = [
        ([0, 0, 0, -1], "posting 0 holds 3 applicants, expected at most its capacity 2"),
        ([-1, -1, -1, 0], "applicant 3 is placed at 0, expected a pair that is on both lists"),
        ([0, 0, -1, -1], "posting 0 holds 2 of type 0, expected at most its quota 1"),
        ([-1, 0, -1, -1], "applicant 0 and posting 0 block, the first of 2 pairs"),
    ]
    for places, message in cases:
        matching = Matching(np.array(places), 1)
        assert not is_choice_stable(market, reserves, matching)
        with pytest.raises(OutcomeError) as error:
            verify_choice_stable(market, reserves, matching)
        assert str(error.value) == message
    verify_choice_stable(market, reserves, Matching(np.array([0, -1, 0, -1]), 1))
    over = reserve_violations(market, reserves, Matching(np.array([0, 0, -1, -1]), 1))
    assert (over.over_quota.tolist(), over.is_empty) == ([[0, 0]], False)


def test_who_is_taken_is_taken_in_every_order_of_tied_holders() -> None:
    rng, n = np.random.default_rng(3), 5
    sets: list[tuple[int, ...]] = [(), (0,), (1,), (0, 1)]
    for case in range(60):
        types_of = [sets[kind] for kind in rng.integers(0, 4, n + 1)]  # the last one asks
        reserved, quota = rng.integers(0, 3, 2).tolist(), rng.choice([-1, 1, 2], 2).tolist()
        choice = ReservedChoice(0, n, reserved, quota, types_of, "open-first" if case % 2 else "reserved-first")
        cut = int(rng.integers(0, 3))
        classes = [range(cut), range(cut, n)]
        holders: Ranked = [(tie, person) for tie, tied in enumerate(classes) for person in tied]
        for rank, at in enumerate([cut, n]):
            orders = [list(chain.from_iterable(order)) for order in product(*map(permutations, classes))]
            expected = all(n in choice.taken([*order[:at], n, *order[at:]]) for order in orders)
            assert choice.takes(n, rank, holders) == expected


def test_too_many_tied_holders_whose_order_decides_are_refused() -> None:
    n = 17
    market = one_posting([list(range(16)), 16], 16, n)
    of_type = np.zeros((n, 2), np.bool_)
    of_type[:8, 0] = of_type[8:16, 1] = of_type[16, 0] = True
    reserves = Reserves(of_type, np.array([[1, 0]]), np.full((1, 2), -1))
    matching = Matching(np.array([0] * 16 + [-1]), 1)
    with pytest.raises(OutcomeError) as error:
        choice_blocking_pairs(market, reserves, matching, precedence="open-first")
    assert str(error.value) == (
        "posting 0 holds tied applicants whose order decides, expected at most 5040 orders of them: "
        "judge lists without ties"
    )
    assert choice_blocking_pairs(market, reserves, matching).tolist() == []


def test_another_market_and_an_unknown_precedence_are_refused() -> None:
    market = one_posting([0], 1, 1)
    reserves = Reserves(np.array([[True]]), np.array([[1]]), np.array([[-1]]))
    two = Reserves(np.array([[True], [True]]), np.array([[1]]), np.array([[-1]]))
    held = Matching(np.array([0]), 1)
    cases = [
        (lambda: choice_blocking_pairs(market, two, held), MarketError, "reserves hold 2 applicants and 1 postings"),
        (lambda: reserve_violations(market, two, held), MarketError, "reserves hold 2 applicants and 1 postings"),
        (
            lambda: choice_blocking_pairs(market, reserves, Matching(np.array([0, 0]), 1)),
            OutcomeError,
            "the matching has 2 applicants and 1 postings",
        ),
        (lambda: reserve_violations(market, reserves, Matching(np.array([0, 0]), 1)), OutcomeError, "the matching has"),
    ]
    for judge, kind, message in cases:
        with pytest.raises(kind, match=f"^{message}"):
            judge()
    with pytest.raises(MechanismError) as error:
        choice_blocking_pairs(market, reserves, held, precedence="last")  # type: ignore[arg-type]
    assert str(error.value) == "precedence is 'last', expected one of reserved-first, open-first"
