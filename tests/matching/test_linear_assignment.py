from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from scipy.optimize import linprog
from scipy.sparse import csr_array, vstack

from matching.arrays import fixed
from matching.certificates import assignment_certificate, supporting_prices
from matching.errors import InfeasibleError, MarketError
from matching.market import Market
from matching.mechanisms.assignment.auction import Pairs, empty_seating
from matching.mechanisms.assignment.grid import common_grid
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.mechanisms.assignment.residual import settle
from matching.mechanisms.assignment.ways import owners
from matching.preferences import Preferences
from matching.scored_pairs import ScoredPairs
from tests.oracles.assignment import best_on_repeated_columns, best_with_floors, clashing_floors
from tests.oracles.enumeration import best_assignment
from tests.strategies import score_tables
from tests.strategies_assignment import FloorTable, floor_tables

Table = tuple[np.ndarray, np.ndarray, np.ndarray]


def random_pairs(n: int, m: int, length: int, seed: int, levels: int = 0) -> tuple[ScoredPairs, np.ndarray]:
    """Lists of ``length``, seats for three in four; ``levels`` > 0 draws scores from that many values."""
    rng = np.random.default_rng(seed)
    postings = np.argsort(rng.random((n, m)), axis=1)[:, :length]
    scores = rng.integers(0, levels, (n, length)) / levels if levels else rng.random((n, length)) - 0.1
    pairs = ScoredPairs(np.arange(n + 1) * length, postings.astype(np.int32).ravel(), scores.ravel(), m)
    return pairs, rng.multinomial(3 * n // 4, np.ones(m) / m)


ROUTES = {"all pairs at once": (10**9, 8), "a part of the pairs first": (0, 1)}
"""Mean length from which a part is solved first, and pairs of each applicant the part starts with."""

HARD_SCORES: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "independent": lambda rng, n, m: rng.random((n, m)),
    "all equal": lambda _rng, n, m: np.full((n, m), 0.1),
    "all zero": lambda _rng, n, m: np.zeros((n, m)),
    "one decimal": lambda rng, n, m: np.round(rng.random((n, m)) - 0.2, 1),
    "geometric": lambda rng, n, m: 10.0 ** -rng.integers(0, 300, (n, m)),
    "far from zero": lambda rng, n, m: 1e12 + rng.random((n, m)),
    "tiny": lambda rng, n, m: 1e-12 * rng.random((n, m)),
    "below normal doubles": lambda rng, n, m: 1e-310 * rng.random((n, m)),
    "enormous": lambda rng, n, m: 1e300 * rng.random((n, m)),
    "ranks": lambda rng, n, m: 1 - np.argsort(rng.random((n, m)), axis=1) / m,
    "near-tied products": lambda rng, n, m: rng.random((n, 3)) @ rng.random((3, m)),
    "products of two marks": lambda _rng, n, m: np.outer(np.arange(n), np.arange(m)).astype(np.float64),
    "mostly negative": lambda rng, n, m: rng.standard_normal((n, m)) - 1,
}


