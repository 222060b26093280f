from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.couples import Couples
from matching.errors import MarketError, OutcomeError
from matching.market import Market
from matching.mechanisms.stable.ties import break_ties
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties.couples import (
    couple_blocking,
    couple_rationality_violations,
    is_stable_with_couples,
    verify_stable_with_couples,
)
from tests.oracles.couples import (
    blocking_coalitions,
    is_acceptable,
    joint_lists,
    matchings_with_couples,
    stable_with_couples,
)
from tests.oracles.enumeration import blocking
from tests.strategies_couples import couple_markets

Drawn = tuple[Market, Couples]


@settings(max_examples=300)
@given(couple_markets(strict=False), st.data())
def test_blocking_agrees_with_the_definition_on_any_placement_however_wrong(drawn: Drawn, data: st.DataObject) -> None:
    market, couples = drawn
    n, m = market.n_applicants, market.n_postings
    places = tuple(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)))
    matching = Matching(np.array(places, np.int64), m)
    found = couple_blocking(market, couples, matching)
    assert [tuple(row) for row in found.pairs.tolist()] == sorted(blocking(market, places))
    assert [tuple(row) for row in found.coalitions.tolist()] == blocking_coalitions(market, couples, places)
    violating = [
        c
        for c, (pair, row) in enumerate(zip(couples.members.tolist(), joint_lists(couples), strict=True))
        if (held := (places[pair[0]], places[pair[1]])) != (-1, -1)
        and not (held in row and is_acceptable(market, tuple(pair), held))
    ]
    assert couple_rationality_violations(market, couples, matching).tolist() == violating
    rational = set(matchings_with_couples(market, couples))
    stable = places in rational and found.n_blocking == 0
    assert is_stable_with_couples(market, couples, matching) == stable


@settings(max_examples=100)
@given(couple_markets(strict=False, singles=3), st.integers(0, 2**32 - 1))
def test_stable_after_ties_are_broken_is_stable(drawn: Drawn, seed: int) -> None:
    market, couples = drawn
    strict = break_ties(market, rng=np.random.default_rng(seed)).market
    for places in stable_with_couples(strict, couples):
        assert is_stable_with_couples(market, couples, Matching(np.array(places, np.int64), market.n_postings))


@given(couple_markets(couples=0))
def test_without_couples_stability_is_that_of_gale_and_shapley(drawn: Drawn) -> None:
    market, nobody = drawn
    for places in matchings_with_couples(market, nobody):
        matching = Matching(np.array(places, np.int64), market.n_postings)
        assert is_stable_with_couples(market, nobody, matching) == (not blocking(market, places))


def market_of(own: list[list[int]], priorities: list[list[int]], seats: list[int]) -> Market:
    n, m = len(own), len(priorities)
    return Market(Preferences.from_lists(own, m), Preferences.from_lists(priorities, n), np.array(seats, np.int64))


def coalitions(market: Market, couples: Couples, places: list[int]) -> list[list[int]]:
    found: list[list[int]] = couple_blocking(
        market, couples, Matching(np.array(places), market.n_postings)
    ).coalitions.tolist()
    return found


def test_a_member_cannot_displace_the_partner() -> None:
    market = market_of([[], []], [[0, 1], [0, 1]], [1, 1])
    assert coalitions(market, Couples.from_lists([(0, 1)], [[(0, 0), (1, 0)]]), [1, 0]) == []


def test_a_seat_that_the_couple_itself_vacates_is_free() -> None:
    # the members hold 1 and 0 and want to change places: each posting has one seat, which the partner leaves
    market = market_of([[], []], [[0, 1], [0, 1]], [1, 1])
    assert coalitions(market, Couples.from_lists([(0, 1)], [[(0, 1), (1, 0)]]), [1, 0]) == [[0, 0]]


def test_two_newcomers_need_both_to_be_among_the_best() -> None:
    # posting 0 holds 2 and 3 and ranks 0 first and 1 last: it would take 0 but not 1
    lists = [[], [], [0], [0]]
    assert (
        coalitions(market_of(lists, [[0, 2, 3, 1]], [2]), Couples.from_lists([(0, 1)], [[(0, 0)]]), [-1, -1, 0, 0])
        == []
    )
    assert coalitions(
        market_of(lists, [[0, 1, 2, 3]], [2]), Couples.from_lists([(0, 1)], [[(0, 0)]]), [-1, -1, 0, 0]
    ) == [[0, 0]]


def test_the_seat_of_an_ousted_holders_partner_is_not_free() -> None:
    # couple (2, 3) holds 0 and 1; couple (0, 1) would oust 2 from 0, but 1 prefers 3 to 1
    market = market_of([[], [], [], []], [[0, 2], [3, 1]], [1, 1])
    couples = Couples.from_lists([(0, 1), (2, 3)], [[(0, 1)], [(0, 1)]])
    assert coalitions(market, couples, [-1, -1, 0, 1]) == []


MARKET = market_of([[], [], [0, 1]], [[0, 2], [2, 1]], [1, 1])
COUPLE = Couples.from_lists([(0, 1)], [[(0, 1)]])


@pytest.mark.parametrize(
    ("places", "message"),
    [
        ([0, 0, -1], "posting 0 holds 2 applicants, expected at most its capacity 1"),
        ([0, -1, -1], "couple 0 is placed at [0, -1], expected a pair that is on all lists"),
        ([0, 1, -1], "applicant 2 and posting 1 block, the first of 1 pairs"),
        ([-1, -1, 0], "couple 0 blocks with [0, 1], the first of 1 coalitions"),
    ],
)
def test_verifying_names_the_first_witness(places: list[int], message: str) -> None:
    with pytest.raises(OutcomeError) as error:
        verify_stable_with_couples(MARKET, COUPLE, Matching(np.array(places), 2))
    assert str(error.value) == message


def test_verifying_names_a_single_at_a_posting_that_does_not_list_it() -> None:
    market = market_of([[], [], [0, 1]], [[0], [2, 1]], [1, 1])
    with pytest.raises(OutcomeError) as error:
        verify_stable_with_couples(market, COUPLE, Matching(np.array([-1, -1, 0]), 2))
    assert str(error.value) == "applicant 2 is placed at 0, expected a pair that is on both lists"
    verify_stable_with_couples(market, COUPLE, Matching(np.array([-1, -1, 1]), 2))


@pytest.mark.parametrize(
    ("couples", "message"),
    [
        (Couples.from_lists([(0, 3)], [[]]), "couple 0 has member 3, expected one of the 3 applicants"),
        (Couples.from_lists([(0, 1)], [[(0, 2)]]), "couple 0 lists posting 2, expected one of the 2 postings"),
        (
            Couples.from_lists([(0, 2)], [[]]),
            "applicant 2 of couple 0 has a list of its own, expected an empty one",
        ),
    ],
)
def test_couples_of_another_market_are_refused(couples: Couples, message: str) -> None:
    with pytest.raises(MarketError) as error:
        couple_blocking(MARKET, couples, Matching(np.array([-1, -1, 0]), 2))
    assert str(error.value) == message


def test_a_matching_of_another_market_is_refused() -> None:
    with pytest.raises(OutcomeError, match=r"^the matching has 1 applicants and 2 postings, expected 3 and 2$"):
        couple_blocking(MARKET, COUPLE, Matching(np.array([0]), 2))
