"""Taking people out of the stored lists, and the lists themselves away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Connection, Table, delete

from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow, ListingRow
from api.storage.tables import Row

__all__ = ["forget_listed", "forget_listings"]

_TOGETHER: Final = 500  # ids of one statement


def forget_listed(connection: Connection, applicant_ids: Sequence[str]) -> None:
    """Take people out of every stored list, in the caller's writing transaction; the others keep their places."""
    for table in _LISTS:
        for begin in range(0, len(applicant_ids), _TOGETHER):
            of_people = table.c.applicant_id.in_(applicant_ids[begin : begin + _TOGETHER])
            connection.execute(delete(table).where(of_people))


def forget_listings(connection: Connection, *, but: int | None = None) -> None:
    """Take all lists away, or all but those of one run."""
    for table, number in _NUMBERED.items():
        connection.execute(delete(table) if but is None else delete(table).where(number != but))


def _table(row: type[Row]) -> Table:
    return Row.metadata.tables[str(row.__tablename__)]


_LISTS: Final = tuple(_table(row) for row in (ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow))
_NUMBERED: Final[dict[Table, Column[int]]] = {table: table.c.listing for table in _LISTS} | {
    _table(ListingRow): _table(ListingRow).c.id
}
