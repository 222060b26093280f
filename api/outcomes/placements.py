"""Placements within reach: accepted applications, their start, and the outcomes that count."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from api.decisions.tables import DecisionRow
from api.outcomes.tables import OutcomeRow
from api.settings import JAPAN
from api.storage.record_kinds import POSTINGS
from api.storage.restricted import restricted_people
from api.storage.tables import ApplicationRow, PostingRow

__all__ = ["Placement", "months_after", "placements", "standing"]


@dataclass(frozen=True)
class Placement:
    """One accepted application; ``outcomes`` has the one that counts of each month.

    Where ``is_stopped``, the person stopped the use of the record: counted, but asked nothing and learnt from never.
    """

    application_id: str
    applicant_id: str
    posting_id: str
    started_on: date | None
    outcomes: Mapping[int, OutcomeRow]
    is_stopped: bool = False

    @property
    def left(self) -> OutcomeRow | None:
        """The outcome that says the person left, where one does."""
        return next((row for row in self.outcomes.values() if row.state == "left"), None)


def months_after(start: date, months: int) -> date:
    """The same day some months later; the last of the month where it has no such day.

    Examples
    --------
    >>> months_after(date(2026, 11, 30), 3), months_after(date(2026, 4, 1), 36)
    (datetime.date(2027, 2, 28), datetime.date(2029, 4, 1))
    """
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def standing(rows: list[OutcomeRow]) -> dict[int, OutcomeRow]:
    """The outcome that counts of each month: the last that was recorded."""
    return {row.months: row for row in sorted(rows, key=lambda row: (row.months, row.number))}


def placements(session: Session, *, application_id: str | None = None) -> list[Placement]:
    """Every placement within reach, by application; one alone where it is named."""
    wanted = [col(ApplicationRow.status) == "accepted"]
    if application_id is not None:
        wanted.append(col(ApplicationRow.id) == application_id)
    ids = select(ApplicationRow.id).where(*wanted)
    recorded: dict[str, list[OutcomeRow]] = {}
    for row in session.exec(select(OutcomeRow).where(col(OutcomeRow.application_id).in_(ids))):
        recorded.setdefault(row.application_id, []).append(row)
    accepted = (col(DecisionRow.state) == "accepted") & col(DecisionRow.application_id).in_(ids)
    last = select(DecisionRow.application_id, func.max(col(DecisionRow.decided_at))).where(accepted)
    moments: dict[str, datetime] = dict(session.exec(last.group_by(col(DecisionRow.application_id))).all())
    calls = select(PostingRow).where(col(PostingRow.id).in_(select(ApplicationRow.posting_id).where(*wanted)))
    starts = {row.id: POSTINGS.record_of(row).start_date for row in session.exec(calls)}
    stopped = restricted_people(session)
    return [
        Placement(
            application_id=row.id,
            applicant_id=row.applicant_id,
            posting_id=row.posting_id,
            started_on=_start(recorded.get(row.id, []), starts.get(row.posting_id), moments.get(row.id)),
            outcomes=standing(recorded.get(row.id, [])),
            is_stopped=row.applicant_id in stopped,
        )
        for row in session.exec(select(ApplicationRow).where(*wanted).order_by(ApplicationRow.id))
    ]


def _start(recorded: list[OutcomeRow], of_posting: date | None, accepted: datetime | None) -> date | None:
    """What an officer recorded, else the later of the posting's day and the acceptance: nobody starts before it."""
    if recorded:
        return max(recorded, key=lambda row: (row.recorded_at, row.months, row.number)).started_on
    known = [of_posting, None if accepted is None else accepted.astimezone(JAPAN).date()]
    return max((day for day in known if day is not None), default=None)
