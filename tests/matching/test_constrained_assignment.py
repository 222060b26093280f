from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from matching.couples import Couples
from matching.errors import CertificateError, InfeasibleError, MarketError, MechanismError, OutcomeError
from matching.market import Market
from matching.mechanisms.limits import column_pricing, program_search
from matching.mechanisms.limits.column_pricing import maximise_by_pricing
from matching.mechanisms.limits.constrained_assignment import constrained_assignment
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs import blocking_rows
from matching.programs.bounds import bound_certificate, verified_bound
from matching.programs.constraint_rows import assignment_program
from matching.programs.solver import ProgramSolution, maximise, relaxation_prices
from matching.regions import Regions
from matching.reserves import Reserves
from tests.oracles.constrained import Limits, best_within, matchings_within, total_of
from tests.strategies_constrained import Problem, problems

EVERYTHING = frozenset({"regions", "overlapping", "couples", "blocking"})


def judge(problem: Problem) -> None:
    """The result is the best of the enumeration, or there is none and the error says so."""
    market, scores, limits = problem
    expected = best_within(market, scores, limits)
    if expected is None:
        with pytest.raises(InfeasibleError, match=r"^no matching keeps all of: "):
            constrained_assignment(market, scores, **limits.options())  # type: ignore[arg-type]
        return
    best = constrained_assignment(market, scores, **limits.options())  # type: ignore[arg-type]
    places = tuple(best.matching.posting_of.tolist())
    assert places in set(matchings_within(market, limits))
    assert (best.value, sum(p >= 0 for p in places)) == expected
    assert total_of(market, scores, limits, places) == best.value
    assert best.status in {"proven", "optimal"}
    assert best.places_most
    assert best.bound >= best.value - 1e-6


@settings(max_examples=60, deadline=None)
@given(problems(kinds=frozenset()))
def test_under_seats_alone_no_assignment_is_worth_more(problem: Problem) -> None:
    judge(problem)


@settings(max_examples=120, deadline=None)
@given(problems(kinds=frozenset({"regions", "quotas"})))
def test_regions_and_quotas_are_kept_at_the_largest_total_and_the_prices_prove_it(problem: Problem) -> None:
    judge(problem)
    market, scores, limits = problem
    if best_within(market, scores, limits) is not None:
        assert constrained_assignment(market, scores, **limits.options()).status == "proven"  # type: ignore[arg-type]


@settings(max_examples=80, deadline=None)
@given(problems(kinds=frozenset({"couples", "regions"})))
def test_a_couple_is_placed_by_a_joint_choice_or_not_at_all(problem: Problem) -> None:
    judge(problem)


@settings(max_examples=80, deadline=None)
@given(problems(kinds=frozenset({"blocking"})))
def test_no_more_pairs_block_than_allowed_and_no_such_matching_is_worth_more(problem: Problem) -> None:
    judge(problem)


@settings(max_examples=120, deadline=None)
@given(problems(kinds=EVERYTHING))
def test_all_limits_together_are_those_of_the_enumeration(problem: Problem) -> None:
    judge(problem)


@settings(max_examples=100, deadline=None)
@given(problems(kinds=EVERYTHING))
def test_a_matching_is_a_solution_of_the_program_iff_it_keeps_the_limits(problem: Problem) -> None:
    market, scores, limits = problem
    built = assignment_program(market, scores, **limits.options())  # type: ignore[arg-type]
    no_prices = np.zeros(built.program.n_rows)
    allowed = set(matchings_within(market, limits))
    for places in matchings_within(market, replace(limits, regions=None, reserves=None, max_blocking=None)):
        matching = Matching(np.array(places, np.int64), market.n_postings)
        values = built.values_of(matching)
        assert bound_certificate(built.program, values, no_prices).is_feasible == (places in allowed)
        assert float(built.program.objective @ values) == total_of(market, scores, limits, places)
        assert built.matching_of(values).posting_of.tolist() == list(places)


