"""The kernel of Király's algorithm: applicants propose; who comes to the end of the list begins again, promoted.

A posting's holders stand in two places. *Firm* holders are in a max-heap, worst on top. A *tentative* holder came while
seats were free and ties the posting with later entries of the own list; as long as one of those has a free seat, the
holder can be sent there at no loss, so any newcomer may have the place. Seats are never given back, so a full posting
stays full: what is not free now will not be, and every look-up of a free seat goes forward only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel
from matching.mechanisms.stable.seat_heaps import push, replace_top
from matching.outcome import UNMATCHED

__all__ = ["N_PROMOTIONS", "ProposalLists", "propose_with_promotion"]

_NUMBER_BITS = 31
_NUMBER_MASK = 2**_NUMBER_BITS - 1
"""Choices are int32, so a place in the order of entry needs 31 bits of a key."""

N_PROMOTIONS = 2
"""Király promotes once, which the bound of 3/2 needs; a second time costs little and seats a few more."""


class ProposalLists(NamedTuple):
    """Applicants' lists with ties, what each entry's posting gives back, and the seats."""

    indptr: Int64s
    indices: Int32s
    ranks: Int32s
    rank_at: Int32s  # (nnz,) the applicant's rank at each entry's posting, -1 where not returned
    first_seat: Int64s  # (m + 1,) cumulative seats


class _State(NamedTuple):
    person: Int64s  # (n, 8) what is known of an applicant, one cache line each
    place: Int64s  # (m, 3) what is known of a posting
    applicant_of: Int64s  # (n,) who stands at each place of the order of entry
    heap: Int64s  # firm holders, a max-heap a posting


_POSTING, _NUMBER, _LEFT, _CLASS_END, _NEXT_FREE, _NEXT_FULL, _HELD, _BELOW = range(8)
"""Of a person: posting held; place in the order of entry; promotions left; end of the tie class at hand; entries of the
class before which there is no free seat; before which the full were asked; entry held; the tentative holder before."""

_N_FIRM, _N_HELD, _TENTATIVE = range(3)
"""Of a place: firm holders; all holders; the last tentative one, -1 for none."""


@Kernel
def propose_with_promotion(lists: ProposalLists, order: Int64s) -> Int64s:
    """Return the posting of every applicant, -1 for none; ``order`` (n,) says who enters first, second and so on."""
    n, m = lists.indptr.size - 1, lists.first_seat.size - 1
    person, place = np.empty((n, 8), np.int64), np.zeros((m, 3), np.int64)
    place[:, _TENTATIVE] = -1
    person[:, _POSTING], person[:, _LEFT], person[:, _HELD], person[:, _BELOW] = UNMATCHED, N_PROMOTIONS, -1, -1
    for number in range(n):
        person[order[number], _NUMBER] = number
    for applicant in range(n):
        for pointer in (_CLASS_END, _NEXT_FREE, _NEXT_FULL):
            person[applicant, pointer] = lists.indptr[applicant]
    state = _State(person, place, order, np.empty(lists.first_seat[m], np.int64))
    for number in range(n):
        seeker: int = order[number]
        while seeker >= 0:
            seeker = _seat(lists, state, seeker)
    return person[:, _POSTING].copy()


@Kernel
def _seat(lists: ProposalLists, state: _State, applicant: int) -> int:
    """Propose for one applicant until seated, or refused for good; return whom that displaced, -1 for nobody."""
    while True:
        entry = _free_entry(lists, state, applicant)
        if entry >= 0:
            _take_free_seat(lists, state, applicant, entry)
            return -1
        while state.person[applicant, _NEXT_FULL] < state.person[applicant, _CLASS_END]:
            entry = state.person[applicant, _NEXT_FULL]
            state.person[applicant, _NEXT_FULL] += 1
            displaced = _displace(lists, state, applicant, entry)
            if displaced >= 0:
                return displaced
        if not _open_next_class(lists, state, applicant):
            return -1


@Kernel
def _free_entry(lists: ProposalLists, state: _State, applicant: int) -> int:
    """The next entry of the applicant's tie class with a free seat, -1 for none."""
    entry: int = state.person[applicant, _NEXT_FREE]
    end = state.person[applicant, _CLASS_END]
    while entry < end:
        posting = lists.indices[entry]
        n_seats = lists.first_seat[posting + 1] - lists.first_seat[posting]
        if lists.rank_at[entry] >= 0 and state.place[posting, _N_HELD] < n_seats:
            break
        entry += 1
    state.person[applicant, _NEXT_FREE] = entry
    return entry if entry < end else -1


