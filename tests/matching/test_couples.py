from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.couples import Couples
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.couples.blocks import blocking_flags
from matching.mechanisms.couples.match_couples import CouplesOutcome, Fallback, match_couples
from matching.mechanisms.couples.program import couples_program
from matching.mechanisms.couples.search import search_stable
from matching.mechanisms.couples.table import couple_table
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.couples import couple_blocking, is_stable_with_couples
from tests.oracles.couples import (
    blocking_coalitions,
    fewest_blocking,
    matchings_with_couples,
    stable_with_couples,
)
from tests.oracles.couples_twin import match_couples_in_python
from tests.oracles.enumeration import blocking
from tests.strategies_couples import couple_markets

Drawn = tuple[Market, Couples]
MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def heuristic(market: Market, couples: Couples, seed: int = 0, **options: object) -> CouplesOutcome:
    """Without the exact part."""
    return match_couples(market, couples, rng=rng(seed), largest_search=0, largest_program=-1, **options)  # type: ignore[arg-type]


def by_program(market: Market, couples: Couples) -> tuple[str, tuple[int, ...]]:
    table = couple_table(market, couples)
    program = couples_program(table, np.minimum(market.capacity, np.diff(table.list_start)), "stable")
    solution = program.solve(time_limit=20)
    return solution.status, () if solution.values is None else tuple(program.posting_of(solution.values).tolist())


@settings(max_examples=80)
@given(couple_markets())
def test_a_stable_matching_is_found_exactly_when_one_exists(drawn: Drawn) -> None:
    market, couples = drawn
    stable = stable_with_couples(market, couples)
    outcome = match_couples(market, couples, rng=rng())
    assert (outcome.status == "stable") == bool(stable)
    assert outcome.existence == ("exists" if stable else "none-exists")
    assert outcome.proof == ("matching" if stable else "exhaustive")
    if stable:
        assert tuple(outcome.matching.posting_of.tolist()) in stable
        assert outcome.is_fewest


@settings(max_examples=40)
@given(couple_markets(singles=3))
def test_search_and_program_agree_with_brute_force(drawn: Drawn) -> None:
    market, couples = drawn
    stable = stable_with_couples(market, couples)
    table = couple_table(market, couples)
    exists, places = search_stable(table, np.minimum(market.capacity, np.diff(table.list_start)))
    status, solved = by_program(market, couples)
    assert exists == bool(stable)
    assert status == ("optimal" if stable else "infeasible")
    if stable:
        assert tuple(places.tolist()) in stable
        assert solved in stable


@settings(max_examples=80)
@given(couple_markets(singles=3), st.integers(0, 2**32 - 1))
def test_the_heuristic_claims_nothing_that_is_not_so(drawn: Drawn, seed: int) -> None:
    market, couples = drawn
    outcome = heuristic(market, couples, seed)
    judged = couple_blocking(market, couples, outcome.matching)
    assert outcome.blocking_pairs.tolist() == judged.pairs.tolist()
    assert outcome.blocking_coalitions.tolist() == judged.coalitions.tolist()
    assert tuple(outcome.matching.posting_of.tolist()) in set(matchings_with_couples(market, couples))
    assert (outcome.status == "stable") == (judged.n_blocking == 0)
    if outcome.status != "stable":
        assert (outcome.existence, outcome.proof, outcome.is_fewest) == ("unknown", "none", False)


@settings(max_examples=60)
@given(couple_markets(singles=2, postings=3), st.data())
def test_the_internal_flags_are_those_of_the_definition(drawn: Drawn, data: st.DataObject) -> None:
    market, couples = drawn
    table = couple_table(market, couples)
    places = data.draw(st.sampled_from(list(matchings_with_couples(market, couples))))
    by_single, by_couple = blocking_flags(table, np.array(places, np.int64), market.capacity.copy())
    entries, choices = np.flatnonzero(by_single), np.flatnonzero(by_couple)
    rows = market.applicants.rows()[entries]
    assert list(zip(rows.tolist(), table.own_posting[entries].tolist(), strict=True)) == blocking_in_list_order(
        market, places
    )
    owners = np.searchsorted(table.choice_start, choices, side="right") - 1
    found = list(zip(owners.tolist(), table.position[choices].tolist(), strict=True))
    assert found == blocking_coalitions(market, couples, places)


