from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs.bounds import bound_certificate, verified_bound
from matching.programs.constraint_tables import RowTable
from matching.programs.critical_classes import FREE_SEAT, count_copies, critical_classes
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise, relaxation_prices
from matching.programs.stability_rows import StableProgram, stable_size_program, without_entries
from tests.oracles.enumeration import all_matchings, blocking
from tests.oracles.stability_rows import acceptable_pairs, counting_program
from tests.strategies import markets


def is_solution(stable: StableProgram, matching: Matching) -> bool:
    values = stable.values_of(matching)
    return bound_certificate(stable.program, values, np.zeros(stable.program.n_rows)).is_feasible


@settings(max_examples=150)
@given(markets(largest=4))
def test_a_matching_is_a_solution_exactly_if_it_is_weakly_stable(market: Market) -> None:
    stable = stable_size_program(market)
    for places in all_matchings(market):
        matching = Matching(np.array(places, np.int64), market.n_postings)
        assert is_solution(stable, matching) == (not blocking(market, places))
        read = stable.matching_of(stable.values_of(matching))
        assert read.posting_of.tolist() == matching.posting_of.tolist()


@settings(max_examples=25, deadline=None)
@given(markets(largest=3))
def test_no_values_of_the_other_variables_make_a_solution_of_any_other_set_of_pairs(market: Market) -> None:
    stable, pairs = stable_size_program(market), acceptable_pairs(market)
    expected = {places for places in all_matchings(market) if not blocking(market, places)}
    for chosen in product([0.0, 1.0], repeat=min(len(pairs), 5)):
        fixed = np.zeros(len(pairs))
        fixed[: len(chosen)] = chosen
        n_others = stable.program.objective.size - fixed.size
        lower, upper = (np.concatenate([fixed, end * np.ones(n_others)]) for end in (0.0, 1.0))
        formed = [pair for pair, is_formed in zip(pairs, fixed, strict=True) if is_formed]
        places = [-1] * market.n_applicants
        for a, p in formed:
            places[a] = p
        is_stable = len(dict(formed)) == len(formed) and tuple(places) in expected
        found = maximise(replace(stable.program, lower=lower, upper=upper))
        assert (found.status == "optimal") == is_stable


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2), min_size=1, max_size=5), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_the_relaxation_of_one_posting_is_the_hull_of_what_it_can_hold(ranks: list[int], seats: int, seed: int) -> None:
    h = len(ranks)
    seats = min(seats, h)
    cases = critical_classes(
        np.zeros(h, np.int64), np.array(ranks), np.arange(h), seats=np.array([seats]), first_column=h
    )
    rows = RowTable()
    cases.add_rows(rows)
    rng = np.random.default_rng(seed)
    worth = rng.normal(size=h + cases.n_columns)
    worth[h + cases.critical.size :] = 0.0  # of holdings and cases, in which copies have no part
    n = worth.size
    program = IntegerProgram(worth, *rows.assemble(n), np.zeros(n), np.ones(n), np.zeros(n, np.bool_))
    expected = []
    for chosen in product([0.0, 1.0], repeat=h):
        if sum(chosen) <= seats:
            values = np.zeros(n)
            values[:h] = chosen
            cases.fill(values)
            expected.append(float(worth @ values))
    assert maximise(program).value == pytest.approx(max(expected), abs=1e-7)


@settings(max_examples=60, deadline=None)
@given(markets(largest=5))
def test_rows_that_only_count_seats_agree_on_the_largest_and_bound_it_no_better(market: Market) -> None:
    counting, stable = counting_program(market), stable_size_program(market)
    assert maximise(stable.program).value == maximise(counting).value
    tight, loose = relaxation_prices(stable.program), relaxation_prices(counting)
    assert tight is not None
    assert loose is not None
    assert verified_bound(stable.program, tight) <= verified_bound(counting, loose) + 1e-6


@given(markets(largest=6))
def test_copies_are_counted_before_they_are_made(market: Market) -> None:
    stable = stable_size_program(market)
    places = market.applicants.indices[stable.entries].astype(np.int64)
    seats = np.minimum(market.capacity, np.bincount(places, minlength=market.n_postings))
    assert count_copies(places, market.rank_at_posting[stable.entries], seats=seats) == stable.cases.holding.size


def test_two_seats_for_a_class_of_one_and_a_class_of_two_read_as_on_paper() -> None:
    # a0 before a1 and a2, who tie: the seats run out in the second class, or one stays free
    cases = critical_classes(
        np.zeros(3, np.int64), np.array([0, 1, 1]), np.arange(3), seats=np.array([2]), first_column=3
    )
    assert cases.critical.tolist() == [1, FREE_SEAT]
    assert list(zip(cases.holding.tolist(), cases.case.tolist(), strict=True)) == [
        (i, k) for k in (0, 1) for i in range(3)
    ]
    values = np.zeros(3 + cases.n_columns)
    values[[0, 2]] = 1.0
    cases.fill(values)
    assert values.tolist() == [1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0]
    values[2] = 0.0
    cases.fill(values)
    assert values.tolist() == [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]


def test_a_closed_posting_asks_for_nothing_and_allows_nothing() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([0]))
    stable = stable_size_program(market)
    assert is_solution(stable, Matching(np.array([-1]), 1))
    assert maximise(stable.program).value == 0.0


def test_a_market_without_pairs_has_no_variables() -> None:
    market = Market(Preferences.from_lists([[0], []], 1), Preferences.from_lists([[]], 2), np.array([3]))
    stable = stable_size_program(market)
    assert stable.program.objective.size == 0
    assert stable.matching_of(np.empty(0)).posting_of.tolist() == [-1, -1]


@given(markets(largest=6), st.data())
def test_an_entry_left_out_is_one_that_was_never_made(market: Market, data: st.DataObject) -> None:
    size = market.applicants.indices.size
    is_left_out = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=np.bool_)
    kept = np.flatnonzero(~is_left_out)
    shorter = without_entries(market, is_left_out)
    expected = np.column_stack([market.applicants.rows(), market.applicants.indices, market.applicants.ranks])[kept]
    left = np.column_stack([shorter.applicants.rows(), shorter.applicants.indices, shorter.applicants.ranks])
    assert left.tolist() == expected.tolist()
    assert shorter.rank_at_posting.tolist() == market.rank_at_posting[kept].tolist()
