"""A round of the auction ends where its step says: what later stages would put right does not hide what it does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.arrays import fixed, totals_before
from matching.mechanisms.assignment.auction import Pairs, Seating, auction_round, empty_seating, entries_by_posting
from tests.oracles.enumeration import best_assignment
from tests.strategies import score_tables

Table = tuple[np.ndarray, np.ndarray, np.ndarray]

UNIT = 4  # scores of the tables are quarters


def pairs_of(table: Table) -> Pairs:
    scores, acceptable, capacity = table
    units = np.rint(scores * UNIT).astype(np.int64)
    return Pairs(
        fixed(totals_before(acceptable.sum(axis=1))),
        fixed(np.nonzero(acceptable)[1].astype(np.int32)),
        units[acceptable],
        totals_before(capacity),
        fixed(np.zeros(len(capacity), np.int64)),
    )


def gains(pairs: Pairs, seating: Seating, applicant: int) -> tuple[int, list[int]]:
    """What an applicant gains by the place held, and by every open one; staying out is worth 0."""
    is_open = np.diff(pairs.first_seat) > 0
    entries = range(pairs.indptr[applicant], pairs.indptr[applicant + 1])
    offers = {e: int(pairs.scores[e] - seating.price[pairs.postings[e]]) for e in entries if is_open[pairs.postings[e]]}
    held = int(seating.entry_of[applicant])
    return (offers[held] if held >= 0 else 0), [0, *offers.values()]


def verify_round(pairs: Pairs, price: list[int], step: int, discount: int) -> Seating:
    """Run a round from prices of a coarser one, right or not, and hold its claims against every pair."""
    seating, seats = empty_seating(pairs), np.diff(pairs.first_seat)
    seating.price[:] = price
    auction_round(pairs, seating, entries_by_posting(pairs), step, discount)
    held = seating.entry_of[seating.entry_of >= 0]
    assert seating.n_held.tolist() == np.bincount(pairs.postings[held], minlength=seats.size).tolist()
    assert (seating.n_held <= seats).all()
    assert (seating.price >= 0).all()
    assert not seating.price[seating.n_held < seats].any()
    for applicant in range(seating.entry_of.size):
        own, offers = gains(pairs, seating, applicant)
        assert own >= -step
        assert max(own, 0) >= max(offers) - step
    return seating


@settings(max_examples=200)
@given(score_tables(largest=5), st.integers(1, 6), st.integers(0, 12), st.data())
def test_nobody_gains_more_than_a_step_elsewhere_or_loses_more_by_the_seat_and_a_free_seat_costs_nothing(
    table: Table, step: int, discount: int, data: st.DataObject
) -> None:
    pairs, m = pairs_of(table), table[0].shape[1]
    seating = verify_round(pairs, data.draw(st.lists(st.integers(0, 20), min_size=m, max_size=m)), step, discount)
    total = pairs.scores[seating.entry_of[seating.entry_of >= 0]].sum()
    assert total >= best_assignment(*table)[0] * UNIT - 2 * step * seating.entry_of.size


@given(st.integers(0, 2**32 - 1), st.integers(1, 3))
def test_of_many_seats_the_lowest_bid_is_the_price(seed: int, step: int) -> None:
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 400, (40, 2)) / UNIT, np.ones((40, 2), np.bool_), rng.integers(7, 12, 2)
    verify_round(pairs_of(table), [0, 0], step, 0)
