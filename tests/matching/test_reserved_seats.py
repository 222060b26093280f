from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.market import Market
from matching.mechanisms.reserves.reserved_seats import deferred_acceptance_with_reserves
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.preferences import Preferences
from matching.properties.reserves import choice_blocking_pairs, is_choice_stable, reserve_violations
from matching.reserves import Reserves
from tests.kept_strategies import orders
from tests.oracles.enumeration import ranks_of
from tests.oracles.reserves import cumulative_offers, postings_of, proposals_in_rounds, stable_by_choice
from tests.strategies import markets
from tests.strategies_reserves import PRECEDENCES, reserved_markets

ANY = st.one_of([reserved_markets(overlapping=o, quotas=q) for o in (False, True) for q in (False, True)])
WELL_BEHAVED = st.one_of(
    reserved_markets(overlapping=True, quotas=False), reserved_markets(overlapping=False, quotas=True)
)
MINORITY = 0


def places(market: Market, reserves: Reserves, precedence: str = "reserved-first") -> tuple[int, ...]:
    matching = deferred_acceptance_with_reserves(market, reserves, precedence=precedence)  # type: ignore[arg-type]
    return tuple(matching.posting_of.tolist())


def rank(market: Market, applicant: int, posting: int) -> int:
    return ranks_of(market.applicants.to_lists())[applicant].get(posting, 10**6)


@given(WELL_BEHAVED, PRECEDENCES)
def test_no_applicant_does_better_in_any_other_stable_matching(drawn: tuple[Market, Reserves], precedence: str) -> None:
    market, reserves = drawn
    found = places(market, reserves, precedence)
    stable = stable_by_choice(market, postings_of(market, reserves, precedence))
    assert found in stable
    for other in stable:
        assert all(rank(market, a, found[a]) <= rank(market, a, other[a]) for a in range(market.n_applicants))


@given(WELL_BEHAVED, PRECEDENCES, st.data())
def test_no_applicant_gains_by_reporting_another_list(
    drawn: tuple[Market, Reserves], precedence: str, data: st.DataObject
) -> None:
    market, reserves = drawn
    if market.n_applicants == 0:
        return
    liar = data.draw(st.integers(0, market.n_applicants - 1))
    lie = data.draw(orders(market.n_postings))
    lists = market.applicants.to_lists()
    lists[liar] = list(lie[: data.draw(st.integers(0, len(lie)))])
    lied = Market(Preferences.from_lists(lists, market.n_postings), market.postings, market.capacity)
    honest, gained = places(market, reserves, precedence)[liar], places(lied, reserves, precedence)[liar]
    assert rank(market, liar, honest) <= rank(market, liar, gained)


@given(WELL_BEHAVED, PRECEDENCES, st.randoms(use_true_random=False))
def test_offers_one_at_a_time_in_any_order_lead_to_the_same_matching(
    drawn: tuple[Market, Reserves], precedence: str, random: np.random.Generator
) -> None:
    market, reserves = drawn
    order = list(range(market.n_applicants))
    random.shuffle(order)
    twin = cumulative_offers(market, postings_of(market, reserves, precedence), order)
    assert places(market, reserves, precedence) == twin


@given(ANY, PRECEDENCES)
def test_rounds_of_proposals_lead_to_the_same_matching_whatever_the_types_and_quotas(
    drawn: tuple[Market, Reserves], precedence: str
) -> None:
    market, reserves = drawn
    assert places(market, reserves, precedence) == proposals_in_rounds(
        market, postings_of(market, reserves, precedence)
    )


@given(ANY, PRECEDENCES, st.randoms(use_true_random=False))
def test_the_result_follows_people_when_they_are_renumbered(
    drawn: tuple[Market, Reserves], precedence: str, random: np.random.Generator
) -> None:
    market, reserves = drawn
    order = list(range(market.n_applicants))
    random.shuffle(order)
    new_index = {old: new for new, old in enumerate(order)}
    lists, priorities = market.applicants.to_lists(), market.postings.to_lists()
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists([[new_index[int(a)] for a in row] for row in priorities], len(order)),
        market.capacity,
    )
    renamed = Reserves(reserves.is_of_type[order], reserves.reserved, reserves.quota)
    before = places(market, reserves, precedence)
    assert places(renumbered, renamed, precedence) == tuple(before[old] for old in order)


