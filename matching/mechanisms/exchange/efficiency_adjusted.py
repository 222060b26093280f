"""Efficiency-adjusted deferred acceptance: stable first, then the exchanges that only waived priorities forbid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.exchange.trading_cycles import TradingCycles
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.listed_sides import ListedSide, listed_sides
from matching.outcome import UNMATCHED, Matching

__all__ = ["EfficiencyAdjusted", "efficiency_adjusted_deferred_acceptance"]


@dataclass(frozen=True, eq=False)
class EfficiencyAdjusted:
    """A matching, the stable one it improves on, and the exchanges between the two.

    Attributes
    ----------
    matching : Matching
        Nobody is worse off than in ``before``.
    before : Matching
        The outcome of deferred acceptance.
    cycles : TradingCycles
        Made one after the other they lead from ``before`` to ``matching``; an applicant may move more than once.
    consents : (n,) bool
        Who allowed their priority to be passed over where that costs them nothing.
    """

    matching: Matching
    before: Matching
    cycles: TradingCycles
    consents: Bools


def efficiency_adjusted_deferred_acceptance(
    market: Market, *, consents: npt.ArrayLike | None = None
) -> EfficiencyAdjusted:
    """Improve on deferred acceptance at the cost of priorities whose owners gain nothing from them.

    1. Run deferred acceptance; the unplaced leave.
    2. A posting that no remaining applicant wants instead of the place held is *underdemanded*: its holders cannot be
       made better off. They keep their places and leave with the posting. Where one of them does not consent, everybody
       below at a posting that this holder would have preferred loses the claim to it.
    3. Deferred acceptance among those who remain, steps 2 and 3 again, until nobody remains.

    With everybody's consent the result is Pareto efficient for applicants; with nobody's it is the stable matching. Who
    consents gets the same place as without consenting. It is not strategy-proof.

    Parameters
    ----------
    market : Market
        Strict lists.
    consents : (n,) bool, optional
        Who consents; everybody when omitted.

    Raises
    ------
    MechanismError
        When a list holds a tie, or ``consents`` is not one boolean an applicant.

    Notes
    -----
    The algorithm is that of Tang and Yu [2]_, without running deferred acceptance again: the matching held is stable
    among those who remain, so the better stable matchings are reached by cycles in which each posting gives a seat to
    the best-ranked remaining applicant who wants it, and where there is no such cycle some posting has nobody who wants
    it. Both are found by walking from posting to posting; neither disturbs another, so the matching depends on no
    order. The recorded order is that of walks from the posting with the lowest index. O(nnz + n + m) after deferred
    acceptance.

    References
    ----------
    .. [1] O. Kesten (2010), School choice with consent, Quarterly Journal of Economics 125(3), 1297-1348,
       :doi:`10.1162/qjec.2010.125.3.1297`.
    .. [2] Q. Tang and J. Yu (2014), A new perspective on Kesten's school choice with consent idea, Journal of Economic
       Theory 154, 543-561, :doi:`10.1016/j.jet.2014.08.007`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[1, 0, 2], [0, 1, 2], [0, 1, 2]], n_choices=3),
    ...     Preferences.from_lists([[0, 2, 1], [1, 0, 2], [1, 0, 2]], n_choices=3),
    ...     capacity=np.array([1, 1, 1]),
    ... )
    >>> outcome = efficiency_adjusted_deferred_acceptance(market)  # applicants 0 and 1 swap, 2 has no use for posting 0
    >>> outcome.before.posting_of, outcome.matching.posting_of
    (array([0, 1, 2]), array([1, 0, 2]))
    >>> refused = efficiency_adjusted_deferred_acceptance(market, consents=[True, True, False])
    >>> refused.matching.posting_of
    array([0, 1, 2])
    """
    agreed = _consents(consents, market.n_applicants)
    before = deferred_acceptance(market)
    applicants, postings = listed_sides(market)
    posting_of, movers, taken, ends = _exchange(applicants, postings, before.posting_of, agreed)
    cycles = TradingCycles(np.concatenate([[0], ends]), movers, taken)
    return EfficiencyAdjusted(Matching(posting_of, market.n_postings), before, cycles, agreed)


def _consents(consents: npt.ArrayLike | None, n: int) -> Bools:
    agreed = np.ones(n, np.bool_) if consents is None else np.array(consents)
    if agreed.size == 0:
        agreed = agreed.astype(np.bool_)
    if agreed.dtype != np.bool_ or agreed.shape != (n,):
        has = f"dtype {agreed.dtype} and shape {agreed.shape}"
        raise MechanismError(f"consents has {has}, expected one boolean for each of the {n} applicants")
    agreed.flags.writeable = False
    return agreed


class _State(NamedTuple):
    posting_of: Int64s  # (n,)
    rank_held: Int64s  # (n,) rank of the place held
    is_closed: Bools  # (m,) nobody who remains wants it, its holders have left
    limit: Int64s  # (m,) ranks from here on have lost the claim
    first: Int64s  # (m,) entry of the first applicant who may still want the posting
    first_seat: Int64s  # (m + 1,)
    holder: Int64s  # (placed,) posting p's holders stand at first_seat[p]:first_seat[p + 1]
    seat_of: Int64s  # (n,)


@Kernel
def _exchange(
    applicants: ListedSide, postings: ListedSide, start: Int64s, consents: Bools
) -> tuple[Int64s, Int64s, Int64s, Int64s]:
    m = postings.indptr.size - 1
    state = _seated(applicants, postings, start)
    n_better = _let_unplaced_leave(applicants, state, consents)
    movers, taken, ends = np.empty(n_better, np.int64), np.empty(n_better, np.int64), np.empty(n_better, np.int64)
    n_moves, n_cycles = 0, 0
    path, place = np.empty(m, np.int64), np.full(m, -1, np.int64)
    for begin in range(m):
        length = 0
        while not state.is_closed[begin]:
            if length == 0:
                path[0], place[begin], length = begin, 0, 1
            posting = path[length - 1]
            if not _is_wanted(postings, state, posting):
                _close(applicants, state, consents, posting)
                length -= 1
                continue
            source = state.posting_of[postings.indices[state.first[posting]]]
            if place[source] < 0:
                path[length], place[source] = source, length
                length += 1
                continue
            # backwards, so that the next mover is the one who gives way
            at = place[source]
            for position in range(length - 1, at - 1, -1):
                entry = state.first[path[position]]
                movers[n_moves], taken[n_moves] = postings.indices[entry], path[position]
                state.rank_held[movers[n_moves]] = postings.returned[entry]
                place[path[position]] = -1
                n_moves += 1
            _pass_seats(state, movers[n_moves - length + at : n_moves], taken[n_moves - length + at : n_moves])
            ends[n_cycles] = n_moves
            n_cycles += 1
            length = at
    return state.posting_of, movers[:n_moves], taken[:n_moves], ends[:n_cycles]


@Kernel
def _seated(applicants: ListedSide, postings: ListedSide, start: Int64s) -> _State:
    n, m = start.size, postings.indptr.size - 1
    first_seat = np.zeros(m + 1, np.int64)
    rank_held = np.full(n, -1, np.int64)
    for applicant in range(n):
        if start[applicant] != UNMATCHED:
            first_seat[start[applicant] + 1] += 1
            for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
                if applicants.indices[entry] == start[applicant]:
                    rank_held[applicant] = applicants.ranks[entry]
    for posting in range(m):
        first_seat[posting + 1] += first_seat[posting]
    holder, seat_of, fill = np.empty(first_seat[m], np.int64), np.full(n, -1, np.int64), first_seat[:m].copy()
    for applicant in range(n):
        if start[applicant] != UNMATCHED:
            seat = fill[start[applicant]]
            holder[seat], seat_of[applicant] = applicant, seat
            fill[start[applicant]] = seat + 1
    limit = np.full(m, np.iinfo(np.int64).max, np.int64)
    closed, first = np.zeros(m, np.bool_), postings.indptr[:m].copy()
    return _State(start.copy(), rank_held, closed, limit, first, first_seat, holder, seat_of)


@Kernel
def _let_unplaced_leave(applicants: ListedSide, state: _State, consents: Bools) -> int:
    """Return the most moves that those who remain can make together."""
    n_better = 0
    for applicant in range(state.posting_of.size):
        if state.posting_of[applicant] != UNMATCHED:
            n_better += _n_better(applicants, state, applicant)
        elif not consents[applicant]:
            _withhold(applicants, state, applicant)
    return n_better


@Kernel
def _n_better(applicants: ListedSide, state: _State, applicant: int) -> int:
    """Acceptable postings better than the place held: the most moves this applicant can make."""
    n_better = 0
    for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
        if applicants.ranks[entry] >= state.rank_held[applicant]:
            break
        n_better += applicants.returned[entry] >= 0
    return n_better


@Kernel
def _is_wanted(postings: ListedSide, state: _State, posting: int) -> bool:
    """Move ``first`` to the best-ranked remaining applicant who wants the posting; claims only ever disappear."""
    entry: int = state.first[posting]
    while entry < postings.indptr[posting + 1] and postings.ranks[entry] < state.limit[posting]:
        held = state.posting_of[postings.indices[entry]]
        remains = held != UNMATCHED and not state.is_closed[held]
        if remains and 0 <= postings.returned[entry] < state.rank_held[postings.indices[entry]]:
            state.first[posting] = entry
            return True
        entry += 1
    state.first[posting] = entry
    return False


@Kernel
def _close(applicants: ListedSide, state: _State, consents: Bools, posting: int) -> None:
    state.is_closed[posting] = True
    for seat in range(state.first_seat[posting], state.first_seat[posting + 1]):
        if not consents[state.holder[seat]]:
            _withhold(applicants, state, state.holder[seat])


@Kernel
def _withhold(applicants: ListedSide, state: _State, applicant: int) -> None:
    """Let nobody pass this applicant, who leaves, at a posting that would have been better."""
    is_placed = state.posting_of[applicant] != UNMATCHED
    for entry in range(applicants.indptr[applicant], applicants.indptr[applicant + 1]):
        if is_placed and applicants.ranks[entry] >= state.rank_held[applicant]:
            break
        posting = applicants.indices[entry]
        if 0 <= applicants.returned[entry] < state.limit[posting]:
            state.limit[posting] = applicants.returned[entry]


@Kernel
def _pass_seats(state: _State, movers: Int64s, taken: Int64s) -> None:
    """Seat every mover of a cycle where the next one sat."""
    freed = state.seat_of[movers]
    for position in range(movers.size):
        seat = freed[(position + 1) % movers.size]
        state.posting_of[movers[position]] = taken[position]
        state.seat_of[movers[position]], state.holder[seat] = seat, movers[position]