@settings(max_examples=60, deadline=None)
@given(problems(kinds=frozenset({"regions", "quotas", "blocking"})))
def test_giving_up_any_limit_that_the_message_names_resolves_the_clash(problem: Problem) -> None:
    market, scores, limits = problem
    if best_within(market, scores, limits) is not None:
        return
    with pytest.raises(InfeasibleError) as error:
        constrained_assignment(market, scores, **limits.options())  # type: ignore[arg-type]
    named = str(error.value).removeprefix("no matching keeps all of: ").split(", ")
    only = _only(market, limits, named)
    assert best_within(market, scores, only) is None
    for name in named:
        others = [other for other in named if other != name]
        assert best_within(market, scores, _only(market, limits, others)) is not None


def _only(market: Market, limits: Limits, names: list[str]) -> Limits:
    """The limits that the names speak of, and no others."""
    words = [name.split() for name in names]
    regions, reserves = limits.regions, limits.reserves
    assert regions is not None
    assert reserves is not None
    cap, floor = np.full(regions.n_regions, -1), np.zeros(regions.n_regions, np.int64)
    posting_floor, quota = np.zeros(market.n_postings, np.int64), np.full(reserves.quota.shape, -1)
    for kind, index, *rest in words:
        if rest[1] == "cap":
            cap[int(index)] = int(rest[2])
        elif kind == "region":
            floor[int(index)] = int(rest[2])
        elif rest[1] == "floor":
            posting_floor[int(index)] = int(rest[2])
        elif kind == "posting":
            quota[int(index), int(rest[-1])] = int(rest[2])
    return Limits(
        replace(regions, cap=cap, floor=floor, posting_floor=posting_floor),
        replace(reserves, quota=quota),
        max_blocking=limits.max_blocking if any(kind == "at" for kind, *_ in words) else None,
    )


def synthetic(seed: int, n: int = 60, m: int = 12, length: int = 6) -> tuple[Market, np.ndarray]:
    rng = np.random.default_rng(seed)
    wishes = [rng.choice(m, length, replace=False).tolist() for _ in range(n)]
    classes = [[[] for _ in range(3)] for _ in range(m)]  # type: ignore[var-annotated]
    for applicant, row in enumerate(wishes):
        for posting in row:
            classes[posting][rng.integers(3)].append(applicant)
    postings = [[tied for tied in row if tied] for row in classes]
    market = Market(
        Preferences.from_lists(wishes, m), Preferences.from_lists(postings, n), rng.multinomial(n - 10, np.ones(m) / m)
    )
    return market, rng.integers(0, 1000, n * length) / 1000


