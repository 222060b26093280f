"""The records that a plan brings, under the ids they are stored with and as they would replace what is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from api.imports.known import KIND_OF, Known
from features.intake import Change, ImportPlan
from features.intake.building import Draft, RecordKind, built
from features.intake.identity import application_id
from features.records import Application, Company, Record

__all__ = ["Proposed", "proposed"]

_STATUS: Final = "status"


@dataclass(frozen=True, eq=False)
class Proposed:
    """One record of a file.

    Attributes
    ----------
    change : Change
        Its stored id, its row, and how it stands to what is stored.
    record : Record
    own_id : str
        As the file writes it.
    is_status_left : bool
        Whether the file tells a status of an application that only a decision can give it.
    """

    change: Change
    record: Record
    own_id: str
    is_status_left: bool = False


def proposed(plan: ImportPlan, known: Known) -> Iterator[Proposed]:
    """Every record of a plan, in the order of the file."""
    by_id: dict[tuple[RecordKind, str], Record] = {
        (name, kind.id_of(record)): record for name, kind in KIND_OF.items() for record in getattr(plan.records, name)
    }
    pairs = {
        (one.applicant_id, one.posting_id): one.application_id
        for one in known.of_kind["applications"].values()
        if isinstance(one, Application)
    }
    for change in plan.changes:
        yield _settled(change, by_id[change.kind, change.id], known, pairs)


def _settled(change: Change, record: Record, known: Known, pairs: Mapping[tuple[str, str], str]) -> Proposed:
    renamed = _renamed(change.kind, record, known, pairs)
    an_id = KIND_OF[change.kind].id_of(renamed)
    stored = known.of_kind[change.kind].get(an_id)
    kept = _without_status(renamed, stored)
    if renamed is record and kept is record:
        return Proposed(change, record, change.id)
    if stored is None:
        own = replace(change, id=an_id, fields=tuple(field for field in change.fields if field != _STATUS))
        return Proposed(own if kept is not renamed else replace(change, id=an_id), kept, change.id, kept is not renamed)
    found = built(Draft(change.kind, an_id, kept.model_dump(exclude_unset=True)), stored)
    own = replace(change, id=an_id, state=found.state, fields=found.fields)
    return Proposed(own, found.record, change.id, kept is not renamed)


def _renamed(kind: RecordKind, record: Record, known: Known, pairs: Mapping[tuple[str, str], str]) -> Record:
    numbers = known.numbers
    key, own = f"{KIND_OF[kind].name}_id", KIND_OF[kind].id_of(record)
    ids: dict[str, Any] = {key: numbers.stored_id(kind, own)}
    if isinstance(record, Application):
        who = numbers.stored_id("applicants", record.applicant_id)
        where = numbers.stored_id("postings", record.posting_id)
        ids |= {"applicant_id": who, "posting_id": where}
        if own == application_id(record.applicant_id, record.posting_id):  # the file gives it none
            ids[key] = pairs.get((who, where)) or application_id(who, where)
    elif isinstance(record, Company) and record.people:
        ids["people"] = tuple(numbers.stored_id("applicants", person) for person in record.people)
    if all(getattr(record, name) == value for name, value in ids.items()):
        return record
    return record.model_copy(update=ids)


def _without_status(record: Record, stored: Record | None) -> Record:
    """A status that is not the stored one is left out: it belongs to a person's decision, which is on record."""
    before = stored.status if isinstance(stored, Application) else "received"
    if not isinstance(record, Application) or record.status == before:
        return record
    told = record.model_dump(exclude_unset=True, exclude={_STATUS})
    return Application.model_validate(told)
