"""What is offered in an open call may change while people are waiting: on which day, and which fields.

The history of records is asked, so a change is told whoever made it, on a page or through the interface.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import Session

from api.decisions.errors import PastDeadlineError
from api.settings import JAPAN
from api.storage.history import present_history
from api.storage.record_kinds import APPLICATIONS, POSTINGS
from api.storage.tables import ApplicationRow, HistoryRow, PostingRow
from features.plain_values import STORED
from features.records import Posting

__all__ = ["ConditionChange", "changes_since_applied", "dated", "verify_deadline"]

# what an applicant weighs; not the state, the seats, the day of the facts, nor what concerns the municipality alone
_CONDITIONS: Final = (
    "program",
    "municipality_code",
    "title",
    "mission_text",
    "goals",
    "activities",
    "fields",
    "contract_type",
    "monthly_pay_yen",
    "bonus",
    "housing",
    "housing_subsidy_max_yen",
    "vehicle",
    "hours_per_week",
    "side_job",
    "term_months",
    "min_days_per_month",
    "min_hours_per_month",
    "min_onsite_days_per_month",
    "start_date",
    "deadline",
    "required_licences",
    "required_languages",
    "required_skills",
    "selection_steps",
    "trial",
    "host",
)


@dataclass(frozen=True)
class ConditionChange:
    """One change: the day in Japan, and the fields of the call that it changed."""

    on: date
    fields: tuple[str, ...]


def changes_since_applied(session: Session, application_id: str) -> list[ConditionChange]:
    """What was changed in the call of an application after it came in, newest first.

    A call that was erased meanwhile, or is out of reach, tells nothing.
    """
    applied = session.get_one(ApplicationRow, application_id)
    row = session.get(PostingRow, applied.posting_id)
    if row is None:
        return []
    was = present_history(session, APPLICATIONS, application_id, applied.revision)
    since = was[0].revision if was else applied.revision
    versions = present_history(session, POSTINGS, row.id, row.revision)
    return list(_changes([one for one in versions if one.until > since], POSTINGS.record_of(row)))


def _changes(versions: list[HistoryRow], now: Posting) -> Iterator[ConditionChange]:
    after: Posting | None = now
    for version in reversed(versions):
        stored = version.record
        before = None if stored is None else Posting.model_validate(stored, context=STORED)
        changed = () if before is None or after is None else _changed(before, after)
        if changed:
            yield ConditionChange(version.until_at.astimezone(JAPAN).date(), changed)
        after = before


def _changed(before: Posting, after: Posting) -> tuple[str, ...]:
    return tuple(name for name in _CONDITIONS if getattr(before, name) != getattr(after, name))


def dated(stored: Posting, sent: Posting, *, on: date) -> Posting:
    """What is sent, with its facts of today where an open call offers something else and the old day came along.

    Examples
    --------
    >>> call = Posting(
    ...     posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1, as_of=date(2026, 4, 1)
    ... )
    >>> dated(call, call.model_copy(update={"monthly_pay_yen": 200_000}), on=date(2026, 6, 1)).as_of
    datetime.date(2026, 6, 1)
    """
    is_old = stored.state == "open" and sent.as_of is not None and sent.as_of == stored.as_of and sent.as_of < on
    return sent.model_copy(update={"as_of": on}) if is_old and _changed(stored, sent) else sent


def verify_deadline(stored: Posting, sent: Posting, *, on: date) -> None:
    """Refuse a deadline that is past where a call is opened, or an open one is given another deadline.

    One that ran out by itself stays: whoever mends a word in it need not move it.

    Raises
    ------
    PastDeadlineError
        If it is, with the way out.
    """
    is_set = sent.deadline != stored.deadline or sent.state != stored.state
    if sent.state == "open" and is_set and sent.deadline is not None and sent.deadline < on:
        raise PastDeadlineError(sent.posting_id, deadline=sent.deadline, on=on)
