"""Until when each application and each applicant is kept, by the rules and by when their changes were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from api.retention.endings import Step, Was, ended_at, first_of, steps_of, what_was
from api.retention.rules import ClassName, RetentionRule
from api.settings import JAPAN
from api.storage.tables import Row

__all__ = ["Term", "application_terms", "day_of", "pool_terms"]

_TABLES = Row.metadata.tables
_APPLICANT, _APPLICATION, _POSTING = (_TABLES[name].c for name in ("applicant", "application", "posting"))
_ENDED = frozenset({"declined", "withdrawn", "closed"})


@dataclass(frozen=True)
class Term:
    """Until when one thing is kept.

    Attributes
    ----------
    id, applicant_id : str
    class_name : ClassName
    last_day : date or None
        The last day it is kept; ``None`` while it goes on.
    """

    id: str
    applicant_id: str
    class_name: ClassName
    last_day: date | None

    def is_over(self, day: date) -> bool:
        """Whether the term has ended before ``day``."""
        return self.last_day is not None and self.last_day < day


def day_of(moment: datetime) -> date:
    """The day in Japan of a moment."""
    return moment.astimezone(JAPAN).date()


def application_terms(
    session: Session, rules: Mapping[ClassName, RetentionRule], *, on: date, applicant_id: str | None = None
) -> list[Term]:
    """The term of every application, or of one person's, by id.

    It begins on the day of the decision that ended the application; without one, of the change since which its status
    says so. One that nobody decided ends with its posting: at the deadline, or when the posting was closed. No later
    edit of either prolongs it.
    """
    asked = select(
        _APPLICATION.id,
        _APPLICATION.applicant_id,
        _APPLICATION.status,
        _APPLICATION.revision,
        _APPLICATION.posting_id,
        _POSTING.state,
        _POSTING.deadline,
        _POSTING.revision.label("posting_revision"),
    ).where(_APPLICATION.posting_id == _POSTING.id)
    if applicant_id is not None:
        asked = asked.where(_APPLICATION.applicant_id == applicant_id)
    rows = session.connection().execute(asked.order_by(_APPLICATION.id)).all()
    ends = _Ends.of(session, rows, on=on, applicant_id=applicant_id)
    return [_application_term(row, rules, ends) for row in rows]


def pool_terms(
    session: Session, rules: Mapping[ClassName, RetentionRule], *, without: Collection[str] = ()
) -> list[Term]:
    """The term of every applicant who has no application but those of ``without``, by id."""
    applied = session.connection().execute(select(_APPLICATION.applicant_id, _APPLICATION.id)).all()
    in_selection = {applicant for applicant, application in applied if application not in without}
    asked = select(_APPLICANT.id, _APPLICANT.record, _APPLICANT.revision).order_by(_APPLICANT.id)
    people = [row for row in session.connection().execute(asked).all() if row.id not in in_selection]
    days = _days_of_changes(session, [row.revision for row in people])
    return [_pool_term(row, rules["pool"], days) for row in people]


@dataclass(frozen=True)
class _Ends:
    """What tells on which day applications ended."""

    on: date
    applications: Mapping[str, Sequence[Was]]
    postings: Mapping[str, Sequence[Was]]
    steps: Mapping[str, Sequence[Step]]
    days: Mapping[int, date]

    @classmethod
    def of(cls, session: Session, rows: Sequence[Any], *, on: date, applicant_id: str | None) -> _Ends:
        own = None if applicant_id is None else [row.id for row in rows]
        calls = None if applicant_id is None else [row.posting_id for row in rows]
        applications = what_was(session, "application", "status", default="received", ids=own)
        postings = what_was(session, "posting", "state", default="open", ids=calls)
        stored = [number for row in rows for number in (row.revision, row.posting_revision)]
        before = [one.revision for several in (applications, postings) for was in several.values() for one in was]
        days = _days_of_changes(session, [*stored, *before])
        return cls(on, applications, postings, steps_of(session, applicant_id=applicant_id), days)

    def of_decision(self, row: Any) -> date:
        """The day on which an application came to the status that it has."""
        decided = ended_at(row.status, self.steps.get(row.id, ()))
        since = first_of(row.revision, self.applications.get(row.id, ()), value=row.status)
        return self._day(since) if decided is None else day_of(decided)

    def of_posting(self, row: Any) -> date | None:
        """The day on which an application that nobody decided ended with its call, or came in after that."""
        ended: date
        if row.deadline is not None and row.deadline < self.on:
            ended = row.deadline
        elif row.state == "closed":
            ended = self._day(first_of(row.posting_revision, self.postings.get(row.posting_id, ()), value="closed"))
        else:
            return None
        return max(ended, self._day(first_of(row.revision, self.applications.get(row.id, ()))))

    def _day(self, revision: int) -> date:
        """A change nobody knows the day of counts as made today: kept too long, not short."""
        return self.days.get(revision, self.on)


def _application_term(row: Any, rules: Mapping[ClassName, RetentionRule], ends: _Ends) -> Term:
    class_name: ClassName = "placed" if row.status == "accepted" else "not_placed"
    is_decided = class_name == "placed" or row.status in _ENDED
    ended = ends.of_decision(row) if is_decided else ends.of_posting(row)
    return Term(row.id, row.applicant_id, class_name, None if ended is None else rules[class_name].last_day(ended))


def _pool_term(row: Any, rule: RetentionRule, days: Mapping[int, date]) -> Term:
    stored = days.get(row.revision)
    last = None if stored is None else rule.last_day(stored)
    consent: Mapping[str, Any] = row.record.get("consent") or {}
    if consent.get("expiry") is not None:
        said = date.fromisoformat(consent["expiry"])
        last = said if last is None else min(last, said)
    return Term(row.id, row.id, "pool", last)


def _days_of_changes(session: Session, numbers: Sequence[int]) -> Mapping[int, date]:
    """The day in Japan on which each change was made, where it is known."""
    moments = _TABLES["revisionmoment"].c
    if not numbers:
        return {}
    asked = select(moments.number, moments.at).where(moments.number.between(min(numbers), max(numbers)))
    return {number: day_of(at) for number, at in session.connection().execute(asked).all()}
