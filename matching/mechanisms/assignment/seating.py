"""The stages of optimal assignment in order: auction rounds, exact exchanges, floors, least prices, most placed."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s
from matching.errors import InfeasibleError
from matching.kernels import Kernel
from matching.mechanisms.assignment.auction import Pairs, Seating, auction_round, empty_seating, entries_by_posting
from matching.mechanisms.assignment.floors import lower_prices, meet_floors, short_of_people
from matching.mechanisms.assignment.free_seats import place_more
from matching.mechanisms.assignment.residual import settle
from matching.mechanisms.assignment.ways import owners, seat_holders

__all__ = ["best_seating", "best_surplus"]

FIRST_STEP, NEAR_STEP = 8, 4096
"""The first step as a part of the highest score: without prices, and with prices that are nearly right."""

FINER = 8
"""How much finer the step of a round is than that of the round before."""

DISCOUNT = 10
"""Steps by which prices are lowered before a round: most prices then start below what the round brings them to."""

PATIENCE = 16
"""Sweeps over all postings after which exact exchanges wait for a finer auction; the finest waits for nothing."""


def best_seating(pairs: Pairs, unit: int, *, price: Int64s | None = None) -> Seating:
    """Return an optimal seating with the least prices and, at that total, the most people placed.

    Parameters
    ----------
    pairs : Pairs
        Scores are multiples of ``unit``.
    unit : int
        What one unit of the scores counts.
    price : (m,) int64, optional
        Prices near the right ones: the auction then starts with a fine step. They change the work, never the optimum.

    Raises
    ------
    InfeasibleError
        Naming postings whose floors cannot all be met.
    """
    seating, owner = empty_seating(pairs), owners(pairs.indptr)
    if price is not None:
        seating.price[:] = price
    _seat_at_best(pairs, seating, unit, FIRST_STEP if price is None else NEAR_STEP)
    unmet = meet_floors(pairs, seating, owner)
    if unmet >= 0:
        clashing, n_people = short_of_people(pairs, seating, unmet)
        named = ", ".join(map(str, clashing[:10].tolist())) + (" ..." if clashing.size > 10 else "")
        asked = int(pairs.floor[clashing].sum())
        raise InfeasibleError(
            f"the floors of postings {named} ask for {asked} people, but only {n_people} list any of them"
        )
    lower_prices(pairs, seating)
    place_more(pairs, seating, owner)
    seat_holders(pairs, seating)
    return seating


@Kernel
def best_surplus(pairs: Pairs, price: Int64s) -> Int64s:
    """Return what each applicant gains by the best offer at these prices; staying out is worth 0."""
    surplus = np.zeros(pairs.indptr.size - 1, np.int64)
    for applicant in range(surplus.size):
        for entry in range(pairs.indptr[applicant], pairs.indptr[applicant + 1]):
            surplus[applicant] = max(surplus[applicant], pairs.scores[entry] - price[pairs.postings[entry]])
    return surplus


def _seat_at_best(pairs: Pairs, seating: Seating, unit: int, first_step: int) -> None:
    """Seat people at the largest total, floors aside, with prices that show it."""
    owner, by_posting = owners(pairs.indptr), entries_by_posting(pairs)
    highest = int(pairs.scores.max(initial=0))
    step = max(1, highest // first_step)
    fine_enough = max(unit // 8, highest >> 20)
    while True:
        auction_round(pairs, seating, by_posting, step, DISCOUNT * step)
        if step <= max(1, fine_enough):
            # the right prices are multiples of the unit: most of what the auction adds goes away by rounding
            rounded = seating._replace(price=(seating.price + unit // 2) // unit * unit)
            if settle(pairs, rounded, owner, -1 if step == 1 else PATIENCE):
                seating.price[:] = rounded.price
                return
            fine_enough = step // FINER**3
        step = max(1, step // FINER)
