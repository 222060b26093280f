from __future__ import annotations

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.market import Market
from matching.preferences import Preferences
from matching.programs.stability_rows import capacity_rows, stability_rows, stable_size_program, without_entries
from tests.oracles.enumeration import all_matchings, blocking, ranks_of
from tests.strategies import markets


def pairs_of(market: Market, entries: np.ndarray) -> list[tuple[int, int]]:
    rows = market.applicants.rows()
    return [(int(rows[entry]), int(market.applicants.indices[entry])) for entry in entries]


@settings(max_examples=150)
@given(markets(largest=3))
def test_the_rows_hold_for_exactly_the_weakly_stable_matchings(market: Market) -> None:
    stability, seats = stability_rows(market), capacity_rows(market)
    pairs = pairs_of(market, stability.entries)
    feasible = set(all_matchings(market))
    for chosen in product([0.0, 1.0], repeat=min(len(pairs), 9)):
        x = np.array(chosen)
        places = [-1] * market.n_applicants
        for (a, p), is_formed in zip(pairs, chosen, strict=True):
            places[a] = p if is_formed else places[a]
        keeps_seats = bool((seats.rows @ x <= seats.upper).all())
        assert keeps_seats == (tuple(places) in feasible and sum(chosen) == sum(p >= 0 for p in places))
        if keeps_seats:
            holds = bool((stability.rows @ x >= stability.lower).all())
            assert holds == (not blocking(market, tuple(places)))


@given(markets(largest=6))
def test_every_row_is_the_sentence_about_its_pair(market: Market) -> None:
    stability = stability_rows(market)
    pairs = pairs_of(market, stability.entries)
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    assert pairs == [(a, p) for a in range(market.n_applicants) for p in applicants[a] if a in postings[p]]
    table = stability.rows.toarray()
    for row, (a, p) in enumerate(pairs):
        seats = min(int(market.capacity[p]), sum(q == p for _, q in pairs))
        assert stability.lower[row] == seats
        for column, (b, q) in enumerate(pairs):
            own = seats if b == a and applicants[a][q] <= applicants[a][p] else 0
            others = 1 if b != a and q == p and postings[p][b] <= postings[p][a] else 0
            assert table[row, column] == own + others


def test_one_seat_wanted_by_two_equals_reads_as_on_paper() -> None:
    # a0 and a1 tie at p0; a0 also lists p1, which does not return the wish
    market = Market(
        Preferences.from_lists([[1, 0], [0]], n_choices=2),
        Preferences.from_lists([[[0, 1]], []], n_choices=2),
        np.array([1, 4]),
    )
    stability, seats = stability_rows(market), capacity_rows(market)
    assert stability.entries.tolist() == [1, 2]
    assert stability.rows.toarray().tolist() == [[1, 1], [1, 1]]
    assert (stability.lower.tolist(), seats.upper.tolist()) == ([1, 1], [1, 1, 1, 4])
    assert seats.rows.toarray().tolist() == [[1, 0], [0, 1], [1, 1], [0, 0]]


def test_a_closed_posting_asks_for_nothing_and_allows_nothing() -> None:
    market = Market(Preferences.from_lists([[0]], 1), Preferences.from_lists([[0]], 1), np.array([0]))
    assert stability_rows(market).rows.toarray().tolist() == [[0]]
    assert stability_rows(market).lower.tolist() == [0]
    assert capacity_rows(market).upper.tolist() == [1, 0]


def test_a_market_without_pairs_has_no_rows() -> None:
    market = Market(Preferences.from_lists([[0], []], 1), Preferences.from_lists([[]], 2), np.array([3]))
    stability = stability_rows(market)
    assert (stability.entries.size, stability.rows.shape, capacity_rows(market).rows.shape) == (0, (0, 0), (3, 0))


@given(markets(largest=6), st.data())
def test_an_entry_left_out_is_one_that_was_never_made(market: Market, data: st.DataObject) -> None:
    size = market.applicants.indices.size
    is_left_out = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=np.bool_)
    kept = np.flatnonzero(~is_left_out)
    shorter = without_entries(market, is_left_out)
    expected = np.column_stack([market.applicants.rows(), market.applicants.indices, market.applicants.ranks])[kept]
    left = np.column_stack([shorter.applicants.rows(), shorter.applicants.indices, shorter.applicants.ranks])
    assert left.tolist() == expected.tolist()
    assert shorter.rank_at_posting.tolist() == market.rank_at_posting[kept].tolist()


def test_the_program_counts_pairs_under_both_kinds_of_rows() -> None:
    market = Market(
        Preferences.from_lists([[1, 0], [0]], n_choices=2),
        Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
        np.array([1, 4]),
    )
    program, stability, seats = stable_size_program(market), stability_rows(market), capacity_rows(market)
    assert program.objective.tolist() == [1, 1, 1]
    assert program.rows.toarray().tolist() == stability.rows.toarray().tolist() + seats.rows.toarray().tolist()
    assert program.row_lower.tolist() == [*stability.lower.tolist(), *[-np.inf] * 4]
    assert program.row_upper.tolist() == [*[np.inf] * 3, *seats.upper.tolist()]
