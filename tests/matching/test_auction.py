"""A round of the auction ends where its step says: what later stages would put right does not hide what it does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.mechanisms.assignment.auction import Pairs, Seating, auction_round, empty_seating, entries_by_posting
from tests.oracles.enumeration import best_assignment
from tests.strategies import score_tables

Table = tuple[np.ndarray, np.ndarray, np.ndarray]

UNIT = 4  # scores of the tables are quarters


def pairs_of(table: Table) -> Pairs:
    scores, acceptable, capacity = table
    units = np.rint(scores * UNIT).astype(np.int64)
    return Pairs(
        np.concatenate([[0], np.cumsum(acceptable.sum(axis=1))]).astype(np.int64),
        np.nonzero(acceptable)[1].astype(np.int32),
        units[acceptable],
        np.concatenate([[0], np.cumsum(capacity)]).astype(np.int64),
        np.zeros(len(capacity), np.int64),
    )


def gains(pairs: Pairs, seating: Seating, applicant: int) -> tuple[int, list[int]]:
    """What an applicant gains by the place held, and by every open one; staying out is worth 0."""
    is_open = np.diff(pairs.first_seat) > 0
    entries = range(pairs.indptr[applicant], pairs.indptr[applicant + 1])
    offers = {e: int(pairs.scores[e] - seating.price[pairs.postings[e]]) for e in entries if is_open[pairs.postings[e]]}
    held = int(seating.entry_of[applicant])
    return (offers[held] if held >= 0 else 0), [0, *offers.values()]


@settings(max_examples=200)
@given(score_tables(largest=5), st.integers(1, 6), st.integers(0, 12), st.data())
def test_everybody_ends_within_a_step_of_the_best_offer_and_a_seat_left_free_costs_nothing(
    table: Table, step: int, discount: int, data: st.DataObject
) -> None:
    pairs = pairs_of(table)
    seating, seats = empty_seating(pairs), np.diff(pairs.first_seat)
    m = seats.size
    # prices of a coarser round, right or not
    seating.price[:] = data.draw(st.lists(st.integers(0, 20), min_size=m, max_size=m))
    auction_round(pairs, seating, entries_by_posting(pairs), step, discount)
    held = seating.entry_of[seating.entry_of >= 0]
    assert seating.n_held.tolist() == np.bincount(pairs.postings[held], minlength=m).tolist()
    assert (seating.n_held <= seats).all()
    assert (seating.price >= 0).all()
    assert not seating.price[seating.n_held < seats].any()
    for applicant in range(seating.entry_of.size):
        own, offers = gains(pairs, seating, applicant)
        assert own >= max(offers) - step
    best = best_assignment(*table)[0] * UNIT
    assert pairs.scores[held].sum() >= best - step * seating.entry_of.size
