"""How each kind of record is stored: its model, its table, the columns beside the record, and what a change may do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from api.errors import VersionError
from api.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, RecordRow
from features.records import Applicant, Application, Company, Household, Posting, Record

__all__ = ["APPLICANTS", "APPLICATIONS", "COMPANIES", "HOUSEHOLDS", "POSTINGS", "Kind"]

R = TypeVar("R", bound=Record)


def _no_columns(_record: Record) -> Mapping[str, object]:
    return {}


def _as_sent(_stored: R, sent: R) -> R:
    return sent


@dataclass(frozen=True)
class Kind(Generic[R]):
    """How one kind of record is stored.

    Attributes
    ----------
    name : str
        ``applicant``; the record's id is its ``applicant_id``.
    model : type
        The record's model, which validates on the way in and out.
    row : type
        Its table.
    columns : callable
        Record → values of the columns beside ``id`` and ``record``.
    revised : callable
        (stored, sent) → the record to store when one is replaced.
    """

    name: str
    model: type[R]
    row: type[RecordRow]
    columns: Callable[[R], Mapping[str, object]] = _no_columns
    revised: Callable[[R, R], R] = _as_sent

    def id_of(self, record: R) -> str:
        """The record's id."""
        an_id: str = getattr(record, f"{self.name}_id")
        return an_id

    def row_of(self, record: R) -> RecordRow:
        """A row that holds the record; unknown facts are left out."""
        content = record.model_dump(mode="json", exclude_unset=True)
        return self.row(id=self.id_of(record), record=content, **self.columns(record))

    def record_of(self, row: RecordRow) -> R:
        """The record a row holds."""
        return self.model.model_validate(row.record)


def _posting_columns(posting: Posting) -> Mapping[str, object]:
    return {
        "program": posting.program,
        "municipality_code": posting.municipality_code,
        "state": posting.state,
        "deadline": posting.deadline,
        "version": posting.version,
    }


def _application_columns(application: Application) -> Mapping[str, object]:
    return {
        "applicant_id": application.applicant_id,
        "posting_id": application.posting_id,
        "status": application.status,
    }


def _next_version(stored: Posting, sent: Posting) -> Posting:
    """Each change of a posting has a number; a writer who names the version that was read loses no other's change."""
    if "version" in sent.model_fields_set and sent.version != stored.version:
        raise VersionError(stored.posting_id, sent=sent.version, stored=stored.version)
    return sent.model_copy(update={"version": stored.version + 1})


def _keeping_private(stored: Applicant, sent: Applicant) -> Applicant:
    """Private preferences are never shown, so whoever sends back what was shown must not erase them."""
    if "private_preferences" in sent.model_fields_set:
        return sent
    return sent.model_copy(update={"private_preferences": stored.private_preferences})


APPLICANTS = Kind("applicant", Applicant, ApplicantRow, revised=_keeping_private)
POSTINGS = Kind("posting", Posting, PostingRow, columns=_posting_columns, revised=_next_version)
APPLICATIONS = Kind("application", Application, ApplicationRow, columns=_application_columns)
HOUSEHOLDS = Kind("household", Household, HouseholdRow)
COMPANIES = Kind("company", Company, CompanyRow)
