"""Strongly stable matchings: no pair blocks in which one side gains and the other does not lose."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Bools, Int64s
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.listed_sides import ListedSide, listed_sides
from matching.mechanisms.tied.tied_proposals import Proposals, no_proposals, propose, strike_tail
from matching.outcome import UNMATCHED, Matching

__all__ = ["strongly_stable"]


def strongly_stable(market: Market) -> Matching | None:
    """Return a strongly stable matching that is best for applicants, or None where there is none.

    A pair that is on both lists and not matched together blocks strongly when the applicant strictly prefers the
    posting, and it has a free seat or ranks the applicant no lower than some holder; or when the applicant is
    indifferent, and the posting has a free seat or ranks some holder strictly lower.

    1. An applicant without an assignment is provisionally assigned to all of the best class of the list that is left.
    2. A posting strikes off everybody for whom it has enough strictly better applicants assigned.
    3. When nobody waits, those who compete as the worst class of postings with too many of them are matched with the
       seats that the better ones leave. People for whom that fails reach, along alternating paths, postings whose
       worst class asks for more seats than there are, whoever gets them: each of these strikes that class. Back to 1.
    4. There is no strongly stable matching if somebody would have to hold two seats, or a posting that was full would
       not be.

    Parameters
    ----------
    market : Market
        Ties on either side or on both; on strict lists the result is that of deferred acceptance.

    Returns
    -------
    Matching or None
        Every applicant weakly prefers it to every other strongly stable matching. Of several such the one that results
        when the applicants of step 3 are placed in ascending order, each along a shortest alternating path, postings
        of a tie in ascending order.

    Notes
    -----
    Ranks held and the people placed depend on no order; who of a tied class sits at which of the tied postings does.
    A round of steps 1 to 3 costs O(nnz), and its alternating paths O(n nnz) in the worst case and little as a rule;
    every round but the last strikes a class. Seats are given out afresh in every round, where [2]_ keep them for a
    better worst case. O(nnz + n + m) memory.

    References
    ----------
    .. [1] R. W. Irving, D. F. Manlove and S. Scott (2003), Strong stability in the hospitals/residents problem,
       STACS 2003, LNCS 2607, 439-450, :doi:`10.1007/3-540-36494-3_39`.
    .. [2] T. Kavitha, K. Mehlhorn, D. Michail and K. E. Paluch (2007), Strongly stable matchings in time O(nm) and
       extension to the hospitals-residents problem, ACM Transactions on Algorithms 3(2), 15,
       :doi:`10.1145/1240233.1240238`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> seats = np.array([1, 1])
    >>> tied = Preferences.from_lists([[[0, 1]], [[0, 1]]], n_choices=2)
    >>> strongly_stable(Market(tied, tied, seats)).posting_of
    array([0, 1])
    >>> strict = Preferences.from_lists([[0, 1], [0, 1]], n_choices=2)
    >>> strongly_stable(Market(strict, tied, seats)) is None
    True
    """
    applicants, postings = listed_sides(market)
    posting_of, exists = _assign(applicants, postings, market.capacity)
    return Matching(posting_of, market.n_postings) if exists else None


class _Seating(NamedTuple):
    """The worst classes of over-subscribed postings on the seats that the better ones leave."""

    first_seat: Int64s  # (m + 1,)
    n_taken: Int64s  # (m,)
    holder: Int64s  # (seats,)
    seat_of: Int64s  # (n,) -1 for none
    posting_of: Int64s  # (n,)
    reached_in: Int64s  # (m,) search that reached the posting last
    reached_by: Int64s  # (m,) applicant from whom
    is_short: Bools  # (m,) the worst class asks for too many seats


@Kernel
def _assign(applicants: ListedSide, postings: ListedSide, capacity: Int64s) -> tuple[Int64s, bool]:
    state = no_proposals(applicants, postings)
    propose(applicants, postings, capacity, state, True)
    seating = _seat_tails(applicants, capacity, state)
    while seating.is_short.any():
        for posting in range(capacity.size):
            if seating.is_short[posting]:
                strike_tail(postings, state, posting)
        propose(applicants, postings, capacity, state, True)
        seating = _seat_tails(applicants, capacity, state)
    return seating.posting_of, _seat_bound(applicants, capacity, state, seating)


@Kernel
def _seat_bound(applicants: ListedSide, capacity: Int64s, state: Proposals, seating: _Seating) -> bool:
    """Seat those whose assignment must stand; whether each has one such place and every posting is as full as ever."""
    n_final = np.zeros(capacity.size, np.int64)
    for applicant in range(seating.posting_of.size):
        n_bound, posting = _bound_to(applicants, capacity, state, applicant)
        if n_bound > 1:
            return False
        if n_bound == 1:
            seating.posting_of[applicant] = posting
        if seating.posting_of[applicant] != UNMATCHED:
            n_final[seating.posting_of[applicant]] += 1
    return not (state.was_full & (n_final < capacity)).any()


@Kernel
def _is_bound(applicants: ListedSide, capacity: Int64s, state: Proposals, entry: int) -> bool:
    """Whether the assignment must stand: the posting has room for all, or for all but its worst class."""
    posting = applicants.indices[entry]
    return bool(state.n_held[posting] <= capacity[posting] or applicants.returned[entry] < state.tail_rank[posting])


@Kernel
def _bound_to(applicants: ListedSide, capacity: Int64s, state: Proposals, applicant: int) -> tuple[int, int]:
    """How many assignments of an applicant must stand, and the last such posting."""
    n_bound = 0
    posting = UNMATCHED
    for entry in range(state.head[applicant], state.head_end[applicant]):
        is_left = 0 <= applicants.returned[entry] < state.limit[applicants.indices[entry]]
        if is_left and _is_bound(applicants, capacity, state, entry):
            n_bound += 1
            posting = int(applicants.indices[entry])
    return n_bound, posting


@Kernel
def _seat_tails(applicants: ListedSide, capacity: Int64s, state: Proposals) -> _Seating:
    n, m = state.head.size, capacity.size
    first_seat = np.zeros(m + 1, np.int64)
    for posting in range(m):
        over = state.n_held[posting] > capacity[posting]
        left = capacity[posting] - state.n_held[posting] + state.n_tail[posting] if over else 0
        first_seat[posting + 1] = first_seat[posting] + left
    seating = _Seating(
        first_seat,
        np.zeros(m, np.int64),
        np.empty(first_seat[m], np.int64),
        np.full(n, -1, np.int64),
        np.full(n, UNMATCHED, np.int64),
        np.full(m, -1, np.int64),
        np.empty(m, np.int64),
        np.zeros(m, np.bool_),
    )
    queue, reached = np.empty(n, np.int64), np.empty(m, np.int64)
    for applicant in range(n):
        if state.n_assigned[applicant] > 0 and _bound_to(applicants, capacity, state, applicant)[0] == 0:
            queue[0] = applicant
            _seat(applicants, state, seating, queue, reached)
    return seating


@Kernel
def _seat(applicants: ListedSide, state: Proposals, seating: _Seating, queue: Int64s, reached: Int64s) -> None:
    """Seat the applicant at ``queue[0]`` along a shortest alternating path, or mark all the postings within reach."""
    search, n_queued, n_reached, turn = queue[0], 1, 0, 0
    while turn < n_queued:
        applicant = queue[turn]
        turn += 1
        for entry in range(state.head[applicant], state.head_end[applicant]):
            posting = applicants.indices[entry]
            is_left = 0 <= applicants.returned[entry] < state.limit[posting]
            # a posting that some search found short leads to no free seat for the rest of the round
            if not is_left or seating.is_short[posting] or seating.reached_in[posting] == search:
                continue
            seating.reached_in[posting], seating.reached_by[posting] = search, applicant
            start, taken = seating.first_seat[posting], seating.n_taken[posting]
            if start + taken < seating.first_seat[posting + 1]:
                _shift(seating, posting)
                return
            reached[n_reached] = posting
            n_reached += 1
            for seat in range(start, start + taken):
                queue[n_queued] = seating.holder[seat]
                n_queued += 1
    for position in range(n_reached):
        seating.is_short[reached[position]] = True


@Kernel
def _shift(seating: _Seating, posting: int) -> None:
    """Give a free seat of the posting to whoever reached it, that one's seat to whoever reached that, and so on."""
    seat = seating.first_seat[posting] + seating.n_taken[posting]
    seating.n_taken[posting] += 1
    at = posting
    while True:
        applicant = seating.reached_by[at]
        left_seat, left_posting = seating.seat_of[applicant], seating.posting_of[applicant]
        seating.holder[seat], seating.seat_of[applicant], seating.posting_of[applicant] = applicant, seat, at
        if left_seat < 0:
            return
        seat, at = left_seat, left_posting
