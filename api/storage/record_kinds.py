"""How each kind of record is stored: its model, its table, the columns beside the record, and what a change may do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Generic, TypeVar

from pydantic import ValidationError

from api.decisions.errors import StatusError
from api.decisions.postings import after_change
from api.http.errors import OutOfRangeError, VersionError
from api.storage.errors import DamagedRowError
from api.storage.tables import ApplicantRow, ApplicationRow, CompanyRow, HouseholdRow, PostingRow, RecordRow
from features.plain_values import STORED
from features.records import Applicant, Application, Company, Household, Posting, Record

__all__ = [
    "APPLICANTS",
    "APPLICATIONS",
    "COMPANIES",
    "DECIDED_APPLICATIONS",
    "HOUSEHOLDS",
    "KINDS",
    "POSTINGS",
    "Kind",
    "Named",
]

R = TypeVar("R", bound=Record)
_MOST_VERSIONS: Final = 2**31 - 1  # an integer of PostgreSQL


@dataclass(frozen=True)
class Named:
    """Another record that a record names: its kind, its id, and the key that names it."""

    kind: str
    id: str
    key: str


def _no_columns(_record: Record) -> Mapping[str, object]:
    return {}


def _names_nobody(_record: Record) -> Iterable[Named]:
    return ()


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
        Record → values of the columns beside ``id``, ``record`` and ``revision``.
    names : callable
        Record → the applicants and postings it names, which must be stored.
    private : str, optional
        A key that nobody but the person is shown, not even that it changed.
    is_personal : bool
        Whether it is about a person: what is removed is then forgotten, not kept as history.
    revised : callable
        (stored, sent) → the record to store when one is replaced.
    """

    name: str
    model: type[R]
    row: type[RecordRow]
    columns: Callable[[R], Mapping[str, object]] = _no_columns
    names: Callable[[R], Iterable[Named]] = _names_nobody
    private: str | None = None
    is_personal: bool = False
    revised: Callable[[R, R], R] = _as_sent

    def id_of(self, record: R) -> str:
        """The record's id."""
        an_id: str = getattr(record, f"{self.name}_id")
        return an_id

    def row_of(self, record: R, *, revision: int) -> RecordRow:
        """A row that holds the record; unknown facts are left out."""
        content = record.model_dump(mode="json", exclude_unset=True)
        return self.row(id=self.id_of(record), record=content, revision=revision, **self.columns(record))

    def record_of(self, row: RecordRow) -> R:
        """The record a row holds.

        Raises
        ------
        DamagedRowError
            If it is no record, has another id than its row, or says other than the columns beside it.
        """
        try:
            record = self.model.model_validate(row.record, context=STORED)
        except ValidationError:  # its message may quote what a person wrote
            raise DamagedRowError(self.name, row.id) from None
        told = {"id": self.id_of(record), **self.columns(record)}
        if any(getattr(row, name) != value for name, value in told.items()):
            raise DamagedRowError(self.name, row.id)
        return record


def _posting_columns(posting: Posting) -> Mapping[str, object]:
    if posting.version > _MOST_VERSIONS:
        raise OutOfRangeError("posting", posting.posting_id, key="version", most=_MOST_VERSIONS)
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


def _application_names(application: Application) -> Iterable[Named]:
    yield Named("applicant", application.applicant_id, "applicant_id")
    yield Named("posting", application.posting_id, "posting_id")


def _household_names(household: Household) -> Iterable[Named]:
    for member in household.members:
        yield Named("applicant", member, "members")
    for wishes in household.joint_preferences:
        for posting_id in wishes:
            if posting_id is not None:
                yield Named("posting", posting_id, "joint_preferences")


def _company_names(company: Company) -> Iterable[Named]:
    for person in company.people or ():
        yield Named("applicant", person, "people")


def _next_version(stored: Posting, sent: Posting) -> Posting:
    """Each change of a posting has a number; a writer who names the version that was read loses no other's change."""
    if "version" in sent.model_fields_set and sent.version != stored.version:
        raise VersionError(stored.posting_id, sent=sent.version, stored=stored.version)
    return after_change(stored, sent).model_copy(update={"version": stored.version + 1})


def _keeping_status(stored: Application, sent: Application) -> Application:
    """Whom a status belongs to decides by a decision, which is on record; leaving it out changes nothing."""
    if "status" not in sent.model_fields_set:
        return sent if stored.status == "received" else sent.model_copy(update={"status": stored.status})
    if sent.status != stored.status:
        raise StatusError(stored.application_id)
    return sent


def _keeping_private(stored: Applicant, sent: Applicant) -> Applicant:
    """Private preferences are never shown, so whoever sends back what was shown must not erase them."""
    if "private_preferences" in sent.model_fields_set:
        return sent
    return sent.model_copy(update={"private_preferences": stored.private_preferences})


APPLICANTS: Final = Kind(
    "applicant", Applicant, ApplicantRow, private="private_preferences", is_personal=True, revised=_keeping_private
)
POSTINGS: Final = Kind("posting", Posting, PostingRow, columns=_posting_columns, revised=_next_version)
APPLICATIONS: Final = Kind(
    "application",
    Application,
    ApplicationRow,
    columns=_application_columns,
    names=_application_names,
    is_personal=True,
    revised=_keeping_status,
)
DECIDED_APPLICATIONS: Final = replace(APPLICATIONS, revised=_as_sent)  # for api.decisions alone: it sets the status
HOUSEHOLDS: Final = Kind("household", Household, HouseholdRow, names=_household_names, is_personal=True)
COMPANIES: Final = Kind("company", Company, CompanyRow, names=_company_names)
KINDS: Final[tuple[Kind[Any], ...]] = (APPLICANTS, POSTINGS, APPLICATIONS, HOUSEHOLDS, COMPANIES)  # named before naming
