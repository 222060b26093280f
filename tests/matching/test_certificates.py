from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.certificates import assignment_certificate, supporting_prices, verify_optimality
from matching.errors import CertificateError, OutcomeError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs
from tests.oracles.assignment import best_with_floors
from tests.oracles.enumeration import best_assignment
from tests.strategies import score_tables
from tests.strategies_assignment import FloorTable, floor_tables

PAIRS = ScoredPairs.from_dense(np.array([[3.0, 1.0], [2.0, 0.0]]))
BEST = Matching(np.array([0, 1]), 2)
OTHER = Matching(np.array([1, 0]), 2)


@settings(max_examples=300)
@given(score_tables(largest=3), st.data())
def test_prices_read_off_a_matching_prove_it_exactly_when_it_is_optimal(
    table: tuple[np.ndarray, np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    scores, acceptable, capacity = table
    n, m = scores.shape
    options = [st.sampled_from([-1, *np.flatnonzero(acceptable[a]).tolist()]) for a in range(n)]
    places = np.array([data.draw(option) for option in options], dtype=np.int64)
    matching = Matching(places, m)
    pairs = ScoredPairs.from_dense(scores, acceptable=acceptable)
    certificate = assignment_certificate(pairs, capacity, matching, *supporting_prices(pairs, capacity, matching))
    is_feasible = all(np.count_nonzero(places == p) <= capacity[p] for p in range(m))
    is_best = pairs.total(matching) == best_assignment(scores, acceptable, capacity)[0]
    assert certificate.is_feasible == is_feasible
    assert certificate.holds == (is_feasible and is_best)
    assert certificate.bound >= best_assignment(scores, acceptable, capacity)[0] - certificate.worst_violation * n


@settings(max_examples=300)
@given(floor_tables(largest=3), st.data())
def test_within_floors_prices_read_off_a_matching_prove_it_exactly_when_it_is_optimal(
    table: FloorTable, data: st.DataObject
) -> None:
    scores, acceptable, capacity, floor = table
    n, m = scores.shape
    options = [st.sampled_from([-1, *np.flatnonzero(acceptable[a]).tolist()]) for a in range(n)]
    matching = Matching(np.array([data.draw(option) for option in options], dtype=np.int64), m)
    pairs = ScoredPairs.from_dense(scores, acceptable=acceptable)
    prices = supporting_prices(pairs, capacity, matching, floor=floor)
    certificate = assignment_certificate(pairs, capacity, matching, *prices, floor=floor)
    best = best_with_floors(scores, acceptable, capacity, floor)
    is_feasible = bool((matching.n_held <= capacity).all() and (matching.n_held >= floor).all())
    assert certificate.is_feasible == is_feasible
    assert certificate.holds == (is_feasible and best is not None and pairs.total(matching) == best[0])


@pytest.mark.parametrize("seed", range(3))
def test_prices_of_a_larger_market_prove_its_optimum_and_nothing_worth_less(seed: int) -> None:
    rng = np.random.default_rng(seed)
    scores, capacity, floor = rng.random((150, 30)), rng.multinomial(120, np.ones(30) / 30), np.zeros(30, np.int64)
    floor[:5] = np.minimum(capacity[:5], 2)
    pairs = ScoredPairs.from_dense(scores, acceptable=rng.random((150, 30)) < 0.4)
    best = optimal_assignment(pairs, capacity, floor=floor)
    u, v = supporting_prices(pairs, capacity, best.matching, floor=floor)
    assert np.allclose(v, best.posting_prices, rtol=0, atol=1e-12)
    assert np.allclose(u, best.applicant_prices, rtol=0, atol=1e-12)
    placed = np.flatnonzero(best.matching.is_matched & (best.matching.n_held > floor)[best.matching.posting_of])
    fewer = best.matching.posting_of.copy()
    fewer[placed[0]] = -1
    matching = Matching(fewer, 30)
    prices = supporting_prices(pairs, capacity, matching, floor=floor)
    assert not assignment_certificate(pairs, capacity, matching, *prices, floor=floor).holds


@pytest.mark.parametrize("floor", [None, [0, 1]], ids=["no floor", "a floor elsewhere"])
@pytest.mark.parametrize("kept_apart", [-1e12, -1.0])
def test_a_score_that_keeps_two_apart_does_not_blind_the_check_to_a_half_elsewhere(
    kept_apart: float, floor: list[int] | None
) -> None:
    pairs = ScoredPairs.from_dense(np.array([[1.0, 0.5], [kept_apart, 0.5]]))
    for places, is_best in (([0, 1], True), ([1, -1], False)):
        matching = Matching(np.array(places), 2)
        prices = supporting_prices(pairs, [1, 1], matching, floor=floor)
        assert assignment_certificate(pairs, [1, 1], matching, *prices, floor=floor).holds == is_best
        off_by_half = prices[0] + [0.0, 0.5], prices[1]
        assert not assignment_certificate(pairs, [1, 1], matching, *off_by_half, floor=floor).holds


def test_a_score_at_a_closed_posting_does_not_blind_the_check_to_a_half_elsewhere() -> None:
    pairs = ScoredPairs.from_dense(np.array([[1.0, 0.5, 1e12]]))
    for places, is_best in (([0], True), ([1], False)):
        matching = Matching(np.array(places), 3)
        prices = supporting_prices(pairs, [1, 1, 0], matching)
        assert assignment_certificate(pairs, [1, 1, 0], matching, *prices).holds == is_best


def test_a_loss_that_a_floor_forces_is_the_measure_of_rounding() -> None:
    # three people must sit at a loss of 1e9: at that size a tenth is rounding and 100 is not
    pairs, matching = ScoredPairs.from_dense(np.full((3, 1), -1e9)), Matching(np.zeros(3, np.int64), 1)
    for off, holds in ((0.0, True), (-0.1, True), (0.1, True), (-100.0, False), (100.0, False)):
        assert assignment_certificate(pairs, [3], matching, np.zeros(3), [off - 1e9], floor=[3]).holds == holds


@pytest.mark.parametrize("floor", [None, [1, 0]], ids=["no floor", "a floor that is met"])
@pytest.mark.parametrize("unit", [2.0**-60, 1.0, 2.0**60], ids=str)
def test_a_certificate_judges_alike_whatever_the_unit_of_scores(unit: float, floor: list[int] | None) -> None:
    pairs = ScoredPairs.from_dense(np.array([[3.0, 1.0], [2.0, 0.0]]) * unit)
    for u, v, holds, violation in (
        ([1.0, 0.0], [2.0, 0.0], True, 0.0),
        ([1.0, 0.0], [2.0 - 1e-12, 0.0], True, 1e-12),
        ([1.0, 0.0], [1.999, 0.001], False, 0.001),
        ([1.001, 0.0], [2.0, 0.0], False, 0.0),
    ):
        found = assignment_certificate(pairs, [1, 1], BEST, np.array(u) * unit, np.array(v) * unit, floor=floor)
        assert (found.holds, found.worst_violation / unit) == (holds, pytest.approx(violation, rel=1e-3))


def test_only_scores_that_are_worth_forming_measure_rounding() -> None:
    # without a pair worth forming, a price that is paid at all proves nothing
    pairs = ScoredPairs.from_dense(np.array([[-5.0]]))
    nobody = Matching(np.array([-1]), 1)
    assert assignment_certificate(pairs, [1], nobody, [0.0], [0.0]).holds
    assert not assignment_certificate(pairs, [1], nobody, [1e-12], [0.0]).holds


def test_prices_that_pay_for_more_than_every_pair_violate_nothing_and_a_price_below_zero_does() -> None:
    assert assignment_certificate(PAIRS, [1, 1], BEST, [4.0, 3.0], [2.0, 5.0]).worst_violation == 0.0
    assert assignment_certificate(PAIRS, [1, 1], BEST, [9.0, -2.0], [9.0, 9.0]).worst_violation == 2.0
    assert assignment_certificate(PAIRS, [1, 1], BEST, [9.0, 9.0], [-3.0, 9.0]).worst_violation == 3.0
    assert assignment_certificate(PAIRS, [1, 1], BEST, [9.0, 9.0], [-3.0, 9.0], floor=[1, 0]).worst_violation == 0.0


def test_a_closed_posting_needs_no_price_to_keep_people_away() -> None:
    pairs = ScoredPairs.from_dense(np.array([[5.0, 1.0]]))
    matching = Matching(np.array([1]), 2)
    assert assignment_certificate(pairs, [0, 1], matching, [1.0], [0.0, 0.0]).holds
    assert not assignment_certificate(pairs, [1, 1], matching, [1.0], [0.0, 0.0]).holds


def test_moves_in_a_cycle_that_gain_end_the_search_for_prices() -> None:
    # three people in a ring would each gain a little by the next seat: prices would rise step by step
    pairs = ScoredPairs.from_dense(np.array([[1.0, 1.01, 0.0], [0.0, 1.0, 1.01], [1.01, 0.0, 1.0]]))
    matching = Matching(np.array([0, 1, 2]), 3)
    certificate = assignment_certificate(pairs, [1, 1, 1], matching, *supporting_prices(pairs, [1, 1, 1], matching))
    assert (certificate.value, certificate.holds) == (3.0, False)


def test_a_floor_lets_a_price_fall_below_zero_and_counts_it_by_the_floor() -> None:
    prices = ([3.0, 2.0], [0.0, -2.0])
    floored = assignment_certificate(PAIRS, [2, 2], BEST, *prices, floor=[0, 1])
    assert (floored.bound, floored.worst_violation, floored.holds) == (3.0, 0.0, True)
    free = assignment_certificate(PAIRS, [2, 2], BEST, *prices)
    assert (free.worst_violation, free.holds) == (2.0, False)
    with pytest.raises(CertificateError, match=r"exceeds a capacity, misses a floor or forms a pair that"):
        verify_optimality(PAIRS, [2, 2], Matching(np.array([0, 0]), 2), *prices, floor=[0, 1])


def test_many_pairs_are_compared_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.certificates._BLOCK_PAIRS", 1)
    assert verify_optimality(PAIRS, [1, 1], BEST, [1.0, 0.0], [2.0, 0.0]).value == 3.0
    assert assignment_certificate(PAIRS, [1, 1], BEST, [1.0, 0.0], [1.5, 0.0]).worst_violation == 0.5
    assert assignment_certificate(PAIRS, [1, 1], BEST, [1.0, -1.0], [2.0, 0.0]).worst_violation == 1.0


def test_both_optimal_matchings_of_a_tie_are_proved_by_the_same_prices() -> None:
    prices = ([1.0, 0.0], [2.0, 0.0])
    assert verify_optimality(PAIRS, [1, 1], BEST, *prices).value == 3.0
    assert verify_optimality(PAIRS, [1, 1], OTHER, *prices).value == 3.0


@pytest.mark.parametrize(
    ("matching", "u", "v", "message"),
    [
        (BEST, [1.0, 0.0], [1.5, 0.0], "value 3.0, bound 2.5, violation 0.5"),
        (BEST, [3.0, 0.0], [2.0, 0.0], "value 3.0, bound 5.0, violation 0.0"),
        (BEST, [4.0, 2.0], [0.0, -3.0], "value 3.0, bound 3.0, violation 3.0"),
        (Matching(np.array([0, -1]), 2), [1.0, 0.0], [2.0, 0.0], None),
        (
            Matching(np.array([0, 0]), 2),
            [1.0, 0.0],
            [2.0, 0.0],
            "exceeds a capacity or forms a pair that is not acceptable",
        ),
    ],
)
def test_prices_that_prove_nothing_are_refused_with_the_figures(
    matching: Matching, u: list[float], v: list[float], message: str | None
) -> None:
    if message is None:  # leaving out a pair that is worth nothing is optimal too
        assert verify_optimality(PAIRS, [1, 1], matching, u, v).holds
        return
    with pytest.raises(CertificateError) as error:
        verify_optimality(PAIRS, [1, 1], matching, u, v)
    assert message in str(error.value)


def test_a_placement_that_is_no_pair_is_not_feasible() -> None:
    pairs = ScoredPairs.from_dense(np.array([[1.0, 1.0]]), acceptable=np.array([[True, False]]))
    assert not assignment_certificate(pairs, [1, 1], Matching(np.array([1]), 2), [1.0], [0.0, 0.0]).is_feasible


def test_arrays_of_another_market_are_refused() -> None:
    with pytest.raises(CertificateError, match=r"^capacity has shape \(1,\), expected \(2,\)$"):
        assignment_certificate(PAIRS, [1], BEST, [0, 0], [0, 0])
    with pytest.raises(CertificateError, match=r"^posting_prices has shape \(3,\), expected \(2,\)$"):
        assignment_certificate(PAIRS, [1, 1], BEST, [0, 0], [0, 0, 0])
    with pytest.raises(CertificateError, match=r"^the matching has 1 applicants and 2 postings, expected 2 and 2$"):
        assignment_certificate(PAIRS, [1, 1], Matching(np.array([0]), 2), [0, 0], [0, 0])
    with pytest.raises(CertificateError, match=r"^capacity has shape \(1,\), expected \(2,\)$"):
        supporting_prices(PAIRS, [1], BEST)
    with pytest.raises(CertificateError, match=r"^floor has shape \(1,\), expected \(2,\)$"):
        supporting_prices(PAIRS, [1, 1], BEST, floor=[1])
    with pytest.raises(OutcomeError, match=r"^the matching has 1 applicants, expected 2$"):
        supporting_prices(PAIRS, [1, 1], Matching(np.array([0]), 2))
