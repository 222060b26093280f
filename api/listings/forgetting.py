"""Taking people and postings out of the stored lists or out of their order, and the lists themselves away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Connection, Table, delete, insert, select, union

from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow, ListingRow
from api.storage.tables import Row

__all__ = ["forget_listed", "forget_listed_postings", "forget_listings", "unorder_listed"]

_TOGETHER: Final = 500  # ids of one statement


def forget_listed(connection: Connection, applicant_ids: Sequence[str]) -> None:
    """Take people out of every stored list, in the caller's writing transaction; the others keep their places."""
    _forget(connection, [table.c.applicant_id for table in _LISTS], applicant_ids)


def forget_listed_postings(connection: Connection, posting_ids: Sequence[str]) -> None:
    """Take postings out of every stored list, as :func:`forget_listed` does people; other places stay as they are."""
    _forget(connection, [table.c.posting_id for table in _LISTS if "posting_id" in table.c], posting_ids)


def unorder_listed(connection: Connection, applicant_ids: Sequence[str]) -> None:
    """Move people who want no order by scores from postings' lists to those read without one.

    Their own places stay. Whom no list names is not added: the run did not know them, or their use was stopped.
    """
    for begin in range(0, len(applicant_ids), _TOGETHER):
        together = applicant_ids[begin : begin + _TOGETHER]
        rows = (select(c.applicant_id, c.listing).where(c.applicant_id.in_(together)) for c in (_CANDIDATE, _PLACE))
        named = union(*rows).subquery()
        there = select(_UNORDERED.c.applicant_id).where(
            _UNORDERED.c.applicant_id == named.c.applicant_id, _UNORDERED.c.listing == named.c.listing
        )
        wanted = select(named.c.applicant_id, named.c.listing).where(~there.exists())
        connection.execute(insert(_UNORDERED).from_select(["applicant_id", "listing"], wanted))
    _forget(connection, [_CANDIDATE.applicant_id], applicant_ids)


def forget_listings(connection: Connection, *, but: int | None = None) -> None:
    """Take all lists away, or all but those of one run."""
    for table, number in _NUMBERED.items():
        connection.execute(delete(table) if but is None else delete(table).where(number != but))


def _forget(connection: Connection, columns: Sequence[Column[str]], ids: Sequence[str]) -> None:
    for column in columns:
        for begin in range(0, len(ids), _TOGETHER):
            named = column.in_(ids[begin : begin + _TOGETHER])
            connection.execute(delete(column.table).where(named))


def _table(row: type[Row]) -> Table:
    return Row.metadata.tables[str(row.__tablename__)]


_LISTS: Final = tuple(_table(row) for row in (ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow))
_CANDIDATE: Final = _table(ListedCandidateRow).c
_PLACE: Final = _table(ListedPlaceRow).c
_UNORDERED: Final = _table(ListedUnorderedRow)
_NUMBERED: Final[dict[Table, Column[int]]] = {table: table.c.listing for table in _LISTS} | {
    _table(ListingRow): _table(ListingRow).c.id
}
