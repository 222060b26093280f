"""Programs, the solver and the bounds that judge it: small programs against every integer point."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from matching.errors import CertificateError, MechanismError
from matching.programs.bounds import bound_certificate, verified_bound
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise, relaxation_prices


@st.composite
def programs(draw: st.DrawFn) -> IntegerProgram:
    """Up to 4 integer columns between -1 and 2, up to 3 rows that may be open, tight or impossible."""
    n, k = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    numbers = st.integers(-3, 3).map(float)

    def some(size: int, of: st.SearchStrategy[float] = numbers) -> np.ndarray:
        return np.array(draw(st.lists(of, min_size=size, max_size=size)), np.float64)

    lower = some(n, st.sampled_from([-1.0, 0.0]))
    return IntegerProgram(
        objective=some(n),
        rows=csr_array(some(k * n).reshape(k, n)),
        row_lower=some(k, st.sampled_from([-np.inf, -2.0, 0.0, 1.0])),
        row_upper=some(k, st.sampled_from([np.inf, 0.0, 1.0, 3.0])),
        lower=lower,
        upper=lower + some(n, st.sampled_from([0.0, 1.0, 2.0])),
        is_integer=np.ones(n, np.bool_),
    )


def best_by_trying(program: IntegerProgram) -> float:
    """The value of the best integer point that keeps the rows, -inf without any."""
    ranges = [range(int(low), int(high) + 1) for low, high in zip(program.lower, program.upper, strict=True)]
    dense, best = program.rows.toarray(), -np.inf
    for point in product(*ranges):
        activity = dense @ np.array(point, np.float64)
        if (activity >= program.row_lower).all() and (activity <= program.row_upper).all():
            best = max(best, float(program.objective @ np.array(point, np.float64)))
    return best


@settings(max_examples=150)
@given(programs())
def test_the_best_integer_point_is_found_and_judged_feasible_or_none_exists(program: IntegerProgram) -> None:
    best, solution = best_by_trying(program), maximise(program)
    if best == -np.inf:
        assert (solution.status, solution.values, solution.claimed_bound) == ("infeasible", None, -np.inf)
        return
    assert solution.status == "optimal"
    assert solution.value == pytest.approx(best)
    assert solution.claimed_bound == pytest.approx(best)
    assert solution.values is not None
    assert bound_certificate(program, solution.values, np.zeros(program.n_rows)).is_feasible


@settings(max_examples=150)
@given(programs(), st.data())
def test_no_prices_whatever_prove_less_than_the_best_integer_point(
    program: IntegerProgram, data: st.DataObject
) -> None:
    prices = data.draw(st.lists(st.floats(-9, 9), min_size=program.n_rows, max_size=program.n_rows))
    assert verified_bound(program, np.array(prices, np.float64)) >= best_by_trying(program) - 1e-9


@settings(max_examples=150)
@given(programs())
def test_prices_of_the_relaxation_prove_exactly_its_value(program: IntegerProgram) -> None:
    linear = replace(program, is_integer=np.zeros(program.objective.size, np.bool_))
    solution, prices = maximise(linear), relaxation_prices(program)
    if solution.status == "infeasible":
        assert prices is None or program.objective.size == 0
        return
    assert prices is not None
    assert verified_bound(program, prices) == pytest.approx(solution.value)
    assert solution.values is not None
    assert bound_certificate(linear, solution.values, prices).proves_optimality


@given(programs())
def test_the_interior_point_method_proves_as_much(program: IntegerProgram) -> None:
    by_simplex, inside = relaxation_prices(program), relaxation_prices(program, method="interior-point")
    if by_simplex is None or inside is None:
        assert inside is by_simplex
        return
    assert verified_bound(program, inside) == pytest.approx(verified_bound(program, by_simplex), abs=1e-4)


@given(programs())
def test_the_same_program_gives_the_same_solution_and_a_start_changes_only_the_way(program: IntegerProgram) -> None:
    first, again = maximise(program), maximise(program)
    assert (first.status, first.claimed_bound) == (again.status, again.claimed_bound)
    if first.values is not None:
        assert first.values.tolist() == maximise(program).values.tolist()  # type: ignore[union-attr]
        assert maximise(program, start=first.values).value == pytest.approx(first.value)
        assert maximise(program, start=np.full(first.values.size, 9.0)).value == pytest.approx(first.value)


KNAPSACK = IntegerProgram.of_binaries(
    np.array([3.0, 2.0, 2.0]), csr_array(np.array([[2.0, 1.0, 1.0]])), row_lower=[-np.inf], row_upper=[2.0]
)
COVER = IntegerProgram.of_binaries(
    np.array([-3.0, -2.0]), csr_array(np.array([[2.0, 1.0]])), row_lower=[2.0], row_upper=[np.inf]
)


def test_prices_are_positive_where_a_row_presses_from_above_and_negative_from_below() -> None:
    above, below = relaxation_prices(KNAPSACK), relaxation_prices(COVER)
    assert above is not None
    assert below is not None
    assert (above.tolist(), below.tolist()) == ([1.5], [-1.5])
    assert (verified_bound(KNAPSACK, above), verified_bound(COVER, below)) == (4.0, -3.0)


@pytest.mark.parametrize(("program", "price"), [(KNAPSACK, -1e-9), (COVER, 1e-9)])
def test_prices_that_press_on_an_open_row_prove_nothing(program: IntegerProgram, price: float) -> None:
    best = maximise(program).values
    assert best is not None
    certificate = bound_certificate(program, best, np.array([price]))
    assert certificate.is_feasible
    assert (certificate.bound, certificate.gap) == (np.inf, np.inf)
    assert not certificate.proves_optimality
    assert not bound_certificate(program, best, np.array([price]), step=1.0).proves_optimality


def test_a_solution_off_a_row_a_range_or_an_integer_is_not_feasible_and_proves_nothing() -> None:
    prices = np.array([1.5])
    for values in ([1.0, 1.0, 0.0], [0.0, 2.0, 0.0], [0.0, -1.0, 1.0], [0.5, 0.5, 0.5], [np.nan, 1.0, 1.0]):
        certificate = bound_certificate(KNAPSACK, np.array(values), prices)
        assert (certificate.is_feasible, certificate.proves_optimality) == (False, False)
    assert bound_certificate(KNAPSACK, np.array([0.0, 1.0, 1.0]), prices).proves_optimality
    assert not bound_certificate(KNAPSACK, np.array([1.0, 0.0, 0.0]), prices).proves_optimality


def test_a_step_rounds_the_bound_down_and_never_forgives_a_whole_step() -> None:
    loose = np.array([1.8])
    assert verified_bound(KNAPSACK, loose) == pytest.approx(4.0)
    half = replace(KNAPSACK, objective=np.array([1.0, 1.0, 0.0]), row_upper=np.array([2.5]))
    assert verified_bound(half, np.array([0.5])) == 1.75
    assert bound_certificate(half, np.array([1.0, 0.0, 0.0]), np.array([0.5]), step=1.0).proves_optimality
    assert not bound_certificate(half, np.array([1.0, 0.0, 0.0]), np.array([0.5])).proves_optimality
    # a millionth of ten million people is ten people
    n = 10_000_000.0
    people = IntegerProgram(
        np.ones(1), csr_array((0, 1)), np.empty(0), np.empty(0), np.zeros(1), np.array([n]), np.ones(1, np.bool_)
    )
    assert not bound_certificate(people, np.array([n - 5]), np.empty(0), step=1.0).proves_optimality
    certificate = bound_certificate(people, np.array([n]), np.empty(0), step=1.0)
    assert (certificate.bound, certificate.proves_optimality) == (n, True)


def test_programs_without_columns_or_rows_are_solved() -> None:
    empty = csr_array((1, 0), dtype=np.float64)
    met = IntegerProgram.of_binaries(np.empty(0), empty, [0.0], [1.0])
    assert maximise(met).status == "optimal"
    assert maximise(met).value == 0.0
    assert maximise(IntegerProgram.of_binaries(np.empty(0), empty, [1.0], [1.0])).status == "infeasible"
    free = IntegerProgram.of_binaries(np.array([1.0, -1.0]), csr_array((0, 2), dtype=np.float64), [], [])
    values = maximise(free).values
    assert values is not None
    assert values.tolist() == [1.0, 0.0]
    for program in (met, free):
        prices = relaxation_prices(program)
        assert prices is not None
        assert prices.tolist() == [0.0] * program.n_rows


def test_a_time_limit_that_cuts_in_leaves_an_honest_status() -> None:
    rng = np.random.default_rng(1)
    hard = IntegerProgram.of_binaries(
        rng.random(60), csr_array(rng.random((30, 60))), np.full(30, -np.inf), np.full(30, 8.0)
    )
    cut = maximise(hard, time_limit=0.05)
    assert cut.status in {"feasible", "unknown"}
    assert cut.claimed_bound > cut.value or cut.values is None
    linear = replace(hard, is_integer=np.zeros(60, np.bool_))
    unfinished = maximise(linear, time_limit=1e-9)
    assert unfinished.status != "optimal"
    assert unfinished.claimed_bound == np.inf
    assert relaxation_prices(hard, time_limit=1e-9) is None


def test_entries_of_the_same_place_add_up() -> None:
    twice = csr_array((np.array([1.0, 1.0, 1.0]), np.array([0, 1, 0]), np.array([0, 3])), shape=(1, 2))
    program = IntegerProgram.of_binaries(np.array([1.0, 1.0]), twice, [-np.inf], [1.0])
    values = maximise(program).values
    assert values is not None
    assert values.tolist() == [0.0, 1.0]
    assert twice.nnz == 3


def test_numbers_too_large_for_the_solver_are_refused_instead_of_dropped() -> None:
    huge = IntegerProgram.of_binaries(np.ones(2), csr_array(np.array([[1e16, 1.0]])), [-np.inf], [1.0])
    with pytest.raises(MechanismError) as error:
        maximise(huge)
    assert str(error.value) == "the solver refuses a program of 1 rows, 2 columns"


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_time_limit_that_is_not_positive_is_refused(limit: float) -> None:
    for solve in (maximise, relaxation_prices):
        with pytest.raises(MechanismError) as error:
            solve(KNAPSACK, time_limit=limit)
        assert str(error.value) == f"time limit is {limit}, expected more than 0 seconds"


def test_a_negative_gap_a_start_of_another_size_and_an_unknown_method_are_refused() -> None:
    cases = [
        (lambda: maximise(KNAPSACK, gap=-1.0), "gap is -1.0, expected >= 0"),
        (lambda: maximise(KNAPSACK, start=np.ones(2)), "start has shape (2,), expected (3,)"),
        (
            lambda: relaxation_prices(KNAPSACK, method="guess"),  # type: ignore[arg-type]
            "method is 'guess', expected one of simplex, interior-point",
        ),
    ]
    for call, message in cases:
        with pytest.raises(MechanismError) as error:
            call()
        assert str(error.value) == message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("objective", [1.0, np.nan, 1.0], "objective[1] is nan, expected a finite number"),
        ("objective", [1.0, 1.0], "objective has shape (2,), expected (3,) to fit the rows"),
        ("lower", [0.0, 0.0, -np.inf], "lower[2] is -inf, expected a finite number"),
        ("upper", [np.inf, 0.0, 0.0], "upper[0] is inf, expected a finite number"),
        ("row_lower", [np.inf], "row_lower[0] is inf, expected a number or -inf"),
        ("row_upper", [-np.inf], "row_upper[0] is -inf, expected a number or inf"),
        ("row_upper", [np.nan], "row_upper[0] is nan, expected a number or inf"),
        ("row_upper", [1.0, 1.0], "row_upper has shape (2,), expected (1,) to fit the rows"),
        ("is_integer", [True], "is_integer has shape (1,), expected one flag for 3 columns"),
        ("rows", csr_array(np.array([[1.0, np.inf, 0.0]])), "rows.data[1] is inf, expected a finite number"),
    ],
)
def test_a_program_with_an_unusable_entry_is_refused(name: str, value: object, message: str) -> None:
    unusable = value if name == "rows" else np.array(value)
    with pytest.raises(MechanismError) as error:
        replace(KNAPSACK, **{name: unusable})
    assert str(error.value) == message


def test_a_program_keeps_copies_that_cannot_be_written() -> None:
    objective = np.array([1.0, 2.0, 3.0])
    program = replace(KNAPSACK, objective=objective)
    objective[:] = 0.0
    assert program.objective.tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="read-only"):
        program.upper[0] = 5.0


def test_values_and_prices_that_do_not_fit_and_a_step_of_nothing_are_refused() -> None:
    best = np.array([0.0, 1.0, 1.0])
    cases = [
        (lambda: verified_bound(KNAPSACK, np.ones(2)), "prices have shape (2,), expected (1,) finite numbers"),
        (lambda: verified_bound(KNAPSACK, np.array([np.inf])), "prices have shape (1,), expected (1,) finite numbers"),
        (lambda: bound_certificate(KNAPSACK, best[:2], np.ones(1)), "values have shape (2,), expected (3,)"),
        (lambda: bound_certificate(KNAPSACK, best, np.ones(1), step=0.0), "step is 0.0, expected > 0"),
    ]
    for call, message in cases:
        with pytest.raises(CertificateError) as error:
            call()
        assert str(error.value) == message


def test_the_solver_writes_nothing_between_a_result_and_its_reader() -> None:
    code = (
        "import numpy as np; from scipy.sparse import csr_array\n"
        "from matching.programs.integer_program import IntegerProgram; from matching.programs.solver import maximise\n"
        "program = IntegerProgram.of_binaries(np.ones(1), csr_array(np.ones((1, 1))), [-np.inf], [1.0])\n"
        "maximise(program)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (ran.stdout, ran.stderr) == ("", "")
