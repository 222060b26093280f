"""How a record became what it is: each change with its moment and the keys that it changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from sqlmodel import Session, col, select

from api.own_data.schemas import Version
from api.retention.tables import RevisionMomentRow
from api.storage.history import present_history
from api.storage.record_kinds import APPLICANTS
from api.storage.tables import ApplicantRow

__all__ = ["changed_keys", "versions_of"]

_Json = Mapping[str, Any]
_PRIVATE = "private_preferences"


def versions_of(session: Session, applicant_id: str, *, with_private: bool) -> list[Version]:
    """Every version of a stored applicant, oldest first; whoever had the id before and is erased is another person.

    Without the private part a change that touched nothing else is not told: that there was one is private too.
    """
    now = session.get_one(ApplicantRow, applicant_id)
    states: list[tuple[int, Mapping[str, Any] | None]] = [
        *((row.revision, row.record) for row in present_history(session, APPLICANTS, applicant_id, now.revision)),
        (now.revision, now.record),
    ]
    asked = select(RevisionMomentRow).where(col(RevisionMomentRow.number).in_([number for number, _ in states]))
    moments = {row.number: row.at for row in session.exec(asked)}
    told: list[Version] = []
    before: Mapping[str, Any] | None = None
    for row, (number, record) in enumerate(states):
        keys = changed_keys(before, record) if row else []
        shown = keys if with_private else [key for key in keys if key.partition(".")[0] != _PRIVATE]
        if not row or shown or (with_private and keys):
            told.append(Version(revision=number, at=moments.get(number), changed=shown))
        before = record
    return told


def changed_keys(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[str]:
    """Places that differ, sorted.

    Examples
    --------
    >>> changed_keys({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}, "d": 4})
    ['a.c', 'd']
    """
    return sorted(_changed(before or {}, after or {}, ""))


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], above: str) -> Iterator[str]:
    for key in before.keys() | after.keys():
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _changed(cast("_Json", one), cast("_Json", other), f"{above}{key}.")
        elif one != other:
            yield above + key
