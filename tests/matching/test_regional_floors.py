from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import InfeasibleError, MechanismError
from matching.market import Market
from matching.mechanisms.regions import regional_floors
from matching.mechanisms.regions.floor_moves import count_complaints, settle_complaints
from matching.mechanisms.regions.floor_network import FloorClash
from matching.mechanisms.regions.floor_program import FloorProgram, n_departures
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.mechanisms.regions.regional_floors import FlooredMatching, floor_clash, regional_matching_with_floors
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs.solver import maximise
from matching.properties import is_feasible, is_individually_rational
from matching.properties.regional import keeps_regional_limits, regional_blocking
from matching.regions import NO_CAP, Regions
from tests.oracles.enumeration import ranks_of
from tests.oracles.regions import feasible_matchings, postings_of
from tests.oracles.regions import regional_blocking as by_definition
from tests.strategies import markets
from tests.strategies_regions import RegionalMarket, floored_markets, regional_markets


def without_floors(regions: Regions) -> Regions:
    return replace(
        regions, floor=np.zeros(regions.n_regions, np.int64), posting_floor=np.zeros(regions.n_postings, np.int64)
    )


def complaints_by_definition(market: Market, regions: Regions, places: tuple[int, ...]) -> tuple[int, int]:
    n_blocking, n_without = (
        sum(not tolerated["stable"] for tolerated in by_definition(market, limits, places).values())
        for limits in (regions, without_floors(regions))
    )
    return n_blocking, n_without - n_blocking


def complaints_by_check(market: Market, regions: Regions, matching: Matching) -> tuple[int, int]:
    n_blocking, n_without = (
        int(np.count_nonzero(~regional_blocking(market, limits, matching).tolerated_by_stable))
        for limits in (regions, without_floors(regions))
    )
    return n_blocking, n_without - n_blocking


def complaints_of(found: FlooredMatching) -> tuple[int, int]:
    return found.n_blocking, found.n_held_back


def keeps_all_limits(market: Market, regions: Regions, matching: Matching) -> bool:
    return (
        is_feasible(market, matching)
        and is_individually_rational(market, matching)
        and keeps_regional_limits(regions, matching)
    )


def proves(clash: FloorClash, market: Market, regions: Regions) -> bool:
    """The witness, judged without the network: every acceptable pair is counted by supply as often as by demand."""
    inside, priority = postings_of(regions), ranks_of(market.postings.to_lists())
    demanding, limiting = set(clash.regions.tolist()), set(clash.limiting_regions.tolist())
    for a, wishes in enumerate(ranks_of(market.applicants.to_lists())):
        for p in wishes:
            if a in priority[p]:
                asked = (p in clash.postings) + sum(p in inside[r] for r in demanding)
                counted = (p in clash.limiting_postings) + sum(p in inside[r] for r in limiting)
                if asked > counted + (a in clash.applicants):
                    return False
    demand = regions.posting_floor[clash.postings].sum() + regions.floor[clash.regions].sum()
    caps = regions.cap[clash.limiting_regions]
    supply = market.capacity[clash.limiting_postings].sum() + caps.sum() + clash.applicants.size
    return bool((caps != NO_CAP).all()) and (clash.demand, clash.supply) == (demand, supply) and demand > supply


@settings(max_examples=60)
@given(st.one_of(floored_markets(), regional_markets(floors=True)))
def test_the_fewest_complaints_of_all_matchings_within_the_limits_are_found_and_proven(case: RegionalMarket) -> None:
    market, regions = case
    feasible = list(feasible_matchings(market, regions))
    if not feasible:
        with pytest.raises(InfeasibleError):
            regional_matching_with_floors(market, regions)
        return
    found = regional_matching_with_floors(market, regions)
    assert tuple(found.matching.posting_of.tolist()) in feasible
    assert complaints_of(found) == complaints_by_check(market, regions, found.matching)
    assert complaints_of(found) == min(complaints_by_definition(market, regions, places) for places in feasible)
    assert found.is_proven
    lacks = [what for what, n in zip(("stability", "free-moves"), complaints_of(found), strict=True) if n]
    assert found.given_up == tuple(lacks)


@settings(max_examples=200)
@given(regional_markets(floors=True, largest=5))
def test_no_matching_within_the_limits_exists_iff_a_clash_proves_it(case: RegionalMarket) -> None:
    market, regions = case
    clash = floor_clash(market, regions)
    is_possible = next(feasible_matchings(market, regions), None) is not None
    assert (clash is None) == is_possible
    assert clash is None or proves(clash, market, regions)


@settings(max_examples=100)
@given(regional_markets(floors=True, largest=9))
def test_without_the_program_all_limits_hold_and_the_count_is_that_of_the_check(case: RegionalMarket) -> None:
    market, regions = case
    if floor_clash(market, regions) is not None:
        return
    found = regional_matching_with_floors(market, regions, exact_up_to=0)
    assert keeps_all_limits(market, regions, found.matching)
    assert complaints_of(found) == complaints_by_check(market, regions, found.matching)
    assert found.is_proven == (complaints_of(found) == (0, 0))


