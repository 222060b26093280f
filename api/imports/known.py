"""What is stored within the reach of an import, as its preview compares with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlmodel import Session, select

from api.imports.own_numbers import OwnNumbers
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, COMPANIES, POSTINGS, Kind
from features.intake.building import RecordKind
from features.records import Applicant, Record, Records

__all__ = ["KIND_OF", "Known", "read_known", "without_private"]

KIND_OF: Final[Mapping[RecordKind, Kind[Any]]] = {  # named before naming
    "applicants": APPLICANTS,
    "postings": POSTINGS,
    "companies": COMPANIES,
    "applications": APPLICATIONS,
}


@dataclass(frozen=True, eq=False)
class Known:
    """Records within reach, the change that stored each, and how the office numbers them."""

    of_kind: Mapping[RecordKind, Mapping[str, Record]]
    revisions: Mapping[tuple[RecordKind, str], int]
    numbers: OwnNumbers

    def for_plan(self) -> Records:
        """What a plan is made against: the records, and those of the office under its own numbers too."""
        together: dict[str, Any] = {kind: tuple(records.values()) for kind, records in self.of_kind.items()}
        return self.numbers.with_own_numbers(Records.model_construct(set[str](together), **together))


def read_known(session: Session, *, code: str | None, is_private_seen: bool) -> Known:
    """Everything that the session reaches.

    Parameters
    ----------
    session : Session
        Restricted to the sender's reach.
    code : str, optional
        The sender's municipality.
    is_private_seen : bool
        Whether private preferences are compared; else a file could be used to guess at them.
    """
    of_kind: dict[RecordKind, dict[str, Record]] = {}
    revisions: dict[tuple[RecordKind, str], int] = {}
    for name, kind in KIND_OF.items():
        rows = session.exec(select(kind.row).order_by(kind.row.id)).all()
        of_kind[name] = {row.id: _seen(kind.record_of(row), is_private_seen=is_private_seen) for row in rows}
        revisions |= {(name, row.id): row.revision for row in rows}
        session.expunge_all()
    return Known(of_kind, revisions, OwnNumbers(code, of_kind))


def without_private(applicant: Applicant) -> Applicant:
    """The applicant without a word of private preferences."""
    told = {name: getattr(applicant, name) for name in applicant.model_fields_set if name != "private_preferences"}
    return Applicant.model_construct(set(told), **told)


def _seen(record: Record, *, is_private_seen: bool) -> Record:
    return record if is_private_seen or not isinstance(record, Applicant) else without_private(record)
