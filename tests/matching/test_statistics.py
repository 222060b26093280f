from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.statistics import matching_difference, matching_statistics, rank_held
from tests.strategies import markets


@given(markets(strict=True, largest=6))
def test_counts_add_up_to_people_and_seats(market: Market) -> None:
    matching = deferred_acceptance(market)
    figures = matching_statistics(market, matching)
    assert figures.n_at_rank.sum() == figures.n_matched == figures.n_filled
    assert figures.n_filled + figures.unfilled_at.sum() == figures.n_seats
    ranks = rank_held(market, matching)
    assert np.isnan(figures.mean_rank) if figures.n_matched == 0 else figures.mean_rank == ranks[ranks >= 0].mean()


def test_shares_of_nothing_are_not_a_number() -> None:
    empty = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], dtype=np.int64))
    figures = matching_statistics(empty, Matching(np.array([], dtype=np.int64), 0))
    assert np.isnan([figures.matched_share, figures.fill_share, figures.first_choice_share, figures.mean_rank]).all()


def test_a_tie_counts_as_its_class() -> None:
    market = Market(
        Preferences.from_lists([[2, [0, 1]]], 3), Preferences.from_lists([[0], [0], []], 1), np.array([1, 1, 1])
    )
    assert rank_held(market, Matching(np.array([1]), 3)).tolist() == [1]
    assert matching_statistics(market, Matching(np.array([1]), 3)).n_at_rank.tolist() == [0, 1]


@given(markets(largest=6), st.integers(0, 2**32))
def test_a_difference_tells_everybody_who_holds_something_else(market: Market, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = market.n_applicants, market.n_postings
    listed = [
        [-1, *market.applicants.indices[start:end].tolist()]
        for start, end in zip(market.applicants.indptr[:-1], market.applicants.indptr[1:], strict=True)
    ]
    first, second = (Matching(np.array([rng.choice(row) for row in listed], np.int64), m) for _ in range(2))
    found = matching_difference(market, first, second)
    differs = np.flatnonzero(first.posting_of != second.posting_of).tolist()
    assert sorted([*found.applicants, *found.newly_placed, *found.displaced]) == differs
    gained = rank_held(market, first) - rank_held(market, second)
    assert found.ranks_gained.tolist() == gained[found.applicants].tolist()
    back = matching_difference(market, second, first)
    assert (back.n_better, back.displaced.tolist()) == (found.n_worse, found.newly_placed.tolist())
    assert n >= len(differs)


def test_matchings_of_different_sizes_are_refused() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    with pytest.raises(OutcomeError, match=r"^the matchings have 1 and 2 applicants, expected as many$"):
        matching_difference(market, Matching(np.array([0]), 1), Matching(np.array([0, 0]), 1))
