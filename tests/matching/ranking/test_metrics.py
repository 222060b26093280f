from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from matching.errors import MarketError
from matching.ranking import (
    congestion,
    coverage,
    envy_pairs,
    expected_matches,
    gini,
    least_served_decile,
    share_with_a_match,
    times_shown,
    utilities,
)
from matching.ranking.metrics import envy
from tests.oracles.ranking import envious, utility_of

amounts = npst.arrays(np.float64, st.integers(1, 12), elements=st.integers(0, 9).map(float))


def tables(seed: int, n: int = 6, m: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    pairs, a, b = np.random.default_rng(seed).random((3, n, m))
    return pairs, a, b


@settings(max_examples=40)
@given(st.integers(0, 99), st.integers(1, 9), st.integers(1, 9))
def test_envy_is_counted_as_its_definition_reads(seed: int, n: int, m: int) -> None:
    pairs, a, b = tables(seed, n, m)
    assert envy_pairs(pairs, a, b) == (len(envious(pairs, a, b)), len(envious(pairs.T, b.T, a.T)))


def test_counting_envy_in_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs, a, b = tables(1, 30, 20)
    whole = envy_pairs(pairs, a, b)
    monkeypatch.setattr(envy, "BLOCK", 70)
    assert envy_pairs(pairs, a, b) == whole


def test_equal_members_do_not_envy_each_other_by_a_rounding() -> None:
    pairs, a, b = (np.repeat(table[:1], 5, axis=0) for table in tables(2))
    assert envy_pairs(pairs, a, b).left == 0


def test_a_posting_with_twice_the_seats_and_twice_the_exposure_is_not_envied() -> None:
    pairs, b = np.ones((1, 2)), np.ones((1, 2))
    a = np.array([[1.0, 2.0]])
    assert envy_pairs(pairs, a, b) == (0, 1)
    assert envy_pairs(pairs, a, b, capacity=[1, 2]) == (0, 0)
    assert envy_pairs(pairs, a, b, capacity=[2, 2]) == (0, 1)


@settings(max_examples=25)
@given(st.integers(0, 99), st.integers(1, 150), st.integers(1, 90), st.booleans())
def test_utilities_are_the_sums_of_the_products_however_the_tables_are_stored(
    seed: int, n: int, m: int, by_columns: bool
) -> None:
    pairs, a, b = tables(seed, n, m)
    stored = np.asfortranarray(b) if by_columns else b
    left, right = utilities(pairs, a, stored)
    assert left[0] == pytest.approx(utility_of(pairs, a, b, 0, 0))
    assert left == pytest.approx((pairs * a * b).sum(axis=1))
    assert right == pytest.approx((pairs * a * b).sum(axis=0))
    assert expected_matches(pairs, a, stored) == pytest.approx(right.sum())


@given(amounts)
def test_gini_is_half_the_mean_difference_over_the_mean(values: np.ndarray) -> None:
    difference = np.abs(values[:, None] - values[None, :]).mean()
    expected = difference / (2 * values.mean()) if values.any() else 0.0
    assert gini(values) == pytest.approx(expected, abs=1e-12)


@given(amounts)
def test_congestion_lies_between_even_and_all_on_one(shown: np.ndarray) -> None:
    assert -1 - 1e-12 <= congestion(shown) <= 0


@given(amounts)
def test_no_measure_of_evenness_depends_on_who_has_what(values: np.ndarray) -> None:
    moved = values[::-1]
    for measure in (gini, congestion, coverage, share_with_a_match, least_served_decile):
        assert measure(values) == pytest.approx(measure(moved), abs=1e-12)


def test_views_gather_as_counted() -> None:
    shown = times_shown(np.array([[0, 1], [0, 2], [0, -1]], np.int32), 4)
    assert shown.tolist() == [3, 1, 1, 0]
    assert coverage(shown) == 0.75
    shares = np.array([0.6, 0.2, 0.2])
    assert congestion(shown) == pytest.approx(float((shares * np.log(shares)).sum() / np.log(4)))


def test_one_expected_match_is_enough_and_the_least_tenth_is_rounded_up() -> None:
    assert share_with_a_match(np.array([1.0, 0.999])) == 0.5
    assert least_served_decile(np.arange(11.0)) == 0.5
    assert least_served_decile(np.arange(10.0)) == 0.0


def test_nobody_has_no_share() -> None:
    nobody = np.empty(0)
    assert gini(nobody) == congestion(nobody) == 0.0
    assert all(np.isnan(measure(nobody)) for measure in (coverage, share_with_a_match, least_served_decile))


def test_a_negative_amount_is_refused() -> None:
    with pytest.raises(MarketError, match=r"^amounts\[1\] is -2.0, expected >= 0$"):
        gini(np.array([1.0, -2.0]))


@pytest.mark.parametrize(
    ("measure", "name"),
    [
        (gini, "amounts"),
        (congestion, "shown"),
        (coverage, "shown"),
        (share_with_a_match, "utility"),
        (least_served_decile, "amounts"),
    ],
)
def test_what_is_no_row_of_amounts_is_refused_by_the_entry(measure: Callable[[object], float], name: str) -> None:
    for value in (float("nan"), float("inf"), -1.0):
        with pytest.raises(MarketError, match=rf"^{name}\[2\] is {value}, expected"):
            measure([1.0, 0.0, value])
    with pytest.raises(MarketError, match=rf"^{name} has dtype float64 and shape \(1, 2\), expected one row"):
        measure([[1.0, 2.0]])
    with pytest.raises(MarketError, match=rf"^{name} has dtype <U1 and shape \(2,\), expected one row"):
        measure(["a", "b"])
    assert measure([3, 1, 0, 0]) == measure(np.array([3.0, 1.0, 0.0, 0.0]))


def test_amounts_near_the_largest_double_are_measured_as_small_ones() -> None:
    assert gini([1e308, 1e308]) == 0.0
    assert gini([0.0, 0.0, 0.0, 1.7e308]) == 0.75
    assert gini([5e-324, 5e-324]) == 0.0
    assert congestion([1e308, 1e308]) == -1.0
    assert least_served_decile([1e308] * 20) == pytest.approx(1e308)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"pairs": [[0.5, 1.5]]}, "pairs[0, 1] is 1.5, expected a number from 0 to 1"),
        ({"pairs": [[0.5, float("nan")]]}, "pairs[0, 1] is nan, expected a number from 0 to 1"),
        ({"pairs": [0.5]}, "pairs has dtype float64 and shape (1,), expected a table of numbers"),
        ({"left_exposure": [[1.0]]}, "left_exposure has dtype float64 and shape (1, 1), expected (1, 2) numbers"),
        (
            {"right_exposure": [[1.0, float("inf")]]},
            "right_exposure[0, 1] is inf, expected a finite number >= 0, at most 1e+100",
        ),
        ({"capacity": [1.0]}, "capacity has 1 entries, expected 2"),
    ],
)
def test_envy_of_tables_that_do_not_fit_is_refused_by_the_entry(changes: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {
        "pairs": [[0.5, 1]],
        "left_exposure": [[1, 0.5]],
        "right_exposure": [[1, 1]],
    }
    assert envy_pairs(**arguments).left == 0  # type: ignore[arg-type]
    with pytest.raises(MarketError) as error:
        envy_pairs(**(arguments | changes))  # type: ignore[arg-type]
    assert str(error.value) == message