@given(markets(strict=True), PRECEDENCES)
def test_without_types_it_is_deferred_acceptance(market: Market, precedence: str) -> None:
    nobody = np.zeros((market.n_applicants, 0), np.bool_)
    no_type = np.zeros((market.n_postings, 0), np.int64)
    plain = deferred_acceptance(market).posting_of.tolist()
    assert list(places(market, Reserves(nobody, no_type, no_type), precedence)) == plain


def with_minority(
    market: Market, is_minority: list[bool], reserved: np.ndarray, majority_quota: np.ndarray
) -> Reserves:
    """Type 0 is the minority, for whom seats are reserved; type 1 everybody else, who may be capped."""
    flags = np.array(is_minority, np.bool_)
    none, zero = np.full(market.n_postings, -1), np.zeros(market.n_postings, np.int64)
    return Reserves(
        np.column_stack([flags, ~flags]),
        np.column_stack([reserved, zero]).astype(np.int64),
        np.column_stack([none, majority_quota]).astype(np.int64),
    )


@given(markets(strict=True, largest=5), st.data())
def test_reserves_are_at_least_as_good_for_every_applicant_as_the_quotas_on_the_majority_they_replace(
    market: Market, data: st.DataObject
) -> None:
    # Hafalir, Yenmez and Yildirim (2013), Theorem 2: reserve q - q_M where the quota was q_M
    n, m = market.n_applicants, market.n_postings
    flags = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    quota = np.array([data.draw(st.integers(0, int(seats))) for seats in market.capacity], np.int64)
    no_reserve, no_quota = np.zeros(m, np.int64), np.full(m, -1)
    reserved = places(market, with_minority(market, flags, market.capacity - quota, no_quota))
    capped = places(market, with_minority(market, flags, no_reserve, quota))
    assert all(rank(market, a, reserved[a]) <= rank(market, a, capped[a]) for a in range(n))


@given(markets(strict=True, largest=5), st.data())
def test_reserves_never_make_the_whole_minority_worse_off(market: Market, data: st.DataObject) -> None:
    # Hafalir, Yenmez and Yildirim (2013): some member of the minority is at least as well off as without reserves
    n, m = market.n_applicants, market.n_postings
    flags = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    reserve = np.array(data.draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)), np.int64)
    with_reserve = places(market, with_minority(market, flags, reserve, np.full(m, -1)))
    without = deferred_acceptance(market).posting_of.tolist()
    minority = [a for a in range(n) if flags[a]]
    unharmed = [a for a in minority if rank(market, a, with_reserve[a]) <= rank(market, a, without[a])]
    assert unharmed or not minority


KOJIMA = Market(
    Preferences.from_lists([[0], [0, 1], [1, 0]], n_choices=2),
    Preferences.from_lists([[0, 1, 2], [1, 2, 0]], n_choices=3),
    np.array([2, 1]),
)
"""Kojima (2012): students 0 and 1 are the majority, student 2 the minority; school 0 has two seats, school 1 one."""


def test_a_quota_on_the_majority_can_hurt_every_minority_student_and_the_reserve_does_not() -> None:
    # Facts of Kojima (2012), Theorem 1, and Hafalir, Yenmez and Yildirim (2013); every stable matching is recomputed
    minority = [False, False, True]
    no_quota, none = np.array([-1, -1]), np.array([0, 0])
    plain = with_minority(KOJIMA, minority, none, no_quota)
    capped = with_minority(KOJIMA, minority, none, np.array([1, -1]))
    reserved = with_minority(KOJIMA, minority, np.array([1, 0]), no_quota)
    first_choices, with_quota = (0, 0, 1), (0, 1, 0)
    for reserves, stable in (
        (plain, {first_choices}),
        (capped, {with_quota}),
        (reserved, {first_choices, with_quota}),
    ):
        assert places(KOJIMA, reserves) == (with_quota if reserves is capped else first_choices)
        assert set(stable_by_choice(KOJIMA, postings_of(KOJIMA, reserves))) == stable
    # the only minority student loses the first choice to the quota, and so does one of the majority
    assert [rank(KOJIMA, a, first_choices[a]) for a in range(3)] == [0, 0, 0]
    assert [rank(KOJIMA, a, with_quota[a]) for a in range(3)] == [0, 1, 1]


