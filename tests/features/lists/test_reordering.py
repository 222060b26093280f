"""An order of reading by other weights: what it equals, what it leaves alone, and who is told to have moved."""

from __future__ import annotations

import pytest

from features.errors import RecordError, WeightError
from features.lists.ranking import rank
from features.lists.reordering import reordered
from features.market.scored_market import ScoredMarket, read_market
from features.synthetic import sample_date, sample_market
from features.weights import default_weights, reweighed


@pytest.fixture(scope="module")
def market() -> ScoredMarket:
    return read_market(sample_market(n_applicants=30, n_postings=6), on=sample_date())


@pytest.fixture(scope="module")
def posting_id(market: ScoredMarket) -> str:
    return max(market.applications_to, key=lambda an_id: (len(market.applications_to[an_id]), an_id))


TRIED = {"work_done": 80.0, "place_link": 20.0}


def test_the_tried_order_is_that_of_a_market_read_with_those_weights(market: ScoredMarket, posting_id: str) -> None:
    weights = reweighed(market.weights, TRIED)
    found = reordered(market, posting_id, weights)
    anew = rank(read_market(market.records, on=market.on, weights=weights), posting_id, what_if=False)

    assert [move.applicant_id for move in found.moves] == [line.id for line in anew.candidates]
    assert [(move.score, move.low, move.high) for move in found.moves] == [
        (line.score, line.low, line.high) for line in anew.candidates
    ]
    assert [move.after for move in found.moves] == list(range(1, len(found.moves) + 1))


def test_the_places_before_are_those_of_the_present_list(market: ScoredMarket, posting_id: str) -> None:
    found = reordered(market, posting_id, reweighed(market.weights, TRIED))
    before = [move.applicant_id for move in sorted(found.moves, key=lambda move: move.before)]

    assert before == [line.id for line in rank(market, posting_id, what_if=False).candidates]


def test_the_same_weights_move_nobody(market: ScoredMarket, posting_id: str) -> None:
    found = reordered(market, posting_id, market.weights)

    assert found.n_moved == 0
    assert {move.term for move in found.moves} == {None}


def test_who_moves_is_told_by_which_term_and_who_stays_is_not(market: ScoredMarket) -> None:
    for posting_id in market.applications_to:
        found = reordered(market, posting_id, reweighed(market.weights, TRIED))
        for move in found.moves:
            assert (move.term is None) == (move.before == move.after)


def test_an_order_of_arrival_has_no_weights(market: ScoredMarket, posting_id: str) -> None:
    found = reordered(market, posting_id, reweighed(market.weights, TRIED), order="arrival")

    assert found.n_moved == 0


def test_the_market_that_was_asked_stays_as_it_is(market: ScoredMarket, posting_id: str) -> None:
    before = rank(market, posting_id, what_if=False)
    reordered(market, posting_id, reweighed(market.weights, TRIED))

    assert market.weights is default_weights()
    assert rank(market, posting_id, what_if=False) == before


def test_an_unknown_posting_is_named(market: ScoredMarket) -> None:
    with pytest.raises(RecordError, match="posting zz is not among"):
        reordered(market, "zz", market.weights)


def test_weights_of_nothing_or_of_an_unknown_term_are_refused() -> None:
    with pytest.raises(WeightError, match="all weights of coordinator are 0"):
        reweighed(default_weights(), {"work_done": 0})
    with pytest.raises(WeightError, match="may not use the term snow"):
        reweighed(default_weights(), {"snow": 1})
    assert reweighed(default_weights(), TRIED).applicant == default_weights().applicant