def blocking_in_list_order(market: Market, places: tuple[int, ...]) -> list[tuple[int, int]]:
    blocks = set(blocking(market, places))
    entries = zip(market.applicants.rows().tolist(), market.applicants.indices.tolist(), strict=True)
    return [pair for pair in entries if pair in blocks]


@given(couple_markets(couples=0, singles=5))
def test_without_couples_it_is_deferred_acceptance(drawn: Drawn) -> None:
    market, nobody = drawn
    places = match_couples(market, nobody, rng=rng()).matching.posting_of
    assert places.tolist() == deferred_acceptance(market).posting_of.tolist()


@settings(max_examples=100)
@given(couple_markets(singles=6, couples=3), st.integers(0, 2**32 - 1))
def test_the_kernel_agrees_with_the_pure_python_twin(drawn: Drawn, seed: int) -> None:
    market, couples = drawn
    places, n_left_out = match_couples_in_python(market, couples, rng=rng(seed), effort=1)
    outcome = heuristic(market, couples, seed, effort=1)
    if n_left_out == 0:
        assert outcome.matching.posting_of.tolist() == places
    else:
        assert outcome.status == "least-blocking" or outcome.matching.posting_of.tolist() == places


def small_market(seed: int) -> Drawn:
    """Two couples, two singles and one to three postings."""
    draw = rng(seed)
    m = int(draw.integers(1, 4))
    own: list[list[int]] = [[], [], [], [], *(draw.permutation(m).tolist() for _ in range(2))]
    possible = [(p, q) for p in range(-1, m) for q in range(-1, m) if max(p, q) >= 0]
    joint = [[possible[at] for at in draw.permutation(len(possible))[:3]] for _ in range(2)]
    priorities = [draw.permutation(6)[: draw.integers(3, 7)].tolist() for _ in range(m)]
    seats = draw.integers(0, 3, m)
    return (
        Market(Preferences.from_lists(own, m), Preferences.from_lists(priorities, 6), seats),
        Couples.from_lists([(0, 1), (2, 3)], joint),
    )


UNSTABLE = [3, 43, 73, 74, 81, 104]
"""Seeds of small markets in which brute force finds no stable matching."""


@pytest.fixture(scope="module")
def unstable() -> list[Drawn]:
    return [small_market(seed) for seed in UNSTABLE]


def test_where_none_exists_both_proofs_say_so_and_fewest_means_fewest(unstable: list[Drawn]) -> None:
    for market, couples in unstable:
        assert stable_with_couples(market, couples) == []
        assert by_program(market, couples)[0] == "infeasible"
        outcome = match_couples(market, couples, rng=rng())
        assert (outcome.status, outcome.existence, outcome.proof) == ("least-blocking", "none-exists", "exhaustive")
        alone = match_couples(market, couples, rng=rng(), largest_search=0)
        assert (alone.existence, alone.proof) == ("none-exists", "solver")
        for one in (outcome, alone):
            assert one.is_fewest
            assert len(one.blocking_pairs) + len(one.blocking_coalitions) == fewest_blocking(market, couples)


def test_added_seats_make_it_stable_and_fewer_do_not(unstable: list[Drawn]) -> None:
    n_solved = 0
    for market, couples in unstable:
        outcome = match_couples(market, couples, rng=rng(), fallback="extra-seats")
        tried = heuristic(market, couples, fallback="extra-seats")
        for one in (outcome, tried):
            if one.status == "near-feasible":
                assert 0 <= one.extra_seats.min() <= one.extra_seats.max() <= 2
                wider = Market(market.applicants, market.postings, market.capacity + one.extra_seats)
                assert is_stable_with_couples(wider, couples, one.matching)
        assert tried.extra_seats.sum() == outcome.extra_seats.sum()  # in these it needs no more than the program
        if outcome.status == "near-feasible":
            n_solved += 1
            assert outcome.is_fewest
            if outcome.extra_seats.sum() == 2:
                for posting in range(market.n_postings):
                    one_more = market.capacity + (np.arange(market.n_postings) == posting)
                    assert not stable_with_couples(Market(market.applicants, market.postings, one_more), couples)
    assert n_solved >= len(unstable) - 2


