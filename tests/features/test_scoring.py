"""Scores: contributions add up, blocks agree with pairs, unknown facts widen intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import FeatureError, WeightError
from features.scoring import Scores, coordinator_scores
from features.terms.factor import Bound, Factor, InnerTerm, LookupTerm, lookup_term
from tests.kept_strategies import orders


def _inner(rng: np.random.Generator, n: int, m: int, d: int) -> InnerTerm:
    left = rng.random((n, d)).astype(np.float32)
    right = rng.random((m, d)).astype(np.float32)
    left /= np.linalg.norm(left, axis=1, keepdims=True)
    right /= np.linalg.norm(right, axis=1, keepdims=True)
    return InnerTerm(left, right, rng.random(n) < 0.8, rng.random(m) < 0.8, neutral=0.4)


def _table(rng: np.random.Generator, n: int, m: int, rows: int, columns: int) -> LookupTerm:
    table = rng.random((rows, columns))
    low, high = table * (rng.random((rows, columns)) < 0.7), np.minimum(1.0, table + 0.1)
    return lookup_term(rng.integers(0, rows, n), rng.integers(0, columns, m), table, low=low, high=high)


def _scores(seed: int, n: int = 7, m: int = 5, *, side: str = "coordinator") -> Scores:
    rng = np.random.default_rng(seed)
    factors: list[Factor] = [_inner(rng, n, m, 3), _table(rng, n, m, 4, 2), _table(rng, n, m, 80, 90)]
    weights = rng.random((m if side == "coordinator" else n, 3))
    weights /= weights.sum(axis=1, keepdims=True)
    return Scores("coordinator" if side == "coordinator" else "applicant", ("a", "b", "c"), tuple(factors), weights)


@given(seed=st.integers(0, 10_000), side=st.sampled_from(["coordinator", "applicant"]))
def test_a_block_agrees_with_the_contributions_of_its_pairs(seed: int, side: str) -> None:
    scores = _scores(seed, side=side)
    for bound in ("low", "value", "high"):
        block = scores.block(slice(1, 6), slice(0, 4), bound=bound)
        for j in range(4):
            column = getattr(scores.column(j), bound).sum(axis=1)[1:6]
            np.testing.assert_allclose(block[:, j], column, atol=2e-6)


@given(seed=st.integers(0, 10_000), order=orders(7))
def test_a_block_has_the_same_bits_whatever_it_is_cut_from(seed: int, order: list[int]) -> None:
    scores = _scores(seed)
    whole = scores.block(slice(None), slice(None))
    wide = np.vstack([scores.block(slice(i, i + 1), slice(None)) for i in range(7)])
    left, right = scores._left_side("value", slice(None)), scores._right_side("value")
    shuffled = np.argsort(np.random.default_rng(seed).random(left.shape[1]))
    other_order = left[:, shuffled] @ right[:, shuffled].T

    np.testing.assert_array_equal(whole, wide)
    np.testing.assert_array_equal(left[order] @ right.T, (left @ right.T)[order])
    np.testing.assert_array_equal(left @ right.T, other_order)


@given(seed=st.integers(0, 10_000), side=st.sampled_from(["coordinator", "applicant"]))
def test_a_row_and_a_column_tell_the_same_of_their_pair(seed: int, side: str) -> None:
    scores = _scores(seed, side=side)

    for bound in ("low", "value", "high"):
        across = np.stack([getattr(scores.row(i), bound) for i in range(7)])
        down = np.stack([getattr(scores.column(j), bound) for j in range(5)], axis=1)
        np.testing.assert_allclose(across, down, atol=1e-12)


@given(seed=st.integers(0, 10_000))
def test_a_score_lies_in_its_interval_and_between_0_and_1(seed: int) -> None:
    column = _scores(seed).column(2)

    assert np.all(column.low <= column.value)
    assert np.all(column.value <= column.high)
    assert np.all(column.low.sum(axis=1) >= 0)
    assert np.all(column.high.sum(axis=1) <= 1 + 1e-9)


@given(seed=st.integers(0, 10_000), order=orders(7))
def test_a_pair_scores_the_same_bits_whoever_stands_around_it(seed: int, order: list[int]) -> None:
    scores = _scores(seed)
    rows = np.array(order[:3], dtype=np.int64)

    np.testing.assert_array_equal(scores.column(1, rows).value, scores.column(1).value[rows])


def test_an_unknown_pair_gets_the_neutral_value_and_the_widest_interval() -> None:
    one = np.ones((1, 1), dtype=np.float32)
    term = InnerTerm(one, one, np.array([False]), np.array([True]), neutral=0.3)
    column = Scores("coordinator", ("a",), (term,), np.ones((1, 1))).column(0)

    assert (column.value.item(), column.low.item(), column.high.item()) == (0.3, 0.0, 1.0)


def test_weights_only_scale_and_are_brought_to_sum_1() -> None:
    rng = np.random.default_rng(1)
    factors = {"a": _inner(rng, 4, 2, 3), "b": _table(rng, 4, 2, 3, 3)}
    scores = coordinator_scores(factors, {"a": 3.0, "b": 1.0}, n_postings=2)
    alone = coordinator_scores(factors, {"a": 5.0}, n_postings=2)

    np.testing.assert_allclose(scores.weights, [[0.75, 0.25]] * 2)
    np.testing.assert_allclose(scores.column(0).value[:, 0], 0.75 * alone.column(0).value[:, 0])
    assert alone.names == ("a",)


def test_all_zero_weights_are_refused() -> None:
    rng = np.random.default_rng(1)

    with pytest.raises(WeightError, match="expected at least one above 0"):
        coordinator_scores({"a": _inner(rng, 2, 2, 2)}, {"a": 0.0}, n_postings=2)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([[0.5, 0.6]], "weights of row 0 sum to 1.1"),
        ([[1.5, -0.5]], "weights of row 0 are not all finite and >= 0"),
        ([[float("nan"), 1.0]], "weights of row 0 are not all finite"),
        ([[1.0]], r"weights have shape \(1, 1\), expected \(rows, 2\)"),
    ],
)
def test_weights_that_are_no_weights_are_refused(weights: list[list[float]], message: str) -> None:
    rng = np.random.default_rng(1)
    factors = (_inner(rng, 2, 1, 2), _table(rng, 2, 1, 2, 2))

    with pytest.raises(WeightError, match=message):
        Scores("coordinator", ("a", "b"), factors, np.array(weights))


def test_a_table_entry_outside_its_bounds_is_refused() -> None:
    with pytest.raises(FeatureError, match="expected low <= table <= high"):
        lookup_term(np.array([0]), np.array([0]), np.array([[0.5]]), low=np.array([[0.6]]))


def test_a_code_outside_the_table_is_refused() -> None:
    with pytest.raises(FeatureError, match=r"a code of side b outside 0\.\.0"):
        lookup_term(np.array([0]), np.array([1]), np.array([[0.5]]))


@pytest.mark.parametrize("bound", ["low", "value", "high"])
def test_sides_of_an_inner_term_are_its_plain_inner_product(bound: Bound) -> None:
    rng = np.random.default_rng(5)
    term = _inner(rng, 6, 4, 3)
    left, right = term.sides(bound)
    known = term.known_left[:, None] & term.known_right[None, :]
    filler = {"low": 0.0, "value": 0.4, "high": 1.0}[bound]

    np.testing.assert_allclose(left @ right.T, np.where(known, term.left @ term.right.T, filler), atol=1e-6)
