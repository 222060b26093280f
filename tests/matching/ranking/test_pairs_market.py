"""A market from kept pairs: the lists of a full sort, whatever the pairs, and refusals that name the entry."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.properties import blocking_pairs, is_feasible, is_individually_rational
from matching.ranking import market_of_pairs

_N, _M = 5, 4
_Scores = dict[tuple[int, int], tuple[int, int, bool]]
_MARKETS = st.dictionaries(
    st.tuples(st.integers(0, _N - 1), st.integers(0, _M - 1)),
    st.tuples(st.integers(-2, 2), st.integers(-2, 2), st.booleans()),
)


def _market(scores: _Scores) -> Market:
    entries = sorted(scores.items(), key=lambda entry: (entry[0][0], -entry[1][0], entry[0][1]))
    table = np.array([(*pair, *told) for pair, told in entries], np.int64).reshape(-1, 5)
    rows, items = table[:, 0].astype(np.int32), table[:, 1].astype(np.int32)
    units = table[:, 2], table[:, 3]
    return market_of_pairs((rows, items), units, table[:, 4].astype(np.bool_), (_N, _M), np.ones(_M, int))


def _nested(row: list[tuple[int, int]]) -> list[int | list[int]]:
    classes: dict[int, list[int]] = {}
    for units, item in sorted(row, key=lambda entry: (-entry[0], entry[1])):
        classes.setdefault(units, []).append(item)
    return [tied if len(tied) > 1 else tied[0] for tied in classes.values()]


@given(_MARKETS)
def test_both_sides_list_as_a_full_sort_does(scores: _Scores) -> None:
    market = _market(scores)
    own = [_nested([(told[0], j) for (i, j), told in scores.items() if i == row]) for row in range(_N)]
    reading = [_nested([(told[1], i) for (i, j), told in scores.items() if j == row and told[2]]) for row in range(_M)]
    assert market.applicants.to_lists() == own
    assert market.postings.to_lists() == reading


@given(_MARKETS, st.integers(0, 9))
def test_a_round_over_listed_pairs_is_feasible_rational_and_stable(scores: _Scores, seed: int) -> None:
    market = _market(scores)
    matching = deferred_acceptance(break_ties(market, rng=np.random.default_rng(seed)).market)
    assert is_feasible(market, matching)
    assert is_individually_rational(market, matching)
    assert len(blocking_pairs(market, matching)) == 0


@pytest.mark.parametrize(
    ("rows", "items", "own", "told"),
    [
        ([1, 0], [0, 0], [1, 1], "entry 1 is out of order"),
        ([0, 0], [0, 1], [1, 2], "entry 1 is out of order"),
        ([0, 2], [0, 0], [1, 1], "entry 1 names applicant 2, expected 0 to 1"),
        ([0, 1], [-1, 0], [1, 1], "entry 0 names posting -1, expected 0 to 1"),
    ],
)
def test_entries_that_cannot_be_lists_are_refused_by_number(
    rows: list[int], items: list[int], own: list[int], told: str
) -> None:
    pairs, units = (np.array(rows, np.int32), np.array(items, np.int32)), (np.array(own), np.array(own))
    with pytest.raises(MarketError, match=told):
        market_of_pairs(pairs, units, np.ones(2, np.bool_), (2, 2), [1, 1])


def test_a_pair_that_stands_twice_is_refused() -> None:
    pairs, units = (np.zeros(2, np.int32), np.zeros(2, np.int32)), (np.array([2, 1]), np.array([2, 1]))
    with pytest.raises(MarketError):
        market_of_pairs(pairs, units, np.ones(2, np.bool_), (1, 1), [1])
