"""The rules of storing one record, asked of many: what the routes of each kind ask, and in what order.

What they need of the database is read once, in a few statements.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import TypeVar

from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from api.accounts.errors import ForbiddenError
from api.accounts.reach import Reach
from api.accounts.tables import RegistrationRow
from api.calls.kept_findings import kept_in
from api.conflicts.closed_postings import closed_postings
from api.conflicts.errors import ConflictOfInterestError
from api.decisions.applications import verify_change, verify_new
from api.decisions.postings import verify_open
from api.decisions.seats import verify_seats
from api.imports.known import KIND_OF, Known
from features.intake import Change
from features.intake.building import RecordKind
from features.records import Applicant, Application, Company, Posting, Record

__all__ = ["TOGETHER", "Rules", "parts"]

TOGETHER = 500  # ids of one statement
T = TypeVar("T")


def parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in parts that a statement can name.

    Examples
    --------
    >>> [len(part) for part in parts(range(1001))]
    [500, 500, 1]
    """
    for begin in range(0, len(items), TOGETHER):
        yield items[begin : begin + TOGETHER]


class NotOwnMunicipalityError(ForbiddenError):
    """A posting of another municipality."""

    kind = "not-own-municipality"


class NotEnteredHereError(ForbiddenError):
    """An applicant's record that another municipality, or the person, entered."""

    kind = "not-entered-here"


class CompaniesElsewhereError(ForbiddenError):
    """A company, which belongs to no single municipality."""

    kind = "companies-elsewhere"


class Rules:
    """The rules for one sender, on one state of the database.

    Parameters
    ----------
    session : Session
        Restricted to ``reach``.
    known : Known
        What it reaches.
    reach : Reach
    on : date
        The day on which calls take applications or do not.
    """

    def __init__(self, session: Session, known: Known, reach: Reach, *, on: date) -> None:
        self._session, self._known, self._reach, self._on = session, known, reach, on

    def verify(self, kind: RecordKind, record: Record) -> None:
        """Refuse a new or changed record.

        Raises
        ------
        ApiError
            As the route of its kind does.
        """
        stored = self._known.of_kind[kind].get(KIND_OF[kind].id_of(record))
        if isinstance(record, Posting):
            self._posting(record, stored)
        elif isinstance(record, Application):
            self._application(record, stored)
        elif isinstance(record, Applicant):
            self._applicant(record, stored)
        elif isinstance(record, Company) and self._reach.municipalities is not None:
            raise CompaniesElsewhereError("a company belongs to no single municipality")

    def taken_elsewhere(self, new: Sequence[Change]) -> Collection[tuple[RecordKind, str]]:
        """New records whose id is stored out of reach."""
        found: set[tuple[RecordKind, str]] = set()
        for name, kind in KIND_OF.items():
            ids = [change.id for change in new if change.kind == name]
            key = kind.row.metadata.tables[kind.name].c.id
            for part in parts(ids):  # of the whole table: a condition of the session would hide them
                stored = self._session.connection().execute(core_select(key).where(key.in_(part))).scalars()
                found |= {(name, an_id) for an_id in stored}
        return found

    def _posting(self, record: Posting, stored: Record | None) -> None:
        codes = self._reach.municipalities
        if codes is not None and record.municipality_code not in codes:
            raise NotOwnMunicipalityError(f"municipality {record.municipality_code} is not this account's")
        before = stored if isinstance(stored, Posting) else None
        revised = record if before is None else KIND_OF["postings"].revised(before, record)
        if before is not None:
            verify_seats(self._session, before, revised)
        kept_in(revised, (), stored=before)  # a file answers nothing: such a call comes in as a draft
        KIND_OF["postings"].columns(record)

    def _application(self, record: Application, stored: Record | None) -> None:
        if record.posting_id in self._closed:
            raise ConflictOfInterestError("posting", record.posting_id)
        posting = self._known.of_kind["postings"].get(record.posting_id)
        if isinstance(stored, Application):
            verify_change(stored, record)
            KIND_OF["applications"].revised(stored, record)
        else:
            verify_new(record)
        if isinstance(posting, Posting) and not isinstance(stored, Application):
            verify_open(posting, record, on=self._on, is_by_applicant=False)

    def _applicant(self, record: Applicant, stored: Record | None) -> None:
        if stored is not None and self._reach.municipalities is not None and record.applicant_id not in self._entered:
            raise NotEnteredHereError("the applicant's record was not entered by this municipality")

    @cached_property
    def _closed(self) -> frozenset[str]:
        if self._reach.conflicts_of is None:
            return frozenset()
        return frozenset(self._session.connection().execute(closed_postings(self._reach.conflicts_of)).scalars())

    @cached_property
    def _entered(self) -> frozenset[str]:
        codes = sorted(self._reach.municipalities or ())
        asked = select(RegistrationRow.applicant_id).where(col(RegistrationRow.municipality_code).in_(codes))
        return frozenset(self._session.exec(asked))
