from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matching.mechanisms.limits import program_search
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.programs import priced_search
from matching.programs.bounds import bound_certificate
from matching.programs.constraint_rows import assignment_program
from matching.programs.integer_program import IntegerProgram
from matching.programs.priced_search import maximise_near_prices
from matching.programs.solver import ProgramSolution, maximise, relaxation_prices
from matching.properties import is_weakly_stable
from tests.matching.test_frontier import synthetic
from tests.strategies_constrained import Problem, problems

KNAPSACK = IntegerProgram.of_binaries(
    np.array([3.0, 2.0, 2.0, 1.0]), csr_array(np.array([[2.0, 1.0, 1.0, 3.0]])), row_lower=[-np.inf], row_upper=[2.0]
)


def soon() -> float:
    return time.monotonic() + 30


@settings(max_examples=40, deadline=None)
@given(problems(kinds=frozenset({"regions", "overlapping", "couples", "blocking"})), st.floats(0, 1))
def test_whatever_the_prices_the_optimum_is_that_of_the_whole_program(problem: Problem, worth: float) -> None:
    market, scores, limits = problem
    program = assignment_program(market, scores, **limits.options()).program  # type: ignore[arg-type]
    whole = maximise(program)
    relaxed = relaxation_prices(program)
    for prices in (np.zeros(program.n_rows), *([] if relaxed is None else [relaxed, worth * relaxed])):
        found = maximise_near_prices(program, prices, start=None, deadline=soon())
        assert found.status == whole.status
        if whole.values is not None:
            assert found.value == pytest.approx(whole.value)
            assert found.values is not None
            assert bound_certificate(program, found.values, prices).is_feasible


@pytest.mark.parametrize("seed", range(3))
def test_margins_are_searched_until_they_reach_from_the_bound_to_the_best(seed: int) -> None:
    market, scores = synthetic(seed, n=40, m=8, length=5)
    built = assignment_program(market, scores, max_blocking=2)
    prices = relaxation_prices(built.program)
    assert prices is not None
    start = built.values_of(constrained_assignment(market, scores, max_blocking=0).matching)
    found = maximise_near_prices(built.program, prices, start=start, deadline=soon())
    assert found.status == "optimal"
    assert found.value == pytest.approx(maximise(built.program).value)


def test_large_programs_are_searched_near_their_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    market, scores = synthetic(1, n=30, m=6, length=4)
    at_once = constrained_assignment(market, scores, max_blocking=0)
    monkeypatch.setattr(program_search, "_FEW_VARIABLES", 0)
    by_margins = constrained_assignment(market, scores, max_blocking=0)
    assert by_margins.value == pytest.approx(at_once.value)
    assert by_margins.status in {"optimal", "proven"}
    assert is_weakly_stable(market, by_margins.matching)


def test_a_knapsack_is_solved_from_any_start() -> None:
    # the margin keeps out what the price of weight, 2, finds too heavy: the last thing costs 6 and is worth 1
    for start in (None, np.array([1.0, 0, 0, 0]), np.array([0.0, 1, 1, 0])):
        found = maximise_near_prices(KNAPSACK, np.array([2.0]), start=start, deadline=soon())
        assert (found.status, found.value, found.claimed_bound) == ("optimal", 4.0, 4.0)


def test_an_impossible_program_is_called_so() -> None:
    impossible = replace(KNAPSACK, row_lower=np.array([9.0]), row_upper=np.array([9.0]))
    found = maximise_near_prices(impossible, np.array([0.0]), start=None, deadline=soon())
    assert (found.status, found.values) == ("infeasible", None)


def test_a_search_cut_short_keeps_its_start_and_claims_what_the_prices_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ProgramSolution("unknown", None, float("nan"), float("inf"))
    monkeypatch.setattr(priced_search, "maximise", lambda *_, **__: nothing)
    start = np.array([1.0, 0, 0, 0])
    found = maximise_near_prices(KNAPSACK, np.array([2.0]), start=start, deadline=time.monotonic())
    assert (found.status, found.value, found.claimed_bound) == ("feasible", 3.0, 4.0)
    without = maximise_near_prices(KNAPSACK, np.array([2.0]), start=None, deadline=time.monotonic())
    assert (without.status, without.claimed_bound) == ("unknown", 4.0)


def test_within_the_gap_asked_for_the_search_stops() -> None:
    found = maximise_near_prices(KNAPSACK, np.array([2.0]), start=np.array([1.0, 0, 0, 0]), deadline=soon(), gap=1.0)
    assert found.value >= 3.0
    assert found.claimed_bound - found.value <= 1.0
