from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.tied.super_stable import super_stable
from matching.preferences import Preferences
from matching.properties import is_weakly_stable
from tests.oracles.comparison import every_tie_break, tied_stable_matchings
from tests.oracles.enumeration import Ranks, ranks_of, stable_matchings
from tests.strategies import markets


def applicant_ranks(market: Market) -> Ranks:
    return ranks_of(market.applicants.to_lists())


@settings(max_examples=200)
@given(markets())
def test_it_is_found_exactly_where_one_exists_and_no_applicant_does_better_in_another(market: Market) -> None:
    found, all_of_them = super_stable(market), tied_stable_matchings(market, kind="super")
    assert (found is None) == (not all_of_them)
    if found is not None:
        places = tuple(found.posting_of.tolist())
        assert places in all_of_them
        ranks = applicant_ranks(market)
        as_good = [
            other
            for other in all_of_them
            if all(ranks[a].get(other[a], 99) <= ranks[a].get(places[a], 99) for a in range(market.n_applicants))
        ]
        assert as_good == [places]


@given(markets())
def test_all_super_stable_matchings_place_the_same_applicants_and_fill_the_same_seats(market: Market) -> None:
    all_of_them = tied_stable_matchings(market, kind="super")
    assert len({tuple(place >= 0 for place in places) for places in all_of_them}) <= 1
    assert len({tuple(sorted(places)) for places in all_of_them}) <= 1


@settings(max_examples=60)
@given(markets(largest=3))
def test_super_stable_means_stable_however_the_ties_are_broken(market: Market) -> None:
    always = None
    for applicants in every_tie_break(market.applicants):
        for postings in every_tie_break(market.postings):
            stable = set(stable_matchings(Market(applicants, postings, market.capacity)))
            always = stable if always is None else always & stable
    assert always == set(tied_stable_matchings(market, kind="super"))
    found = super_stable(market)
    assert (found is None) == (not always)


@given(markets(strict=True, largest=9))
def test_on_strict_lists_it_is_deferred_acceptance(market: Market) -> None:
    found = super_stable(market)
    assert found is not None
    assert found.posting_of.tolist() == deferred_acceptance(market).posting_of.tolist()


@given(markets(largest=9), st.randoms(use_true_random=False))
def test_the_result_follows_people_when_they_are_renumbered(market: Market, random: np.random.Generator) -> None:
    order = list(range(market.n_applicants))
    random.shuffle(order)
    new_index = {old: new for new, old in enumerate(order)}
    lists = market.applicants.to_lists()
    renamed = [
        [[new_index[a] for a in entry] if isinstance(entry, list) else new_index[entry] for entry in row]
        for row in market.postings.to_lists()
    ]
    renumbered = Market(
        Preferences.from_lists([lists[old] for old in order], market.n_postings),
        Preferences.from_lists(renamed, len(order)),
        market.capacity,
    )
    before, after = super_stable(market), super_stable(renumbered)
    assert (before is None) == (after is None)
    if before is not None and after is not None:
        assert after.posting_of.tolist() == before.posting_of[order].tolist()
        assert is_weakly_stable(market, before)


def test_a_tie_that_decides_about_a_seat_leaves_no_super_stable_matching_and_another_tie_does_no_harm() -> None:
    people = Preferences.from_lists([[0, 1], [0, 1], [0, 1]], n_choices=2)
    seats = np.array([1, 2])
    decides = Preferences.from_lists([[[0, 1], 2], [0, 1, 2]], n_choices=3)
    harmless = Preferences.from_lists([[0, [1, 2]], [[0, 1, 2]]], n_choices=3)
    assert super_stable(Market(people, decides, seats)) is None
    found = super_stable(Market(people, harmless, seats))
    assert found is not None
    assert found.posting_of.tolist() == [0, 1, 1]


def test_an_applicant_who_likes_two_open_postings_equally_has_no_super_stable_place() -> None:
    lists = Preferences.from_lists([[0], [0]], n_choices=1)
    one = Market(Preferences.from_lists([[[0, 1]]], n_choices=2), lists, np.array([1, 1]))
    assert super_stable(one) is None
    closed = Market(Preferences.from_lists([[[0, 1]]], n_choices=2), lists, np.array([0, 1]))
    found = super_stable(closed)
    assert found is not None
    assert found.posting_of.tolist() == [1]
