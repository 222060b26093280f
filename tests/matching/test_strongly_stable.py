from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.tied.strongly_stable import strongly_stable
from matching.mechanisms.tied.super_stable import super_stable
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from matching.statistics import rank_held
from tests.oracles.comparison import tied_blocking, tied_stable_matchings
from tests.oracles.enumeration import ranks_of
from tests.strategies import markets


@settings(max_examples=80)
@given(markets())
def test_it_is_found_exactly_where_one_exists_and_no_applicant_does_better_in_another(market: Market) -> None:
    found, all_of_them = strongly_stable(market), tied_stable_matchings(market, kind="strong")
    assert (found is None) == (not all_of_them)
    if found is not None:
        places = tuple(found.posting_of.tolist())
        assert places in all_of_them
        for a, ranks in enumerate(ranks_of(market.applicants.to_lists())):
            assert all(ranks.get(places[a], 99) <= ranks.get(other[a], 99) for other in all_of_them)


@given(markets())
def test_all_strongly_stable_matchings_place_the_same_applicants_and_fill_as_many_seats_everywhere(
    market: Market,
) -> None:
    all_of_them = tied_stable_matchings(market, kind="strong")
    assert len({tuple(place >= 0 for place in places) for places in all_of_them}) <= 1
    assert len({tuple(sorted(places)) for places in all_of_them}) <= 1


@settings(max_examples=80)
@given(markets(largest=7))
def test_where_a_super_stable_matching_exists_a_strongly_stable_one_does_and_it_is_weakly_stable(
    market: Market,
) -> None:
    found, above = strongly_stable(market), super_stable(market)
    if found is not None:
        assert not tied_blocking(market, tuple(found.posting_of.tolist()), kind="strong")
        assert is_weakly_stable(market, found)
    if above is not None:
        assert found is not None
        assert (rank_held(market, found) <= rank_held(market, above)).all()


def within_reach(n: int, m: int, seed: int) -> Market:
    """All lists have two classes cut at the same place, so that many alternating paths are needed."""
    rng = np.random.default_rng(seed)
    half = n // 2
    applicants = [[sorted(rng.choice(m, 4, replace=False).tolist())] for _ in range(n)]
    postings = [[list(range(half)), list(range(half, n))] if p % 2 else [list(range(n))] for p in range(m)]
    return Market(Preferences.from_lists(applicants, m), Preferences.from_lists(postings, n), np.full(m, -(-n // m)))


@pytest.mark.parametrize("seed", range(20))
def test_long_alternating_paths_end_in_a_matching_without_strongly_blocking_pairs(seed: int) -> None:
    market = within_reach(24, 8, seed)
    found = strongly_stable(market)
    if found is not None:
        assert not tied_blocking(market, tuple(found.posting_of.tolist()), kind="strong")
        assert (found.n_held == market.capacity).all()


def test_some_of_the_markets_above_have_a_strongly_stable_matching_and_some_have_none() -> None:
    found = [strongly_stable(within_reach(24, 8, seed)) is not None for seed in range(20)]
    assert {True, False} == set(found)


@given(markets(strict=True, largest=9))
def test_on_strict_lists_it_is_deferred_acceptance(market: Market) -> None:
    found = strongly_stable(market)
    assert found is not None
    assert found.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()


@given(markets(largest=9), st.randoms(use_true_random=False))
def test_ranks_held_do_not_depend_on_the_order_of_people(market: Market, random: np.random.Generator) -> None:
    order = list(range(market.n_applicants))
    random.shuffle(order)
    new_index = {old: new for new, old in enumerate(order)}
    lists = market.applicants.to_lists()
    renamed = [
        [[new_index[a] for a in entry] if isinstance(entry, list) else new_index[entry] for entry in row]
        for row in market.postings.to_lists()
    ]
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists(renamed, len(order)),
        market.capacity,
    )
    before, after = strongly_stable(market), strongly_stable(renumbered)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert rank_held(renumbered, after).tolist() == rank_held(market, before)[order].tolist()


def test_two_who_want_one_seat_equally_deserved_leave_no_strongly_stable_matching() -> None:
    wants = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    tied = Preferences.from_lists([[[0, 1]], [[0, 1]]], n_choices=2)
    assert strongly_stable(Market(wants, tied, np.array([1, 1]))) is None
    indifferent = Preferences.from_lists([[[0, 1]], [0]], n_choices=2)
    found = strongly_stable(Market(indifferent, tied, np.array([1, 1])))
    assert found is not None
    assert found.posting_of.tolist() == [1, 0]
