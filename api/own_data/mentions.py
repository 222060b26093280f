"""Records of others that name a person — households, companies — without that person, and what they were as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Connection, Table, Text, delete, insert, or_, select, true, update
from sqlalchemy import cast as cast_to

from api.canonical import canonical_json
from api.storage.schema_revision import METADATA

__all__ = ["forget_mentions"]

_Json = dict[str, Any]
_HISTORY: Final = METADATA.tables["history"]
_FEW: Final = 20  # ids that are looked for in the stored texts; for more, every record is read


def forget_mentions(connection: Connection, applicant_ids: frozenset[str], revision: int) -> None:
    """Take people out of households and companies; a household of one is none and goes."""
    for kind, without in _WITHOUT.items():
        table = METADATA.tables[kind]
        named = select(table.c.id, table.c.record, table.c.revision).where(_may_name(table, applicant_ids))
        for an_id, record, stored in connection.execute(named).all():
            if not applicant_ids.isdisjoint(_people_in(record)):
                was = {"kind": kind, "id": an_id, "revision": stored, "until": revision, "record": record}
                connection.execute(insert(_HISTORY).values({**was, "until_at": datetime.now(UTC)}))
                _replace(connection, table, an_id, without(record, applicant_ids), revision)
        _forget_in_history(connection, kind, applicant_ids)


def _replace(connection: Connection, table: Table, an_id: str, record: _Json | None, revision: int) -> None:
    same = table.c.id == an_id
    if record is None:
        connection.execute(delete(table).where(same))
    else:
        connection.execute(update(table).where(same).values(record=record, revision=revision))


def _forget_in_history(connection: Connection, kind: str, applicant_ids: frozenset[str]) -> None:
    was = select(_HISTORY.c.id, _HISTORY.c.revision, _HISTORY.c.record).where(
        _HISTORY.c.kind == kind, _HISTORY.c.record.is_not(None), _may_name(_HISTORY, applicant_ids)
    )
    for an_id, number, record in connection.execute(was).all():
        if not applicant_ids.isdisjoint(_people_in(record)):
            same = (_HISTORY.c.kind == kind) & (_HISTORY.c.id == an_id) & (_HISTORY.c.revision == number)
            changed = _WITHOUT[kind](record, applicant_ids)
            connection.execute(update(_HISTORY).where(same).values(record=changed))


def _may_name(table: Table, applicant_ids: frozenset[str]) -> ColumnElement[bool]:
    if len(applicant_ids) > _FEW:
        return true()
    text = cast_to(table.c.record, Text)
    return or_(*(text.contains(canonical_json(an_id), autoescape=True) for an_id in applicant_ids))


def _people_in(record: Mapping[str, Any]) -> Sequence[str]:
    return cast("Sequence[str]", record.get("members") or record.get("people") or ())


def _without_members(record: _Json, applicant_ids: frozenset[str]) -> _Json | None:
    """The household without some members and their columns of wishes; one person alone is no household."""
    kept = [column for column, member in enumerate(record["members"]) if member not in applicant_ids]
    if len(kept) < 2:
        return None
    wishes = [[wish[column] for column in kept] for wish in record["joint_preferences"]]
    return record | {"members": [record["members"][column] for column in kept], "joint_preferences": wishes}


def _without_people(record: _Json, applicant_ids: frozenset[str]) -> _Json | None:
    return record | {"people": [person for person in record["people"] if person not in applicant_ids]}


_WITHOUT: Final[Mapping[str, Callable[[_Json, frozenset[str]], _Json | None]]] = {
    "household": _without_members,
    "company": _without_people,
}