@settings(max_examples=40)
@given(st.one_of(floored_markets(), regional_markets(floors=True)))
def test_settling_complaints_keeps_all_limits_and_leaves_no_more_of_them(case: RegionalMarket) -> None:
    market, regions = case
    for places in list(feasible_matchings(market, regions))[:8]:
        start = Matching(np.array(places, dtype=np.int64), market.n_postings)
        settled = settle_complaints(market, regions, start)
        assert keeps_all_limits(market, regions, settled)
        assert count_complaints(market, regions, settled) <= count_complaints(market, regions, start)
        assert count_complaints(market, regions, start) == complaints_by_definition(market, regions, places)


@settings(max_examples=50)
@given(regional_markets(largest=6))
def test_without_floors_it_is_flexible_deferred_acceptance(case: RegionalMarket) -> None:
    market, regions = case
    found = regional_matching_with_floors(market, regions)
    assert found.matching.posting_of.tolist() == flexible_deferred_acceptance(market, regions).posting_of.tolist()
    assert (found.method, complaints_of(found)) == ("flexible-deferred-acceptance", (0, 0))
    assert (found.is_proven, found.given_up) == (True, ())


def island_market(n: int, m: int, floor: int, rng: np.random.Generator) -> tuple[Market, Regions]:
    """Postings 0 to 4 are an island that few people put high on their lists; it must hold ``floor``."""
    appeal = rng.gumbel(size=(n, m))
    appeal[:, :5] -= 3
    market = Market(
        Preferences.from_scores(appeal, top=12), Preferences.from_scores(rng.random((m, n))), np.full(m, 2 * n // m)
    )
    regions = Regions.flat(np.where(np.arange(m) < 5, 0, 1), cap=[NO_CAP, NO_CAP], target=np.zeros(m, np.int64))
    return market, replace(regions, floor=np.array([floor, 0]))


def test_an_island_is_filled_without_a_pair_that_blocks_and_every_run_gives_the_same() -> None:
    market, regions = island_market(200, 20, 50, np.random.default_rng(3))
    flexible = flexible_deferred_acceptance(market, regions)
    assert regions.held(flexible.n_held)[0] < 50
    found = regional_matching_with_floors(market, regions)
    assert keeps_all_limits(market, regions, found.matching)
    assert (found.method, found.n_blocking) == ("mending", 0)
    assert complaints_of(found) == complaints_by_check(market, regions, found.matching)
    again = regional_matching_with_floors(market, regions)
    assert again.matching.posting_of.tolist() == found.matching.posting_of.tolist()


def test_a_program_stopped_at_once_leaves_the_mended_matching_without_a_proof() -> None:
    market, regions = island_market(60, 12, 20, np.random.default_rng(4))
    mended = regional_matching_with_floors(market, regions, exact_up_to=0)
    assert complaints_of(mended) > (0, 0)
    found = regional_matching_with_floors(market, regions, exact_up_to=10**6, time_limit=1e-9)
    assert keeps_all_limits(market, regions, found.matching)
    assert complaints_of(found) <= complaints_of(mended)
    assert found.given_up[-1:] == ("proof",)


def test_a_search_cut_short_still_ends_within_all_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regional_floors, "_MAX_ROUNDS", 1)
    rng = np.random.default_rng(8)
    for _ in range(20):
        market, regions = island_market(40, 8, 20, rng)
        regions = replace(regions, posting_floor=np.where(np.arange(8) == 6, 5, 0), floor=np.array([20, 6]))
        found = regional_matching_with_floors(market, regions, exact_up_to=0)
        assert keeps_all_limits(market, regions, found.matching)


@given(floored_markets())
def test_a_pair_that_blocks_weighs_more_than_all_complaints_and_a_complaint_more_than_all_places(
    case: RegionalMarket,
) -> None:
    program, n_pairs = FloorProgram(*case), int(np.count_nonzero(case[0].rank_at_posting >= 0))
    assert program.worth(1, 0, n_pairs) < program.worth(0, n_pairs, 0)
    assert program.worth(0, 1, n_pairs) < program.worth(0, 0, 0) < program.worth(0, 0, 1)


@settings(max_examples=20)
@given(markets(strict=True))
def test_departures_are_every_acceptable_pair_with_every_place_or_none_that_it_may_leave(market: Market) -> None:
    priority = ranks_of(market.postings.to_lists())
    acceptable = [[p for p in row if a in priority[p]] for a, row in enumerate(ranks_of(market.applicants.to_lists()))]
    assert n_departures(market) == sum(len(row[at:]) for row in acceptable for at in range(len(row)))


def value_of(program: FloorProgram, matching: Matching) -> float:
    """The most that the program gives for a matching: which variables place whom is asked of it one by one."""
    whole = program.program
    lower, upper = whole.lower.copy(), whole.upper.copy()
    for variable, alone in enumerate(np.eye(whole.objective.size)):
        placed = program.matching(alone).posting_of
        for applicant in np.flatnonzero(placed >= 0):
            lower[variable] = upper[variable] = matching.posting_of[applicant] == placed[applicant]
    solution = maximise(replace(whole, lower=lower, upper=upper), time_limit=10)
    assert solution.status == "optimal"
    return solution.value


