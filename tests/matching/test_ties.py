from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import Lottery, break_ties, order_ties
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from tests.oracles.enumeration import ranks_of, stable_matchings, strict_lists
from tests.strategies import markets


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@given(markets(), st.integers(0, 99), st.sampled_from(get_args(Lottery)))
def test_deferred_acceptance_after_any_lottery_is_stable_for_the_lists_with_ties(
    market: Market, seed: int, lottery: Lottery
) -> None:
    matching = deferred_acceptance(break_ties(market, rng=generator(seed), lottery=lottery).market)
    assert is_weakly_stable(market, matching)
    assert tuple(matching.posting_of.tolist()) in stable_matchings(market)


@given(markets(), st.integers(0, 99), st.sampled_from(get_args(Lottery)))
def test_breaking_ties_never_reverses_a_strict_preference(market: Market, seed: int, lottery: Lottery) -> None:
    broken = break_ties(market, rng=generator(seed), lottery=lottery).market
    assert broken.is_strict
    for before, after in ((market.applicants, broken.applicants), (market.postings, broken.postings)):
        for old, new in zip(ranks_of(before.to_lists()), strict_lists(after), strict=True):
            assert sorted(old) == sorted(new)
            assert [old[choice] for choice in new] == sorted(old.values())


@given(markets(largest=6), st.integers(0, 99))
def test_the_published_numbers_of_a_single_lottery_reproduce_every_order(market: Market, seed: int) -> None:
    broken = break_ties(market, rng=generator(seed))
    sides = (
        (market.postings, broken.market.postings, broken.applicant_numbers),
        (market.applicants, broken.market.applicants, broken.posting_numbers),
    )
    for before, after, numbers in sides:
        for old, new in zip(ranks_of(before.to_lists()), strict_lists(after), strict=True):
            assert new == sorted(old, key=lambda choice: (old[choice], numbers[choice]))


@given(markets(largest=6), st.integers(0, 99))
def test_the_published_numbers_of_a_multiple_lottery_reproduce_every_order(market: Market, seed: int) -> None:
    broken = break_ties(market, rng=generator(seed), lottery="multiple")
    before, numbers = market.postings, broken.applicant_numbers
    for row, new in enumerate(broken.market.postings.to_lists()):
        entries = range(before.indptr[row], before.indptr[row + 1])
        order = sorted(entries, key=lambda entry: (before.ranks[entry], numbers[entry]))
        assert new == [int(before.indices[entry]) for entry in order]


@given(markets(), st.integers(0, 99), st.sampled_from(get_args(Lottery)))
def test_the_priority_lottery_does_not_read_the_applicants_lists(market: Market, seed: int, lottery: Lottery) -> None:
    silent = Market(
        Preferences.from_lists([[]] * market.n_applicants, market.n_postings), market.postings, market.capacity
    )
    spoken = break_ties(market, rng=generator(seed), lottery=lottery).market.postings
    assert spoken.to_lists() == break_ties(silent, rng=generator(seed), lottery=lottery).market.postings.to_lists()


def test_every_member_of_a_tie_wins_the_lottery_equally_often() -> None:
    # three people tie for one seat: 3,000 draws, each wins 1,000 times, give or take four standard deviations
    market = Market(
        Preferences.from_lists([[0], [0], [0]], n_choices=1), Preferences.from_lists([[[0, 1, 2]]], 3), np.array([1])
    )
    rng = generator(2024)
    wins = np.zeros(3)
    for _ in range(3000):
        wins += deferred_acceptance(break_ties(market, rng=rng).market).is_matched
    assert np.abs(wins - 1000).max() < 4 * np.sqrt(3000 * (1 / 3) * (2 / 3))


def test_an_unknown_lottery_is_refused_with_the_known_ones() -> None:
    market = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], dtype=np.int64))
    with pytest.raises(MechanismError) as error:
        break_ties(market, rng=generator(0), lottery="coin")  # type: ignore[arg-type]
    assert str(error.value) == "lottery is 'coin', expected one of single, multiple"


@pytest.mark.parametrize(
    ("lottery", "numbers", "message"),
    [
        ("single", ([0], [0]), "applicant_numbers has 1 entries, expected 2 for a single lottery"),
        ("single", ([1, 0], [0, 1]), "posting_numbers has 2 entries, expected 1 for a single lottery"),
        ("multiple", ([0, 1, 2], [0, 1]), "applicant_numbers has 3 entries, expected 2 for a multiple lottery"),
        ("single", ([4, 4], [0]), "applicant_numbers holds a number twice, expected a lottery without ties"),
        ("multiple", ([0, 1], [7, 7]), "posting_numbers holds a number twice, expected a lottery without ties"),
    ],
)
def test_numbers_that_are_no_lottery_are_refused(
    lottery: Lottery, numbers: tuple[list[int], list[int]], message: str
) -> None:
    market = Market(Preferences.from_lists([[0], [0]], 1), Preferences.from_lists([[[0, 1]]], 2), np.array([1]))
    with pytest.raises(MechanismError) as error:
        order_ties(market, lottery, *numbers)
    assert str(error.value) == message
