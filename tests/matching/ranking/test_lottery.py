from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MarketError
from matching.ranking import RankingLottery, both_sides_market, examination, exposure_of_orders, ranking_policy

MARKET = both_sides_market(12, 9, 0.5, seed=1)
EXAMS = examination("inv", 9, top=4), examination("log2", 12)
ELIGIBLE = np.random.default_rng(5).random((12, 9)) < 0.7


@pytest.mark.parametrize("eligible", [None, ELIGIBLE])
def test_the_kept_lotteries_have_the_exposures_of_the_policy(eligible: np.ndarray | None) -> None:
    policy = ranking_policy(*MARKET, *EXAMS, rounds=20, eligible=eligible, keep_rankings=True)
    assert policy.left_lists is not None
    assert policy.right_lists is not None
    assert policy.left_lists.exposure(EXAMS[0]) == pytest.approx(policy.left_exposure, abs=1e-12)
    assert policy.right_lists.exposure(EXAMS[1]) == pytest.approx(policy.right_exposure.T, abs=1e-12)


def test_exposures_are_the_weighted_exposures_of_the_rounds() -> None:
    lottery = _lottery(eligible=None)
    expected = lottery.weights[0] * EXAMS[0].mean() * np.ones((12, 9))
    for weight, orders in zip(lottery.weights[1:], lottery.rankings, strict=True):
        expected += weight * exposure_of_orders(orders.astype(np.int32), EXAMS[0], 9)
    assert lottery.weights.sum() == pytest.approx(1)
    assert lottery.exposure(EXAMS[0]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("eligible", [None, ELIGIBLE])
def test_drawn_lists_show_items_as_often_as_the_exposure_says(eligible: np.ndarray | None) -> None:
    # 3,000 draws of ranks between 0 and 1: five standard errors are at most 5 * 0.5 / sqrt(3000)
    lottery, rng = _lottery(eligible), np.random.default_rng(11)
    shown = sum(exposure_of_orders(lottery.draw(rng), EXAMS[0], 9) for _ in range(3000)) / 3000
    assert np.abs(shown - lottery.exposure(EXAMS[0])).max() < 5 * 0.5 / np.sqrt(3000)


def test_a_drawn_list_names_eligible_items_once_each_and_repeats_with_its_seed() -> None:
    lottery = _lottery(ELIGIBLE)
    lists = lottery.draw(np.random.default_rng(3))
    assert lists.tolist() == lottery.draw(np.random.default_rng(3)).tolist()
    for row, items in enumerate(lists):
        shown = items[items >= 0]
        assert shown.size == np.unique(shown).size == min(4, np.count_nonzero(ELIGIBLE[row]))
        assert ELIGIBLE[row, shown].all()


def test_the_chance_to_be_shown_is_the_exposure_with_equal_weights() -> None:
    lottery = _lottery(eligible=None)
    assert lottery.exposure(np.ones(4)).sum(axis=1) == pytest.approx(np.full(12, 4.0))


def test_a_lottery_without_rounds_is_a_random_cyclic_order() -> None:
    policy = ranking_policy(*MARKET, *EXAMS, rounds=0, keep_rankings=True)
    assert policy.left_lists is not None
    drawn = policy.left_lists.draw(np.random.default_rng(0))
    assert (np.diff(drawn, axis=1) % 9 == 1).all()


def test_ranks_that_the_lists_do_not_show_are_refused() -> None:
    with pytest.raises(MarketError, match=r"^exam weighs 9 ranks, expected at most the 4 that the lists show$"):
        _lottery(eligible=None).exposure(examination("inv", 9))


def test_rankings_are_kept_in_the_least_bytes_that_hold_an_index() -> None:
    assert _lottery(eligible=None).rankings.dtype == np.int8


def _lottery(eligible: np.ndarray | None) -> RankingLottery:
    lottery = ranking_policy(*MARKET, *EXAMS, rounds=10, eligible=eligible, keep_rankings=True).left_lists
    assert lottery is not None
    return lottery
