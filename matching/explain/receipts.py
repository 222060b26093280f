"""Receipts: what each applicant needs to check a result, and nothing about anybody else.

The board publishes a cutoff for every posting. A receipt repeats the cutoffs of the postings on one applicant's list
and adds where the applicant stands at each. A posting was open iff a seat is left or the applicant stands no lower than
the cutoff; in a stable matching everybody holds the first open posting of the own list. :func:`verify_receipt`
recomputes that from the receipt and the board alone, so it can be run by the applicant, offline.

References
----------
.. [1] R. Hakimov and M. Raghavan (2025), Improving transparency and verifiability in school admissions, Management
   Science, :doi:`10.1287/mnsc.2023.00105`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import CertificateError, MarketError, OutcomeError
from matching.market import Market
from matching.mechanisms.stable.ties import BrokenTies
from matching.outcome import UNMATCHED, Matching
from matching.properties.lists import verify_same_size

__all__ = ["Board", "Receipt", "Receipts", "board", "receipts", "verify_receipt"]


@dataclass(frozen=True, eq=False)
class Board:
    """What is published: one cutoff a posting, as (class, lottery number), lower is better.

    Attributes
    ----------
    last_class : (m,) int64
        The rank class of the last one admitted; -1 where nobody is held.
    last_number : (m,) int64
        The lottery number of the last one admitted; 0 where no lottery was held, -1 where nobody is held.
    seats_left : (m,) int64
        Where this is positive everybody whom the posting lists was welcome.
    """

    last_class: Int64s
    last_number: Int64s
    seats_left: Int64s


@dataclass(frozen=True, eq=False)
class Receipt:
    """One applicant's list, in the order in which it was used, with the own standing and the cutoff at each posting.

    Attributes
    ----------
    applicant : int
        Whose receipt it is.
    postings : (k,) int64
        The own list, best first, ties in the order in which they were broken.
    own_class, own_number : (k,) int64
        The applicant's rank class and lottery number at each posting; both -1 where the posting does not list the
        applicant.
    last_class, last_number, seats_left : (k,) int64
        The board's entries for these postings.
    is_open : (k,) bool
        Whether the posting would have taken the applicant.
    held : int
        The posting held, -1 for none.
    """

    applicant: int
    postings: Int64s
    own_class: Int64s
    own_number: Int64s
    last_class: Int64s
    last_number: Int64s
    seats_left: Int64s
    is_open: Bools
    held: int


@dataclass(frozen=True, eq=False)
class Receipts:
    """The receipts of all applicants, in compressed sparse rows; the columns are those of :class:`Receipt`."""

    indptr: Int64s
    postings: Int64s
    own_class: Int64s
    own_number: Int64s
    is_open: Bools
    held: Int64s
    board: Board

    def of(self, applicant: int) -> Receipt:
        """Return one applicant's receipt.

        Raises
        ------
        OutcomeError
            When the applicant does not exist.
        """
        if not 0 <= applicant < self.held.size:
            raise OutcomeError(f"applicant {applicant} does not exist, expected one of {self.held.size}")
        span = slice(self.indptr[applicant], self.indptr[applicant + 1])
        postings = self.postings[span]
        return Receipt(
            applicant,
            postings,
            self.own_class[span],
            self.own_number[span],
            self.board.last_class[postings],
            self.board.last_number[postings],
            self.board.seats_left[postings],
            self.is_open[span],
            int(self.held[applicant]),
        )


def board(market: Market, matching: Matching, *, broken: BrokenTies | None = None) -> Board:
    """Return the cutoffs that are published.

    Parameters
    ----------
    market : Market
        The lists as submitted, ties included.
    matching : Matching
        The outcome.
    broken : BrokenTies, optional
        The lottery; needed where a list holds a tie.

    Raises
    ------
    MarketError
        When a list holds a tie and no lottery is given, or the lottery is that of another market.
    OutcomeError
        When the matching is one of another market.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[1, 0]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> cutoffs = board(market, Matching(np.array([-1, 0]), n_postings=1))
    >>> cutoffs.last_class, cutoffs.last_number, cutoffs.seats_left
    (array([0]), array([0]), array([0]))
    """
    strict = _strict(market, broken)
    verify_same_size(market, matching)
    lists, rows = strict.postings, strict.postings.rows()
    holders = np.flatnonzero(matching.posting_of[lists.indices] == rows)
    last = np.full(market.n_postings, UNMATCHED, np.int64)
    last[rows[holders]] = holders  # rows run best to worst, so the last holder written is the worst
    classes, numbers = _standing(market, broken)
    return Board(
        np.where(last >= 0, classes[last] if classes.size else UNMATCHED, UNMATCHED),
        np.where(last >= 0, numbers[last] if numbers.size else UNMATCHED, UNMATCHED),
        np.maximum(market.capacity - matching.n_held, 0),
    )


def receipts(market: Market, matching: Matching, *, broken: BrokenTies | None = None) -> Receipts:
    """Return every applicant's receipt.

    Parameters
    ----------
    market, matching, broken
        As for :func:`board`.

    Raises
    ------
    MarketError, OutcomeError
        As for :func:`board`.

    Notes
    -----
    All receipts of a matching within the seats verify iff it is stable, for the lists as the lottery ordered them:
    whoever could block finds the better posting open. O(nnz log nnz).

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[1, 0], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> mine = receipts(market, Matching(np.array([1, 0]), n_postings=2)).of(0)
    >>> mine.own_class.tolist(), mine.last_class.tolist(), mine.is_open.tolist(), mine.held
    ([1, 0], [0, 0], [False, True], 1)
    >>> verify_receipt(mine)
    """
    published = board(market, matching, broken=broken)
    strict = _strict(market, broken)
    lists = strict.applicants
    postings = lists.indices.astype(np.int64)
    classes, numbers = _standing(market, broken)
    entry = _entries_at_postings(strict)
    own_class = np.where(entry >= 0, classes[entry] if classes.size else UNMATCHED, UNMATCHED)
    own_number = np.where(entry >= 0, numbers[entry] if numbers.size else UNMATCHED, UNMATCHED)
    is_open = _is_open(
        own_class,
        own_number,
        published.last_class[postings],
        published.last_number[postings],
        published.seats_left[postings],
    )
    return Receipts(lists.indptr, postings, own_class, own_number, is_open, matching.posting_of, published)


def verify_receipt(receipt: Receipt, *, published: Board | None = None) -> None:
    """Return if the receipt agrees with itself and the place held is the first open posting of the list, else raise.

    Parameters
    ----------
    receipt : Receipt
        What one applicant was given.
    published : Board, optional
        The public board, to check that the receipt repeats it.

    Raises
    ------
    CertificateError
        Naming the first posting at which the receipt fails, or the place that should have been held.
    """
    if published is not None:
        _verify_copies(receipt, published)
    is_open = _is_open(
        receipt.own_class, receipt.own_number, receipt.last_class, receipt.last_number, receipt.seats_left
    )
    for posting, claimed, found in zip(receipt.postings, receipt.is_open, is_open, strict=True):
        if claimed != found:
            words = {True: "open", False: "closed"}
            told = f"is told to be {words[bool(claimed)]} to applicant {receipt.applicant}"
            raise CertificateError(f"posting {posting} {told}, the numbers say {words[bool(found)]}")
    best = int(receipt.postings[is_open.argmax()]) if is_open.any() else UNMATCHED
    if best != receipt.held:
        has = f"applicant {receipt.applicant} holds {_place(receipt.held)}"
        raise CertificateError(f"{has}, the first open posting of the list is {_place(best)}")


def _place(posting: int) -> str:
    return "no place" if posting == UNMATCHED else f"posting {posting}"


def _verify_copies(receipt: Receipt, published: Board) -> None:
    for name in ("last_class", "last_number", "seats_left"):
        copied, shown = getattr(receipt, name), getattr(published, name)[receipt.postings]
        for posting, copy, original in zip(receipt.postings, copied, shown, strict=True):
            if copy != original:
                raise CertificateError(
                    f"posting {posting} has {name} {copy} on the receipt, the board shows {original}"
                )


def _is_open(
    own_class: Int64s, own_number: Int64s, last_class: Int64s, last_number: Int64s, seats_left: Int64s
) -> Bools:
    no_lower = (own_class < last_class) | ((own_class == last_class) & (own_number <= last_number))
    return np.asarray((own_class >= 0) & ((seats_left > 0) | no_lower), np.bool_)


def _strict(market: Market, broken: BrokenTies | None) -> Market:
    if broken is None:
        for side, lists in (("applicant", market.applicants), ("posting", market.postings)):
            if not lists.is_strict:
                row = int(lists.rows()[int(lists.tied_with_next.argmax())])
                raise MarketError(f"{side} {row} lists a tie, expected the lottery that broke it")
        return market
    for mine, other in ((market.applicants, broken.market.applicants), (market.postings, broken.market.postings)):
        if not np.array_equal(mine.indptr, other.indptr):
            raise MarketError("the lottery is that of another market, expected lists of the same lengths")
    return broken.market


def _standing(market: Market, broken: BrokenTies | None) -> tuple[Int64s, Int64s]:
    """Class and lottery number of every entry of the postings' strict lists."""
    classes = market.postings.ranks.astype(np.int64)  # breaking ties moves nobody to another class
    if broken is None:
        return classes, np.zeros(classes.size, np.int64)
    strict = broken.market.postings
    if broken.lottery == "single":
        return classes, broken.applicant_numbers[strict.indices]
    # one number an entry of the original lists: the lowest number of a tie came first
    rows = market.postings.rows()
    return classes, broken.applicant_numbers[np.lexsort((broken.applicant_numbers, classes, rows))]


def _entries_at_postings(market: Market) -> Int64s:
    """For every entry of the applicants' lists: the same pair's entry of the postings' lists, -1 without one."""
    m = max(market.n_postings, 1)
    own = market.applicants.rows() * m + market.applicants.indices
    theirs = market.postings.indices.astype(np.int64) * m + market.postings.rows()
    if theirs.size == 0:
        return np.full(own.size, UNMATCHED, np.int64)
    order = np.argsort(theirs)
    at = order[np.searchsorted(theirs, own, sorter=order).clip(max=theirs.size - 1)]
    return np.where(theirs[at] == own, at, UNMATCHED)
