from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.market_file import read_market
from matching.errors import CertificateError, MarketError, OutcomeError
from matching.explain.cutoffs import menus
from matching.explain.receipts import Receipt, board, receipts, verify_receipt
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import BrokenTies, Lottery, break_ties
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from tests.oracles.enumeration import all_matchings, ranks_of, stable_matchings
from tests.strategies import markets

MARKETS = Path(__file__).parents[2] / "fixtures" / "markets"
LOTTERIES: st.SearchStrategy[Lottery] = st.sampled_from(get_args(Lottery))


@st.composite
def broken_markets(draw: st.DrawFn) -> tuple[Market, BrokenTies]:
    market = draw(markets(largest=5))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    return market, break_ties(market, rng=rng, lottery=draw(LOTTERIES))


def fails(receipt: Receipt) -> bool:
    try:
        verify_receipt(receipt)
    except CertificateError:
        return True
    return False


@settings(max_examples=200)
@given(broken_markets())
def test_every_receipt_of_deferred_acceptance_verifies_against_the_board(case: tuple[Market, BrokenTies]) -> None:
    market, broken = case
    matching = deferred_acceptance(broken.market)
    published = board(market, matching, broken=broken)
    given_out = receipts(market, matching, broken=broken)
    for applicant in range(market.n_applicants):
        verify_receipt(given_out.of(applicant), published=published)


@settings(max_examples=100)
@given(markets(strict=True, largest=3))
def test_the_receipts_of_a_matching_all_verify_iff_it_is_stable(market: Market) -> None:
    for places in all_matchings(market):
        matching = Matching(np.array(places, dtype=np.int64), market.n_postings)
        given_out = receipts(market, matching)
        some_fail = any(fails(given_out.of(applicant)) for applicant in range(market.n_applicants))
        assert some_fail != is_weakly_stable(market, matching)


@given(broken_markets())
def test_a_posting_is_open_on_a_receipt_iff_it_is_on_the_menu(case: tuple[Market, BrokenTies]) -> None:
    market, broken = case
    matching = deferred_acceptance(broken.market)
    given_out, menu = receipts(market, matching, broken=broken), menus(broken.market, matching)
    for applicant in range(market.n_applicants):
        mine = given_out.of(applicant)
        assert mine.postings[mine.is_open].tolist() == [p for p in mine.postings if p in menu.of(applicant)]


@given(broken_markets())
def test_a_receipt_shows_the_submitted_class_and_the_number_drawn(case: tuple[Market, BrokenTies]) -> None:
    market, broken = case
    given_out = receipts(market, deferred_acceptance(broken.market), broken=broken)
    priorities = ranks_of(market.postings.to_lists())
    rows, listed = market.postings.rows(), market.postings.indices
    for applicant in range(market.n_applicants):
        mine = given_out.of(applicant)
        assert mine.own_class.tolist() == [priorities[p].get(applicant, -1) for p in mine.postings.tolist()]
        for posting, number in zip(mine.postings, mine.own_number, strict=True):
            entry = np.flatnonzero((rows == posting) & (listed == applicant))
            drawn = applicant if broken.lottery == "single" else entry
            assert number == (broken.applicant_numbers[drawn] if entry.size else -1)


def test_the_cutoff_of_a_tie_is_the_number_of_the_last_one_in() -> None:
    tied = Market(Preferences.from_lists([[0]] * 3, 1), Preferences.from_lists([[[0, 1, 2]]], 3), np.array([2]))
    broken = break_ties(tied, rng=np.random.default_rng(4))
    matching = deferred_acceptance(broken.market)
    published = board(tied, matching, broken=broken)
    assert (published.last_class[0], published.last_number[0], published.seats_left[0]) == (0, 1, 0)
    refused = receipts(tied, matching, broken=broken).of(int(broken.applicant_numbers.argmax()))
    assert (refused.own_number.tolist(), refused.is_open.tolist(), refused.held) == ([2], [False], -1)


def test_the_last_one_in_is_the_published_one_in_each_of_four_stable_matchings() -> None:
    # Roth and Sotomayor (1989): C1 ranks s1 to s7 in this order and holds 1 3 4, 3 4 5, 3 5 6 or 5 6 7
    market = read_market(MARKETS / "roth-sotomayor-1989-colleges.json").market
    found = []
    for places in stable_matchings(market):
        matching = Matching(np.array(places), market.n_postings)
        published, given_out = board(market, matching), receipts(market, matching)
        for applicant in range(market.n_applicants):
            verify_receipt(given_out.of(applicant), published=published)
        found.append((sorted(a + 1 for a, p in enumerate(places) if p == 0), int(published.last_class[0]) + 1))
    assert sorted(found) == [([1, 3, 4], 4), ([3, 4, 5], 5), ([3, 5, 6], 6), ([5, 6, 7], 7)]


@pytest.fixture
def receipt() -> Receipt:
    market = Market(
        Preferences.from_lists([[0, 1], [0]], 2), Preferences.from_lists([[1, 0], [0]], 2), np.array([1, 1])
    )
    return receipts(market, deferred_acceptance(market)).of(0)


def test_a_receipt_that_was_tampered_with_fails_with_the_posting(receipt: Receipt) -> None:
    verify_receipt(receipt)
    with pytest.raises(CertificateError) as error:
        verify_receipt(replace(receipt, is_open=np.array([True, True])))
    assert str(error.value) == "posting 0 is told to be open to applicant 0, the numbers say closed"
    with pytest.raises(CertificateError) as error:
        verify_receipt(replace(receipt, held=-1))
    assert str(error.value) == "applicant 0 holds no place, the first open posting of the list is posting 1"
    with pytest.raises(CertificateError) as error:
        verify_receipt(replace(receipt, own_class=np.array([0, 0]), is_open=np.array([True, True])))
    assert str(error.value) == "applicant 0 holds posting 1, the first open posting of the list is posting 0"


def test_a_receipt_that_differs_from_the_board_fails(receipt: Receipt) -> None:
    market = Market(
        Preferences.from_lists([[0, 1], [0]], 2), Preferences.from_lists([[0, 1], [0]], 2), np.array([2, 1])
    )
    with pytest.raises(CertificateError) as error:
        verify_receipt(receipt, published=board(market, deferred_acceptance(market)))
    assert str(error.value) == "posting 0 has last_class 0 on the receipt, the board shows 1"


def test_ties_without_their_lottery_and_strangers_are_refused() -> None:
    tied = Market(Preferences.from_lists([[0]] * 2, 1), Preferences.from_lists([[[0, 1]]], 2), np.array([1]))
    matching = Matching(np.array([0, -1]), 1)
    with pytest.raises(MarketError, match=r"^posting 0 lists a tie, expected the lottery that broke it$"):
        receipts(tied, matching)
    other = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    with pytest.raises(
        MarketError, match=r"^the lottery is that of another market, expected lists of the same lengths$"
    ):
        receipts(tied, matching, broken=break_ties(other, rng=np.random.default_rng(0)))
    with pytest.raises(OutcomeError, match=r"^the matching has 2 applicants and 1 postings, expected 1 and 1$"):
        board(other, matching)
    with pytest.raises(OutcomeError, match=r"^applicant 1 does not exist, expected one of 1$"):
        receipts(other, Matching(np.array([0]), 1)).of(1)
