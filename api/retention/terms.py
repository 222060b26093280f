"""Until when each application and each applicant is kept, by the rules and by when their changes were made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session

from api.retention.rules import ClassName, RetentionRule
from api.settings import JAPAN
from api.tables import Row

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

    An application that nobody decided ends with its posting: at the deadline, or when the posting was closed.
    """
    asked = select(
        _APPLICATION.id,
        _APPLICATION.applicant_id,
        _APPLICATION.status,
        _APPLICATION.revision,
        _POSTING.state,
        _POSTING.deadline,
        _POSTING.revision.label("closed_by"),
    ).where(_APPLICATION.posting_id == _POSTING.id)
    if applicant_id is not None:
        asked = asked.where(_APPLICATION.applicant_id == applicant_id)
    rows = session.connection().execute(asked.order_by(_APPLICATION.id)).all()
    days = _days_of_changes(session, [number for row in rows for number in (row.revision, row.closed_by)])
    return [_application_term(row, rules, days, on) for row in rows]


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


def _application_term(row: Any, rules: Mapping[ClassName, RetentionRule], days: Mapping[int, date], on: date) -> Term:
    changed = days.get(
        row.revision, on
    )  # a change nobody knows the day of counts as made today: kept too long, not short
    if row.status == "accepted":
        return Term(row.id, row.applicant_id, "placed", rules["placed"].last_day(changed))
    ended: date | None = changed
    if row.status not in _ENDED:
        ended = _end_of_posting(row, days, on)
    last = None if ended is None else rules["not_placed"].last_day(max(ended, changed))
    return Term(row.id, row.applicant_id, "not_placed", last)


def _end_of_posting(row: Any, days: Mapping[int, date], on: date) -> date | None:
    if row.deadline is not None and row.deadline < on:
        ended: date = row.deadline
        return ended
    return days.get(row.closed_by, on) if row.state == "closed" else None


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
