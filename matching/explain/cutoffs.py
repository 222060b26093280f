"""Why this place, why none: cutoffs, the menu of postings that were open to a person, reasons in order.

A cutoff lets everybody check a result without seeing anybody else's list: a posting is open to an applicant whom it
lists iff it has a seat left or the applicant ranks no lower than its last holder. In a stable matching of strict lists
every applicant holds the best listed posting of the menu. Give the market whose ties are broken: on tied lists an
applicant level with the last holder is told that the seat went by lottery, and the menu leaves that posting out.

References
----------
.. [1] R. Hakimov and M. Raghavan (2025), Improving transparency and verifiability in school admissions, Management
   Science, :doi:`10.1287/mnsc.2023.00105`.
.. [2] Y. Gonczarowski, O. Heffetz and C. Thomas (2023), Strategyproofness-exposing mechanism descriptions,
   :arxiv:`2209.13148`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching.arrays import Int32s, Int64s, totals_before
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.statistics import BELOW_EVERY_RANK, rank_held

__all__ = [
    "Cutoffs",
    "Menus",
    "Reason",
    "Unmatched",
    "WaitingLines",
    "cutoffs",
    "explain_unmatched",
    "menus",
    "waiting_lines",
]

Reason: TypeAlias = Literal["capacity", "priority", "list_length", "eligibility"]


@dataclass(frozen=True, eq=False)
class Cutoffs:
    """Who was the last to get in.

    Attributes
    ----------
    rank : (m,) int64
        The worst rank held; -1 where nobody listed is held.
    applicant : (m,) int64
        Who holds it (of several at that rank the highest index); -1 where nobody listed is held.
    seats_left : (m,) int64
        Where this is positive there is no cutoff: everybody listed would have been taken.
    """

    rank: Int64s
    applicant: Int64s
    seats_left: Int64s


@dataclass(frozen=True, eq=False)
class Menus:
    """The postings that were open to each applicant, ascending, in compressed sparse rows."""

    indptr: Int64s
    postings: Int64s

    def of(self, applicant: int) -> Int64s:
        """Return the postings that would have taken the applicant, the one held included."""
        return self.postings[self.indptr[applicant] : self.indptr[applicant + 1]]


@dataclass(frozen=True, eq=False)
class WaitingLines:
    """Who would rather be at each posting, in its order, in compressed sparse rows."""

    indptr: Int64s
    applicants: Int64s

    def of(self, posting: int) -> Int64s:
        """Return the applicants in line at the posting, the first to be called first."""
        return self.applicants[self.indptr[posting] : self.indptr[posting + 1]]


@dataclass(frozen=True)
class Unmatched:
    """Why an applicant holds no seat, answered in the order in which people ask.

    Attributes
    ----------
    applicant : int
        Who asks.
    reasons : tuple of {"capacity", "priority", "list_length", "eligibility"}
        Those of the following that apply, in this order.
    n_seats, n_competitors : int
        *Capacity*: seats at the acceptable listed postings, and applicants who may and wish to have one of them, the
        asker included. Applies when there are fewer seats than competitors.
    refused_by : tuple of int
        *Priority*: acceptable listed postings whose seats went to people ranked above, best wish first.
    open_unlisted : tuple of int
        *List length*: postings that would have taken the applicant and are not on the list.
    not_eligible_at : tuple of int
        *Eligibility*: listed postings that do not list the applicant, best wish first.
    open_listed : tuple of int
        Listed postings that would have taken the applicant: empty in every stable matching.
    """

    applicant: int
    reasons: tuple[Reason, ...]
    n_seats: int
    n_competitors: int
    refused_by: tuple[int, ...]
    open_unlisted: tuple[int, ...]
    not_eligible_at: tuple[int, ...]
    open_listed: tuple[int, ...]


def cutoffs(market: Market, matching: Matching) -> Cutoffs:
    """Return every posting's cutoff.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[1, 0]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> last = cutoffs(market, Matching(np.array([-1, 0]), n_postings=1))
    >>> last.rank, last.applicant, last.seats_left
    (array([0]), array([1]), array([0]))
    """
    lists, rows = market.postings, market.postings.rows()
    held = matching.posting_of[lists.indices] == rows
    rank = np.full(market.n_postings, UNMATCHED, np.int64)
    applicant = np.full(market.n_postings, UNMATCHED, np.int64)
    rank[rows[held]] = lists.ranks[held]  # rows run best to worst, so the last holder written is the worst
    applicant[rows[held]] = lists.indices[held]
    return Cutoffs(rank, applicant, np.maximum(market.capacity - matching.n_held, 0))


def menus(market: Market, matching: Matching) -> Menus:
    """Return the postings that would have taken each applicant: a seat left, or a holder ranked strictly below."""
    lists, rows = market.postings, market.postings.rows()
    last = cutoffs(market, matching)
    is_open = (last.seats_left[rows] > 0) | (lists.ranks < last.rank[rows])
    is_open |= matching.posting_of[lists.indices] == rows
    applicants, postings = lists.indices[is_open], rows[is_open]
    order = np.argsort(applicants, kind="stable")
    counts = np.bincount(applicants, minlength=market.n_applicants)
    return Menus(totals_before(counts), postings[order])


def waiting_lines(market: Market, matching: Matching) -> WaitingLines:
    """Return, for every posting, the applicants whom it lists and who strictly prefer it to the place held.

    In a stable matching they all rank below the last holder of a full posting, and a posting with a seat left has no
    line. Of a tie in a posting's list the lowest index stands first.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0], [0]], n_choices=2),
    ...     Preferences.from_lists([[1, 2, 0], [0]], n_choices=3),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> waiting_lines(market, Matching(np.array([1, 0, -1]), n_postings=2)).of(0)
    array([2, 0])
    """
    held = rank_held(market, matching, of_no_place=BELOW_EVERY_RANK)
    lists, rows, wish = market.postings, market.postings.rows(), market.rank_at_applicant
    waits = (wish >= 0) & (wish < held[lists.indices])
    counts = np.bincount(rows[waits], minlength=market.n_postings)
    return WaitingLines(totals_before(counts), lists.indices[waits].astype(np.int64))


def explain_unmatched(market: Market, matching: Matching, applicant: int, *, menu: Menus | None = None) -> Unmatched:
    """Say why an applicant holds no seat.

    Parameters
    ----------
    market, matching : Market, Matching
        The market whose ties are broken, and its outcome.
    applicant : int
        An applicant without a seat.
    menu : Menus, optional
        ``menus(market, matching)``, to be computed once for many applicants.

    Raises
    ------
    OutcomeError
        When the applicant holds a seat or does not exist.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=2),
    ...     Preferences.from_lists([[1, 0], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> why = explain_unmatched(market, Matching(np.array([-1, 0]), n_postings=2), 0)
    >>> why.reasons, why.refused_by, why.open_unlisted
    (('capacity', 'priority', 'list_length'), (0,), (1,))
    """
    if not 0 <= applicant < market.n_applicants:
        raise OutcomeError(f"applicant {applicant} does not exist, expected one of {market.n_applicants}")
    if matching.posting_of[applicant] != UNMATCHED:
        raise OutcomeError(f"applicant {applicant} holds posting {matching.posting_of[applicant]}, expected no seat")
    span = slice(market.applicants.indptr[applicant], market.applicants.indptr[applicant + 1])
    listed, returned = market.applicants.indices[span], market.rank_at_posting[span] >= 0
    menu_of_applicant = (menu or menus(market, matching)).of(applicant)
    is_open = np.isin(listed, menu_of_applicant) & returned
    unlisted = np.setdiff1d(menu_of_applicant, listed)
    acceptable = listed[returned]
    n_seats, n_competitors = int(market.capacity[acceptable].sum()), _n_competitors(market, acceptable)
    refused, not_eligible = listed[returned & ~is_open], listed[~returned]
    applies: dict[Reason, bool] = {
        "capacity": n_seats < n_competitors,
        "priority": bool((market.capacity[refused] > 0).any()),
        "list_length": unlisted.size > 0,
        "eligibility": not_eligible.size > 0,
    }
    return Unmatched(
        applicant=applicant,
        reasons=tuple(reason for reason, holds in applies.items() if holds),
        n_seats=n_seats,
        n_competitors=n_competitors,
        refused_by=tuple(refused.tolist()),
        open_unlisted=tuple(unlisted.tolist()),
        not_eligible_at=tuple(not_eligible.tolist()),
        open_listed=tuple(listed[is_open].tolist()),
    )


def _n_competitors(market: Market, postings: Int32s) -> int:
    """Applicants who list one of the postings and are listed by it."""
    wanted = np.zeros(market.n_postings, np.bool_)
    wanted[postings] = True
    entries = wanted[market.applicants.indices] & (market.rank_at_posting >= 0)
    return int(np.unique(market.applicants.rows()[entries]).size)
