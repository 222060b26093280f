"""The coordinator's postings as lines of a table: state, deadline, seats, applications by how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from api.accounts.reach import Reach
from api.conflicts.closed_postings import closed_postings
from api.decisions.seats import seats_after
from api.pages.selection.posting_head import Head, head_of
from api.storage.restricted import listed_in
from api.storage.tables import ApplicationRow
from features.records import Posting

__all__ = ["PostingLine", "posting_lines"]

_UNREAD: Final = ("received",)
_WAITING: Final = ("screened", "interview")


@dataclass(frozen=True)
class PostingLine:
    """One posting of the list.

    Attributes
    ----------
    head : Head
    seats_left : int
    n_applications, n_unread, n_waiting, n_offered, n_accepted : int
        Applications in all; received; in selection; with an offer that waits; accepted. People whose use is stopped
        are counted, save among the two that are still to be read and chosen from.
    is_closed_to_caller : bool
        By a conflict of interest that the caller declared.
    """

    head: Head
    seats_left: int
    n_applications: int
    n_unread: int
    n_waiting: int
    n_offered: int
    n_accepted: int
    is_closed_to_caller: bool


def posting_lines(session: Session, postings: Sequence[Posting], reach: Reach, *, on: date) -> list[PostingLine]:
    """The lines of some postings, in their order; numbers only, of applications within reach."""
    ids = [posting.posting_id for posting in postings]
    # people whose use is stopped are in no list to read, and so in no number of one; what was decided counts them
    counts, to_read = _counts(session, ids), _counts(session, ids, *listed_in("application"))
    closed = _closed(session, reach)
    return [_line(one, counts.get(one.posting_id, {}), to_read.get(one.posting_id, {}), closed, on) for one in postings]


def _line(
    posting: Posting, counts: Mapping[str, int], to_read: Mapping[str, int], closed: frozenset[str], on: date
) -> PostingLine:
    return PostingLine(
        head=head_of(posting, on=on),
        seats_left=seats_after(posting, counts.get("accepted", 0)),
        n_applications=sum(counts.values()),
        n_unread=sum(to_read.get(status, 0) for status in _UNREAD),
        n_waiting=sum(to_read.get(status, 0) for status in _WAITING),
        n_offered=counts.get("offered", 0),
        n_accepted=counts.get("accepted", 0),
        is_closed_to_caller=posting.posting_id in closed,
    )


def _counts(
    session: Session, posting_ids: Sequence[str], *wanted: ColumnElement[bool]
) -> Mapping[str, Mapping[str, int]]:
    asked = (
        select(ApplicationRow.posting_id, ApplicationRow.status, func.count(col(ApplicationRow.id)))
        .where(col(ApplicationRow.posting_id).in_(posting_ids), *wanted)
        .group_by(col(ApplicationRow.posting_id), col(ApplicationRow.status))
    )
    found: dict[str, dict[str, int]] = {}
    for posting_id, status, number in session.exec(asked):
        found.setdefault(posting_id, {})[status] = number
    return found


def _closed(session: Session, reach: Reach) -> frozenset[str]:
    if reach.conflicts_of is None:
        return frozenset()
    return frozenset(session.connection().execute(closed_postings(reach.conflicts_of)).scalars())
