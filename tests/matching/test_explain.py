from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.explain.cutoffs import cutoffs, explain_unmatched, menus, waiting_lines
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from tests.oracles.enumeration import ranks_of
from tests.strategies import markets


@given(markets(strict=True, largest=6))
def test_everybody_holds_the_best_listed_posting_of_the_menu(market: Market) -> None:
    matching = deferred_acceptance(market)
    open_to = menus(market, matching)
    for applicant, ranks in enumerate(ranks_of(market.applicants.to_lists())):
        listed = [posting for posting in open_to.of(applicant).tolist() if posting in ranks]
        best = min(listed, key=ranks.__getitem__, default=-1)
        assert best == matching.posting_of[applicant]


@given(markets(strict=True, largest=6))
def test_asking_for_one_posting_of_the_menu_alone_would_have_brought_it(market: Market) -> None:
    matching = deferred_acceptance(market)
    open_to = menus(market, matching)
    lists = market.applicants.to_lists()
    for applicant in range(market.n_applicants):
        for posting in open_to.of(applicant).tolist():
            alone = Preferences.from_lists([*lists[:applicant], [posting], *lists[applicant + 1 :]], market.n_postings)
            asked = deferred_acceptance(Market(alone, market.postings, market.capacity))
            assert asked.posting_of[applicant] == posting


@given(markets(strict=True, largest=6))
def test_the_cutoff_is_the_rank_of_the_last_one_in(market: Market) -> None:
    matching = deferred_acceptance(market)
    last = cutoffs(market, matching)
    for posting, ranks in enumerate(ranks_of(market.postings.to_lists())):
        held = matching.applicants_of(posting).tolist()
        assert last.seats_left[posting] == market.capacity[posting] - len(held)
        assert last.rank[posting] == max((ranks[a] for a in held), default=-1)
        assert last.applicant[posting] == max(held, key=lambda a: ranks[a], default=-1)


@given(markets(strict=True, largest=6))
def test_the_reasons_account_for_every_listed_posting(market: Market) -> None:
    matching = deferred_acceptance(market)
    for applicant in np.flatnonzero(~matching.is_matched):
        why = explain_unmatched(market, matching, int(applicant), menu=menus(market, matching))
        assert not why.open_listed
        listed = market.applicants.to_lists()[applicant]
        assert sorted(why.refused_by + why.not_eligible_at) == sorted(listed)
        assert ("eligibility" in why.reasons) == bool(why.not_eligible_at)


def test_the_reasons_stand_in_the_order_in_which_people_ask() -> None:
    market = Market(
        Preferences.from_lists([[0, 1, 2], [0]], n_choices=4),
        Preferences.from_lists([[1, 0], [], [0], [0]], n_choices=2),
        np.array([1, 1, 0, 1]),
    )
    why = explain_unmatched(market, deferred_acceptance(market), 0)
    assert why.reasons == ("capacity", "priority", "list_length", "eligibility")
    assert (why.n_seats, why.n_competitors) == (1, 2)
    assert (why.refused_by, why.not_eligible_at, why.open_unlisted) == ((0, 2), (1,), (3,))


def test_an_unstable_matching_is_told_apart() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    assert explain_unmatched(market, Matching(np.array([-1]), 1), 0).open_listed == (0,)


@given(markets(largest=6), st.integers(0, 2**32))
def test_a_line_holds_all_who_would_rather_be_there_in_the_order_of_the_posting(market: Market, seed: int) -> None:
    places = np.random.default_rng(seed).integers(-1, market.n_postings, market.n_applicants)
    lines = waiting_lines(market, Matching(places, market.n_postings))
    wishes, priorities = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    for posting, ranks in enumerate(priorities):
        wanted = [a for a in ranks if wishes[a].get(posting, 99) < wishes[a].get(int(places[a]), 99)]
        assert lines.of(posting).tolist() == sorted(wanted, key=lambda a: (ranks[a], a))


@given(markets(strict=True, largest=6))
def test_in_a_stable_matching_everybody_in_line_ranks_below_the_last_holder(market: Market) -> None:
    matching = deferred_acceptance(market)
    lines, last = waiting_lines(market, matching), cutoffs(market, matching)
    for posting, ranks in enumerate(ranks_of(market.postings.to_lists())):
        in_line = [ranks[a] for a in lines.of(posting).tolist()]
        assert all(rank > last.rank[posting] for rank in in_line)
        assert not (in_line and last.seats_left[posting] > 0)


def test_only_somebody_without_a_seat_can_ask() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    with pytest.raises(OutcomeError, match=r"^applicant 0 holds posting 0, expected no seat$"):
        explain_unmatched(market, Matching(np.array([0]), 1), 0)
    with pytest.raises(OutcomeError, match=r"^applicant 1 does not exist, expected one of 1$"):
        explain_unmatched(market, Matching(np.array([0]), 1), 1)
