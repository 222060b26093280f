from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.market_file import read_market
from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.repair.stable_repair import StableRepair, repair_stable
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs, is_weakly_stable, verify_feasible, verify_individually_rational
from tests.oracles.enumeration import ranks_of, stable_matchings, strict_lists
from tests.oracles.lattice import n_moved, rank_sums, stable_by_forcing
from tests.strategies import markets
from tests.strategies_lattice import crowded_markets, random_market

MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"


def without(market: Market, applicant: int) -> Market:
    lists = market.applicants.to_lists()
    lists[applicant] = []
    return Market(Preferences.from_lists(lists, market.n_postings), market.postings, market.capacity)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Market, Matching]:
    """A strict market and an earlier matching: a stable one of the market before somebody left, or any at all."""
    market = draw(crowded_markets())
    n, m = market.n_applicants, market.n_postings
    if draw(st.booleans()):
        before = deferred_acceptance(market, proposing=draw(st.sampled_from(["applicants", "postings"])))
        changed = without(market, draw(st.integers(0, n - 1)))
        seats = changed.capacity.copy()
        seats[draw(st.integers(0, m - 1))] += draw(st.sampled_from([0, 1]))
        return Market(changed.applicants, changed.postings, seats), before
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return market, Matching(rng.integers(-1, m, n), m)


def movable(market: Market, previous: Matching) -> set[int]:
    """People whose earlier place still has a seat and an entry on both lists."""
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    return {
        a
        for a, p in enumerate(previous.posting_of.tolist())
        if p in applicants[a] and a in postings[p] and market.capacity[p] > 0
    }


def count(market: Market, previous: Matching, places: tuple[int, ...]) -> int:
    lists = [list(row) for row in ranks_of(market.applicants.to_lists())]
    priority = ranks_of(market.postings.to_lists())
    return n_moved(tuple(previous.posting_of.tolist()), places, lists, priority, market.capacity.tolist())


@settings(max_examples=200)
@given(changes())
def test_no_stable_matching_moves_fewer_people(change: tuple[Market, Matching]) -> None:
    market, previous = change
    option = repair_stable(market, previous).fewest_moves
    moves = {places: count(market, previous, places) for places in stable_by_forcing(market)}
    chosen = tuple(option.matching.posting_of.tolist())
    assert moves[chosen] == min(moves.values()) == option.n_moved
    assert option.rank_sum == rank_sums(market, chosen)[0]
    ties = [rank_sums(market, places)[0] for places, n in moves.items() if n == option.n_moved]
    assert option.rank_sum == min(ties)


@settings(max_examples=200)
@given(markets(), st.integers(0, 2**32))
def test_a_repair_is_stable_for_tied_lists_too(market: Market, seed: int) -> None:
    rng = np.random.default_rng(seed)
    previous = Matching(rng.integers(-1, market.n_postings, market.n_applicants), market.n_postings)
    repair = repair_stable(market, previous)
    for option in (repair.fewest_moves, repair.applicant_optimal):
        assert tuple(option.matching.posting_of.tolist()) in stable_matchings(market)


@settings(max_examples=200)
@given(changes())
def test_moved_and_gone_are_told_apart(change: tuple[Market, Matching]) -> None:
    market, previous = change
    repair, can_stay = repair_stable(market, previous), movable(market, previous)
    for option in (repair.fewest_moves, repair.applicant_optimal, repair.kept):
        changed = option.matching.posting_of != previous.posting_of
        assert option.moved.tolist() == sorted(a for a in can_stay if changed[a])
    present = np.flatnonzero(np.diff(market.applicants.indptr) > 0)
    assert repair.gone.tolist() == sorted(
        a for a in present.tolist() if previous.posting_of[a] >= 0 and a not in can_stay
    )


@settings(max_examples=200)
@given(changes())
def test_keeping_moves_only_those_beyond_the_seats_and_nobody_left_without_a_place_could_have_a_free_one(
    change: tuple[Market, Matching],
) -> None:
    market, previous = change
    kept = repair_stable(market, previous).kept
    verify_feasible(market, kept.matching)
    verify_individually_rational(market, kept.matching)
    holders = np.bincount([previous.posting_of[a] for a in movable(market, previous)], minlength=market.n_postings)
    assert kept.n_moved == np.maximum(holders - market.capacity, 0).sum()
    stayed = (kept.matching.posting_of == previous.posting_of) & previous.is_matched
    for applicant, posting in blocking_pairs(market, kept.matching):
        displaces_somebody_kept = stayed[kept.matching.applicants_of(int(posting))].any()
        assert stayed[applicant] or displaces_somebody_kept


@given(crowded_markets())
def test_nobody_moves_where_nothing_changed(market: Market) -> None:
    for side in ("applicants", "postings"):
        before = deferred_acceptance(market, proposing=side)
        repair = repair_stable(market, before)
        assert repair.fewest_moves.matching.posting_of.tolist() == before.posting_of.tolist()
        assert repair.fewest_moves.n_moved == repair.kept.n_moved == repair.gone.size == 0


@settings(max_examples=40)
@given(markets(), st.data())
def test_nobody_moves_from_a_stable_matching_whatever_else_ties_allow(market: Market, data: st.DataObject) -> None:
    places = data.draw(st.sampled_from(sorted(stable_matchings(market))))
    repair = repair_stable(market, Matching(np.array(places, np.int64), market.n_postings))
    assert tuple(repair.fewest_moves.matching.posting_of.tolist()) == places
    assert repair.fewest_moves.n_moved == repair.kept.n_moved == repair.gone.size == 0


