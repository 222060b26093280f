"""Decisions in the database: one after the other, each with what follows from it in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from api.audit.entry import LOCAL, Actor
from api.decisions.flags import OVERRIDES, Flag, flags_of
from api.decisions.held_places import verify_holds_no_other
from api.decisions.list_place import ListPlace
from api.decisions.rules import begin_of, is_repeat, verify_corrected, verify_reason, verify_seen, verify_step
from api.decisions.schemas import StepRequest
from api.decisions.seats import free_seats, give_back_seat, take_seat, with_status
from api.decisions.states import Side, State, state_table
from api.decisions.tables import DecisionRow
from api.decisions.warnings import also_accepted, warnings_of
from api.decisions.whole_session import reaching_everything
from api.http.errors import UnknownIdError, UnknownReferenceError
from api.secret_tokens import new_id
from api.settings import JAPAN
from api.storage.record_kinds import APPLICATIONS, DECIDED_APPLICATIONS, POSTINGS
from api.storage.restricted import of_listed_applications
from api.storage.stored_records import read, replace
from api.storage.tables import ApplicationRow
from features.records import Application

__all__ = [
    "Taken",
    "decide",
    "decision_page",
    "last_decision",
    "reached_application",
    "read_decision",
    "side_of",
    "state_of",
]


@dataclass(frozen=True)
class Taken:
    """A decision that is stored, what to know about it, and whether this request stored it."""

    row: DecisionRow
    posting_id: str
    warnings: list[str]
    is_new: bool


def side_of(actor: Actor) -> Side:
    """For whom somebody acts: an applicant for themself, everybody else for the municipality."""
    return "applicant" if actor.role == "applicant" else "coordinator"


def reached_application(session: Session, application_id: str) -> Application:
    """The application a request names.

    Raises
    ------
    UnknownReferenceError
        If none within reach has that id.
    """
    row = session.exec(select(ApplicationRow).where(ApplicationRow.id == application_id)).first()
    if row is None:
        raise UnknownReferenceError("application_id", application_id)
    return APPLICATIONS.record_of(row)


def decide(
    session: Session, sent: StepRequest, *, by: Actor, place: ListPlace | None, items: Sequence[str] = (), now: datetime
) -> Taken:
    """Store a step and what follows from it.

    Parameters
    ----------
    session : Session
        Of a writing transaction, within the caller's reach.
    sent : StepRequest
    by : Actor
    place : ListPlace, optional
        Where the list has the person; none where the applicant takes the step.
    items : sequence of str
        What the reason should not rest on (:func:`~api.decisions.warnings.items_in_ground`).
    now : datetime

    Raises
    ------
    UnknownReferenceError
        If the application is out of reach.
    StaleDecisionError, CorrectionError, NoSuchStepError, ForbiddenError, ReasonNeededError
        If the step may not be taken (:mod:`api.decisions.rules`).
    HoldsPlaceError
        If somebody accepts who has accepted another call.
    SeatsError
        If somebody accepts and no seat is left.
    """
    application = reached_application(session, sent.application_id)
    last = last_decision(session, sent.application_id)
    if last is not None and is_repeat(sent, last, account_id=_account(by), role=by.role):
        return Taken(last, application.posting_id, [], is_new=False)
    verify_seen(sent, last)
    verify_corrected(sent, last, side_of(by))
    present = state_of(application, last)
    begin = begin_of(sent, present, last)
    step = verify_step(sent, begin, side_of(by))
    with reaching_everything(session) as whole:
        free = free_seats(whole, read(whole, POSTINGS, application.posting_id))
        offers = with_status(whole, application.posting_id, "offered") - (application.status == "offered")
    flags = flags_of(sent.state, place, free_seats=free, n_offered=offers)
    verify_reason(sent, step, side_of(by), flags)
    if sent.state == "accepted":
        verify_holds_no_other(session, application, on=now.astimezone(JAPAN).date())
    row = _row(sent, last, begin, flags, by=by, place=place, now=now)
    session.add(row)
    session.flush()
    _follow(session, application, sent.state)
    also = also_accepted(session, application) if sent.state == "accepted" else ()
    warnings = warnings_of(flags, items, free_seats=free, n_offered=offers, also=also)
    return Taken(row, application.posting_id, warnings, is_new=True)


def state_of(application: Application, last: DecisionRow | None) -> State:
    """Where an application stands: at its last decision; without one, where its status has it."""
    table = state_table()
    return table.state_of(application.status) if last is None else table.state(last.state)


def last_decision(session: Session, application_id: str) -> DecisionRow | None:
    """The last decision about an application."""
    asked = select(DecisionRow).where(DecisionRow.application_id == application_id)
    return session.exec(asked.order_by(col(DecisionRow.number).desc()).limit(1)).first()


def read_decision(session: Session, decision_id: str) -> DecisionRow:
    """One decision.

    Raises
    ------
    UnknownIdError
        If none within reach has that id.
    """
    row = session.exec(select(DecisionRow).where(DecisionRow.id == decision_id)).first()
    if row is None:
        raise UnknownIdError("decision", decision_id)
    return row


def decision_page(
    session: Session,
    *,
    limit: int,
    offset: int,
    application_id: str | None = None,
    posting_id: str | None = None,
    state: State | None = None,
    override: bool | None = None,
    is_record: bool = False,
) -> tuple[Sequence[DecisionRow], int]:
    """``limit`` decisions after the first ``offset``, oldest first, and how many there are.

    A list leaves out people whose use is stopped; a record (``is_record``) of what was decided does not.
    """
    of_posting = select(ApplicationRow.id).where(ApplicationRow.posting_id == posting_id)
    asked: list[tuple[object, ColumnElement[bool]]] = [
        (application_id, col(DecisionRow.application_id) == application_id),
        (posting_id, col(DecisionRow.application_id).in_(of_posting)),
        (state, col(DecisionRow.state) == state),
        (override, col(DecisionRow.is_override) == override),
    ]
    wanted = [condition for value, condition in asked if value is not None]
    if application_id is None and not is_record:  # people whose use is stopped are in no list
        wanted.append(of_listed_applications(DecisionRow.application_id, own=session.info.get("applicant_id")))
    total = session.exec(select(func.count(col(DecisionRow.id))).where(*wanted)).one()
    order = (col(DecisionRow.decided_at), DecisionRow.application_id, col(DecisionRow.number))
    return session.exec(select(DecisionRow).where(*wanted).order_by(*order).limit(limit).offset(offset)).all(), total


def _row(
    sent: StepRequest,
    last: DecisionRow | None,
    begin: State,
    flags: Sequence[Flag],
    *,
    by: Actor,
    place: ListPlace | None,
    now: datetime,
) -> DecisionRow:
    return DecisionRow(
        id=new_id(),
        application_id=sent.application_id,
        number=1 if last is None else last.number + 1,
        after=sent.after,
        corrects=sent.corrects,
        from_state=begin,
        state=sent.state,
        account_id=_account(by),
        role=by.role,
        decided_at=now,
        reason=sent.reason,
        flags=list(flags),
        is_override=not OVERRIDES.isdisjoint(flags),
    ).sqlmodel_update(_listed(place))


def _account(by: Actor) -> str | None:
    return None if by == LOCAL else by.id


def _listed(place: ListPlace | None) -> dict[str, object]:
    if place is None:
        return {}
    return {
        "list_order": place.order,
        "listed_on": place.on,
        "placed_by": place.placed_by,
        "rank": place.rank,
        "n_listed": place.n_listed,
        "score": place.score,
        "verdict": place.verdict,
        "deciding_rule": place.deciding_rule,
        "unmet": list(place.unmet),
        "n_ahead": place.n_ahead,
        "provenance": place.provenance,
    }


def _follow(session: Session, application: Application, state: State) -> None:
    """What follows from a step: a seat taken or given back, and the application's status."""
    status, an_id = state_table().status_of(state), application.application_id
    if status == application.status:
        return
    with reaching_everything(session) as whole:
        if status == "accepted":
            take_seat(whole, application.posting_id)
        elif application.status == "accepted":
            give_back_seat(whole, application.posting_id)
        replace(whole, DECIDED_APPLICATIONS, an_id, application.model_copy(update={"status": status}))
