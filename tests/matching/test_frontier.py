from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.errors import InfeasibleError, MarketError, MechanismError
from matching.market import Market
from matching.mechanisms.limits import frontier_search, program_search
from matching.mechanisms.limits.blocking_search import BestWithin, blocking_of, pair_table, walk
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.mechanisms.limits.frontier import frontier
from matching.mechanisms.limits.frontier_search import matchings_within_limits
from matching.mechanisms.limits.guided_refinement import refined_matching, seats_only_optimum
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs.bounds import bound_certificate
from matching.programs.constraint_rows import assignment_program
from matching.programs.solver import ProgramSolution
from matching.properties import blocking_pairs, is_weakly_stable, verify_feasible, verify_individually_rational
from matching.properties.constraints import verify_constraints
from matching.regions import Regions
from matching.scored_pairs import ScoredPairs
from matching.statistics import matching_statistics
from tests.oracles.constrained import Limits, best_within
from tests.oracles.enumeration import blocking
from tests.strategies_constrained import Problem, problems


def synthetic(seed: int, n: int = 40, m: int = 8, length: int = 5) -> tuple[Market, np.ndarray]:
    """Three classes of ties at every posting, strict lists of the applicants."""
    rng = np.random.default_rng(seed)
    wishes = [rng.choice(m, length, replace=False).tolist() for _ in range(n)]
    classes: list[list[list[int]]] = [[[], [], []] for _ in range(m)]
    for applicant, row in enumerate(wishes):
        for posting in row:
            classes[posting][rng.integers(3)].append(applicant)
    postings = [[tied for tied in row if tied] for row in classes]
    market = Market(
        Preferences.from_lists(wishes, m), Preferences.from_lists(postings, n), rng.multinomial(n - 5, np.ones(m) / m)
    )
    return market, rng.integers(0, 1000, n * length) / 1000


@settings(max_examples=25, deadline=None)
@given(problems(kinds=frozenset()))
def test_every_point_is_the_best_of_the_enumeration(problem: Problem) -> None:
    market, scores, _ = problem
    points = frontier(market, scores, rng=np.random.default_rng(0), points=[0, 1, 2, 4])
    assert [point.allowed for point in points] == [0, 1, 2, 4]
    for point in points:
        expected = best_within(market, scores, Limits(max_blocking=point.allowed))
        assert (point.value, point.n_matched) == expected
        assert point.status in {"proven", "optimal"}
        pairs = blocking(market, tuple(point.matching.posting_of.tolist()))
        assert point.n_blocking == len(pairs) <= point.allowed
        assert (point.n_people, point.n_postings) == (len({a for a, _ in pairs}), len({p for _, p in pairs}))


@settings(max_examples=25, deadline=None)
@given(problems(kinds=frozenset({"regions", "quotas", "couples"})))
def test_with_limits_the_points_are_those_for_which_the_enumeration_finds_a_matching(problem: Problem) -> None:
    market, scores, limits = problem
    options = {name: value for name, value in limits.options().items() if name != "max_blocking"}
    allowed = [0, 1, 3]
    expected = {
        k: best_within(market, scores, Limits(**{**options, "max_blocking": k}))  # type: ignore[arg-type]
        for k in allowed
    }
    if best_within(market, scores, limits) is None:
        with pytest.raises(InfeasibleError, match=r"^no matching keeps all of: "):
            frontier(market, scores, rng=np.random.default_rng(0), points=allowed, **options)  # type: ignore[arg-type]
        return
    points = frontier(market, scores, rng=np.random.default_rng(0), points=allowed, **options)  # type: ignore[arg-type]
    assert {p.allowed: (p.value, p.n_matched) for p in points} == {k: v for k, v in expected.items() if v is not None}


@pytest.mark.parametrize("seed", range(2))
def test_totals_do_not_fall_and_no_matching_contradicts_a_bound_of_a_point_with_as_many_pairs(seed: int) -> None:
    market, scores = synthetic(seed)
    points = frontier(market, scores, rng=np.random.default_rng(seed), points=5, time_limit=0.5)
    values = [point.value for point in points]
    assert values == sorted(values)
    for point in points:
        verify_feasible(market, point.matching)
        verify_individually_rational(market, point.matching)
        assert len(blocking_pairs(market, point.matching)) == point.n_blocking <= point.allowed
        assert point.value <= min(point.claimed_bound, point.bound) + 1e-6
        assert point.value == pytest.approx(ScoredPairs.from_market(market, scores).total(point.matching))
        assert point.mean_rank == matching_statistics(market, point.matching).mean_rank
        again = assignment_program(market, scores, max_blocking=point.allowed)
        certificate = bound_certificate(again.program, again.values_of(point.matching), point.prices)
        assert certificate.is_feasible
        assert certificate.bound == pytest.approx(point.bound)
    assert is_weakly_stable(market, points[0].matching)
    best = constrained_assignment(market, scores)
    assert (points[-1].value, points[-1].status) == (pytest.approx(best.value), "proven")


