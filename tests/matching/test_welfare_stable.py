from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import Lottery, break_ties
from matching.mechanisms.tied.improvement_cycles import improve_by_cycles
from matching.mechanisms.tied.max_cardinality_stable import max_cardinality_stable
from matching.mechanisms.tied.welfare_stable import welfare_stable
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from matching.scored_pairs import ScoredPairs
from tests.oracles.enumeration import all_matchings, ranks_of, stable_matchings
from tests.strategies import markets


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@st.composite
def scored_markets(draw: st.DrawFn, *, largest: int = 4) -> tuple[Market, np.ndarray]:
    """A market and a score, a multiple of 1/4, for every entry of the applicants' lists."""
    market = draw(markets(largest=largest))
    size = market.applicants.indices.size
    return market, np.array(draw(st.lists(st.integers(-8, 8), min_size=size, max_size=size)), np.float64) / 4


def rank(market: Market, applicant: int, posting: int) -> int:
    return ranks_of(market.applicants.to_lists())[applicant].get(posting, 10**6)


def rated_market(n: int, m: int, seed: int) -> tuple[Market, np.ndarray]:
    """Everybody rates every place in three tiers, places rate everybody in five classes; both sides' values add up."""
    rng = generator(seed)
    tiers = np.digitize(rng.random((n, m)) + rng.random(m) / 2, [0.6, 0.9])
    classes = rng.integers(0, 5, (m, n))
    market = Market(
        Preferences.from_scores(tiers.astype(np.float64), acceptable=tiers > 0),
        Preferences.from_scores(classes.astype(np.float64)),
        rng.multinomial(n, np.ones(m) / m),
    )
    rows, places = market.applicants.rows(), market.applicants.indices
    return market, tiers[rows, places] / 2 + classes[places, rows] / 4


@settings(max_examples=150)
@given(scored_markets(), st.integers(0, 99), st.sampled_from(get_args(Lottery)), st.integers(1, 6), st.booleans())
def test_every_guide_leads_to_a_matching_without_blocking_pairs(
    scored: tuple[Market, np.ndarray], seed: int, lottery: Lottery, n_guides: int, improve: bool
) -> None:
    market, scores = scored
    found = welfare_stable(market, scores, rng=generator(seed), lottery=lottery, n_guides=n_guides, improve=improve)
    assert is_weakly_stable(market, found.matching)
    assert tuple(found.matching.posting_of.tolist()) in stable_matchings(market)
    assert 0 <= found.guide < n_guides


@settings(max_examples=150)
@given(scored_markets())
def test_the_guiding_assignment_places_the_most_people_and_of_those_is_worth_the_most(
    scored: tuple[Market, np.ndarray],
) -> None:
    market, scores = scored
    worth = {
        (int(a), int(p)): float(score)
        for a, p, score in zip(market.applicants.rows(), market.applicants.indices, scores, strict=True)
    }

    def judged(places: tuple[int, ...]) -> tuple[int, float]:
        formed = [(a, p) for a, p in enumerate(places) if p >= 0]
        return len(formed), sum(worth[pair] for pair in formed)

    found = welfare_stable(market, scores, rng=generator(0), n_guides=1).ignoring_stability
    assert judged(tuple(found.posting_of.tolist())) == max(judged(places) for places in all_matchings(market))


@given(scored_markets())
def test_where_the_guiding_assignment_is_stable_for_strict_applicants_it_is_found(
    scored: tuple[Market, np.ndarray],
) -> None:
    market, scores = scored
    found = welfare_stable(market, scores, rng=generator(0), n_guides=1)
    if market.applicants.is_strict and is_weakly_stable(market, found.ignoring_stability):
        guiding = found.ignoring_stability.posting_of
        # its own pairs come first in every tie, so no other stable matching of the strict lists is worse for applicants
        assert all(
            rank(market, a, int(p)) <= rank(market, a, int(guiding[a])) for a, p in enumerate(found.matching.posting_of)
        )