def test_the_order_of_filling_changes_who_is_placed() -> None:
    # Dur, Kominers, Pathak and Sonmez (2018): the reserve helps its type more where open seats are filled first
    market = Market(
        Preferences.from_lists([[0]] * 4, n_choices=1),
        Preferences.from_lists([[0, 1, 2, 3]], n_choices=4),
        np.array([2]),
    )
    reserves = Reserves(np.array([[True], [False], [True], [False]]), np.array([[1]]), np.array([[-1]]))
    assert places(market, reserves) == (0, 0, -1, -1)
    assert places(market, reserves, "open-first") == (0, -1, 0, -1)


def test_overlapping_types_with_quotas_can_leave_a_blocking_pair_and_the_check_names_it() -> None:
    # round 1: 1 and 2 ask posting 0, which takes 1 and is then at its quota of both types; 0 comes later and bars 1
    market = Market(
        Preferences.from_lists([[1, 0], [0], [0], [1]], n_choices=2),
        Preferences.from_lists([[0, 1, 2], [3, 0]], n_choices=4),
        np.array([2, 1]),
    )
    reserves = Reserves(
        np.array([[True, False], [True, True], [False, True], [False, False]]),
        np.zeros((2, 2), np.int64),
        np.array([[1, 1], [-1, -1]]),
    )
    matching = deferred_acceptance_with_reserves(market, reserves)
    assert matching.posting_of.tolist() == [0, -1, -1, 1]
    assert choice_blocking_pairs(market, reserves, matching).tolist() == [[2, 0]]
    assert not is_choice_stable(market, reserves, matching)


@pytest.mark.parametrize("precedence", ["reserved-first", "open-first"])
@pytest.mark.parametrize("overlapping", [False, True])
def test_a_larger_market_agrees_with_the_twin_and_is_stable(precedence: str, overlapping: bool) -> None:
    rng = np.random.default_rng(5)
    n, m, k = 150, 12, 3
    market = Market(
        Preferences.from_scores(rng.random((n, m)), top=6),
        Preferences.from_scores(rng.random((m, n)), top=90),
        np.append(rng.integers(0, 12, m - 1), 2**40),
    )
    kinds = rng.integers(0, k + 1, n)
    of_type = rng.random((n, k)) < 0.4 if overlapping else kinds[:, np.newaxis] == np.arange(k)
    quota = np.full((m, k), -1) if overlapping else rng.integers(-1, 5, (m, k))
    reserves = Reserves(of_type, rng.integers(0, 3, (m, k)), quota)
    found = places(market, reserves, precedence)
    assert found == proposals_in_rounds(market, postings_of(market, reserves, precedence))
    matching = deferred_acceptance_with_reserves(market, reserves, precedence=precedence)  # type: ignore[arg-type]
    assert is_choice_stable(market, reserves, matching, precedence=precedence)  # type: ignore[arg-type]
    assert reserve_violations(market, reserves, matching).is_empty


def test_a_tie_an_unknown_precedence_and_reserves_of_another_market_are_refused() -> None:
    reserves = Reserves(np.array([[True], [False], [True]]), np.array([[1], [0]]), np.array([[-1], [-1]]))
    tied = Market(KOJIMA.applicants, Preferences.from_lists([[0], [[0, 1]]], n_choices=3), KOJIMA.capacity)
    cases: list[tuple[Market, str, type[Exception], str]] = [
        (tied, "reserved-first", MechanismError, "posting 1 lists a tie, expected strict lists: break ties first"),
        (
            KOJIMA,
            "reserves",
            MechanismError,
            "precedence is 'reserves', expected one of reserved-first, open-first",
        ),
        (
            Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], np.int64)),
            "reserved-first",
            MarketError,
            "reserves hold 3 applicants and 2 postings, expected 0 and 0",
        ),
    ]
    for market, precedence, kind, message in cases:
        with pytest.raises(kind) as error:
            places(market, reserves, precedence)
        assert str(error.value) == message
