"""What is due on a day: class by class, what goes and what a block keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Final, Literal, TypeAlias

from sqlmodel import Session, col, select

from api.accounts.tables import ApiTokenRow, AttemptRow, LinkRow, OrganisationFlowRow, SignedInRow
from api.idempotency.tables import KeptAnswerRow
from api.own_data.tables import ErasureRequestRow
from api.proofs.expiring import expired_proofs
from api.retention.holds import Held, held
from api.retention.rules import ClassName, RetentionRule
from api.retention.terms import Term, application_terms, day_of, pool_terms
from api.settings import JAPAN
from api.tables import HistoryRow, RunRow

__all__ = ["DUE", "Due", "Look", "PurgeClass", "begin_of"]

PurgeClass: TypeAlias = ClassName | Literal["asked"]
# what ends by itself: the table, its key, and the moment
_ENDING: Final = (
    ("signedin", SignedInRow.digest, SignedInRow.expires_at),
    ("link", LinkRow.digest, LinkRow.expires_at),
    ("organisationflow", OrganisationFlowRow.digest, OrganisationFlowRow.expires_at),
    ("apitoken", ApiTokenRow.id, ApiTokenRow.expires_at),
    ("attempt", AttemptRow.key, AttemptRow.opened_at),
    ("keptanswer", KeptAnswerRow.key_digest, KeptAnswerRow.kept_until),
)


@dataclass(frozen=True)
class Look:
    """From which day and by which rules it is looked, and what blocks keep."""

    on: date
    rules: Mapping[ClassName, RetentionRule]
    held: Held


@dataclass(frozen=True)
class Due:
    """What of one class is due.

    Attributes
    ----------
    kind : str
        What the ids are of; those of history are ``kind id revision``.
    ids : tuple of str
        What goes.
    kept : tuple of str
        What would go if no block stood.
    """

    kind: str
    ids: tuple[str, ...]
    kept: tuple[str, ...] = field(default=())


def look(session: Session, rules: Mapping[ClassName, RetentionRule], *, on: date) -> Look:
    """The look of one transaction."""
    return Look(on, rules, held(session))


def begin_of(day: date) -> datetime:
    """The first moment of a day in Japan."""
    return datetime.combine(day, time(), JAPAN)


def _applications(class_name: ClassName, session: Session, at: Look) -> Due:
    over = [
        term.id
        for term in application_terms(session, at.rules, on=at.on)
        if _is_due(term, at) and term.class_name == class_name
    ]
    return _split("application", over, at.held.applications)


def _pool(session: Session, at: Look) -> Due:
    gone = {an_id for class_name in ("not_placed", "placed") for an_id in _applications(class_name, session, at).ids}
    over = [term.id for term in pool_terms(session, at.rules, without=gone) if _is_due(term, at)]
    return _split("applicant", over, at.held.applicants)


def _asked(session: Session, at: Look) -> Due:
    asked = select(ErasureRequestRow.applicant_id).where(col(ErasureRequestRow.kept_until) < at.on)
    return _split("applicant", session.exec(asked.order_by(ErasureRequestRow.applicant_id)), at.held.applicants)


def _history(session: Session, at: Look) -> Due:
    asked = select(HistoryRow.kind, HistoryRow.id, HistoryRow.revision, HistoryRow.until_at).where(
        col(HistoryRow.record).is_not(None), col(HistoryRow.until_at) < begin_of(at.on)
    )
    rule, blocked = at.rules["history"], {"applicant": at.held.applicants, "application": at.held.applications}
    over = [row for row in session.exec(asked) if rule.last_day(day_of(row[3])) < at.on]
    names = {f"{kind} {an_id} {revision}": an_id in blocked.get(kind, ()) for kind, an_id, revision, _ in over}
    return Due(
        "history",
        tuple(sorted(name for name, is_kept in names.items() if not is_kept)),
        tuple(sorted(name for name, is_kept in names.items() if is_kept)),
    )


def _runs(session: Session, at: Look) -> Due:
    asked = select(RunRow.id, RunRow.created_at).order_by(RunRow.id)
    over = [an_id for an_id, made in session.exec(asked) if at.rules["run"].last_day(day_of(made)) < at.on]
    return _split("run", over, at.held.runs)


def _proofs(session: Session, at: Look) -> Due:
    return Due("proof", tuple(expired_proofs(session, on=at.on)))  # a block never keeps an image: what was seen stays


def _sign_in(session: Session, at: Look) -> Due:
    rule, begin = at.rules["sign_in"], begin_of(at.on)
    ended = [
        (f"{name} {key}", moment)
        for name, row_key, column in _ENDING
        for key, moment in session.exec(select(col(row_key), col(column)).where(col(column) < begin))
    ]
    return Due("account", tuple(sorted(name for name, moment in ended if rule.last_day(day_of(moment)) < at.on)))


def _is_due(term: Term, at: Look) -> bool:
    return term.is_over(at.on)


def _split(kind: str, ids: Iterable[str], kept: frozenset[str]) -> Due:
    every = list(ids)
    return Due(kind, tuple(one for one in every if one not in kept), tuple(one for one in every if one in kept))


# in this order: who has no application left is looked at after the applications
DUE: Final[Mapping[PurgeClass, Callable[[Session, Look], Due]]] = {
    "asked": _asked,
    "not_placed": partial(_applications, "not_placed"),
    "placed": partial(_applications, "placed"),
    "pool": _pool,
    "history": _history,
    "run": _runs,
    "proof": _proofs,
    "sign_in": _sign_in,
}
