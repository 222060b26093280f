"""Couples let in one at a time, whoever is displaced or could use a vacated seat looked at again: kernels.

After Roth and Peranson: a stack of applicants and couples who look for a better place from the top of their lists, and,
once it is empty, a stack of postings with a vacated seat that go down their lists. A displaced couple gives up both
seats. Where this circles, the bound on steps ends it and the state before the couple is put back.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s
from matching.kernels import Kernel
from matching.mechanisms.couples.table import CoupleTable
from matching.outcome import UNMATCHED

__all__ = [
    "NOWHERE",
    "CoupleState",
    "add_seats",
    "copy_state",
    "let_in",
    "let_in_content",
    "place_singles",
    "saved_state",
]

NOWHERE = 2**31
"""Rank of no place: below every place."""

IN_WITH_SEATS, CONTENT = 2, 3


class CoupleState(NamedTuple):
    """Who holds what, and who is still to be looked at.

    Attributes
    ----------
    posting_of : (n,)
    held_rank : (n,)
        Of single applicants: rank of the place held in the own list.
    choice_of : (c,)
        Joint choice held, as an entry of the table; the end of the couple's choices when unplaced.
    is_in : (c,)
        1 for couples let in, 2 for those who take added seats, 3 for those who then stay where they are.
    capacity, most_seats : (m,)
        What a posting has, and what it may have.
    seats, n_held : (m,)
    slot_start : (m + 1,), held
        Each posting's holders as ``rank << 32 | applicant``, best first.
    stack, is_stacked : (n + c,)
        Applicants, then couples.
    vacant, is_vacant : (m,)
    sizes : (2,)
        Of the two stacks.
    """

    posting_of: Int64s
    held_rank: Int64s
    choice_of: Int64s
    is_in: Int64s
    capacity: Int64s
    most_seats: Int64s
    seats: Int64s
    n_held: Int64s
    slot_start: Int64s
    held: Int64s
    stack: Int64s
    is_stacked: Int64s
    vacant: Int64s
    is_vacant: Int64s
    sizes: Int64s


@Kernel
def place_singles(table: CoupleTable, state: CoupleState, limit: int) -> None:
    """Bring the single applicants to their deferred acceptance, no couple being in; it ends by itself."""
    for applicant in range(table.couple_of.size - 1, -1, -1):
        if table.couple_of[applicant] < 0:
            _push(state, applicant)
    _restore(table, state, limit, limit, limit)


@Kernel
def let_in(table: CoupleTable, state: CoupleState, order: Int64s, patience: int, seed: int) -> Int64s:
    """Let couples in, in that order and those that circled once more at the end; return those left out."""
    saved = saved_state(state)
    waiting = order
    for _ in range(2):
        left_out = np.empty(waiting.size, np.int64)
        n_left_out = 0
        for turn in range(waiting.size):
            couple = waiting[turn]
            copy_state(state, saved)
            state.is_in[couple] = 1
            _push_couple(table, state, couple)
            if not _restore(table, state, patience, 2 * patience, seed + turn):
                copy_state(saved, state)
                left_out[n_left_out] = couple
                n_left_out += 1
        waiting = left_out[:n_left_out]
    return waiting


@Kernel
def let_in_content(table: CoupleTable, state: CoupleState, left_out: Int64s, patience: int) -> None:
    """Let couples in who look no further than the first place they find; who circles even so stays out."""
    saved = saved_state(state)
    for couple in left_out:
        copy_state(state, saved)
        state.is_in[couple] = CONTENT
        _push_couple(table, state, couple)
        if not _restore(table, state, patience, 2 * patience, patience):
            copy_state(saved, state)


@Kernel
def add_seats(table: CoupleTable, state: CoupleState, left_out: Int64s, patience: int) -> bool:
    """Let couples in who take added seats where they would displace somebody; say if nobody circled.

    What they left again and nobody wanted is taken back: a free seat less makes nobody block.
    """
    for couple in left_out:
        state.is_in[couple] = IN_WITH_SEATS
        _push_couple(table, state, couple)
    is_settled = _restore(table, state, patience, 2 * patience, patience)
    for posting in range(state.seats.size):
        state.seats[posting] = max(state.n_held[posting], state.capacity[posting])
    return is_settled


@Kernel
def copy_state(source: CoupleState, target: CoupleState) -> None:
    """Overwrite ``target``; both stacks are empty."""
    _copy(source.posting_of, target.posting_of)
    _copy(source.held_rank, target.held_rank)
    _copy(source.choice_of, target.choice_of)
    _copy(source.is_in, target.is_in)
    _copy(source.seats, target.seats)
    _copy(source.n_held, target.n_held)
    _copy(source.held, target.held)


@Kernel
def _copy(source: Int64s, target: Int64s) -> None:
    for at in range(source.size):  # a slice assignment takes seconds to compile
        target[at] = source[at]


@Kernel
def saved_state(state: CoupleState) -> CoupleState:
    """A copy to go back to; the stacks, empty between calls, are shared."""
    return CoupleState(
        state.posting_of.copy(),
        state.held_rank.copy(),
        state.choice_of.copy(),
        state.is_in.copy(),
        state.capacity,
        state.most_seats,
        state.seats.copy(),
        state.n_held.copy(),
        state.slot_start,
        state.held.copy(),
        state.stack,
        state.is_stacked,
        state.vacant,
        state.is_vacant,
        state.sizes,
    )


@Kernel
def _restore(table: CoupleTable, state: CoupleState, patience: int, limit: int, seed: int) -> bool:
    """Serve the stacks until they are empty; after ``patience`` steps in a drawn order, after ``limit`` not at all."""
    n = table.couple_of.size
    draw = np.uint64(seed * 2 + 1)
    steps = 0
    while state.sizes[0] > 0 or state.sizes[1] > 0:
        steps += 1
        if steps > limit:
            _clear(state)
            return False
        if state.sizes[0] == 0:
            _fill(table, state, _pop(state.vacant, state.is_vacant, state.sizes, 1))
            continue
        if steps > patience:
            # a circle is left by luck: another order of the same stack (xorshift)
            draw ^= draw << np.uint64(13)
            draw ^= draw >> np.uint64(7)
            draw ^= draw << np.uint64(17)
            at, last = int(draw % np.uint64(state.sizes[0])), state.sizes[0] - 1
            state.stack[at], state.stack[last] = state.stack[last], state.stack[at]
        agent = _pop(state.stack, state.is_stacked, state.sizes, 0)
        if agent < n:
            _serve_single(table, state, agent)
        else:
            _serve_couple(table, state, agent - n)
    return True


@Kernel
def _serve_single(table: CoupleTable, state: CoupleState, applicant: int) -> None:
    for entry in range(table.own_start[applicant], table.own_start[applicant + 1]):
        if table.own_rank[entry] >= state.held_rank[applicant]:
            return
        posting, rank = table.own_posting[entry], table.rank_there[entry]
        if rank >= 0 and _admits(state, posting, rank):
            state.held_rank[applicant] = table.own_rank[entry]
            _move_single(table, state, applicant, posting, rank)
            return


@Kernel
def _serve_couple(table: CoupleTable, state: CoupleState, couple: int) -> None:
    if state.is_in[couple] == CONTENT and state.choice_of[couple] < table.choice_start[couple + 1]:
        return
    for choice in range(table.choice_start[couple], state.choice_of[couple]):
        if _chosen(table, state, couple, choice):
            _take(table, state, couple, choice)
            # with the members' new seats counted as theirs, a better choice may have opened
            _push_couple(table, state, couple)
            return


@Kernel
def _take(table: CoupleTable, state: CoupleState, couple: int, choice: int) -> None:
    """Move both members, then displace whom they displace."""
    _withdraw(table, state, couple)
    for column in range(2):
        posting: int = table.places[choice, column]
        if posting >= 0:
            _seat(state, posting, table.members[couple, column], table.ranks[choice, column])
    state.choice_of[couple] = choice
    for column in range(2):
        posting = table.places[choice, column]
        if posting >= 0:
            if state.is_in[couple] == IN_WITH_SEATS:
                _widen(state, posting)
            _settle(table, state, posting)


@Kernel
def _fill(table: CoupleTable, state: CoupleState, posting: int) -> None:
    """Go down the list of a posting with a vacated seat: singles move up, couples are looked at again."""
    for entry in range(table.list_start[posting], table.list_start[posting + 1]):
        applicant, rank = table.listed[entry], table.list_rank[entry]
        if not _admits(state, posting, rank):
            # nobody further down beats the worst holder; a holder met here ends nothing
            if state.posting_of[applicant] == posting:
                continue
            return
        couple = int(table.couple_of[applicant])
        if couple >= 0:
            if state.is_in[couple] and state.choice_of[couple] > table.choice_start[couple]:
                _push_couple(table, state, couple)
        elif 0 <= table.rank_back[entry] < state.held_rank[applicant]:
            state.held_rank[applicant] = table.rank_back[entry]
            _move_single(table, state, applicant, posting, rank)


@Kernel
def _admits(state: CoupleState, posting: int, rank: int) -> bool:
    """A free seat, or a holder below that rank."""
    n_held: int = state.n_held[posting]
    if n_held < state.seats[posting]:
        return True
    return n_held > 0 and rank < int(state.held[state.slot_start[posting] + n_held - 1]) >> 32


@Kernel
def _chosen(table: CoupleTable, state: CoupleState, couple: int, choice: int) -> bool:
    """Whether every posting named keeps the members asked of it, from its holders who are not of the couple."""
    one, other = table.members[couple, 0], table.members[couple, 1]
    is_same = table.places[choice, 0] == table.places[choice, 1]
    for column in range(2):
        posting = table.places[choice, column]
        if posting < 0:
            continue
        worst = max(table.ranks[choice, 0], table.ranks[choice, 1]) if is_same else table.ranks[choice, column]
        n_kept = 2 if is_same else 1
        start = state.slot_start[posting]
        for slot in range(start, start + state.n_held[posting]):
            if state.held[slot] >> 32 > worst:
                break
            holder = state.held[slot] & 0xFFFFFFFF
            if holder not in (one, other):
                n_kept += 1
        if n_kept > state.seats[posting]:
            return False
    return True


@Kernel
def _move_single(table: CoupleTable, state: CoupleState, applicant: int, posting: int, rank_there: int) -> None:
    left = state.posting_of[applicant]
    if left >= 0:
        _unseat(state, left, applicant)
        _mark_vacant(state, left)
    _seat(state, posting, applicant, rank_there)
    _settle(table, state, posting)


@Kernel
def _settle(table: CoupleTable, state: CoupleState, posting: int) -> None:
    """Displace the worst until the posting keeps within its seats; a displaced couple gives up both places."""
    while state.n_held[posting] > state.seats[posting]:
        applicant = int(state.held[state.slot_start[posting] + state.n_held[posting] - 1]) & 0xFFFFFFFF
        state.n_held[posting] -= 1
        state.posting_of[applicant] = UNMATCHED
        couple: int = table.couple_of[applicant]
        if couple < 0:
            state.held_rank[applicant] = NOWHERE
            _push(state, applicant)
        else:
            _withdraw(table, state, couple)
            _push_couple(table, state, couple)


@Kernel
def _withdraw(table: CoupleTable, state: CoupleState, couple: int) -> None:
    for column in range(2):
        member: int = table.members[couple, column]
        posting: int = state.posting_of[member]
        if posting >= 0:
            _unseat(state, posting, member)
            _mark_vacant(state, posting)
            state.posting_of[member] = UNMATCHED
    state.choice_of[couple] = table.choice_start[couple + 1]


@Kernel
def _widen(state: CoupleState, posting: int) -> None:
    """Add seats, as many as may be, until nobody must go."""
    while state.n_held[posting] > state.seats[posting] and state.seats[posting] < state.most_seats[posting]:
        state.seats[posting] += 1
        # one seat more may be what a couple waits for that wants two here
        _mark_vacant(state, posting)


@Kernel
def _seat(state: CoupleState, posting: int, applicant: int, rank: int) -> None:
    start, at = state.slot_start[posting], state.slot_start[posting] + state.n_held[posting]
    key = (int(rank) << 32) | int(applicant)
    while at > start and state.held[at - 1] > key:
        state.held[at] = state.held[at - 1]
        at -= 1
    state.held[at] = key
    state.n_held[posting] += 1
    state.posting_of[applicant] = posting


@Kernel
def _unseat(state: CoupleState, posting: int, applicant: int) -> None:
    at = state.slot_start[posting]
    end = at + state.n_held[posting] - 1
    while state.held[at] & 0xFFFFFFFF != applicant:
        at += 1
    while at < end:
        state.held[at] = state.held[at + 1]
        at += 1
    state.n_held[posting] -= 1


@Kernel
def _push(state: CoupleState, agent: int) -> None:
    if not state.is_stacked[agent]:
        state.is_stacked[agent] = 1
        state.stack[state.sizes[0]] = agent
        state.sizes[0] += 1


@Kernel
def _push_couple(table: CoupleTable, state: CoupleState, couple: int) -> None:
    _push(state, table.couple_of.size + couple)


@Kernel
def _mark_vacant(state: CoupleState, posting: int) -> None:
    if not state.is_vacant[posting]:
        state.is_vacant[posting] = 1
        state.vacant[state.sizes[1]] = posting
        state.sizes[1] += 1


@Kernel
def _pop(stack: Int64s, is_stacked: Int64s, sizes: Int64s, which: int) -> int:
    size: int = sizes[which] - 1
    top: int = stack[size]
    is_stacked[top], sizes[which] = 0, size
    return top


@Kernel
def _clear(state: CoupleState) -> None:
    while state.sizes[0] > 0:
        _pop(state.stack, state.is_stacked, state.sizes, 0)
    while state.sizes[1] > 0:
        _pop(state.vacant, state.is_vacant, state.sizes, 1)