def test_regional_limits_hold_at_every_point() -> None:
    market, scores = synthetic(3, n=24, m=6, length=3)
    regions = replace(
        Regions.flat(np.arange(6) % 3, cap=[7, 7, 7], target=np.zeros(6, np.int64)), floor=np.array([5, 0, 5])
    )
    points = frontier(market, scores, rng=np.random.default_rng(0), points=4, regions=regions, time_limit=2.0)
    assert points
    for point in points:
        verify_constraints(market, point.matching, regions=regions)
        assert point.n_blocking <= point.allowed


@settings(max_examples=30, deadline=None)
@given(problems(kinds=frozenset(), largest=4))
def test_matchings_to_begin_from_keep_their_limits_and_a_stable_one_is_always_met(problem: Problem) -> None:
    market, scores, _ = problem
    built = assignment_program(market, scores, max_blocking=0)
    allowed = np.array([0, 2])
    deadline = float("inf")
    optimum = seats_only_optimum(built)
    assert is_weakly_stable(market, refined_matching(built, optimum, blend=0.0))
    found = matchings_within_limits(built, optimum, allowed, rng=np.random.default_rng(0), deadline=deadline)
    for k, matching in zip(allowed, found, strict=True):
        assert matching is not None
        assert len(blocking_pairs(market, matching)) <= k


@pytest.mark.parametrize("seed", range(3))
def test_ties_are_broken_in_other_ways_which_is_worth_more_where_there_are_any(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontier_search, "_N_SWEEPS", 0)  # no annealing beside it
    tied, scores = synthetic(seed, n=16, m=4, length=3)
    strict = Market(tied.applicants, tied.postings.in_strict_order(tied.postings.indices), tied.capacity)
    gained, drawn = [], []
    for market in (tied, strict):
        built, rng = assignment_program(market, scores, max_blocking=0), np.random.default_rng(seed)
        untouched = rng.bit_generator.state
        optimum, total = seats_only_optimum(built), ScoredPairs.from_market(market, scores).total
        (found,) = matchings_within_limits(built, optimum, np.array([0]), rng=rng, deadline=float("inf"))
        assert found is not None
        assert is_weakly_stable(market, found)
        gained.append(total(found) - total(refined_matching(built, optimum, blend=0.0)))
        drawn.append(rng.bit_generator.state != untouched)
    assert (gained[0] > 0, gained[1], drawn) == (True, 0.0, [True, False])


@pytest.mark.parametrize("seed", range(3))
def test_a_walk_counts_blocking_pairs_and_totals_as_the_definitions_do(seed: int) -> None:
    market, scores = synthetic(seed)
    built = assignment_program(market, scores, max_blocking=0)
    table = pair_table(built)
    allowed = np.arange(0, 200, 7)
    best = BestWithin(allowed, np.full(allowed.size, -np.inf), np.full((allowed.size, 40), -1))
    pair_of = np.full(40, -1)
    for price in (0.0, 0.05, 1.0):
        walk(table, pair_of, best, np.random.default_rng(seed).random((3000, 4)), price=price, temperature=0.05)
    met = np.flatnonzero(np.isfinite(best.value))
    assert met.size > 3
    for k in met:
        held = best.pair_of[k]
        matching = Matching(np.where(held >= 0, table.posting[held], -1), 8)
        verify_feasible(market, matching)
        assert ScoredPairs.from_market(market, scores).total(matching) == pytest.approx(best.value[k])
        pairs = blocking_pairs(market, matching)
        assert len(pairs) <= allowed[k]
        rows = np.repeat(np.arange(40), np.diff(table.indptr))
        blocked = blocking_of(table, held)
        assert sorted(zip(rows[blocked].tolist(), table.posting[blocked].tolist(), strict=True)) == [*map(tuple, pairs)]


