"""What changed in the stored records since a state of them that somebody kept."""

from __future__ import annotations

from typing import Any, Final

from sqlmodel import Session, col, func, select

from api.storage.record_kinds import HOUSEHOLDS, KINDS, Kind
from api.storage.restricted import in_use, listed_in, restricted_people
from api.storage.tables import HistoryRow
from features.market.record_change import RecordChange
from features.records import ID_OF, Record, Records

__all__ = ["changes_since", "is_complete"]

_PLURALS: Final = dict(zip((kind.name for kind in KINDS), Records.model_fields, strict=True))


def changes_since(session: Session, revision: int, restricted: frozenset[str]) -> RecordChange:
    """Records in use that are otherwise than in an earlier state.

    Parameters
    ----------
    session : Session
        Sees one state of the database.
    revision : int
        Of the earlier state.
    restricted : frozenset of str
        Whose use was stopped in the earlier state.
    """
    stopped = restricted_people(session)
    stored = {kind.name: _changed(session, kind, revision) for kind in KINDS}
    if stopped != restricted:  # who is stopped takes the household out of use, which itself did not change
        stored[HOUSEHOLDS.name] = _changed(session, HOUSEHOLDS, -1)
    changed = {_PLURALS[name]: found for name, found in stored.items()}
    put = in_use(Records().model_copy(update=changed), stopped)
    gone: dict[str, set[str]] = {plural: set() for plural in _PLURALS.values()}
    replaced = select(HistoryRow.kind, HistoryRow.id).where(col(HistoryRow.until) > revision)
    for name, an_id in session.exec(replaced):
        gone[_PLURALS[name]].add(an_id)
    for name, plural in _PLURALS.items():
        gone[plural] |= _ids(plural, stored[name])
        gone[plural] -= _ids(plural, getattr(put, plural))
    return RecordChange(put, gone)


def is_complete(session: Session, records: Records) -> bool:
    """Whether as many records are in use as ``records`` holds; where not, changes were missed and all is read anew."""
    stopped = restricted_people(session)
    for kind in KINDS:
        if stopped and kind is HOUSEHOLDS:
            continue
        stored = session.exec(select(func.count(col(kind.row.id))).where(*listed_in(kind.name))).one()
        if stored != len(getattr(records, _PLURALS[kind.name])):
            return False
    return True


def _changed(session: Session, kind: Kind[Any], revision: int) -> tuple[Record, ...]:
    rows = session.exec(select(kind.row).where(col(kind.row.revision) > revision))
    return tuple(kind.record_of(row) for row in rows)


def _ids(plural: str, records: tuple[Record, ...]) -> set[str]:
    return {getattr(record, ID_OF[plural]) for record in records}
