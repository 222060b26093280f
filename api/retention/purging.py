"""The purge: what is due goes, one transaction a class, each with its certificate and its entry in the audit log.

A purge that breaks off has done some classes whole and the others not at all; the next one goes on, and where nothing
is due nothing is done and nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Engine
from sqlmodel import Session, col, delete, select, update

from api.audit.entry import Actor, Subject, Use, subject
from api.audit.trail import append
from api.audit.vocabulary import SubjectKind
from api.jobs.tables import JobEventRow, JobRow
from api.listings.forgetting import forget_listings
from api.own_data.erasing import erase_applications, erase_people
from api.proofs.expiring import expire
from api.retention.certificates import certify
from api.retention.due import DUE, Due, PurgeClass, key_of, look
from api.retention.rules import ClassName, RetentionRule
from api.retention.tables import CertificateRow
from api.storage.database import forget_free_pages, reading, writing
from api.storage.tables import HistoryRow, Row, RunRow

__all__ = ["Purged", "due_on", "purge"]

_Rules = Mapping[ClassName, RetentionRule]


@dataclass(frozen=True)
class Purged:
    """One class that was purged: its certificate's number, digest and text, and how many went."""

    class_name: PurgeClass
    number: int
    digest: str
    body: str
    count: int


def due_on(engine: Engine, rules: _Rules, *, on: date) -> Mapping[PurgeClass, Due]:
    """What a purge on a day would take away, class by class; nothing is changed."""
    with reading(engine) as session:
        at = look(session, rules, on=on)
        return {name: find(session, at) for name, find in DUE.items()}


def purge(
    engine: Engine, rules: _Rules, *, on: date, actor: Actor, now: datetime, key: bytes | None = None
) -> list[Purged]:
    """Take away what is due on a day.

    Parameters
    ----------
    engine : Engine
    rules : mapping of class to RetentionRule
        :func:`api.retention.rules.retention_rules`.
    on : date
        A day in Japan, not in the future.
    actor : Actor
    now : datetime
    key : bytes, optional
        ``Settings.audit_secret()``.

    Returns
    -------
    list of Purged
        The classes of which something went; empty where nothing was due.
    """
    done: list[Purged] = []
    for name in DUE:
        with writing(engine) as session:
            at = look(session, rules, on=on)
            found = DUE[name](session, at)
            if not found.ids:
                continue
            gone = _REMOVE[name](session, found.ids)
            rule = None if name == "asked" else rules[name]
            row = certify(session, name, gone, rule=rule, on=on, held=len(found.kept), by=actor, now=now)
            append(session, _use(gone, row), actor=actor, key=key)
            done.append(Purged(name, row.number, row.digest, row.body, len(found.ids)))
    if done:
        forget_free_pages(engine)
    return done


def _use(gone: Mapping[str, Iterable[str]], row: CertificateRow) -> Use:
    on = [_subject(kind, list(ids)) for kind, ids in gone.items()]
    return Use(action="purged", purpose="retention", on=tuple(on), outputs={"certificate": row.digest})


def _subject(kind: str, ids: list[str]) -> Subject:
    """Sessions and links are named by digests, which say nothing to anybody: they are counted."""
    named = cast("SubjectKind", kind)
    return Subject(kind=named, count=len(ids)) if kind == "account" else subject(named, ids)


def _remove_applications(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    erase_applications(session, list(ids))
    return {"application": list(ids)}


def _remove_people(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    applications = erase_people(session, list(ids))
    return {"applicant": list(ids)} | ({"application": applications} if applications else {})


def _remove_history(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    """What records said goes; that there was one stays, so that an earlier state is never put together wrong."""
    gone: dict[str, list[str]] = {}
    for name in ids:
        kind, rest = name.split(" ", 1)
        an_id, revision = rest.rsplit(" ", 1)
        same = (
            (col(HistoryRow.kind) == kind) & (col(HistoryRow.id) == an_id) & (col(HistoryRow.revision) == int(revision))
        )
        session.exec(update(HistoryRow).where(same).values(record=None))
        gone.setdefault(kind, []).append(an_id)
    return gone


def _remove_runs(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    """Runs with the jobs that computed them, which have their ids, and with those that computed them again."""
    gone = list(ids)
    of_runs = col(JobRow.id).in_(gone) | col(JobRow.request)["run_id"].as_string().in_(gone)
    session.exec(delete(JobEventRow).where(col(JobEventRow.job_id).in_(select(JobRow.id).where(of_runs))))
    session.exec(delete(JobRow).where(of_runs))
    session.exec(delete(RunRow).where(col(RunRow.id).in_(gone)))
    return {"run": gone}


def _remove_listings(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    forget_listings(session.connection())
    return {"listing": list(ids)}


def _remove_proofs(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    expire(session, list(ids))
    return {"proof": list(ids)}


def _remove_sign_ins(session: Session, ids: Iterable[str]) -> Mapping[str, list[str]]:
    by_table: dict[str, list[str]] = {}
    for of_table in ids:
        name, key = of_table.split(" ", 1)
        by_table.setdefault(name, []).append(key)
    for name, keys in by_table.items():
        table = Row.metadata.tables[name]
        session.connection().execute(table.delete().where(key_of(table).in_(keys)))
    return {"account": list(ids)}


_REMOVE: Final[Mapping[PurgeClass, Callable[[Session, Any], Mapping[str, list[str]]]]] = {
    "asked": _remove_people,
    "not_placed": _remove_applications,
    "placed": _remove_applications,
    "pool": _remove_people,
    "history": _remove_history,
    "run": _remove_runs,
    "listing": _remove_listings,
    "proof": _remove_proofs,
    "sign_in": _remove_sign_ins,
}