def test_no_seats_to_add_is_no_way_out(unstable: list[Drawn]) -> None:
    for market, couples in unstable:
        outcome = match_couples(market, couples, rng=rng(), fallback="extra-seats", largest_extra=0)
        assert (outcome.status, outcome.extra_seats.sum(), outcome.is_fewest) == ("least-blocking", 0, True)


@pytest.mark.parametrize("largest_search", [1e9, 0.0])
def test_what_an_impatient_heuristic_misses_is_found_exactly(
    monkeypatch: pytest.MonkeyPatch, largest_search: float
) -> None:
    monkeypatch.setattr("matching.mechanisms.couples.match_couples.PATIENCE", 0)
    market, couples, _, _ = example("nrmp-couple-davis-eastman")
    assert heuristic(market, couples).status == "least-blocking"
    outcome = match_couples(market, couples, rng=rng(), largest_search=largest_search)
    assert (outcome.status, outcome.existence, outcome.proof) == ("stable", "exists", "matching")
    assert is_stable_with_couples(market, couples, outcome.matching)


def test_a_solver_that_runs_out_of_time_leaves_existence_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.mechanisms.couples.match_couples.PATIENCE", 0)
    market, couples = large_market(7, n=100, m=10, n_couples=8)
    outcome = match_couples(market, couples, rng=rng(), largest_search=0, time_limit=1e-6)
    assert (outcome.status, outcome.existence, outcome.proof) == ("least-blocking", "unknown", "none")
    assert not outcome.is_fewest