@settings(max_examples=12)
@given(floored_markets())
def test_the_program_gives_each_matching_what_the_definitions_count_there(case: RegionalMarket) -> None:
    market, regions = case
    program = FloorProgram(market, regions)
    counted = {places: complaints_by_definition(market, regions, places) for places in feasible_matchings(*case)}
    if not counted:
        return
    # what the optimum avoids: most pairs that block, most that floors hold back
    for places in {max(counted, key=lambda one: counted[one][which]) for which in (0, 1)}:
        matching = Matching(np.array(places, np.int64), market.n_postings)
        worth = program.worth(*counted[places], matching.n_matched)
        assert value_of(program, matching) == pytest.approx(worth, abs=1e-6)


def wanting(lists: list[list[int]], m: int, capacity: list[int]) -> Market:
    n = len(lists)
    return Market(Preferences.from_lists(lists, m), Preferences.from_lists([list(range(n))] * m, n), np.array(capacity))


def test_the_applicant_whom_the_wanted_posting_ranks_last_is_the_one_held_back() -> None:
    # both prefer posting 0, posting 1 must hold somebody: applicant 1 goes, who has nobody to envy but a free seat
    market = wanting([[0, 1], [0, 1]], 2, [2, 2])
    regions = replace(Regions.flat([-1, -1], [], [0, 0]), posting_floor=np.array([0, 1]))
    for exact_up_to in (0, 2_000):
        found = regional_matching_with_floors(market, regions, exact_up_to=exact_up_to)
        assert complaints_of(found) == (0, 1)
    one_seat = wanting([[0, 1], [0, 1]], 2, [1, 2])
    for exact_up_to in (0, 2_000):
        found = regional_matching_with_floors(one_seat, regions, exact_up_to=exact_up_to)
        assert found.matching.posting_of.tolist() == [0, 1]
        assert complaints_of(found) == (0, 0)


@pytest.mark.parametrize("exact_up_to", [0, 2_000], ids=["mended", "by the program"])
def test_a_regions_floor_holds_one_back_and_a_regions_cap_leaves_one_out(exact_up_to: int) -> None:
    # region 0 (posting 1) must hold one of the two who would rather be at 0; region 1 (posting 2) has two seats, cap 1
    market = wanting([[0, 1], [0, 1], [2], [2]], 3, [2, 2, 2])
    regions = replace(Regions.flat([-1, 0, 1], [NO_CAP, 1], [0, 0, 0]), floor=np.array([1, 0]))
    found = regional_matching_with_floors(market, regions, exact_up_to=exact_up_to)
    assert keeps_all_limits(market, regions, found.matching)
    assert (complaints_of(found), found.matching.n_held.tolist()) == ((0, 1), [1, 1, 1])


@pytest.mark.parametrize(
    ("regions", "message"),
    [
        (
            replace(Regions.flat([-1, -1], [], [0, 0]), posting_floor=np.array([3, 0])),
            "the floors of postings [0] ask for 3 people, but at most 2 can be placed there: the seats of postings [0]",
        ),
        (
            replace(Regions.flat([-1, -1], [], [0, 0]), posting_floor=np.array([0, 2])),
            "the floors of postings [1] ask for 2 people, but at most 1 can be placed there: 1 acceptable applicant",
        ),
        (
            replace(Regions.flat([0, 0], [1], [0, 0]), posting_floor=np.array([1, 1])),
            "the floors of postings [0, 1] ask for 2 people, but at most 1 can be placed there: the "
            "caps of regions [0]",
        ),
        (
            replace(Regions.flat([0, 1], [9, 9], [0, 0]), floor=np.array([2, 2])),
            "the floors of regions [1] ask for 2 people, but at most 1 can be placed there: 1 acceptable applicant",
        ),
    ],
    ids=["seats", "applicants", "cap", "region"],
)
def test_floors_that_clash_are_refused_with_what_they_ask_and_what_there_is(regions: Regions, message: str) -> None:
    with pytest.raises(InfeasibleError) as error:
        regional_matching_with_floors(wanting([[0], [0, 1], [0]], 2, [2, 2]), regions)
    assert str(error.value) == message


def test_a_tie_other_regions_and_no_time_are_refused() -> None:
    market, regions = wanting([[0], [0]], 1, [1]), Regions.flat([0], [1], [0])
    tied = Market(Preferences.from_lists([[0], [0]], 1), Preferences.from_lists([[[0, 1]]], 2), np.array([1]))
    for arguments, message in (
        ((tied, regions, 1.0), "posting 0 lists a tie, expected strict lists: break ties first"),
        ((market, Regions.flat([0, 0], [1], [0, 0]), 1.0), "the regions have 2 postings, expected 1"),
        ((market, regions, 0.0), "time limit is 0.0, expected more than 0 seconds"),
    ):
        with pytest.raises(MechanismError) as error:
            regional_matching_with_floors(*arguments[:2], time_limit=arguments[2])
        assert str(error.value) == message
