from __future__ import annotations

import numpy as np
from hypothesis import given

from matching.market import Market
from matching.mechanisms.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.statistics import matching_statistics, rank_held
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
