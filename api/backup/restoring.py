"""An archive back into a database, SQLite or PostgreSQL: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text, update
from sqlmodel import Session

from api.accounts.tables import LinkRow, OrganisationFlowRow, SignedInRow
from api.audit.entry import LOCAL, Actor, Subject, Use
from api.audit.trail import append
from api.backup import archive
from api.backup.rows import names_in, row_values, rows_in, tables_in
from api.storage.database import migrating
from api.storage.errors import BackupError, SchemaError
from api.storage.schema_changes import downgrade_on, migrate_on
from api.storage.stored_records import records_revision, verify_records
from api.storage.tables import RevisionRow

__all__ = ["restore"]

_BATCH: Final = 500
_COUNTING: Final = ("revision", "revisionmoment")  # how many changes there were and when says nothing of what is there
_LATER: Final = 1_000_000  # more changes than can have been made since the backup [A]


def restore(
    engine: Engine, path: Path, *, replace: bool = False, actor: Actor = LOCAL, key: bytes | None = None
) -> archive.Manifest:
    """Put what an archive holds into a database, and bring it to the schema of this version.

    Sessions and links of then stay ended; the count of changes goes on from far ahead, so that no entity tag that was
    given out after the backup ever names another state.

    Parameters
    ----------
    engine : Engine
    path : Path
    replace : bool
        Whether a database that holds something is emptied first, in the same transaction.
    actor : Actor
        Who is written into the restored audit log.
    key : bytes, optional
        ``Settings.audit_secret()``.

    Raises
    ------
    BackupError
        If the archive is damaged or newer, the database is not empty, or what was stored reads otherwise.
    """
    header, manifest = archive.verify(path)
    with migrating(engine) as connection:
        counted = _make_room(connection, replace=replace)
        _bring_to(connection, header.schema_revision, path)
        tables = tables_in(connection)
        if set(tables) != set(manifest.tables):
            raise BackupError(f"{path}: its tables are not those of schema revision {header.schema_revision}")
        _insert_all(connection, tables, path)
        if _digests(connection, tables.values()) != manifest.tables:
            raise BackupError(f"{path}: what was stored reads otherwise; nothing was restored")
        migrate_on(connection)
        with Session(connection) as session:
            _begin_anew(session, after=counted)
            verify_records(session)
            held = Subject(kind="database", count=sum(table.rows for table in manifest.tables.values()))
            use = Use(action="restored", purpose="operation", on=(held,), inputs={"archive": manifest.sha256})
            append(session, use, actor=actor, key=key)
            session.flush()
    return manifest


def _make_room(connection: Connection, *, replace: bool) -> int:
    """Leave no table, and return how many changes were counted in those that were there."""
    if not names_in(connection):
        return 0
    migrate_on(connection)  # a database from before migrations, and one that is older
    tables = tables_in(connection)
    filled = [name for name, table in tables.items() if name not in _COUNTING and _count(connection, table)]
    if filled and not replace:
        raise BackupError(
            "戻す先のデータベースが空ではありません。空のものを指定するか、中身を消してよければ --replace を付けます "
            f"(the database is not empty, {', '.join(filled)} hold something; name an empty one or say --replace)"
        )
    counted: int = connection.execute(select(tables["revision"].c.number)).scalar_one()
    downgrade_on(connection, "base")
    return counted


def _bring_to(connection: Connection, revision: str, path: Path) -> None:
    try:
        migrate_on(connection, revision)
    except SchemaError as error:
        raise BackupError(f"{path}: {error}") from None


def _insert_all(connection: Connection, tables: Mapping[str, Table], path: Path) -> None:
    for table in tables.values():
        if _count(connection, table):  # what a migration put there itself
            connection.execute(delete(table))
    rows = archive.rows_of(path)
    for name, batch in _batches(rows):
        table = tables[name]
        connection.execute(insert(table), [row_values(table, row) for row in batch])
    if connection.dialect.name == "postgresql":
        for table in tables.values():
            _move_sequences(connection, table)


def _batches(rows: Iterator[tuple[str, archive.Row]]) -> Iterator[tuple[str, list[archive.Row]]]:
    while found := list(islice(rows, _BATCH)):
        for name in dict.fromkeys(table for table, _ in found):
            yield name, [row for table, row in found if table == name]


def _move_sequences(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after those that were inserted with their numbers."""
    for column in table.primary_key.columns:
        named = {"table": table.name, "column": column.name}
        sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), named).scalar()
        if sequence is not None:
            most = connection.execute(select(func.max(column))).scalar()
            if most is not None:
                connection.execute(
                    text("SELECT setval(CAST(:name AS regclass), :most)"), {"name": sequence, "most": most}
                )


def _digests(connection: Connection, tables: Iterable[Table]) -> dict[str, archive.TableDigest]:
    tables = list(tables)
    digests = archive.TableDigests(table.name for table in tables)
    for table in tables:
        for row in rows_in(connection, table):
            digests.add(table.name, archive.row_line(table.name, row))
    return digests.totals()


def _begin_anew(session: Session, *, after: int) -> None:
    number = max(records_revision(session), after) + _LATER
    session.exec(update(RevisionRow).values(number=number))
    for ended in (SignedInRow, LinkRow, OrganisationFlowRow):
        session.exec(delete(ended))


def _count(connection: Connection, table: Table) -> int:
    found: Any = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return int(found)
