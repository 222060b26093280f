from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.properties import blocking_pairs
from matching.properties.tied_stability import (
    StabilityVerdicts,
    stability_verdicts,
    strongly_blocking_pairs,
    super_blocking_pairs,
)
from tests.oracles.enumeration import all_matchings, blocking
from tests.oracles.ties import blocking_by_notion
from tests.strategies import markets


def pairs(found: np.ndarray) -> list[tuple[int, int]]:
    assert found.shape == (len(found), 2)
    return [(int(a), int(p)) for a, p in found]


@settings(max_examples=200)
@given(markets(), st.data())
def test_both_notions_agree_with_their_definitions_on_any_placement_however_wrong(
    market: Market, data: st.DataObject
) -> None:
    n, m = market.n_applicants, market.n_postings
    places = tuple(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)))
    matching = Matching(np.array(places, dtype=np.int64), m)
    strongly, super_ = blocking_by_notion(market, places)
    assert pairs(strongly_blocking_pairs(market, matching)) == strongly
    assert pairs(super_blocking_pairs(market, matching)) == super_
    is_kept = places in all_matchings(market)
    notions = (is_kept and not found for found in (blocking(market, places), strongly, super_))
    assert stability_verdicts(market, matching) == StabilityVerdicts(*notions)


@settings(max_examples=50)
@given(markets(largest=3))
def test_super_stable_is_strongly_stable_is_weakly_stable(market: Market) -> None:
    for places in all_matchings(market):
        matching = Matching(np.array(places, dtype=np.int64), market.n_postings)
        verdicts = stability_verdicts(market, matching)
        strongly, super_ = blocking_by_notion(market, places)
        assert verdicts == StabilityVerdicts(not blocking(market, places), not strongly, not super_)
        assert verdicts.weak >= verdicts.strong >= verdicts.super


@given(markets(strict=True), st.data())
def test_on_strict_lists_the_three_notions_are_one(market: Market, data: st.DataObject) -> None:
    n, m = market.n_applicants, market.n_postings
    matching = Matching(np.array(data.draw(st.lists(st.integers(-1, m - 1), min_size=n, max_size=n)), np.int64), m)
    weakly = pairs(blocking_pairs(market, matching))
    assert pairs(strongly_blocking_pairs(market, matching)) == weakly
    assert pairs(super_blocking_pairs(market, matching)) == weakly


def test_a_market_whose_every_matching_blocks_strongly() -> None:
    # after Irving (1994): both men prefer woman 0, both women tie them, and whoever is left out blocks with woman 0
    market = Market(
        Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
        Preferences.from_lists([[[0, 1]], [[0, 1]]], n_choices=2),
        np.array([1, 1]),
    )
    for places in all_matchings(market):
        assert not stability_verdicts(market, Matching(np.array(places), 2)).strong
    verdicts = stability_verdicts(market, Matching(np.array([0, 1]), 2))
    assert verdicts == StabilityVerdicts(weak=True, strong=False, super=False)


@pytest.mark.parametrize(
    ("wishes", "places", "is_kept"),
    [
        ([[0], [0]], [0, -1], True),
        ([[0], [0]], [0, 0], False),
        ([[], []], [0, -1], False),
        ([[], []], [-1, -1], True),
    ],
    ids=["as wished", "over capacity", "off the lists", "nobody"],
)
def test_over_capacity_or_off_the_lists_meets_no_notion_though_nobody_blocks(
    wishes: list[list[int]], places: list[int], is_kept: bool
) -> None:
    market = Market(Preferences.from_lists(wishes, 1), Preferences.from_lists([[0, 1]], 2), np.array([1]))
    matching = Matching(np.array(places), 1)
    for found in (blocking_pairs, strongly_blocking_pairs, super_blocking_pairs):
        assert pairs(found(market, matching)) == []
    assert stability_verdicts(market, matching) == StabilityVerdicts(is_kept, is_kept, is_kept)


def test_a_matching_of_another_market_is_refused() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([1]))
    for judge in (strongly_blocking_pairs, super_blocking_pairs, stability_verdicts):
        with pytest.raises(OutcomeError) as error:
            judge(market, Matching(np.array([0, 0]), n_postings=1))
        assert str(error.value) == "the matching has 2 applicants and 1 postings, expected 1 and 1"
