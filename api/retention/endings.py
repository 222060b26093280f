"""When an application ended and when a call was closed: by the decision or the change that did it.

A later edit of the record, or a decision that is worded anew, is no new end: it would keep for years what is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TypeVar, cast

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from api.decisions.states import State, state_table
from api.decisions.tables import DecisionRow

__all__ = ["Step", "Was", "ended_at", "first_of", "steps_of", "what_was"]

_HISTORY, _DECISION, _APPLICATION = (
    DecisionRow.metadata.tables[name].c for name in ("history", "decision", "application")
)
T = TypeVar("T", bound="Was | Step")


@dataclass(frozen=True)
class Was:
    """What a record said from one change up to, not including, another; ``value`` is ``None`` where that is gone."""

    id: str
    revision: int
    until: int
    value: str | None


@dataclass(frozen=True)
class Step:
    """One decision about the application ``id``."""

    id: str
    decision_id: str
    corrects: str | None
    status: str
    at: datetime


def first_of(revision: int, was: Sequence[Was], *, value: str | None = None) -> int:
    """The change since which a record is there, or since which it has said ``value``.

    Parameters
    ----------
    revision : int
        Of the record as it stands.
    was : sequence of Was
        The newest first. Where one does not go on to the next, the record was removed between them.
    value : str, optional

    Examples
    --------
    >>> was = [Was("x1", 5, 8, "closed"), Was("x1", 4, 5, "received"), Was("x1", 1, 2, "closed")]
    >>> first_of(8, was, value="closed"), first_of(8, was), first_of(9, was)
    (5, 4, 9)
    """
    first = revision
    for one in was:
        if one.until != first or (value is not None and one.value != value):
            break
        first = one.revision
    return first


def ended_at(status: str, steps: Sequence[Step]) -> datetime | None:
    """The moment of the decision that brought an application where it stands; ``None`` where none did.

    Parameters
    ----------
    status : str
    steps : sequence of Step
        The newest first. What was corrected away is passed over.
    """
    corrected = {step.corrects for step in steps}
    found: datetime | None = None
    for step in steps:
        if step.status == status:
            found = step.at
        elif step.decision_id not in corrected:
            break
    return found


def what_was(
    session: Session, kind: str, key: str, *, default: str, ids: Iterable[str] | None = None
) -> Mapping[str, list[Was]]:
    """What records of a kind said at ``key`` before, by id, the newest first; of some ids, or of all."""
    value: ColumnElement[str] = _HISTORY.record[key].as_string()
    asked = select(_HISTORY.id, _HISTORY.revision, _HISTORY.until, _HISTORY.record.is_(None), value)
    asked = asked.where(_HISTORY.kind == kind).order_by(_HISTORY.id, _HISTORY.revision.desc())
    if ids is not None:
        asked = asked.where(_HISTORY.id.in_(list(ids)))
    return _by_id(
        Was(an_id, revision, until, None if is_gone else told or default)
        for an_id, revision, until, is_gone, told in session.connection().execute(asked)
    )


def steps_of(session: Session, *, applicant_id: str | None = None) -> Mapping[str, list[Step]]:
    """Decisions by application, the newest first; about one person's applications, or about all."""
    wanted = (_DECISION.application_id, _DECISION.id, _DECISION.corrects, _DECISION.state, _DECISION.decided_at)
    asked = select(*wanted).order_by(_DECISION.application_id, _DECISION.number.desc())
    if applicant_id is not None:
        own = select(_APPLICATION.id).where(_APPLICATION.applicant_id == applicant_id)
        asked = asked.where(_DECISION.application_id.in_(own))
    status_of = state_table().status_of
    return _by_id(
        Step(application_id, an_id, corrects, status_of(cast("State", state)), at)
        for application_id, an_id, corrects, state, at in session.connection().execute(asked)
    )


def _by_id(found: Iterable[T]) -> Mapping[str, list[T]]:
    return {an_id: list(several) for an_id, several in groupby(found, key=lambda one: one.id)}
