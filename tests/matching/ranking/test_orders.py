from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from matching.ranking import even_exposure, exposure_of_orders, order_rows
from tests.oracles.ranking import exposure_by_sorting, largest_over_lists

tables = npst.arrays(
    np.float64, st.tuples(st.integers(0, 4), st.integers(1, 40)), elements=st.integers(0, 6).map(float)
)


@given(tables)
def test_rows_are_sorted_by_falling_weight_and_equal_ones_by_index(weights: np.ndarray) -> None:
    assert order_rows(weights).tolist() == np.argsort(-weights, axis=1, kind="stable").tolist()


@given(tables, st.integers(0, 50))
def test_a_short_list_is_the_head_of_the_full_one(weights: np.ndarray, n_shown: int) -> None:
    assert order_rows(weights, n_shown).tolist() == order_rows(weights)[:, :n_shown].tolist()


@given(npst.arrays(np.float64, (3, 20), elements=st.floats(0, 1e12)), st.integers(0, 60))
def test_items_that_are_not_listed_come_in_no_list_and_weights_of_zero_do(weights: np.ndarray, seed: int) -> None:
    is_listed = np.random.default_rng(seed).random((3, 20)) < 0.6
    orders = order_rows(np.where(is_listed, weights, -1.0))
    for row in range(3):
        listed = np.count_nonzero(is_listed[row])
        assert sorted(orders[row, :listed].tolist()) == np.flatnonzero(is_listed[row]).tolist()
        assert (orders[row, listed:] == -1).all()


def test_among_a_thousand_items_the_last_ten_of_the_binary_digits_do_not_decide() -> None:
    weights = np.zeros((1, 1000))
    weights[0, [7, 8]] = 0.3, 0.3 * (1 + 2e-16)
    assert order_rows(weights, 2).tolist() == [[7, 8]]
    weights[0, 8] = 0.3 * (1 + 1e-12)
    assert order_rows(weights, 2).tolist() == [[8, 7]]


@given(npst.arrays(np.float64, (1, 5), elements=st.floats(0, 1)))
def test_no_list_brings_more_than_the_sorted_one(weights: np.ndarray) -> None:
    exam = np.array([1, 0.5, 0.25, 0.25, 0.0])
    brought = float((exposure_of_orders(order_rows(weights), exam, 5) * weights).sum())
    assert abs(brought - largest_over_lists(weights[0], exam)) < 1e-12


@given(st.integers(0, 99))
def test_exposures_of_orders_agree_with_the_numpy_twin(seed: int) -> None:
    weights, exam = np.random.default_rng(seed).random((6, 9)), 1 / np.arange(1, 10.0)
    assert exposure_of_orders(order_rows(weights), exam, 9).tolist() == exposure_by_sorting(weights, exam).tolist()


def test_even_lists_are_the_mean_of_all_cyclic_orders_of_the_eligible() -> None:
    exam = np.array([1.0, 0.5, 0.2])
    eligible = np.array([[True, True, False, True, True], [False, False, False, True, False], [False] * 5])
    expected = np.zeros((3, 5))
    for row in range(3):
        items = np.flatnonzero(eligible[row])
        for start in range(items.size):
            shown = np.roll(items, -start)[:3]
            expected[row, shown] += exam[: shown.size] / items.size
    assert np.abs(even_exposure(exam, (3, 5), eligible) - expected).max() < 1e-15
