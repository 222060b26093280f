from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking import examination_by_seats
from matching.ranking.application_counts import new_counts, worth_of_applications
from matching.ranking.application_market import ApplicationMarket
from matching.ranking.application_matches import apply_accept_matches, apply_accept_pairs
from matching.ranking.application_simulation import simulate_apply_accept
from tests.oracles.applications import matches_by_counts, matches_by_patterns, simulated

Case = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Small markets with ties, sure and impossible applications, weights above 1, employers that read differently."""
    n, m = draw(st.integers(1, 6)), draw(st.integers(1, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.sampled_from([1, 4, 1000]))
    f, g = rng.integers(0, levels + 1, (n, m)) / levels, rng.integers(0, levels + 1, (m, n)) / levels
    return f, g, 1.5 * rng.random((n, m)), 1.5 * rng.random((m, n))


def market_of(seed: int, n: int, m: int) -> Case:
    rng = np.random.default_rng(seed)
    return rng.random((n, m)), rng.random((m, n)), rng.random((n, m)) ** 4, np.tile(1 / np.arange(1.0, n + 1), (m, 1))


@given(case=cases())
def test_the_expectation_is_that_over_every_set_of_applications(case: Case) -> None:
    np.testing.assert_allclose(apply_accept_pairs(*case), matches_by_patterns(*case), atol=1e-12)


@pytest.mark.parametrize(("n", "m"), [(150, 10), (600, 2)])
def test_dropping_negligible_counts_changes_nothing_that_shows(n: int, m: int) -> None:
    case = market_of(1, n, m)

    np.testing.assert_allclose(apply_accept_pairs(*case), matches_by_counts(*case), rtol=0, atol=1e-12)


@pytest.mark.parametrize("applies", [0.0, 1e-9, 0.5, 1 - 1e-9, 1.0])
def test_counts_have_room_whatever_the_chance_to_apply(applies: float) -> None:
    n = 2000
    case = np.full((n, 1), applies), np.ones((1, n)), np.ones((n, 1)), 1 / np.arange(1.0, n + 1)[None, :]

    np.testing.assert_allclose(apply_accept_pairs(*case), matches_by_counts(*case), rtol=0, atol=1e-12)


@given(case=cases(), c=st.integers(0, 5))
def test_the_worth_of_an_application_is_what_it_adds(case: Case, c: int) -> None:
    f, g, exposure, exam_j = case
    c %= f.shape[0]
    market = ApplicationMarket.of(f, g, exam_j)
    applies = market.applications(exposure)
    worth = np.empty_like(applies)
    total = worth_of_applications(new_counts(f.shape[0]), market.readings, 0, applies, worth)
    with_and_without = []
    for sure in (1.0, 0.0):
        applies[0, c] = sure
        with_and_without.append(matches_by_patterns(applies.T, g, np.ones_like(f), exam_j)[:, 0].sum())

    assert total == pytest.approx(matches_by_patterns(*case)[:, 0].sum(), abs=1e-12)
    assert worth[0, c] == pytest.approx(with_and_without[0] - with_and_without[1], abs=1e-12)


@pytest.mark.compiled(reason="20,000 simulated rounds; the next test takes every branch of the simulation")
@pytest.mark.parametrize("seed", range(4))
def test_the_simulation_agrees_with_the_expectation_within_its_error(seed: int) -> None:
    case = market_of(seed, 60, 40)
    matches = simulate_apply_accept(*case, runs=20_000, rng=np.random.default_rng(seed))
    error = matches.std(ddof=1) / np.sqrt(matches.size)

    assert error < 0.05
    assert abs(matches.mean() - apply_accept_matches(*case)) < 4 * error


@given(case=cases(), seed=st.integers(0, 2**32 - 1))
def test_the_compiled_simulation_draws_as_its_twin(case: Case, seed: int) -> None:
    f, g, exposure, exam_j = case
    found = simulate_apply_accept(*case, runs=5, rng=np.random.default_rng(seed))

    assert found.tolist() == simulated(np.minimum(1.0, f * exposure), g, exam_j, 5, np.random.default_rng(seed))


def test_nobody_matches_more_often_than_they_apply() -> None:
    f, g, exposure, exam_j = market_of(5, 30, 20)

    assert (apply_accept_pairs(f, g, exposure, exam_j) <= np.minimum(1, f * exposure)).all()


def test_a_simulation_without_runs_is_refused() -> None:
    with pytest.raises(MechanismError, match="runs is 0, expected a whole number >= 1"):
        simulate_apply_accept([[1.0]], [[1.0]], [[1.0]], [1.0], runs=0, rng=np.random.default_rng(0))


def test_exposures_of_another_market_are_refused() -> None:
    with pytest.raises(MarketError, match=r"exposure has shape \(1, 1\), expected \(2, 1\)"):
        apply_accept_pairs([[1.0], [1.0]], [[1.0, 1.0]], [[1.0]], [1.0, 0.5])


def test_seats_below_zero_are_refused() -> None:
    with pytest.raises(MarketError, match=r"seats\[1\] is -1, expected >= 0"):
        examination_by_seats([1.0], [1, -1])
    with pytest.raises(MarketError, match="seats has dtype float64 and shape"):
        examination_by_seats([1.0], [1.5])
    with pytest.raises(MarketError, match=r"exam\[1\] is nan, expected a finite number"):
        examination_by_seats([1.0, float("nan")], [1])


@given(case=cases(), seats=st.lists(st.integers(0, 3), min_size=3, max_size=3))
def test_an_employer_with_seats_reads_as_many_applications_at_each_weight(case: Case, seats: list[int]) -> None:
    f, g, exposure, _ = case
    n, m = f.shape
    exam = 1 / np.arange(1.0, n + 1)
    by_hand = [[exam[k // seat] if seat else 0.0 for k in range(n)] for seat in seats[:m]]
    found = apply_accept_pairs(f, g, exposure, examination_by_seats(exam, seats[:m]))

    np.testing.assert_allclose(found, matches_by_patterns(f, g, exposure, np.array(by_hand)), atol=1e-12)
