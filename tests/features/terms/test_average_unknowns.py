"""What nobody knows of a place: it counts what is known on average, so withholding it gains and costs nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.scoring import Scores, applicant_scores
from features.synthetic import sample_market
from features.tables import applicant_table, posting_table
from features.terms import PRIVATE_TERMS, SELECTION_TERMS
from features.terms.average_unknowns import with_average_unknowns
from features.terms.factor import Factor, InnerTerm, LookupTerm
from features.terms.unknowns import lookup_with_unknowns
from features.weights import default_weights

MEMBERS = ["kyoryokutai"] * 6


def _scores(factor: Factor, n: int) -> Scores:
    return Scores("applicant", ("t",), (factor,), np.ones((n, 1)))


def _inner(seed: int) -> InnerTerm:
    rng = np.random.default_rng(seed)
    left, right = rng.random((4, 3)) / 3, rng.random((6, 3))
    return InnerTerm(left.astype("f4"), right.astype("f4"), rng.random(4) < 0.7, rng.random(6) < 0.6, neutral=0.4)


def _table(seed: int) -> LookupTerm:
    rng = np.random.default_rng(seed)
    return lookup_with_unknowns(rng.integers(-1, 3, 4), rng.integers(-1, 2, 6), rng.random((3, 2)))


@given(st.integers(0, 10_000))
@settings(deadline=None)
def test_an_unknown_place_counts_the_mean_of_the_known_ones_for_each_applicant(seed: int) -> None:
    inner, table = _inner(seed), _table(seed)
    is_known = {"inner": inner.known_right, "table": table.b != table.unknown_b}
    for name, factor in (("inner", inner), ("table", table)):
        before = _scores(factor, 4).block(slice(None), slice(None))
        after = _scores(with_average_unknowns(factor, MEMBERS), 4).block(slice(None), slice(None))
        known = is_known[name]
        np.testing.assert_array_equal(after[:, known], before[:, known])
        if known.any():
            means = np.broadcast_to(before[:, known].mean(axis=1, keepdims=True), after[:, ~known].shape)
            np.testing.assert_allclose(after[:, ~known], means, atol=2e-6)
        else:
            np.testing.assert_array_equal(after, before)


@given(st.integers(0, 10_000))
@settings(deadline=None)
def test_bounds_stay_and_hold_the_value_and_a_block_agrees_with_its_rows(seed: int) -> None:
    for factor in (_inner(seed), _table(seed)):
        before, after = _scores(factor, 4), _scores(with_average_unknowns(factor, MEMBERS), 4)
        low, value, high = (after.block(slice(None), slice(None), bound=b) for b in ("low", "value", "high"))

        np.testing.assert_array_equal(low, before.block(slice(None), slice(None), bound="low"))
        np.testing.assert_array_equal(high, before.block(slice(None), slice(None), bound="high"))
        assert np.all((low <= value + 1e-6) & (value <= high + 1e-6))
        for i in range(4):
            np.testing.assert_allclose(after.row(i).value[:, 0], value[i], atol=2e-6)
            assert np.all((after.row(i).low <= after.row(i).value) & (after.row(i).value <= after.row(i).high))


def test_the_order_of_the_places_changes_no_bit() -> None:
    factor, mixed = _inner(5), np.random.default_rng(5).permutation(6)
    other = replace(factor, of_postings=factor.right[mixed], known_right=factor.known_right[mixed])
    blocks = [_scores(with_average_unknowns(f, MEMBERS), 4).block(slice(None), slice(None)) for f in (factor, other)]

    np.testing.assert_array_equal(blocks[0][:, mixed], blocks[1])


def test_a_programme_is_averaged_by_itself_and_keeps_the_neutral_value_where_nothing_is_known() -> None:
    table = lookup_with_unknowns(np.zeros(1, np.int64), np.array([0, 1, -1, -1]), np.array([[1.0, 0.0]]), neutral=0.9)
    groups = ["kyoryokutai", "kyoryokutai", "kyoryokutai", "kigyojin"]
    told = _scores(with_average_unknowns(table, groups), 1).block(slice(None), slice(None))

    np.testing.assert_allclose(told, [[1.0, 0.0, 0.5, 0.9]], atol=1e-6)


def test_a_term_without_unknown_places_is_left_as_it_is() -> None:
    inner = replace(_inner(1), known_right=np.ones(6, dtype=np.bool_))
    table = lookup_with_unknowns(np.array([0, -1]), np.array([0, 1]), np.array([[1.0, 0.0]]))

    assert with_average_unknowns(inner, MEMBERS) is inner
    assert with_average_unknowns(table, MEMBERS[:2]) is table


class _Market:
    """Living facts of the sample market: 150 calls, 200 people, the weights of the file."""

    def __init__(self) -> None:
        records = sample_market(n_applicants=200, n_postings=150)
        postings = [posting for posting in records.postings if posting.program == "kyoryokutai"]
        people, places = applicant_table(records.applicants), posting_table(postings)
        host = next(term for term in SELECTION_TERMS if term.name == "side_job")
        self.raw: dict[str, Factor] = {term.name: term.build(people, places) for term in PRIVATE_TERMS}
        self.raw[host.name] = host.build(people.selection, places)
        self.groups = places.frame["program"].to_list()
        row = np.array([default_weights().applicant[name] for name in self.raw])
        self.weights = np.tile(row / row.sum(), (len(people), 1))
        self.averaged = {name: with_average_unknowns(factor, self.groups) for name, factor in self.raw.items()}
        self.scores = self.block(self.averaged)

    def block(self, factors: dict[str, Factor]) -> np.ndarray:
        return applicant_scores(factors, tuple(self.raw), self.weights).block(slice(None), slice(None))


@pytest.fixture(scope="module")
def market() -> _Market:
    return _Market()


@pytest.mark.parametrize("name", ["snow", "pay", "car", "housing", "side_job", "hospital"])
def test_hiding_a_fact_of_a_random_place_lowers_neither_its_score_nor_its_mean_place(
    market: _Market, name: str
) -> None:
    raw = market.raw[name]
    assert isinstance(raw, LookupTerm)
    assert raw.unknown_b is not None
    moved: list[float] = []
    lost: list[float] = []
    for j in np.flatnonzero(raw.b != raw.unknown_b):
        codes = raw.b.copy()
        codes[j] = raw.unknown_b
        hidden = market.block(market.averaged | {name: with_average_unknowns(replace(raw, b=codes), market.groups)})
        moved.append(float((_places(hidden, j) - _places(market.scores, j)).mean()))
        lost.append(float((market.scores[:, j] - hidden[:, j]).mean()))

    # of 150 places: a fixed value moved the mean place by up to 14 (housing), and its score by up to 0.009
    assert abs(np.mean(moved)) < 3
    assert abs(np.mean(lost)) < 1e-4


def _places(scores: np.ndarray, j: int) -> np.ndarray:
    """Place of one posting in everybody's list; equal ones share the middle."""
    own = scores[:, [j]]
    return (scores > own).sum(axis=1) + 0.5 * (scores == own).sum(axis=1)