@given(changes())
def test_a_fresh_run_is_the_second_alternative(change: tuple[Market, Matching]) -> None:
    market, previous = change
    fresh = repair_stable(market, previous).applicant_optimal.matching
    assert fresh.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()


@settings(max_examples=200)
@given(crowded_markets(), st.data())
def test_after_a_withdrawal_from_a_stable_matching_every_move_is_a_move_up(market: Market, data: st.DataObject) -> None:
    # Blum, Roth and Rothblum (1997): a vacancy chain leaves nobody worse off, and ends in a stable matching
    before = deferred_acceptance(market)
    leaver = data.draw(st.integers(0, market.n_applicants - 1))
    assert repair_stable(without(market, leaver), before).applicant_optimal.worse_off.size == 0


@given(changes())
def test_those_worse_off_are_those_moved_down_or_out(change: tuple[Market, Matching]) -> None:
    market, previous = change
    table, repair = ranks_of(market.applicants.to_lists()), repair_stable(market, previous)
    for option in (repair.fewest_moves, repair.applicant_optimal, repair.kept):
        after = option.matching.posting_of
        down = [a for a in option.moved if table[a].get(int(after[a]), 99) > table[a][int(previous.posting_of[a])]]
        assert option.worse_off.tolist() == down


def test_where_a_pair_leaves_together_a_fresh_run_moves_others_for_nothing() -> None:
    market = random_market(60, 60, 1, seed=1)
    before = deferred_acceptance(market, proposing="postings")
    left = without(market, 0)
    seats = market.capacity.copy()
    seats[before.posting_of[0]] = 0
    changed = Market(left.applicants, left.postings, seats)
    repair, fresh = repair_stable(changed, before), deferred_acceptance(changed).posting_of
    assert repair.fewest_moves.n_moved == 0
    assert repair.applicant_optimal.n_moved == np.count_nonzero(fresh[1:] != before.posting_of[1:]) > 20
    assert is_weakly_stable(changed, repair.fewest_moves.matching)


def test_each_of_ten_stable_matchings_is_nearest_to_itself() -> None:
    # Roth and Sotomayor (1990), Example 2.17 (Knuth)
    market = read_market(MARKETS / "roth-sotomayor-1990-example-2-17.json").market
    ten = stable_matchings(market)
    assert len(ten) == 10
    for places in ten:
        fewest = repair_stable(market, Matching(np.array(places), 4)).fewest_moves
        assert (tuple(fewest.matching.posting_of.tolist()), fewest.n_moved) == (places, 0)


@given(changes(), st.integers(0, 2**32))
def test_renumbering_people_renumbers_the_repair(change: tuple[Market, Matching], seed: int) -> None:
    market, previous = change
    order = np.random.default_rng(seed).permutation(market.n_applicants)
    new_index, lists = np.argsort(order), market.applicants.to_lists()
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists([[int(new_index[a]) for a in row] for row in strict_lists(market.postings)], order.size),
        market.capacity,
    )
    one, other = (
        repair_stable(market, previous),
        repair_stable(renumbered, Matching(previous.posting_of[order], market.n_postings)),
    )
    for before, after in zip(everything(one), everything(other), strict=True):
        assert after == np.array(before)[order].tolist()


def test_an_earlier_holder_keeps_the_place_against_a_newcomer_of_the_same_class() -> None:
    tied = Market(Preferences.from_lists([[0], [0]], 1), Preferences.from_lists([[[0, 1]]], 2), np.array([1]))
    for holder in (0, 1):
        places = np.full(2, -1)
        places[holder] = 0
        assert repair_stable(tied, Matching(places, 1)).fewest_moves.matching.posting_of.tolist() == places.tolist()


def everything(repair: StableRepair) -> list[list[int]]:
    options = (repair.fewest_moves, repair.applicant_optimal, repair.kept)
    return [option.matching.posting_of.tolist() for option in options]


def test_of_too_many_holders_the_posting_keeps_those_it_ranks_highest() -> None:
    market = Market(Preferences.from_lists([[0], [0], [0]], 1), Preferences.from_lists([[2, 0, 1]], 3), np.array([2]))
    repair = repair_stable(market, Matching(np.array([0, 0, 0]), 1))
    assert everything(repair) == [[0, -1, 0]] * 3
    assert repair.kept.moved.tolist() == [1]


def test_a_closed_posting_moves_nobody_but_sends_its_holders_away() -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [1]], 2), Preferences.from_lists([[0], [0, 1]], 2), np.array([0, 1])
    )
    repair = repair_stable(market, Matching(np.array([0, 1]), 2))
    assert repair.gone.tolist() == [0]
    assert repair.fewest_moves.matching.posting_of.tolist() == [1, -1]
    assert repair.kept.matching.posting_of.tolist() == [-1, 1]
    assert blocking_pairs(market, repair.kept.matching).tolist() == [[0, 1]]


def test_a_matching_of_another_market_is_refused() -> None:
    with pytest.raises(OutcomeError) as error:
        repair_stable(random_market(3, 2, 1, seed=0), Matching(np.array([0]), 2))
    assert str(error.value) == "the earlier matching has 1 applicants and 2 postings, expected 3 and 2"
