"""Deferred acceptance with seats reserved for types of people and quotas that cap them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s, totals_before
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.reserves.choice_kernel import (
    ChoiceTables,
    ChoiceWork,
    choice_tables,
    choice_work,
    choose,
)
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import UNMATCHED, Matching
from matching.reserves import Precedence, Reserves

__all__ = ["deferred_acceptance_with_reserves"]


def deferred_acceptance_with_reserves(
    market: Market, reserves: Reserves, *, precedence: Precedence = "reserved-first"
) -> Matching:
    """Return what applicants' proposals lead to when every posting chooses with reserves and quotas.

    1. Every applicant without a place proposes to the best acceptable choice that has not refused yet.
    2. Every posting chooses among those it holds and all who proposed, by the rule of
       :func:`matching.mechanisms.reserves.choice.choose_with_reserves`, and refuses the others for good.
    3. Steps 1 and 2 repeat until every applicant is held or has come to the end of the list.

    Parameters
    ----------
    market : Market
        Strict on both sides; entries that the other side does not return are passed over.
    reserves : Reserves
        Types of the market's applicants, reserved seats and quotas of its postings.
    precedence : {"reserved-first", "open-first"}
        Which seats are filled first; it changes who is placed.

    Raises
    ------
    MarketError
        When the reserves are those of another market.
    MechanismError
        When a list holds a tie, or the precedence is neither.

    Notes
    -----
    Without quotas, or with types that do not overlap, the choice rule is substitutable and takes no fewer people of a
    larger group. The result then is the stable matching under that rule that every applicant weakly prefers to every
    other; no applicant gains by reporting another list; and it depends on no order of proposals. Overlapping types
    together with quotas can break all three: everybody who is free proposes at the same time, so the result still is
    unique, but it may be blocked. :func:`matching.properties.reserves.choice_blocking_pairs` says by whom.

    A quota [3]_ may waste seats, and a quota on some can hurt everybody whom it is to help [1]_; reserves for a single
    type never make all of that type worse off [2]_.

    A round costs every posting that is proposed to one choice among its holders and the newcomers, O(q log q + q k) for
    q of them and k types; there are at most as many rounds as proposals, and few postings in most. O(n + seats + m k)
    memory beside the market.

    References
    ----------
    .. [1] F. Kojima (2012), School choice: impossibilities for affirmative action, Games and Economic Behavior 75(2),
       685-693, :doi:`10.1016/j.geb.2012.03.003`.
    .. [2] I. E. Hafalir, M. B. Yenmez and M. A. Yildirim (2013), Effective affirmative action in school choice,
       Theoretical Economics 8(2), 325-363, :doi:`10.3982/TE1135`.
    .. [3] A. Abdulkadiroglu (2005), College admissions with affirmative action, International Journal of Game Theory
       33(4), 535-549, :doi:`10.1007/s00182-005-0215-7`.

    Examples
    --------
    Two seats, one of them reserved for the type of applicant 2, whom the posting likes least.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0], [0]], n_choices=1),
    ...     Preferences.from_lists([[0, 1, 2]], n_choices=3),
    ...     capacity=np.array([2]),
    ... )
    >>> reserves = Reserves(np.array([[False], [False], [True]]), np.array([[1]]), np.array([[-1]]))
    >>> deferred_acceptance_with_reserves(market, reserves).posting_of
    array([ 0, -1,  0])
    """
    reserves.verify_fits(market)
    verify_strict(market)
    lists = market.applicants
    first_seat = totals_before(market.fillable_seats)
    tables = choice_tables(reserves, market.capacity, precedence)
    work = choice_work(int(np.diff(market.postings.indptr).max(initial=0)), reserves.n_types)
    wishes = _Wishes(lists.indptr, lists.indices, market.rank_at_posting)
    return Matching(_propose_in_rounds(wishes, first_seat, tables, work), market.n_postings)


class _Wishes(NamedTuple):
    indptr: Int64s
    postings: Int32s
    rank_at: Int32s


class _Round(NamedTuple):
    posting_of: Int64s  # (n,) posting that holds the applicant or was proposed to in this round, -1 for none
    rank_of: Int64s  # (n,) the applicant's rank there
    following: Int64s  # (n,) the entry each applicant reads next
    free: Int64s  # (n,) applicants without a place
    n_free: Int64s  # (1,)
    newest: Int64s  # (m,) head of the chain of a posting's newcomers, -1 for none
    earlier: Int64s  # (n,) the next of that chain
    asked: Int64s  # (m,) postings with newcomers
    held: Int64s  # (seats,) a posting's holders in order of priority, keyed by rank << 32 | applicant
    n_held: Int64s  # (m,)
    keys: Int64s  # (largest group,) holders and newcomers of one posting


@Kernel
def _propose_in_rounds(wishes: _Wishes, first_seat: Int64s, tables: ChoiceTables, work: ChoiceWork) -> Int64s:
    """Let everybody who is free propose, then every posting choose, until nobody is free."""
    n, m = wishes.indptr.size - 1, first_seat.size - 1
    now = _Round(
        np.full(n, UNMATCHED, np.int64),
        np.empty(n, np.int64),
        wishes.indptr[:-1].copy(),
        np.arange(n),
        np.array([n]),
        np.full(m, -1, np.int64),
        np.empty(n, np.int64),
        np.empty(m, np.int64),
        np.empty(first_seat[-1], np.int64),
        np.zeros(m, np.int64),
        np.empty(work.seat.size, np.int64),
    )
    while now.n_free[0] > 0:
        n_asked = 0
        for at in range(now.n_free[0]):
            posting: int = _propose(now.free[at], wishes, tables, now)
            if posting >= 0:
                now.asked[n_asked] = posting
                n_asked += 1
        now.n_free[0] = 0
        for at in range(n_asked):
            _hold_the_chosen(now.asked[at], first_seat, tables, work, now)
    return now.posting_of


@Kernel
def _propose(applicant: int, wishes: _Wishes, tables: ChoiceTables, now: _Round) -> int:
    """Join the newcomers of the best acceptable posting left; return the posting if its chain was empty, else -1."""
    entry: int = now.following[applicant]
    end: int = wishes.indptr[applicant + 1]
    while entry < end and (wishes.rank_at[entry] < 0 or tables.capacity[wishes.postings[entry]] == 0):
        entry += 1
    now.following[applicant] = entry + 1
    if entry >= end:
        return -1
    posting: int = wishes.postings[entry]
    is_first = now.newest[posting] < 0
    now.earlier[applicant], now.newest[posting] = now.newest[posting], applicant
    now.posting_of[applicant], now.rank_of[applicant] = posting, wishes.rank_at[entry]
    return posting if is_first else -1


@Kernel
def _hold_the_chosen(posting: int, first_seat: Int64s, tables: ChoiceTables, work: ChoiceWork, now: _Round) -> None:
    """Let the posting choose among its holders and newcomers; those refused are free again."""
    start: int = first_seat[posting]
    n_keys: int = now.n_held[posting]
    for at in range(n_keys):
        now.keys[at] = now.held[start + at]
    newcomer: int = now.newest[posting]
    while newcomer >= 0:
        now.keys[n_keys] = (now.rank_of[newcomer] << 32) | newcomer
        n_keys, newcomer = n_keys + 1, now.earlier[newcomer]
    now.newest[posting] = -1
    keys = now.keys[:n_keys]
    keys.sort()
    choose(keys & 0xFFFFFFFF, posting, tables, work)
    n_held = 0
    for place in range(n_keys):
        if work.is_taken[place]:
            now.held[start + n_held] = keys[place]
            n_held += 1
        else:
            applicant: int = keys[place] & 0xFFFFFFFF
            now.posting_of[applicant] = UNMATCHED
            now.free[now.n_free[0]] = applicant
            now.n_free[0] += 1
    now.n_held[posting] = n_held
