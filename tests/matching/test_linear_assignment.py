from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linear_sum_assignment, linprog
from scipy.sparse import csr_array, vstack

from matching.certificates import assignment_certificate
from matching.errors import MarketError
from matching.market import Market
from matching.mechanisms.linear_assignment import optimal_assignment
from matching.preferences import Preferences
from matching.scored_pairs import ScoredPairs
from tests.oracles.enumeration import best_assignment
from tests.strategies import score_tables

Table = tuple[np.ndarray, np.ndarray, np.ndarray]


def random_pairs(n: int, m: int, length: int, seed: int, levels: int = 0) -> tuple[ScoredPairs, np.ndarray]:
    """Lists of ``length``, seats for three in four; ``levels`` > 0 draws scores from that many values."""
    rng = np.random.default_rng(seed)
    postings = np.argsort(rng.random((n, m)), axis=1)[:, :length]
    scores = rng.integers(0, levels, (n, length)) / levels if levels else rng.random((n, length)) - 0.1
    pairs = ScoredPairs(np.arange(n + 1) * length, postings.astype(np.int32).ravel(), scores.ravel(), m)
    return pairs, rng.multinomial(3 * n // 4, np.ones(m) / m)


@settings(max_examples=300)
@given(score_tables())
def test_no_assignment_is_worth_more_and_of_those_worth_as_much_none_places_more(table: Table) -> None:
    scores, acceptable, capacity = table
    best = optimal_assignment(ScoredPairs.from_dense(scores, acceptable=acceptable), capacity)
    assert (best.value, best.matching.n_matched) == best_assignment(scores, acceptable, capacity)


@settings(max_examples=300)
@given(score_tables(largest=7))
def test_the_prices_prove_the_value(table: Table) -> None:
    scores, acceptable, capacity = table
    pairs = ScoredPairs.from_dense(scores, acceptable=acceptable)
    best = optimal_assignment(pairs, capacity)
    certificate = assignment_certificate(
        pairs, capacity, best.matching, best.applicant_prices, best.posting_prices, tolerance=0.0
    )
    assert certificate.holds  # quarters add up exactly: no tolerance is needed
    assert (best.posting_prices[best.matching.n_held < capacity] == 0).all()
    assert (best.applicant_prices[~best.matching.is_matched] == 0).all()


@given(score_tables(largest=6))
def test_renumbering_people_and_places_changes_neither_the_value_nor_the_number_placed(table: Table) -> None:
    scores, acceptable, capacity = table
    rng = np.random.default_rng(0)
    rows, columns = rng.permutation(scores.shape[0]), rng.permutation(scores.shape[1])
    one = optimal_assignment(ScoredPairs.from_dense(scores, acceptable=acceptable), capacity)
    other = optimal_assignment(
        ScoredPairs.from_dense(scores[rows][:, columns], acceptable=acceptable[rows][:, columns]), capacity[columns]
    )
    assert (one.value, one.matching.n_matched) == (other.value, other.matching.n_matched)


@pytest.mark.parametrize("levels", [0, 3])
@pytest.mark.parametrize("seed", range(3))
def test_the_value_is_that_of_scipy_on_repeated_columns(seed: int, levels: int) -> None:
    pairs, capacity = random_pairs(120, 25, 8, seed, levels)
    dense = np.zeros((120, 25))
    dense[pairs.applicants, pairs.postings] = np.maximum(pairs.scores, 0.0)
    expanded = np.hstack([np.repeat(dense, capacity, axis=1), np.zeros((120, 120))])
    rows, columns = linear_sum_assignment(expanded, maximize=True)
    assert optimal_assignment(pairs, capacity).value == pytest.approx(expanded[rows, columns].sum(), rel=1e-12)


def test_value_and_prices_are_those_of_a_linear_program() -> None:
    pairs, capacity = random_pairs(60, 12, 6, seed=7)
    ones, each = np.ones(pairs.scores.size), np.arange(pairs.scores.size)
    rows = csr_array((ones, (pairs.applicants, each)), shape=(60, ones.size))
    columns = csr_array((ones, (pairs.postings, each)), shape=(12, ones.size))
    bounds = np.concatenate([np.ones(60), capacity])
    program = linprog(
        -pairs.scores, A_ub=vstack([rows, columns]).toarray(), b_ub=bounds, bounds=(0, None), method="highs"
    )
    best = optimal_assignment(pairs, capacity)
    assert program.fun == pytest.approx(-best.value, rel=1e-9)
    duals = -program.ineqlin.marginals
    assert assignment_certificate(pairs, capacity, best.matching, duals[:60], duals[60:]).gap == pytest.approx(
        0, abs=1e-9
    )


def test_an_applicant_is_never_placed_at_a_loss_and_a_gain_of_nothing_still_places() -> None:
    pairs = ScoredPairs.from_dense(np.array([[-1.0, 0.0], [-1.0, -2.0]]))
    assert optimal_assignment(pairs, [2, 2]).matching.posting_of.tolist() == [1, -1]


def test_without_any_score_as_many_as_possible_are_placed() -> None:
    acceptable = np.array([[1, 0], [1, 1], [1, 0]]) > 0
    pairs = ScoredPairs.from_dense(np.zeros((3, 2)), acceptable=acceptable)
    assert optimal_assignment(pairs, [2, 1]).matching.n_matched == 3


def test_pairs_of_a_market_are_those_that_both_sides_list() -> None:
    market = Market(Preferences.from_lists([[1, 0]], 2), Preferences.from_lists([[0], []], 1), np.array([1, 1]))
    pairs = ScoredPairs.from_market(market, [0.9, 0.4])
    assert (pairs.postings.tolist(), pairs.scores.tolist(), pairs.indptr.tolist()) == ([0], [0.4], [0, 1])
    with pytest.raises(MarketError, match=r"^scores has 1 entries, expected one for each of 2 list entries$"):
        ScoredPairs.from_market(market, [0.9])


def test_input_that_is_no_market_is_refused_with_the_place() -> None:
    pairs = ScoredPairs.from_dense(np.ones((1, 2)))
    refused: list[tuple[list[float], str]] = [
        ([1, -2], "posting 1 has capacity -2, expected >= 0"),
        ([1], "capacity has 1 entries, expected 2 postings"),
        ([0.5, 1], "capacity has dtype float64 and shape (2,), expected one row of integers"),
    ]
    for capacity, message in refused:
        with pytest.raises(MarketError) as error:
            optimal_assignment(pairs, capacity)
        assert str(error.value) == message
    with pytest.raises(MarketError, match=r"^scores\[0, 1\] is nan, expected a finite number$"):
        ScoredPairs.from_dense(np.array([[0.0, np.nan]]))
    with pytest.raises(MarketError, match=r"^scores\[1\] is inf, expected a finite number$"):
        ScoredPairs(np.array([0, 2]), np.array([0, 1]), np.array([0.0, np.inf]), 2)
    with pytest.raises(
        MarketError, match=r"^row 0 has choice 0 with rank 1 at position 1, which the row lists already$"
    ):
        ScoredPairs(np.array([0, 2]), np.array([0, 0]), np.array([0.0, 1.0]), 2)
    with pytest.raises(MarketError, match=r"^scores has 1 entries, expected one for each of 2 pairs$"):
        ScoredPairs(np.array([0, 2]), np.array([0, 1]), np.array([0.0]), 2)
    with pytest.raises(MarketError, match=r"^acceptable has shape \(2,\), expected that of the scores, \(1, 2\)$"):
        ScoredPairs.from_dense(np.ones((1, 2)), acceptable=np.ones(2, np.bool_))
    with pytest.raises(MarketError, match=r"^scores have shape \(2,\)"):
        ScoredPairs.from_dense(np.ones(2))
    with pytest.raises(MarketError, match=r"^scores has dtype <U1 and shape \(1,\), expected one row of real numbers$"):
        ScoredPairs(np.array([0, 1]), np.array([0]), np.array(["x"]), 1)


def test_a_score_that_may_not_be_used_need_not_be_a_number() -> None:
    pairs = ScoredPairs.from_dense(np.array([[0.5, np.nan]]), acceptable=np.array([[True, False]]))
    assert pairs.scores.tolist() == [0.5]


def test_scores_whose_total_no_double_holds_are_refused() -> None:
    with pytest.raises(MarketError, match="scores add up beyond the largest double"):
        ScoredPairs.from_dense(np.array([[1.7e308], [1.7e308]]))