@Kernel
def _take_free_seat(lists: ProposalLists, state: _State, applicant: int, entry: int) -> None:
    posting: int = lists.indices[entry]
    state.place[posting, _N_HELD] += 1
    state.person[applicant, _POSTING], state.person[applicant, _HELD] = posting, entry
    if entry + 1 < state.person[applicant, _CLASS_END]:
        state.person[applicant, _BELOW], state.place[posting, _TENTATIVE] = state.place[posting, _TENTATIVE], applicant
    else:
        _make_firm(lists, state, posting, _key(lists, state, applicant, entry))


@Kernel
def _displace(lists: ProposalLists, state: _State, applicant: int, entry: int) -> int:
    """Ask a full posting; return the holder who makes way, -1 if the applicant is refused."""
    posting: int = lists.indices[entry]
    n_seats: int = lists.first_seat[posting + 1] - lists.first_seat[posting]
    if lists.rank_at[entry] < 0 or n_seats == 0:
        return -1
    key = _key(lists, state, applicant, entry)
    displaced: int = -1
    while state.place[posting, _TENTATIVE] >= 0 and displaced < 0:
        holder: int = state.place[posting, _TENTATIVE]
        state.place[posting, _TENTATIVE] = state.person[holder, _BELOW]
        if _free_entry(lists, state, holder) >= 0:
            displaced = holder
            _make_firm(lists, state, posting, key)
        else:
            _make_firm(lists, state, posting, _key(lists, state, holder, state.person[holder, _HELD]))
    start: int = lists.first_seat[posting]
    # of equals the holder stays, so the low bits, which only decide who of the holders is worst, are left out
    if displaced < 0 and key >> _NUMBER_BITS < state.heap[start] >> _NUMBER_BITS:
        worst: int = state.heap[start] & _NUMBER_MASK
        displaced = int(state.applicant_of[worst])
        replace_top(state.heap, start, n_seats, key)
    if displaced >= 0:
        state.person[displaced, _POSTING] = UNMATCHED
        state.person[applicant, _POSTING], state.person[applicant, _HELD] = posting, entry
    return displaced


@Kernel
def _key(lists: ProposalLists, state: _State, applicant: int, entry: int) -> int:
    """Larger is worse: rank, then promotions left, then place in the order of entry."""
    left: int = state.person[applicant, _LEFT]
    number: int = state.person[applicant, _NUMBER]
    return ((int(lists.rank_at[entry]) * (N_PROMOTIONS + 1) + left) << _NUMBER_BITS) | number


@Kernel
def _make_firm(lists: ProposalLists, state: _State, posting: int, key: int) -> None:
    start: int = lists.first_seat[posting]
    size: int = state.place[posting, _N_FIRM]
    push(state.heap, start, size, key)
    state.place[posting, _N_FIRM] += 1


@Kernel
def _open_next_class(lists: ProposalLists, state: _State, applicant: int) -> bool:
    """Move to the next tie class, from the end of the list to its start as long as promotion is left."""
    start = state.person[applicant, _CLASS_END]
    end_of_list = lists.indptr[applicant + 1]
    if start == end_of_list:
        if state.person[applicant, _LEFT] == 0 or start == lists.indptr[applicant]:
            return False
        state.person[applicant, _LEFT] -= 1
        start = lists.indptr[applicant]
    end = start + 1
    while end < end_of_list and lists.ranks[end] == lists.ranks[start]:
        end += 1
    state.person[applicant, _CLASS_END] = end
    state.person[applicant, _NEXT_FREE] = state.person[applicant, _NEXT_FULL] = start
    return True
