"""One state of a database, written to an archive that is read again before it gets its name."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, Table
from sqlmodel import Session

from api.audit.entry import LOCAL, Actor, Subject, Use
from api.audit.trail import append
from api.backup import archive
from api.backup.rows import names_in, rows_in, tables_in
from api.canonical import code_version
from api.files import whole_file
from api.storage.database import database_engine, reading, writing
from api.storage.errors import BackupError, SchemaError
from api.storage.schema_revision import METADATA, head_revision, schema_revision_on
from api.storage.stored_records import verify_records

__all__ = ["save"]


def save(engine: Engine, path: Path, *, actor: Actor = LOCAL, key: bytes | None = None) -> archive.Manifest:
    """Write all that ``engine`` holds to ``path`` while the service goes on; the file is its owner's alone.

    Parameters
    ----------
    engine : Engine
    path : Path
    actor : Actor
        Who is written into the audit log, before the file gets its name.
    key : bytes, optional
        ``Settings.audit_secret()``.

    Returns
    -------
    Manifest
        Rows and digests as they were read back from the finished file.

    Raises
    ------
    BackupError
        If the database file is damaged or holds tables of something else, or the archive reads otherwise than it was
        written.
    DamagedRowError
        If a stored record is not the one that was validated.
    SchemaError
        If the database has another schema than this version.
    FileExistsError
        If ``path`` is there already.
    """
    with whole_file(path) as partial, _state_of(engine, path) as connection:
        _verify_schema(connection)
        verify_records(Session(connection))
        tables = tables_in(connection)
        header = archive.Header(
            schema_revision=head_revision(),
            database=engine.dialect.name,
            code_version=code_version(),
            created_at=datetime.now(UTC),
            tables=tuple(tables),
        )
        written = archive.write(partial, header, _rows(connection, tables.values()))
        if archive.verify(partial) != (header, written):
            raise BackupError(f"{path}: what was written reads otherwise; the disk may be damaged")
        held = Subject(kind="database", count=sum(table.rows for table in written.tables.values()))
        use = Use(action="backed_up", purpose="operation", on=(held,), outputs={"archive": written.sha256})
        with writing(engine) as session:
            append(session, use, actor=actor, key=key)
    return written


def _verify_schema(connection: Connection) -> None:
    found, wanted = schema_revision_on(connection), head_revision()
    if found != wanted:
        raise SchemaError(f"the database has schema revision {found}, expected {wanted}; run enmusubi database upgrade")
    foreign = sorted(names_in(connection) - set(METADATA.tables))
    if foreign:
        raise BackupError(f"the database holds {', '.join(foreign)} of something else; give enmusubi one of its own")


def _rows(connection: Connection, tables: Iterable[Table]) -> Iterator[tuple[str, archive.Row]]:
    for table in tables:
        for row in rows_in(connection, table):
            yield table.name, row


@contextmanager
def _state_of(engine: Engine, path: Path) -> Generator[Connection]:
    if engine.dialect.name != "sqlite":
        with reading(engine) as session:
            yield session.connection()
        return
    # a copy of the file, checked page by page: reading for long from the file itself would let its log grow
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        copy = Path(folder) / "copy.db"
        _copy_sqlite(engine, copy)
        copied = database_engine(f"sqlite:///{copy}")
        try:
            with reading(copied) as session:
                yield session.connection()
        finally:
            copied.dispose()


def _copy_sqlite(engine: Engine, path: Path) -> None:
    pooled = engine.raw_connection()
    source = cast("sqlite3.Connection", pooled.driver_connection)
    try:
        with closing(sqlite3.connect(path)) as target:
            source.backup(target)
            fault = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        fault = str(error)
    finally:
        pooled.close()
    if fault != "ok":
        told = " ".join(fault.split())
        raise BackupError(f"the database file is damaged: {told}; restore the last backup into a new file")