@settings(max_examples=150)
@given(scored_markets(largest=6), st.integers(0, 99))
def test_who_gains_and_who_loses_is_told_by_the_lists(scored: tuple[Market, np.ndarray], seed: int) -> None:
    market, scores = scored
    found = welfare_stable(market, scores, rng=generator(seed), n_guides=3)
    lottery = deferred_acceptance(break_ties(market, rng=generator(seed)).market)
    assert found.by_lottery.posting_of.tolist() == lottery.posting_of.tolist()
    change = [
        rank(market, a, int(p)) - rank(market, a, int(q))
        for a, (p, q) in enumerate(zip(found.matching.posting_of, lottery.posting_of, strict=True))
    ]
    assert found.gaining.tolist() == [a for a, step in enumerate(change) if step < 0]
    assert found.losing.tolist() == [a for a, step in enumerate(change) if step > 0]


@given(scored_markets(largest=6), st.integers(0, 99))
def test_more_guides_never_place_fewer_and_the_welfare_is_that_of_the_pairs(
    scored: tuple[Market, np.ndarray], seed: int
) -> None:
    market, scores = scored
    one = welfare_stable(market, scores, rng=generator(seed), n_guides=1)
    several = welfare_stable(market, scores, rng=generator(seed), n_guides=4)
    assert (several.matching.n_matched, several.welfare) >= (one.matching.n_matched, one.welfare)
    assert several.welfare == ScoredPairs.from_market(market, scores).total(several.matching)


@settings(max_examples=150)
@given(scored_markets(largest=6), st.integers(0, 99))
def test_a_second_guide_places_no_fewer_than_promotion(scored: tuple[Market, np.ndarray], seed: int) -> None:
    market, scores = scored
    found = welfare_stable(market, scores, rng=generator(seed), n_guides=2)
    assert found.matching.n_matched >= max_cardinality_stable(market).matching.n_matched


@settings(max_examples=200)
@given(markets(largest=5), st.integers(0, 99))
def test_cycles_leave_nobody_worse_off_nobody_blocking_and_no_cycle(market: Market, seed: int) -> None:
    before = deferred_acceptance(break_ties(market, rng=generator(seed)).market)
    after = improve_by_cycles(market, before)
    assert is_weakly_stable(market, after)
    assert after.n_held.tolist() == before.n_held.tolist()
    for a in range(market.n_applicants):
        held, now = int(before.posting_of[a]), int(after.posting_of[a])
        assert now == held or rank(market, a, now) < rank(market, a, held)
    assert improve_by_cycles(market, after).posting_of.tolist() == after.posting_of.tolist()


@settings(max_examples=150)
@given(markets(), st.integers(0, 99))
def test_for_strict_applicants_no_stable_matching_dominates_the_one_without_cycles(market: Market, seed: int) -> None:
    if not market.applicants.is_strict:
        return
    found = improve_by_cycles(market, deferred_acceptance(break_ties(market, rng=generator(seed)).market))
    places = tuple(found.posting_of.tolist())
    for other in stable_matchings(market):
        changes = [rank(market, a, other[a]) - rank(market, a, places[a]) for a in range(market.n_applicants)]
        assert not (max(changes, default=0) <= 0 and min(changes, default=0) < 0)


# after Erdil and Ergin (2008), Example 1: posting 1 ranks applicant 1 first and ties the applicants 0 and 2
ERDIL_ERGIN = Market(
    Preferences.from_lists([[1, 0, 2], [2, 1, 0], [1, 2, 0]], n_choices=3),
    Preferences.from_lists([[0, 1, 2], [1, [0, 2]], [2, 0, 1]], n_choices=3),
    np.array([1, 1, 1]),
)