@pytest.mark.parametrize(("draw", "is_made"), [(0.6, True), (0.61, False)])
def test_a_move_that_loses_is_made_where_the_last_draw_lies_below_its_odds(draw: float, is_made: bool) -> None:
    lists = Preferences.from_lists([[0, 1]], n_choices=2)
    market = Market(lists, Preferences.from_lists([[0], [0]], n_choices=1), capacity=np.array([1, 1]))
    table = pair_table(assignment_program(market, np.array([1.0, 0.5]), max_blocking=0))
    best = BestWithin(np.array([0, 9]), np.full(2, -np.inf), np.full((2, 1), -1))
    pair_of = np.zeros(1, np.int64)
    # half a point is lost: exp(-0.5) is 0.6065; the draw for who leaves says the opposite
    walk(table, pair_of, best, np.array([[0.0, 0.5, 1 - draw, draw]]), price=0.0, temperature=1.0)
    assert pair_of.tolist() == [int(is_made)]
    assert best.value.tolist() == ([-np.inf, 0.5] if is_made else [-np.inf, -np.inf])
    # what was met before and is worth more stays
    before = BestWithin(np.array([0, 9]), np.array([1.0, 0.75]), np.zeros((2, 1), np.int64))
    walk(table, np.zeros(1, np.int64), before, np.array([[0.0, 0.5, 1 - draw, draw]]), price=0.0, temperature=1.0)
    assert (before.value.tolist(), before.pair_of.tolist()) == ([1.0, 0.75], [[0], [0]])


def test_lists_that_lean_all_the_way_read_no_rank() -> None:
    market, scores = synthetic(1)
    built = assignment_program(market, np.round(scores * 1000))
    optimum = seats_only_optimum(built)
    assert refined_matching(built, optimum, blend=1.0).posting_of.tolist() == optimum.matching.posting_of.tolist()


def test_the_classic_conflict_of_stability_and_efficiency_has_two_points() -> None:
    """Both applicants prefer posting 0, which prefers applicant 0; applicant 1 is worth far more there.

    The textbook two by two market of Roth and Sotomayor (1990), Two-Sided Matching, section 2.2: aligned preferences,
    one stable matching, which a planner who adds up scores would not choose.
    """
    lists = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    market = Market(lists, lists, capacity=np.array([1, 1]))
    stable, best = frontier(market, [0.5, 0.5, 0.875, 0.25], rng=np.random.default_rng(0), points=9)
    assert (stable.matching.posting_of.tolist(), stable.value, stable.n_blocking) == ([0, 1], 0.75, 0)
    assert (best.matching.posting_of.tolist(), best.value, best.n_blocking) == ([1, 0], 1.375, 1)
    assert (best.n_people, best.n_postings, best.mean_rank) == (1, 1, 0.5)


@pytest.mark.parametrize("points", [2, 3, 4, 5])
def test_as_many_numbers_of_blocking_pairs_are_allowed_as_asked_for_in_geometric_steps(points: int) -> None:
    market, scores = synthetic(3, n=24, m=6, length=4)
    allowed = [
        point.allowed for point in frontier(market, scores, rng=np.random.default_rng(0), points=points, time_limit=0.2)
    ]
    most = allowed[-1]
    ratio = most ** (1 / max(points - 2, 1))
    between = {round(ratio**power) for power in range(points - 1)} if points > 2 else set()
    assert allowed == sorted({0, most, *between})
    assert len(allowed) <= points


def test_the_same_generator_state_gives_the_same_points() -> None:
    market, scores = synthetic(5, n=12, m=4, length=3)
    one, other = (frontier(market, scores, rng=np.random.default_rng(7), points=4) for _ in range(2))
    assert [p.matching.posting_of.tolist() for p in one] == [p.matching.posting_of.tolist() for p in other]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": 1}, "points is 1, expected at least 2"),
        ({"points": []}, "points is empty, expected numbers of blocking pairs"),
        ({"points": [3, -1]}, "points hold -1, expected numbers of blocking pairs >= 0"),
        ({"time_limit": 0.0}, "time limit is 0.0, expected more than 0 seconds"),
    ],
)
def test_points_that_are_none_are_refused(options: dict[str, object], message: str) -> None:
    market, scores = synthetic(0)
    with pytest.raises(MechanismError) as error:
        frontier(market, scores, rng=np.random.default_rng(0), **options)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_a_point_for_which_nothing_was_found_in_time_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    market, scores = synthetic(4, n=12, m=4, length=3)
    regions = Regions.flat([0, 0, 1, 1], cap=[2, 2], target=[0, 0, 0, 0])
    nothing = ProgramSolution("unknown", None, float("nan"), float("inf"))
    monkeypatch.setattr(program_search, "maximise", lambda *_, **__: nothing)
    points = frontier(market, scores, rng=np.random.default_rng(0), points=3, regions=regions)
    assert [point.status for point in points] == ["proven"]  # the best of all, which no search was needed for


def test_a_program_without_a_limit_on_blocking_pairs_cannot_be_given_another() -> None:
    market, scores = synthetic(0)
    with pytest.raises(
        MarketError, match=r"^the program limits no blocking pairs, expected one built with max_blocking$"
    ):
        assignment_program(market, scores).allowing(3)
