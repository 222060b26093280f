"""Top trading cycles for postings with seats: people trade their priorities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.exchange.trading_cycles import TradingCycles
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import UNMATCHED, Matching

__all__ = ["TopTradingCycles", "top_trading_cycles"]


@dataclass(frozen=True, eq=False)
class TopTradingCycles:
    """A matching and the cycles that led to it.

    Attributes
    ----------
    matching : Matching
        Everybody placed stands in exactly one cycle.
    cycles : TradingCycles
        In an order in which they can be made: with the people of all earlier cycles gone, and those who have no
        acceptable posting left, each applicant takes the best acceptable posting that has a seat left, and that posting
        ranks the next applicant of the cycle first.
    """

    matching: Matching
    cycles: TradingCycles


def top_trading_cycles(market: Market) -> TopTradingCycles:
    """Let applicants trade the seats at which they have the highest priority.

    1. Every posting with a seat left points to the first remaining applicant of its list; every remaining applicant
       points to the best acceptable posting with a seat left, and leaves unplaced when there is none.
    2. There is a cycle. Each of its applicants takes a seat at the posting pointed to and leaves with it.
    3. Steps 1 and 2 repeat until nobody remains.

    For strict lists the result is Pareto efficient for applicants, and reporting the true list is a dominant strategy.
    It need not be stable: a priority that was traded away can be envied.

    Parameters
    ----------
    market : Market
        Strict lists. Only acceptable pairs are matched. A posting points down its own list, also to people who do not
        list it: otherwise adding a posting to the list would buy its priority, and honesty would not pay.

    Raises
    ------
    MechanismError
        When a list holds a tie.

    Notes
    -----
    The matching is unique for strict lists: cycles do not disturb each other, so it depends on no order. The recorded
    order is that of a walk from the applicant with the lowest index. O(nnz + n + m) time, O(n + m) memory beside the
    market.

    References
    ----------
    .. [1] A. Abdulkadiroglu and T. Sonmez (2003), School choice: a mechanism design approach, American Economic Review
       93(3), 729-747, :doi:`10.1257/000282803322157061`.
    .. [2] L. Shapley and H. Scarf (1974), On cores and indivisibility, Journal of Mathematical Economics 1(1), 23-37,
       :doi:`10.1016/0304-4068(74)90033-0`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[1, 0], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> outcome = top_trading_cycles(market)  # each is first where the other wants to go
    >>> outcome.matching.posting_of, outcome.cycles.cycle(0)
    (array([1, 0]), (array([0, 1]), array([1, 0])))
    """
    verify_strict(market)
    lists, postings = market.applicants, market.postings
    acceptable = np.where(market.rank_at_posting >= 0, lists.indices, np.int32(UNMATCHED))
    posting_of, traders, ends = _trade(lists.indptr, acceptable, postings.indptr, postings.indices, market.capacity)
    cycles = TradingCycles(np.concatenate([[0], ends]), traders, posting_of[traders])
    return TopTradingCycles(Matching(posting_of, market.n_postings), cycles)


@Kernel
def _trade(
    indptr: Int64s, acceptable: Int32s, posting_indptr: Int64s, ranked: Int32s, capacity: Int64s
) -> tuple[Int64s, Int64s, Int64s]:
    """Follow applicant -> best posting -> its first applicant until somebody comes twice; cut that cycle off the path.

    Whoever stays on the path keeps pointing at the same person: that person has not left, so no cycle has used the
    seat. Only the end of the path looks again.
    """
    n, m = indptr.size - 1, posting_indptr.size - 1
    posting_of = np.full(n, UNMATCHED, np.int64)
    gone = np.zeros(n, np.bool_)
    left = capacity.copy()
    following, first = indptr[:-1].copy(), posting_indptr[:m].copy()
    path, position_on_path = np.empty(n, np.int64), np.full(n, -1, np.int64)
    traders, ends = np.empty(n, np.int64), np.empty(n, np.int64)
    n_traders, n_cycles = 0, 0
    for start in range(n):
        length = 0
        if not gone[start]:
            path[0], position_on_path[start], length = start, 0, 1
        while length > 0:
            applicant = path[length - 1]
            entry = _first_open(acceptable, left, following[applicant], indptr[applicant + 1])
            following[applicant] = entry
            if entry == indptr[applicant + 1]:
                gone[applicant] = True
                length -= 1
                continue
            posting = acceptable[entry]
            while gone[ranked[first[posting]]]:
                first[posting] += 1
            owner = ranked[first[posting]]
            if position_on_path[owner] < 0:
                path[length], position_on_path[owner] = owner, length
                length += 1
                continue
            # the cycle runs from the owner to the end of the path
            begin = position_on_path[owner]
            for position in range(begin, length):
                trader = path[position]
                taken = acceptable[following[trader]]
                posting_of[trader], gone[trader] = taken, True
                left[taken] -= 1
                traders[n_traders] = trader
                n_traders += 1
            ends[n_cycles] = n_traders
            n_cycles += 1
            length = begin
    return posting_of, traders[:n_traders], ends[:n_cycles]


@Kernel
def _first_open(acceptable: Int32s, left: Int64s, start: int, end: int) -> int:
    entry = start
    while entry < end and (acceptable[entry] < 0 or left[acceptable[entry]] == 0):
        entry += 1
    return entry