def test_one_order_of_a_tie_costs_two_students_their_better_places_and_a_cycle_gives_them_back() -> None:
    strict = Market(
        ERDIL_ERGIN.applicants,
        Preferences.from_lists([[0, 1, 2], [1, 0, 2], [2, 0, 1]], n_choices=3),
        ERDIL_ERGIN.capacity,
    )
    before = deferred_acceptance(strict)
    after = improve_by_cycles(ERDIL_ERGIN, before)
    assert before.posting_of.tolist() == [0, 1, 2]
    assert after.posting_of.tolist() == [0, 2, 1]
    assert {(0, 1, 2), (0, 2, 1)} <= set(stable_matchings(ERDIL_ERGIN))


def test_the_guide_lets_the_flexible_make_way() -> None:
    # three tie for two seats and one of them has an alternative: one lottery in three places everybody
    market = Market(
        Preferences.from_lists([[0, 1], [0], [0]], n_choices=2),
        Preferences.from_lists([[[0, 1, 2]], [0]], n_choices=3),
        np.array([2, 1]),
    )
    for seed in range(20):
        assert welfare_stable(market, [1, 1, 1, 1], rng=generator(seed)).matching.posting_of.tolist() == [1, 0, 0]


def test_on_rated_places_the_guide_places_more_than_the_lottery_and_nobody_blocks() -> None:
    market, scores = rated_market(300, 20, seed=3)
    found = welfare_stable(market, scores, rng=generator(1))
    assert found.by_lottery.n_matched < found.matching.n_matched <= found.ignoring_stability.n_matched
    assert is_weakly_stable(market, found.matching)


def test_the_guiding_assignment_is_that_of_two_phases() -> None:
    # the twin of "people first by one constant": first how many, then the best of those by pricing people instead
    market, scores = rated_market(120, 12, seed=5)
    most = optimal_assignment(ScoredPairs.from_market(market, np.zeros(scores.size)), market.capacity)
    found = welfare_stable(market, scores, rng=generator(1))
    pairs = ScoredPairs.from_market(market, scores)
    assert found.ignoring_stability.n_matched == most.matching.n_matched
    lifted = optimal_assignment(ScoredPairs.from_market(market, scores + 50.0), market.capacity)
    assert pairs.total(found.ignoring_stability) == pytest.approx(pairs.total(lifted.matching), abs=1e-9)


def test_shifting_or_stretching_all_scores_changes_neither_how_many_nor_what_they_are_worth() -> None:
    market, scores = rated_market(120, 12, seed=5)
    pairs = ScoredPairs.from_market(market, scores)
    expected = welfare_stable(market, scores, rng=generator(1)).ignoring_stability
    for other in (scores + 16.0, scores * 8.0):
        guiding = welfare_stable(market, other, rng=generator(1)).ignoring_stability
        assert (guiding.n_matched, pairs.total(guiding)) == (expected.n_matched, pairs.total(expected))


def test_what_is_no_guide_is_refused() -> None:
    with pytest.raises(MechanismError) as error:
        welfare_stable(ERDIL_ERGIN, np.ones(9), rng=generator(0), n_guides=0)
    assert str(error.value) == "n_guides is 0, expected >= 1"
    with pytest.raises(MarketError) as refused:
        welfare_stable(ERDIL_ERGIN, np.ones(8), rng=generator(0))
    assert str(refused.value) == "scores has 8 entries, expected one for each of 9 list entries"
    with pytest.raises(MechanismError, match=r"^lottery is 'coin', expected one of single, multiple$"):
        welfare_stable(ERDIL_ERGIN, np.ones(9), rng=generator(0), lottery="coin")  # type: ignore[arg-type]


def test_a_matching_that_cannot_be_exchanged_is_refused() -> None:
    with pytest.raises(MechanismError) as error:
        improve_by_cycles(ERDIL_ERGIN, Matching(np.array([0, 1]), n_postings=3))
    assert str(error.value) == "the matching has 2 applicants and 3 postings, expected 3 and 3"
    stranger = Market(Preferences.from_lists([[]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    with pytest.raises(MechanismError) as error:
        improve_by_cycles(stranger, Matching(np.array([0]), n_postings=1))
    assert str(error.value) == "applicant 0 is placed at 0, expected a pair that is on both lists"
