"""Erasing people: from every table, in the caller's writing transaction, so that all of it goes or nothing.

What stays is listed with its reason in ``stores.toml``: ids in the audit log and in runs, and aggregates. These
functions look at whole tables, whatever the caller's session reaches; who may call them is decided before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection, Table, delete, insert, select, update
from sqlmodel import Session

from api.idempotency.kept_answers import forget_answers_about
from api.own_data.mentions import forget_mentions
from api.own_data.stores import rows_of_people, tables_with_rows_of_people
from api.storage.schema_revision import METADATA
from api.storage.stored_records import advance

__all__ = ["applications_of", "erase_applications", "erase_people"]

_APPLICANT: Final = METADATA.tables["applicant"]
_APPLICATION: Final = METADATA.tables["application"]
_HISTORY: Final = METADATA.tables["history"]
_ACCOUNT: Final = METADATA.tables["account"]
_ANSWERED: Final = METADATA.tables["keptanswersubject"]
_HOLD: Final = METADATA.tables["hold"]
_IMPORT: Final = METADATA.tables["import"]
_IMPORTED: Final = METADATA.tables["importcontent"]
_OF_ACCOUNT: Final = ("signedin", "apitoken", "link", "recoverycode")
_TOGETHER: Final = 500  # ids of one statement


def erase_people(session: Session, applicant_ids: Sequence[str]) -> list[str]:
    """Erase applicants with everything that is stored about them; ids of the applications that went with them."""
    gone = [an_id for ids in _parts(applicant_ids) for an_id in applications_of(session, *ids)]
    revision = advance(session)
    session.flush()
    _forget_imports(session.connection())
    for ids in _parts(applicant_ids):
        _forget_answers(session, ids)
        _erase_applications(session.connection(), ids, applications_of(session, *ids), revision)
        _forget_earlier_applications(session.connection(), ids)
        forget_mentions(session.connection(), frozenset(ids), revision)
        _forget_accounts(session.connection(), ids)
        _forget_holds(session.connection(), ids)
        _remove_records(session.connection(), _APPLICANT, ids, revision)
    session.expire_all()  # what the session has read is there no more
    return gone


def erase_applications(session: Session, application_ids: Sequence[str]) -> None:
    """Erase applications with everything that is stored about them; the people stay."""
    revision = advance(session)
    session.flush()
    for ids in _parts(application_ids):
        _erase_applications(session.connection(), [], ids, revision)
    session.expire_all()


def applications_of(session: Session, *applicant_ids: str) -> list[str]:
    """Ids of all applications of some people, also of those out of the caller's reach."""
    asked = select(_APPLICATION.c.id).where(_APPLICATION.c.applicant_id.in_(applicant_ids))
    return list(session.connection().scalars(asked.order_by(_APPLICATION.c.id)))


def _erase_applications(
    connection: Connection, applicants: Sequence[str], applications: Sequence[str], revision: int
) -> None:
    """The applications, and the rows of every table that are about them or about the applicants."""
    for table in tables_with_rows_of_people():
        connection.execute(delete(table).where(rows_of_people(table, applicants, applications)))
    _forget_holds(connection, applications)
    _remove_records(connection, _APPLICATION, applications, revision)


def _remove_records(connection: Connection, table: Table, ids: Sequence[str], revision: int) -> None:
    """Delete records; that there were such, from one change to another, stays, what they said does not."""
    of_record = (_HISTORY.c.kind == table.name) & _HISTORY.c.id.in_(ids)
    connection.execute(update(_HISTORY).where(of_record).values(record=None))
    was = {"kind": table.name, "until": revision, "until_at": datetime.now(UTC), "record": None}
    stored = connection.execute(select(table.c.id, table.c.revision).where(table.c.id.in_(ids))).all()
    if stored:
        connection.execute(insert(_HISTORY), [was | {"id": row.id, "revision": row.revision} for row in stored])
    connection.execute(delete(table).where(table.c.id.in_(ids)))


def _forget_earlier_applications(connection: Connection, ids: Sequence[str]) -> None:
    """What applications of others once said of these people: an application of before could be given to another."""
    was_theirs = (_HISTORY.c.kind == "application") & _HISTORY.c.record["applicant_id"].as_string().in_(ids)
    connection.execute(update(_HISTORY).where(was_theirs).values(record=None))


def _forget_answers(session: Session, ids: Sequence[str]) -> None:
    asked = select(_ANSWERED.c.applicant_id).where(_ANSWERED.c.applicant_id.in_(ids)).distinct()
    for applicant_id in session.connection().scalars(asked).all():
        forget_answers_about(session, applicant_id)
    session.flush()


def _forget_accounts(connection: Connection, ids: Sequence[str]) -> None:
    """Sign-in ends; the row stays without a word of the person, because other rows may name it."""
    accounts = connection.scalars(select(_ACCOUNT.c.id).where(_ACCOUNT.c.applicant_id.in_(ids))).all()
    for name in _OF_ACCOUNT if accounts else ():
        table = METADATA.tables[name]
        connection.execute(delete(table).where(table.c.account_id.in_(accounts)))
    emptied = {column.name: None for column in _ACCOUNT.columns if column.nullable}
    left = emptied | {"display_name": "", "state": "disabled", "disabled_at": datetime.now(UTC)}
    for account_id in accounts:
        named = left | {"sign_in_name": f"erased-{account_id}"}
        connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(named))


def _forget_holds(connection: Connection, ids: Sequence[str]) -> None:
    connection.execute(update(_HOLD).where(_HOLD.c.subject_id.in_(ids)).values(reason="", lifted_reason=None))


def _forget_imports(connection: Connection) -> None:
    """Files that wait for their commit go, all of them: nobody knows under which names a file tells of a person."""
    waits = _IMPORT.c.id.in_(select(_IMPORTED.c.import_id))
    ended = {"state": "discarded", "ended_at": datetime.now(UTC), "job_id": None, "plan_digest": None, "report": None}
    connection.execute(update(_IMPORT).where(waits).values(ended))
    connection.execute(delete(_IMPORTED))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(ids), _TOGETHER):
        yield ids[begin : begin + _TOGETHER]