def regions_of(m: int, cap: int, floor: int) -> Regions:
    """Three regions, two of them inside a fourth."""
    return replace(
        Regions.flat(np.arange(m) % 3, cap=[cap, cap, cap, 2 * cap - 3], target=np.zeros(m, np.int64)),
        parent=np.array([3, 3, -1, -1]),
        floor=np.array([floor, 0, floor, 0]),
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_certificate_holds_for_a_program_built_again_and_not_for_prices_or_a_matching_tampered_with(
    seed: int,
) -> None:
    market, scores = synthetic(seed)
    regions = regions_of(12, cap=12, floor=9)
    best = constrained_assignment(market, scores, regions=regions)
    again = assignment_program(market, scores, regions=regions)
    values = again.values_of(best.matching)
    certificate = bound_certificate(again.program, values, best.prices)
    assert certificate.proves_optimality
    assert certificate.value == pytest.approx(best.value)

    pressed = int(np.argmax(np.abs(best.prices)))
    lower = best.prices.copy()
    lower[pressed] *= 0.5
    assert not bound_certificate(again.program, values, lower).proves_optimality

    unplaced = best.matching.posting_of.copy()
    unplaced[np.flatnonzero(unplaced >= 0)[:1]] = -1
    fewer = again.values_of(Matching(unplaced, 12))
    assert not bound_certificate(again.program, fewer, best.prices).proves_optimality
    with pytest.raises(CertificateError, match="finite numbers"):
        verified_bound(again.program, best.prices[:-1])


@pytest.mark.parametrize("seed", range(3))
def test_the_network_and_the_search_agree(seed: int) -> None:
    market, scores = synthetic(seed)
    regions = regions_of(12, cap=12, floor=9)
    network = constrained_assignment(market, scores, regions=regions)
    everybody = market.applicants.indices.size
    search = constrained_assignment(market, scores, regions=regions, max_blocking=everybody)
    assert network.status == "proven"
    assert search.value == pytest.approx(network.value)
    assert search.matching.n_matched == network.matching.n_matched


@pytest.mark.parametrize("floor", [0, 9, 11, 30])
def test_pricing_solves_what_the_whole_linear_program_solves(floor: int) -> None:
    market, scores = synthetic(floor, n=60, m=12, length=12)
    built = assignment_program(market, scores, regions=regions_of(12, cap=12, floor=0))
    floored = built.program.row_lower.copy()
    floored[built.posting_rows[:3]] = floor / 3  # what few variables keep not, all may
    linear = replace(built.program, is_integer=np.zeros(built.program.objective.size, np.bool_), row_lower=floored)
    assert linear.objective.size > 3 * linear.n_rows
    whole = maximise(linear)
    priced = maximise_by_pricing(linear, np.zeros(linear.n_rows), deadline=time.monotonic() + 60)
    assert priced.status == whole.status == ("infeasible" if floor == 30 else "optimal")
    if priced.values is not None and priced.prices is not None:
        assert priced.value == pytest.approx(whole.value)
        assert bound_certificate(linear, priced.values, priced.prices).proves_optimality


def test_the_same_input_gives_the_same_matching() -> None:
    market, scores = synthetic(1, n=24, m=6, length=4)
    one, other = (constrained_assignment(market, scores, max_blocking=5) for _ in range(2))
    assert one.matching.posting_of.tolist() == other.matching.posting_of.tolist()


def test_a_cap_on_a_region_sends_the_surplus_elsewhere() -> None:
    """Kamada and Kojima 2015, example 1: two hospitals of ten seats in a region with cap 10; three doctors want only
    the first, seven only the second. All ten can be placed, where targets of five leave two without a place."""
    market = Market(
        Preferences.from_lists([[0]] * 3 + [[1]] * 7, 2),
        Preferences.from_lists([list(range(10))] * 2, 10),
        np.array([10, 10]),
    )
    scores = np.ones(10)
    best = constrained_assignment(market, scores, regions=Regions.flat([0, 0], cap=[10], target=[5, 5]))
    assert (best.value, best.matching.n_held.tolist(), best.status) == (10.0, [3, 7], "proven")
    tight = constrained_assignment(market, scores, regions=Regions.flat([0, 0], cap=[4], target=[0, 0]))
    assert (tight.value, tight.matching.n_matched) == (4.0, 4)


PLAIN = Market(
    Preferences.from_lists([[0, 1], [0], [], []], 2), Preferences.from_lists([[0, 1, 2], [0, 3]], 4), np.array([2, 1])
)
COUPLE = Couples.from_lists([(2, 3)], [[(0, 1), (-1, 0), (0, -1)]])


def test_a_couple_takes_the_choice_worth_most_together_and_never_one_that_a_posting_does_not_return() -> None:
    best = constrained_assignment(PLAIN, [1.0, 0.5, 0.75], couples=COUPLE, couple_scores=[2.0, 9.0, 1.0])
    assert (best.matching.posting_of.tolist(), best.value) == ([0, -1, 0, 1], 3.0)
    apart = constrained_assignment(PLAIN, [1.0, 0.5, 0.75], couples=COUPLE, couple_scores=[0.1, 9.0, 1.0])
    assert (apart.matching.posting_of.tolist(), apart.value) == ([1, 0, 0, -1], 2.25)


def test_a_start_that_breaks_a_limit_is_of_no_use_and_no_error() -> None:
    start = Matching(np.array([1, 1, -1, -1]), 2)
    best = constrained_assignment(PLAIN, [1.0, 0.5, 0.75], max_blocking=0, starts=[start])
    assert best.matching.posting_of.tolist() == [0, 0, -1, -1]


def floors(posting: list[int], region: int = 0, cap: int = -1) -> Regions:
    return replace(
        Regions.flat([0, 0], cap=[cap], target=[0, 0]), posting_floor=np.array(posting), floor=np.array([region])
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"regions": floors([3, 0])}, "posting 0 with floor 3"),
        ({"regions": floors([0, 0], region=3)}, "region 0 with floor 3"),
        ({"regions": floors([2, 1], cap=2)}, "posting 0 with floor 2, posting 1 with floor 1"),
        ({"regions": floors([0, 1]), "max_blocking": 0}, "posting 1 with floor 1, at most 0 blocking pairs"),
        (
            {
                "regions": floors([1, 0]),
                "reserves": Reserves(np.ones((4, 1)) > 0, np.zeros((2, 1), int), np.array([[0], [-1]])),
            },
            "posting 0 with floor 1, posting 0 with quota 0 for type 0",
        ),
    ],
)
def test_limits_that_clash_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(InfeasibleError) as error:
        constrained_assignment(PLAIN, [1.0, 0.5, 0.75], **options)  # type: ignore[arg-type]
    assert str(error.value) == f"no matching keeps all of: {message}"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scores": [1.0]}, "scores has 1 entries, expected one for each of 3 list entries"),
        ({"scores": [1.0, np.nan, 0.0]}, "scores[1] is nan, expected a finite number"),
        ({"couple_scores": [1.0]}, "couple_scores has 1 entries, expected one for each of 0 joint choices"),
        ({"max_blocking": -1}, "max_blocking is -1, expected >= 0"),
        ({"regions": Regions.flat([0], cap=[1], target=[0])}, "regions hold 1 postings, expected the 2 of the market"),
        (
            {"reserves": Reserves(np.ones((3, 1)) > 0, np.zeros((2, 1), int), np.zeros((2, 1), int))},
            "reserves hold 3 applicants and 2 postings, expected 4 and 2",
        ),
        (
            {"couples": Couples.from_lists([(1, 2)], [[]])},
            "applicant 1 of couple 0 has a list of its own, expected an empty one",
        ),
        ({"couples": Couples.from_lists([(2, 4)], [[]])}, "couple 0 has member 4, expected one of the 4 applicants"),
        (
            {"couples": Couples.from_lists([(2, 3)], [[(2, 0)]])},
            "couple 0 lists posting 2, expected one of the 2 postings",
        ),
    ],
)
def test_input_that_does_not_fit_is_refused_with_the_place(options: dict[str, object], message: str) -> None:
    with pytest.raises(MarketError) as error:
        constrained_assignment(PLAIN, **{"scores": [1.0, 0.5, 0.75], **options})  # type: ignore[arg-type]
    assert str(error.value) == message


