from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import (
    blocking_pairs,
    improving_moves,
    individual_rationality_violations,
    is_feasible,
    is_individually_rational,
    is_weakly_stable,
    over_capacity,
    turn_violations,
    verify_feasible,
    verify_individually_rational,
    verify_weakly_stable,
)
from tests.oracles.enumeration import blocking, ranks_of
from tests.strategies import markets


@settings(max_examples=200)
@given(markets(), st.data())
def test_axioms_agree_with_their_definitions_on_any_placement_however_wrong(
    market: Market, data: st.DataObject
) -> None:
    n, m = market.n_applicants, market.n_postings
    places = tuple(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)))
    matching = Matching(np.array(places, dtype=np.int64), m)
    assert [tuple(pair) for pair in blocking_pairs(market, matching).tolist()] == sorted(blocking(market, places))
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    unlisted = [[a, p] for a, p in enumerate(places) if p >= 0 and not (p in applicants[a] and a in postings[p])]
    assert individual_rationality_violations(market, matching).tolist() == unlisted
    too_full = [p for p in range(m) if places.count(p) > market.capacity[p]]
    assert over_capacity(market, matching).tolist() == too_full
    assert is_weakly_stable(market, matching) == (not unlisted and not too_full and not blocking(market, places))


@given(markets(strict=True, largest=3))
def test_a_matching_without_improving_moves_is_the_outcome_of_an_exchange_nobody_would_join(market: Market) -> None:
    ranks = ranks_of(market.applicants.to_lists())
    for places in product(range(-1, market.n_postings), repeat=market.n_applicants):
        matching = Matching(np.array(places, dtype=np.int64), market.n_postings)
        for applicant, posting in improving_moves(market, matching).tolist():
            held = places[applicant]
            assert ranks[applicant][posting] < ranks[applicant].get(held, 99) or not is_individually_rational(
                market, matching
            )


MARKET = Market(
    Preferences.from_lists([[0, 1], [0, 1], [0]], n_choices=2),
    Preferences.from_lists([[0, 1], [0, 1]], n_choices=3),
    np.array([1, 1]),
)


def test_verifying_names_the_first_witness() -> None:
    cases = [
        ([0, 0, -1], verify_feasible, "posting 0 holds 2 applicants, expected at most its capacity 1"),
        ([1, -1, 0], verify_individually_rational, "applicant 2 is placed at 0, expected a pair that is on both lists"),
        ([1, 0, -1], verify_weakly_stable, "applicant 0 and posting 0 block, the first of 1 pairs"),
        ([1, 1, -1], verify_weakly_stable, "posting 1 holds 2 applicants, expected at most its capacity 1"),
        ([1, -1, 0], verify_weakly_stable, "applicant 2 is placed at 0, expected a pair that is on both lists"),
    ]
    for places, verify, message in cases:
        with pytest.raises(OutcomeError) as error:
            verify(MARKET, Matching(np.array(places), 2))
        assert str(error.value) == message
    verify_weakly_stable(MARKET, Matching(np.array([0, 1, -1]), 2))


def test_a_matching_of_another_market_is_refused() -> None:
    stranger = Matching(np.array([0]), n_postings=2)
    for judge in (is_feasible, is_individually_rational, blocking_pairs, improving_moves):
        with pytest.raises(OutcomeError, match=r"^the matching has 1 applicants and 2 postings, expected 3 and 2$"):
            judge(MARKET, stranger)
    with pytest.raises(OutcomeError, match=r"^order has 2 entries, expected each of the 3 applicants exactly once$"):
        turn_violations(MARKET, Matching(np.array([0, 1, -1]), 2), [0, 1])
