"""What is due on a day: class by class, what goes and what a block keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import partial
from typing import Final, Literal, TypeAlias

from sqlalchemy import Column, Table
from sqlalchemy import select as core_select
from sqlmodel import Session, col, select

from api.accounts.tables import ApiTokenRow, AttemptRow, LinkRow, OrganisationFlowRow, SignedInRow
from api.idempotency.tables import KeptAnswerRow
from api.jobs.tables import JobRow
from api.listings.tables import ListingRow
from api.own_data.tables import ErasureRequestRow
from api.proofs.expiring import expired_proofs
from api.retention.holds import Held, held
from api.retention.rules import ClassName, RetentionRule
from api.retention.terms import Term, application_terms, day_of, pool_terms
from api.settings import JAPAN
from api.storage.tables import HistoryRow, Row, RunRow

__all__ = ["DUE", "ENDING", "Due", "Look", "PurgeClass", "begin_of", "key_of", "look"]

PurgeClass: TypeAlias = ClassName | Literal["asked"]
_ROUND: Final = "run"  # api.runs.rounds.ROUND, which stands above this module
# what ends by itself: the table, and the column of the moment
_ENDING: Final[tuple[tuple[type[Row], str], ...]] = (
    (SignedInRow, "expires_at"),
    (LinkRow, "expires_at"),
    (OrganisationFlowRow, "expires_at"),
    (ApiTokenRow, "expires_at"),
    (AttemptRow, "opened_at"),
    (KeptAnswerRow, "kept_until"),
)


ENDING: Final = {Row.metadata.tables[str(row.__tablename__)]: moment for row, moment in _ENDING}


def key_of(table: Table) -> Column[str]:
    """The one column by which rows of a table are found again; known to the table, so that no list can miss it."""
    (key,) = table.primary_key.columns
    found: Column[str] = key
    return found


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
    rule, blocked = at.rules["history"], at.held.of_kind()
    over = [row for row in session.exec(asked) if rule.last_day(day_of(row[3])) < at.on]
    names = {f"{kind} {an_id} {revision}": an_id in blocked.get(kind, ()) for kind, an_id, revision, _ in over}
    return Due(
        "history",
        tuple(sorted(name for name, is_kept in names.items() if not is_kept)),
        tuple(sorted(name for name, is_kept in names.items() if is_kept)),
    )


def _runs(session: Session, at: Look) -> Due:
    """Stored runs, and rounds that ended without one: their jobs have the ids that the runs would have had."""
    made = dict(session.exec(select(RunRow.id, RunRow.created_at)).all())
    in_vain = select(JobRow.id, JobRow.ended_at).where(JobRow.kind == _ROUND, col(JobRow.ended_at).is_not(None))
    ended = made | {an_id: at for an_id, at in session.exec(in_vain) if at is not None and an_id not in made}
    over = [an_id for an_id in sorted(ended) if at.rules["run"].last_day(day_of(ended[an_id])) < at.on]
    return _split("run", over, at.held.runs)


def _listings(session: Session, at: Look) -> Due:
    """A block keeps none: what a person's list was follows from the records, which it keeps."""
    over = [
        str(number)
        for number, made_at in session.exec(select(ListingRow.id, ListingRow.made_at))
        if at.rules["listing"].last_day(day_of(made_at)) < at.on
    ]
    return Due("listing", tuple(over))


def _proofs(session: Session, at: Look) -> Due:
    return Due("proof", tuple(expired_proofs(session, on=at.on)))  # a block never keeps an image: what was seen stays


def _sign_in(session: Session, at: Look) -> Due:
    rule, begin = at.rules["sign_in"], begin_of(at.on)
    ended = [
        (f"{table.name} {key}", moment)
        for table, moment_of in ENDING.items()
        for key, moment in session.connection().execute(
            core_select(key_of(table), table.c[moment_of]).where(table.c[moment_of] < begin)
        )
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
    "listing": _listings,
    "proof": _proofs,
    "sign_in": _sign_in,
}