@pytest.fixture(params=list(ROUTES))
def route(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Take each of the two ways to solve, whatever the size of the market."""
    long_list, for_each = ROUTES[request.param]
    monkeypatch.setattr("matching.mechanisms.assignment.linear_assignment.LONG_LIST", long_list)
    monkeypatch.setattr("matching.mechanisms.assignment.lists.FOR_EACH", for_each)
    return str(request.param)


both_routes = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def solved(table: FloorTable) -> tuple[ScoredPairs, Assignment]:
    scores, acceptable, capacity, floor = table
    pairs = ScoredPairs.from_dense(scores, acceptable=acceptable)
    return pairs, optimal_assignment(pairs, capacity, floor=floor)


@both_routes
@given(floor_tables())
def test_within_floors_none_is_worth_more_and_a_clash_is_named(route: str, table: FloorTable) -> None:
    scores, acceptable, capacity, floor = table
    expected = best_with_floors(scores, acceptable, capacity, floor)
    if expected is None:
        with pytest.raises(InfeasibleError) as error:
            solved(table)
        named = str(error.value).removeprefix("the floors of postings ").split(" ask")[0]
        assert tuple(map(int, named.split(", "))) in clashing_floors(acceptable, floor)
        return
    _, best = solved(table)
    assert (best.value, best.matching.n_matched) == expected


@both_routes
@given(floor_tables(largest=6))
def test_the_prices_prove_the_value_within_floors(route: str, table: FloorTable) -> None:
    try:
        pairs, best = solved(table)
    except InfeasibleError:
        return
    _, _, capacity, floor = table
    u, v, held = best.applicant_prices, best.posting_prices, best.matching.n_held
    certificate = assignment_certificate(pairs, capacity, best.matching, u, v, floor=floor, tolerance=0.0)
    assert certificate.holds
    assert (v[held < capacity] <= 0).all()
    assert (v[(held > floor) | (floor == 0)] >= 0).all()
    assert (u[~best.matching.is_matched] == 0).all()


@both_routes
@given(floor_tables(largest=6))
def test_the_prices_are_those_that_the_matching_alone_tells(route: str, table: FloorTable) -> None:
    try:
        pairs, best = solved(table)
    except InfeasibleError:
        return
    u, v = supporting_prices(pairs, table[2], best.matching, floor=table[3])
    assert best.applicant_prices.tolist() == u.tolist()
    assert best.posting_prices.tolist() == v.tolist()


@pytest.mark.parametrize("kind", list(HARD_SCORES))
@pytest.mark.parametrize("seed", range(3))
def test_hard_scores_are_solved_like_by_scipy_on_repeated_columns(route: str, kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(30, 90)), int(rng.integers(20, 50))
    scores, capacity = HARD_SCORES[kind](rng, n, m), rng.integers(0, 4, m)
    pairs = ScoredPairs.from_dense(scores)
    best = optimal_assignment(pairs, capacity)
    expected = best_on_repeated_columns(np.maximum(scores, 0.0), capacity)
    assert best.value == pytest.approx(expected, rel=1e-12, abs=1e-320)
    prices = (best.applicant_prices, best.posting_prices)
    assert assignment_certificate(pairs, capacity, best.matching, *prices).holds


@pytest.mark.parametrize("kind", list(HARD_SCORES))
def test_both_routes_place_as_many_at_the_same_prices(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(11)
    scores, capacity = HARD_SCORES[kind](rng, 80, 40), rng.integers(0, 4, 40)
    answers = []
    for long_list, for_each in ROUTES.values():
        monkeypatch.setattr("matching.mechanisms.assignment.linear_assignment.LONG_LIST", long_list)
        monkeypatch.setattr("matching.mechanisms.assignment.lists.FOR_EACH", for_each)
        answers.append(optimal_assignment(ScoredPairs.from_dense(scores), capacity))
    one, other = answers
    assert one.matching.n_matched == other.matching.n_matched
    assert one.posting_prices.tolist() == other.posting_prices.tolist()
    assert one.applicant_prices.tolist() == other.applicant_prices.tolist()


SAMPLED_SCORES: dict[str, Callable[[np.random.Generator, int, int], np.ndarray]] = {
    "independent": lambda rng, n, m: rng.random((n, m)),
    "near-tied products": lambda rng, n, m: rng.random((n, 8)) @ rng.random((8, m)),
    "three levels": lambda rng, n, m: rng.integers(0, 3, (n, m)) / 2.0,
    "the best come last": lambda rng, n, m: rng.random((n, m)) + np.arange(n)[:, None] // (n - 20),
    "every tenth is out of the ordinary": lambda rng, n, m: rng.random((n, m)) * (np.arange(n)[:, None] % 10 != 0),
}


@pytest.mark.parametrize("kind", list(SAMPLED_SCORES))
@pytest.mark.parametrize("n_seats", [60, 500])
def test_a_table_of_which_a_sample_is_read_is_solved_like_its_shuffled_lists(
    kind: str, n_seats: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matching.mechanisms.assignment.linear_assignment.LONG_LIST", 0)
    monkeypatch.setattr("matching.mechanisms.assignment.lists.FOR_EACH", 1)
    rng = np.random.default_rng(5)
    n, m = 410, 70  # a row longer than a run of cells
    scores, capacity = SAMPLED_SCORES[kind](rng, n, m), rng.multinomial(n_seats, np.ones(m) / m)
    table = ScoredPairs.from_dense(scores)
    columns = np.argsort(rng.random((n, m)), axis=1)
    shuffled = np.take_along_axis(scores, columns, axis=1)
    lists = ScoredPairs(table.indptr, columns.astype(np.int32).ravel(), shuffled.ravel(), m)
    assert (table.is_table, lists.is_table) == (True, False)
    one, other = optimal_assignment(table, capacity), optimal_assignment(lists, capacity)
    assert one.matching.n_matched == other.matching.n_matched
    assert one.posting_prices.tolist() == other.posting_prices.tolist()
    assert one.applicant_prices.tolist() == other.applicant_prices.tolist()
    prices = (one.applicant_prices, one.posting_prices)
    assert assignment_certificate(table, capacity, one.matching, *prices).holds


def test_an_exchange_moves_everybody_on_its_way_also_to_the_very_first_pair() -> None:
    indptr, postings = fixed(np.array([0, 2, 4])), fixed(np.array([0, 1, 0, 1], np.int32))
    pairs = Pairs(indptr, postings, np.array([9, 1, 1, 9]), np.arange(4), fixed(np.zeros(3, np.int64)))
    seating = empty_seating(pairs)
    seating.entry_of[:] = [1, 2]
    assert settle(pairs, seating, owners(indptr), 9)
    assert seating.entry_of.tolist() == [0, 3]


def test_scores_written_as_decimals_tie_as_decimals() -> None:
    # 0.1 + 0.2 exceeds 0.3 as doubles: placing both would win by rounding, leaving the choice to chance
    scores = np.array([[0.3, 0.1, 0.0], [0.2, 0.0, -0.1]])
    acceptable = np.array([[True, True, False], [True, False, True]])
    best = optimal_assignment(ScoredPairs.from_dense(scores, acceptable=acceptable), [1, 1, 0])
    assert best.matching.posting_of.tolist() == [1, 0]  # 0.3 either way, and here two are placed
    assert best.posting_prices.tolist() == [0.2, 0.0, 0.0]


@pytest.mark.parametrize("levels", [0, 3])
def test_floors_cost_what_a_linear_program_says(route: str, levels: int) -> None:
    pairs, capacity = random_pairs(60, 12, 6, seed=3, levels=levels)
    floor = np.minimum(capacity, np.array([5, 0, 4, 0, 5, 0, 0, 6, 0, 0, 3, 0]))
    ones, each = np.ones(pairs.scores.size), np.arange(pairs.scores.size)
    rows = csr_array((ones, (pairs.applicants, each)), shape=(60, ones.size)).toarray()
    columns = csr_array((ones, (pairs.postings, each)), shape=(12, ones.size)).toarray()
    program = linprog(
        -pairs.scores,
        A_ub=np.vstack([rows, columns, -columns]),
        b_ub=np.concatenate([np.ones(60), capacity, -floor]),
        bounds=(0, None),
        method="highs",
    )
    best = optimal_assignment(pairs, capacity, floor=floor)
    assert best.value == pytest.approx(-float(program.fun or 0.0), rel=1e-9)
    assert (best.matching.n_held >= floor).all()


def test_a_floor_forms_a_pair_at_a_loss_and_its_price_is_what_one_more_would_lose() -> None:
    pairs = ScoredPairs.from_dense(np.array([[2.0, -0.5], [1.0, -3.0]]))
    best = optimal_assignment(pairs, [2, 1], floor=[0, 1])
    assert best.matching.posting_of.tolist() == [1, 0]
    assert (best.value, best.posting_prices.tolist(), best.applicant_prices.tolist()) == (0.5, [0.0, -4.0], [3.5, 1.0])
    more = optimal_assignment(pairs, [2, 2], floor=[0, 2])
    assert more.value == best.value - 4.0
    assert more.posting_prices.tolist() == [0.0, -4.0]  # no third person is there to be asked: the nearest to 0


def test_floors_that_clash_are_named() -> None:
    pairs = ScoredPairs.from_dense(np.ones((3, 3)), acceptable=np.array([[1, 1, 0], [1, 1, 1], [0, 0, 1]]) > 0)
    with pytest.raises(InfeasibleError) as error:
        optimal_assignment(pairs, [2, 2, 2], floor=[2, 1, 0])
    assert str(error.value) == "the floors of postings 0, 1 ask for 3 people, but only 2 list any of them"


def test_the_houses_of_shapley_and_shubik_are_worth_what_they_published(route: str) -> None:
    # L. S. Shapley and M. Shubik (1971), The assignment game I: the core, doi:10.1007/BF01753437: 16, one way to get it
    best = optimal_assignment(ScoredPairs.from_dense(np.array([[5.0, 8, 2], [7, 9, 6], [2, 3, 0]])), [1, 1, 1])
    assert (best.value, best.matching.posting_of.tolist()) == (16.0, [1, 2, 0])


def test_the_unit_is_a_decimal_place_or_a_power_of_two() -> None:
    decimal = common_grid(np.array([0.123456, 2.0]), 2.0, n_postings=1, has_floors=False)
    assert (decimal.first, decimal.second) == (1e6, 1.0)
    binary = common_grid(np.array([1 / 3, 0.75]), 0.75, n_postings=1, has_floors=False)
    assert (binary.first, binary.second) == (2.0**52, 1.0)
    smallest = common_grid(np.array([5e-324]), 5e-324, n_postings=1, has_floors=False)
    assert smallest.units(np.array([5e-324]))[0] == smallest.magnification


@pytest.mark.parametrize("n_postings", [1, 3, 1000, 100_000])
@pytest.mark.parametrize("largest", [0.75, 1 / 3, 12_345.678], ids=str)
def test_units_are_as_fine_as_the_sums_of_prices_leave_room_for(n_postings: int, largest: float) -> None:
    plain, with_floors = (
        common_grid(np.array([largest]), largest, n_postings=n_postings, has_floors=has_floors)
        for has_floors in (False, True)
    )
    units = [int(grid.units(np.array([largest]))[0]) for grid in (plain, with_floors)]
    assert units[0] < 2**58
    assert units[1] * (2 * n_postings + 2) < 2**60  # a chain through every posting, there and back
    assert (plain.first, plain.second) == (with_floors.first, with_floors.second) or units[1] >= 2**40
    assert plain.magnification > 2 * n_postings or units[0] >= 2**56


@settings(max_examples=120)
@given(score_tables())
def test_no_assignment_is_worth_more_and_of_those_worth_as_much_none_places_more(table: Table) -> None:
    scores, acceptable, capacity = table
    best = optimal_assignment(ScoredPairs.from_dense(scores, acceptable=acceptable), capacity)
    assert (best.value, best.matching.n_matched) == best_assignment(scores, acceptable, capacity)


@settings(max_examples=120)
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
    found = optimal_assignment(pairs, capacity).value
    assert found == pytest.approx(best_on_repeated_columns(dense, capacity), rel=1e-12)


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
    floors: list[tuple[list[int], str]] = [
        ([0, 2], "posting 1 has floor 2, expected at most its capacity 1"),
        ([0, -1], "posting 1 has floor -1, expected >= 0"),
        ([0], "floor has 1 entries, expected 2 postings"),
    ]
    for floor, message in floors:
        with pytest.raises(MarketError) as error:
            optimal_assignment(pairs, [1, 1], floor=floor)
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
