"""Outcomes in the database: added, never changed; a correction names the one in whose place it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlmodel import Session, col, func, select

from api.audit.entry import LOCAL, Actor
from api.audit.vocabulary import Role
from api.decisions.schemas import By
from api.decisions.store import reached_application
from api.outcomes.errors import NoPlacementError, OutcomeDateError, StaleOutcomeError
from api.outcomes.placements import Placement, months_after, placements
from api.outcomes.schemas import OutcomeAnswer, OutcomeRequest
from api.outcomes.tables import OutcomeRow
from api.secret_tokens import new_id
from api.settings import JAPAN
from api.storage.restricted import of_listed_applications

__all__ = ["Recorded", "outcome_answers", "outcome_page", "record_outcome"]


@dataclass(frozen=True)
class Recorded:
    """An outcome that is stored, and whether this request stored it."""

    row: OutcomeRow
    is_new: bool


def record_outcome(session: Session, sent: OutcomeRequest, *, by: Actor, now: datetime, on: date) -> Recorded:
    """Store what became of a placement.

    Raises
    ------
    UnknownReferenceError
        If the application is out of reach.
    NoPlacementError
        If it was not accepted.
    StaleOutcomeError
        If ``corrects`` is not the last outcome of that month.
    OutcomeDateError
        If a day does not fit the placement or what is known of it.
    """
    application = reached_application(session, sent.application_id)
    found = placements(session, application_id=sent.application_id)
    if not found:
        raise NoPlacementError(sent.application_id, application.status)
    (placement,) = found
    last, account_id = placement.outcomes.get(sent.months), None if by == LOCAL else by.id
    start = sent.started_on or placement.started_on
    if start is None:
        raise OutcomeDateError(sent.application_id, "started_on", "missing, expected a day: nobody recorded the start")
    if last is not None and _is_repeat(sent, last, start=start, account_id=account_id):
        return Recorded(last, is_new=False)
    if sent.corrects != (None if last is None else last.id):
        told = None if last is None else last.id
        raise StaleOutcomeError(sent.application_id, sent.months, sent=sent.corrects, last=told)
    _verify_start(sent, application.received_at)
    _verify_days(sent, start=start, on=on)
    _verify_known(sent, placement)
    row = OutcomeRow(
        id=new_id(),
        number=1 if last is None else last.number + 1,
        started_on=start,
        account_id=account_id,
        role=by.role,
        recorded_at=now,
        **sent.model_dump(exclude={"started_on"}),
    )
    session.add(row)
    session.flush()
    return Recorded(row, is_new=True)


def outcome_page(
    session: Session, *, limit: int, offset: int, application_id: str | None = None
) -> tuple[Sequence[OutcomeRow], int]:
    """``limit`` outcomes after the first ``offset``, oldest first, and how many there are."""
    wanted = [
        # people whose use is stopped are in no list
        of_listed_applications(OutcomeRow.application_id)
        if application_id is None
        else col(OutcomeRow.application_id) == application_id
    ]
    total = session.exec(select(func.count(col(OutcomeRow.id))).where(*wanted)).one()
    order = (col(OutcomeRow.recorded_at), OutcomeRow.application_id, col(OutcomeRow.months), col(OutcomeRow.number))
    return session.exec(select(OutcomeRow).where(*wanted).order_by(*order).limit(limit).offset(offset)).all(), total


def outcome_answers(session: Session, rows: Sequence[OutcomeRow]) -> list[OutcomeAnswer]:
    """Outcomes as the interface shows them; one in whose place another stands does not count."""
    replaced = set(session.exec(select(OutcomeRow.corrects).where(col(OutcomeRow.corrects).is_not(None))))
    return [
        OutcomeAnswer.model_validate(
            {
                "outcome_id": row.id,
                "counts": row.id not in replaced,
                "by": By(account_id=row.account_id, role=cast("Role", row.role)),
                **row.model_dump(exclude={"id", "number", "account_id", "role"}),
            }
        )
        for row in rows
    ]


def _is_repeat(sent: OutcomeRequest, last: OutcomeRow, *, start: date, account_id: str | None) -> bool:
    asked = (*sent.model_dump(exclude={"started_on"}).values(), start, account_id)
    told = last.model_dump()
    kept = [told[name] for name in OutcomeRequest.model_fields if name != "started_on"]
    return asked == (*kept, last.started_on, last.account_id)


def _verify_start(sent: OutcomeRequest, received_at: datetime | date | None) -> None:
    """Nobody starts before applying; an acceptance is often recorded late, so its day is no bound."""
    if sent.started_on is None or received_at is None:
        return
    received = received_at.astimezone(JAPAN).date() if isinstance(received_at, datetime) else received_at
    if sent.started_on < received:
        fault = f"lies before the application, expected {received.isoformat()} or later"
        raise OutcomeDateError(sent.application_id, "started_on", fault)


def _verify_days(sent: OutcomeRequest, *, start: date, on: date) -> None:
    an_id, due = sent.application_id, months_after(start, sent.months)
    if sent.found_on > on:
        raise OutcomeDateError(an_id, "found_on", f"lies after today, {on.isoformat()}")
    if sent.left_on is not None and not start <= sent.left_on <= min(due, sent.found_on):
        end = min(due, sent.found_on).isoformat()
        raise OutcomeDateError(an_id, "left_on", f"expected a day from {start.isoformat()} to {end}")
    if sent.left_on is None and sent.found_on < due:
        raise OutcomeDateError(an_id, "found_on", f"expected {due.isoformat()} or later: {sent.months} months")


def _verify_known(sent: OutcomeRequest, placement: Placement) -> None:
    """What is recorded of other months may not say the opposite."""
    for months, row in placement.outcomes.items():
        if months == sent.months:
            continue
        is_gone_before = row.state == "left" and months < sent.months
        is_there_later = row.state == "there" and sent.state == "left" and months > sent.months
        if is_gone_before or is_there_later or (row.state == "left" == sent.state):
            fault = f"contradicts outcome {row.id} of month {months}; correct that one first"
            raise OutcomeDateError(sent.application_id, "state", fault)