def test_a_time_limit_that_leaves_no_time_is_refused() -> None:
    with pytest.raises(MechanismError, match=r"^time limit is 0, expected more than 0 seconds$"):
        constrained_assignment(PLAIN, [1.0, 0.5, 0.75], time_limit=0)


def test_without_any_matching_in_time_the_error_says_so_and_claims_no_clash(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ProgramSolution("unknown", None, float("nan"), float("inf"))
    for module in (program_search, column_pricing):
        monkeypatch.setattr(module, "maximise", lambda *_, **__: nothing)
    message = r"^the time limit came before any matching that keeps all limits, expected a longer one$"
    for options in ({"max_blocking": 0}, {}):
        with pytest.raises(MechanismError, match=message):
            constrained_assignment(PLAIN, [1.0, 0.5, 0.75], regions=floors([0, 1]), **options)  # type: ignore[arg-type]


def test_where_the_solver_finds_nothing_in_time_a_stable_matching_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = ProgramSolution("unknown", None, float("nan"), float("inf"))
    for module in (program_search, column_pricing):
        monkeypatch.setattr(module, "maximise", lambda *_, **__: nothing)
    lists = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    market = Market(lists, lists, capacity=np.array([1, 1]))
    found = constrained_assignment(market, [0.5, 0.5, 0.875, 0.25], max_blocking=0)  # who wins posting 0 loses score
    assert (found.matching.posting_of.tolist(), found.value) == ([0, 1], 0.75)


def test_values_that_keep_not_all_limits_are_an_error_and_never_a_result(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = ProgramSolution("optimal", np.zeros(3), 0.0, 0.0, np.zeros(4))
    monkeypatch.setattr(column_pricing, "maximise", lambda *_, **__: wrong)
    with pytest.raises(MechanismError, match=r"^the solver returned values that keep not all limits, expected"):
        constrained_assignment(PLAIN, [1.0, 0.5, 0.75], regions=floors([0, 1]))


def test_a_placement_that_the_program_does_not_know_is_refused() -> None:
    built = assignment_program(PLAIN, [1.0, 0.5, 0.75], couples=COUPLE)
    for places, who in ([1, 1, -1, -1], 1), ([-1, -1, 0, 0], 2), ([-1, -1, -1, 0], 3):
        with pytest.raises(OutcomeError) as error:
            built.values_of(Matching(np.array(places), 2))
        place = places[who]
        assert str(error.value) == f"applicant {who} is placed at {place}, expected a place that the program knows"


@settings(max_examples=40, deadline=None)
@given(problems(kinds=EVERYTHING))
def test_cutoffs_and_cases_give_the_same_optimum_and_cases_bound_it_no_worse(problem: Problem) -> None:
    market, scores, limits = problem
    options = {**limits.options(), "max_blocking": limits.max_blocking or 0}
    by_cases = assignment_program(market, scores, **options)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking_rows, "MOST_COPIES", -1)
        by_cutoffs = assignment_program(market, scores, **options)  # type: ignore[arg-type]
    one, other = maximise(by_cases.program), maximise(by_cutoffs.program)
    assert one.status == other.status
    if one.values is not None and other.values is not None:
        assert one.value == pytest.approx(other.value)
        for built, values in ((by_cases, other.values), (by_cutoffs, one.values)):
            other_way = by_cutoffs if built is by_cases else by_cases
            told = built.values_of(other_way.matching_of(values))
            assert bound_certificate(built.program, told, np.zeros(built.program.n_rows)).is_feasible
        tight, loose = relaxation_prices(by_cases.program), relaxation_prices(by_cutoffs.program)
        assert tight is not None
        assert loose is not None
        assert verified_bound(by_cases.program, tight) <= verified_bound(by_cutoffs.program, loose) + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_interior_point_and_simplex_prices_prove_the_same_bound(seed: int) -> None:
    market, scores = synthetic(seed, n=30, m=6, length=4)
    built = assignment_program(market, scores, max_blocking=3)
    prices = [relaxation_prices(built.core), relaxation_prices(built.core, method="interior-point")]
    bounds = [verified_bound(built.core, each) for each in prices if each is not None]
    assert bounds[0] == pytest.approx(bounds[1], rel=1e-5)


def test_an_empty_market_has_an_empty_matching() -> None:
    empty = Market(Preferences.from_lists([], 0), Preferences.from_lists([], 0), np.array([], np.int64))
    best = constrained_assignment(empty, [], max_blocking=0)
    assert (best.value, best.matching.n_applicants, best.status) == (0.0, 0, "proven")
