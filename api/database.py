"""The database: engine, schema and transactions; SQLite by default, PostgreSQL by the same code.

A writing transaction takes SQLite's write lock when it begins, so two writers wait for each other instead of failing
half-way; readers never wait (WAL).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from api.canonical import canonical_json
from api.tables import RevisionRow, Row

__all__ = ["create_schema", "database_engine", "reading", "writing"]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "cache_size=-65536",
)
_WRITES = "enmusubi_writes"


def database_engine(url: str) -> Engine:
    """An engine for ``url``; errors never show the values of a statement.

    Parameters
    ----------
    url : str
        ``sqlite:///file.db`` or ``postgresql+psycopg://…``.

    Returns
    -------
    Engine
        To be disposed of by the caller.
    """
    engine = create_engine(url, json_serializer=canonical_json, hide_parameters=True, pool_pre_ping=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def create_schema(engine: Engine) -> None:
    """Create the tables that are missing."""
    Row.metadata.create_all(engine)
    with writing(engine) as session:
        if session.get(RevisionRow, 1) is None:
            session.add(RevisionRow(id=1, number=0))


@contextmanager
def reading(engine: Engine) -> Generator[Session]:
    """A session that sees one state of the database."""
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Generator[Session]:
    """A session whose changes are stored together at the end, or not at all."""
    with Session(engine.execution_options(**{_WRITES: True})) as session, session.begin():
        yield session


def _prepare_sqlite(connection: SQLiteConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late to take the write lock
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