@pytest.mark.parametrize("unasked", [{"time_limit": 0.0}, {"largest_program": 0}], ids=["no time", "too large"])
@pytest.mark.parametrize("fallback", ["fewest-blocking", "extra-seats"])
def test_a_solver_that_may_not_be_asked_is_not(
    monkeypatch: pytest.MonkeyPatch, unstable: list[Drawn], unasked: dict[str, float], fallback: Fallback
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the solver is asked")

    monkeypatch.setattr("matching.mechanisms.couples.match_couples.couples_program", refuse)
    for market, couples in unstable:
        options: dict[str, Any] = {"largest_search": 0, "fallback": fallback, **unasked}
        outcome = match_couples(market, couples, rng=rng(), **options)
        assert (outcome.existence, outcome.proof, outcome.is_fewest) == ("unknown", "none", False)


def test_a_couple_that_would_circle_for_ever_stays_at_its_first_place_and_alone_blocks() -> None:
    # one seat: the first member beats the single applicant, then the couple would rather have the second member there
    market = Market(Preferences.from_lists([[], [], [0]], 1), Preferences.from_lists([[0, 2, 1]], 3), np.array([1]))
    couples = Couples.from_lists([(0, 1)], [[(-1, 0), (0, -1)]])
    outcome = heuristic(market, couples)
    assert outcome.matching.posting_of.tolist() == [0, -1, -1]
    assert (outcome.blocking_pairs.tolist(), outcome.blocking_coalitions.tolist()) == ([], [[0, 0]])
    assert stable_with_couples(market, couples) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_couple_moves_up_to_a_seat_that_another_couple_leaves_whatever_the_order(seed: int) -> None:
    # couple 2 takes the second member's seat from couple 0, who gives up posting 0: couple 1 has waited for it
    market = Market(
        Preferences.from_lists([[], [], [], [], [], [], [3]], 5),
        Preferences.from_lists([[0, 2], [4, 1], [3], [2, 6], [5]], 7),
        np.ones(5, np.int64),
    )
    couples = Couples.from_lists([(0, 1), (2, 3), (4, 5)], [[(0, 1)], [(0, 2), (3, 2)], [(1, 4)]])
    outcome = heuristic(market, couples, seed, effort=1)
    assert outcome.matching.posting_of.tolist() == [-1, -1, 0, 2, 1, 4, 3]
    assert outcome.status == "stable"


def large_market(seed: int, n: int = 300, m: int = 30, n_couples: int = 10) -> Drawn:
    draw = rng(seed)
    own = [[] if a < 2 * n_couples else draw.permutation(m)[:8].tolist() for a in range(n)]
    # the members look at different halves of the postings, as people of two professions do
    half = m // 2
    joint = [
        list(zip(draw.permutation(half)[:9].tolist(), (half + draw.permutation(half)[:9]).tolist(), strict=True))
        for _ in range(n_couples)
    ]
    postings = Preferences.from_scores(draw.random((m, n)))
    capacity = draw.multinomial(n, np.ones(m) / m)
    members = draw.permutation(2 * n_couples).reshape(-1, 2)
    return Market(Preferences.from_lists(own, m), postings, capacity), Couples.from_lists(members.tolist(), joint)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_market_is_stable_repeats_and_agrees_with_the_twin(seed: int) -> None:
    market, couples = large_market(seed)
    outcome = heuristic(market, couples, seed)
    assert outcome.status == "stable"
    assert is_stable_with_couples(market, couples, outcome.matching)
    assert outcome.matching.posting_of.tolist() == heuristic(market, couples, seed).matching.posting_of.tolist()
    places, n_left_out = match_couples_in_python(market, couples, rng=rng(seed), effort=8)
    assert (outcome.matching.posting_of.tolist(), n_left_out) == (places, 0)


def crowded_market(seed: int, n: int = 10, m: int = 4) -> Drawn:
    """Three couples and four others for eight seats."""
    draw = rng(seed)
    postings = Preferences.from_lists([draw.permutation(n).tolist() for _ in range(m)], n)
    own = [[] if a < 6 else draw.permutation(m).tolist() for a in range(n)]
    joint = [[divmod(int(pair), m) for pair in draw.permutation(m * m)[:5]] for _ in range(3)]
    market = Market(Preferences.from_lists(own, m), postings, np.full(m, 2))
    return market, Couples.from_lists([(0, 1), (2, 3), (4, 5)], joint)


def test_the_heuristic_alone_finds_a_stable_matching_of_small_markets_that_have_one() -> None:
    missed = []
    for seed in range(40):
        drawn = crowded_market(seed)
        outcome = heuristic(*drawn, seed)
        if outcome.status == "stable":
            assert is_stable_with_couples(*drawn, outcome.matching)
        elif match_couples(*drawn, rng=rng(seed)).existence != "none-exists":
            missed.append(seed)
    assert missed == []  # no theorem: of these forty it misses none


def test_the_program_finds_a_stable_matching_of_a_moderate_market() -> None:
    market, couples = large_market(7, n=50, m=10, n_couples=4)
    status, places = by_program(market, couples)
    assert status == "optimal"
    assert is_stable_with_couples(market, couples, Matching(np.array(places), market.n_postings))


def example(name: str) -> tuple[Market, Couples, list[str], list[str]]:
    """A market file with couples as arrays: ids in sorted order."""
    file = json.loads((MARKETS / f"{name}.json").read_text(encoding="utf-8"))
    postings = sorted(file["postings"])
    applicants = sorted(
        [*file["applicants"], *(one for couple in file.get("couples", []) for one in couple["members"])]
    )
    person, place = {one: at for at, one in enumerate(applicants)}, {one: at for at, one in enumerate(postings)}
    own = [[place[p] for p in file["applicants"].get(one, [])] for one in applicants]
    priorities = [[person[a] for a in file["postings"][p]["preferences"]] for p in postings]
    market = Market(
        Preferences.from_lists(own, len(postings)),
        Preferences.from_lists(priorities, len(applicants)),
        np.array([file["postings"][p]["capacity"] for p in postings]),
    )
    members = [(person[a], person[b]) for a, b in (couple["members"] for couple in file.get("couples", []))]
    joint = [
        [(place.get(p, -1), place.get(q, -1)) for p, q in couple["preferences"]] for couple in file.get("couples", [])
    ]
    return market, Couples.from_lists(members, joint), applicants, postings


def named(places: tuple[int, ...], applicants: list[str], postings: list[str]) -> dict[str, str | None]:
    return {one: postings[p] if p >= 0 else None for one, p in zip(applicants, places, strict=True)}


def test_the_published_match_without_a_couple_has_its_only_stable_matching() -> None:
    # National Resident Matching Program, Run a Match
    market, nobody, applicants, postings = example("nrmp-run-a-match")
    (stable,) = stable_with_couples(market, nobody)
    assert tuple(match_couples(market, nobody, rng=rng()).matching.posting_of.tolist()) == stable
    assert named(stable, applicants, postings) == {
        "Anderson": "City",
        "Chen": "Mercy",
        "Davis": "General",
        "Eastman": "City",
        "Ford": "General",
    }


@pytest.mark.parametrize("seed", range(5))
def test_the_published_couple_gets_its_eighth_choice_whatever_the_order(seed: int) -> None:
    # J. Shuo with NRMP staff: an example with a couples match
    market, couples, applicants, postings = example("nrmp-couple-davis-eastman")
    (stable,) = stable_with_couples(market, couples)
    outcome = heuristic(market, couples, seed)
    assert (outcome.status, tuple(outcome.matching.posting_of.tolist())) == ("stable", stable)
    assert named(stable, applicants, postings) == {
        "Anderson": None,
        "Brown": None,
        "Chen": "Mercy",
        "Davis": "General",
        "Eastman": "General",
        "Ford": "State",
        "Garcia": "City",
        "Hassan": "State",
        "Issacs": "City",
    }


def test_the_smallest_market_without_a_stable_matching_is_refuted_and_one_seat_mends_it() -> None:
    # Klaus and Klijn (2005), as retold by Kojima, Pathak and Roth (2013)
    market, couples, _, _ = example("klaus-klijn-2005-no-stable-matching")
    assert stable_with_couples(market, couples) == []
    assert by_program(market, couples)[0] == "infeasible"
    outcome = match_couples(market, couples, rng=rng())
    assert (outcome.existence, outcome.proof, outcome.is_fewest) == ("none-exists", "exhaustive", True)
    assert len(outcome.blocking_pairs) + len(outcome.blocking_coalitions) == 1
    mended = match_couples(market, couples, rng=rng(), fallback="extra-seats")
    assert (mended.status, mended.extra_seats.sum(), mended.is_fewest) == ("near-feasible", 1, True)


def test_unusable_options_are_refused_with_what_was_expected() -> None:
    market, couples = large_market(0, n=20, m=4, n_couples=2)
    cases: list[tuple[dict[str, object], str]] = [
        ({"fallback": "lottery"}, "fallback is 'lottery', expected one of fewest-blocking, extra-seats"),
        ({"effort": 0}, "effort is 0, expected at least 1"),
        ({"largest_extra": -1}, "largest extra is -1, expected at least 0"),
    ]
    for options, message in cases:
        with pytest.raises(MechanismError) as error:
            match_couples(market, couples, rng=rng(), **options)  # type: ignore[arg-type]
        assert str(error.value) == message


def test_a_tie_is_refused_with_the_side_and_the_row() -> None:
    couples = Couples.from_lists([(0, 1)], [[(0, 0)]])
    strict, seats = Preferences.from_lists([[0, 1, 2], [2]], 3), np.array([1, 1])
    with pytest.raises(MechanismError) as error:
        match_couples(Market(Preferences.from_lists([[], [], [[0, 1]]], 2), strict, seats), couples, rng=rng())
    assert str(error.value) == "applicant 2 lists a tie, expected strict lists: break ties first"
    tied = Preferences.from_lists([[0, 1, 2], [[0, 2]]], 3)
    with pytest.raises(MechanismError) as error:
        match_couples(Market(Preferences.from_lists([[], [], [0]], 2), tied, seats), couples, rng=rng())
    assert str(error.value) == "posting 1 lists a tie, expected strict lists: break ties first"
