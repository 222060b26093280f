"""The database: engine and transactions; SQLite by default, PostgreSQL by the same code.

A writing transaction takes the database's one write lock when it begins: SQLite's own, on PostgreSQL an advisory one.
Two writers wait for each other instead of failing half-way, what a writer has read stays true until it is done, and
there is no second lock to meet another writer at. Readers never wait (WAL, MVCC) and see one state.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from sqlite3 import Connection as SQLiteConnection
from typing import Final

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from api.canonical import canonical_json
from api.storage.errors import SchemaError

__all__ = ["database_engine", "forget_free_pages", "loading", "migrating", "reading", "take_write_lock", "writing"]

_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # what was acknowledged survives a power cut, not only a crash
    "foreign_keys=ON",
    "secure_delete=ON",  # what was erased is overwritten in the file, not only let go
    "temp_store=MEMORY",
    "cache_size=-65536",
)
_WRITES, _MIGRATES = "enmusubi_writes", "enmusubi_migrates"
_WRITE_LOCK: Final = int.from_bytes(b"enmusubi")  # PostgreSQL names an advisory lock by a number
_MIGRATION_WAIT_MS: Final = 120_000


def database_engine(url: str, *, lock_wait_ms: int = 10_000) -> Engine:
    """An engine for ``url``; errors never show the values of a statement.

    Parameters
    ----------
    url : str
        ``sqlite:///file.db`` or ``postgresql+psycopg://…``.
    lock_wait_ms : int
        How long a writer waits for another before the request is answered with "busy".

    Returns
    -------
    Engine
        To be disposed of by the caller.
    """
    engine = create_engine(
        url,
        json_serializer=canonical_json,
        json_deserializer=_content,
        hide_parameters=True,
        pool_pre_ping=True,
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite(lock_wait_ms))
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql(lock_wait_ms))
        event.listen(engine, "handle_error", _forget_details)
    return engine


@contextmanager
def reading(engine: Engine) -> Generator[Session]:
    """A session that sees one state of the database."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Generator[Session]:
    """A session whose changes are stored together at the end, or not at all."""
    with Session(engine.execution_options(**{_WRITES: True})) as session, session.begin():
        yield session


@contextmanager
def loading(engine: Engine) -> Generator[Session]:
    """As :func:`writing`, for very many new rows that nobody reads or changes before they are stored.

    On PostgreSQL others go on writing until this one asks for the lock (:func:`take_write_lock`), which it must before
    it touches anything that was there; SQLite has one writer from the first row on.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with Session(engine.execution_options(**{_WRITES: is_sqlite})) as session, session.begin():
        yield session


def take_write_lock(session: Session) -> None:
    """Wait for other writers and be the only one until the transaction of :func:`loading` ends."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {_MIGRATION_WAIT_MS}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


@contextmanager
def migrating(engine: Engine) -> Generator[Connection]:
    """A connection whose transaction changes the schema: all of it or nothing, while nobody else writes.

    Raises
    ------
    SchemaError
        If a row would be left that names one which is gone.
    """
    with engine.connect() as connection:
        connection.detach()  # closed at the end and not used again: it does not enforce foreign keys
        connection.execution_options(**{_MIGRATES: True})
        with connection.begin():
            yield connection
            if engine.dialect.name == "sqlite":
                _verify_foreign_keys(connection)


def forget_free_pages(engine: Engine) -> bool:
    """After something was erased, let SQLite's log of changes go too, which still holds it; whether it could.

    While another reads an older state, the log has to stay; whoever calls this again later is done then. PostgreSQL
    cleans up behind itself (autovacuum) and keeps its log for as long as its administrator says.
    """
    if engine.dialect.name != "sqlite":
        return True
    with closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        (wait,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout=0")  # whoever erases does not wait for readers
        is_busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        cursor.execute(f"PRAGMA busy_timeout={wait}")
    return not is_busy


def _content(text: str) -> object:
    """What a JSON column holds; text that is no JSON is no record either, and who validates it names its row."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(raw: bytes) -> str:
    # broken bytes become half characters, which no record may hold; the driver would print the text in its error
    return raw.decode(errors="surrogateescape")


def _prepare_sqlite(lock_wait_ms: int) -> Callable[[SQLiteConnection, ConnectionPoolEntry], None]:
    def prepare(connection: SQLiteConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late to take the write lock
        connection.text_factory = _text
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={lock_wait_ms}")  # first, as the next one may have to wait
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(_MIGRATES):
        # a table is changed by writing a new one in its place: its rows may not count as deleted meanwhile
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql(f"PRAGMA busy_timeout={_MIGRATION_WAIT_MS}")
    writes = options.get(_WRITES) or options.get(_MIGRATES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _begin_postgresql(lock_wait_ms: int) -> Callable[[Connection], None]:
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if options.get(_WRITES) or options.get(_MIGRATES):
            wait = _MIGRATION_WAIT_MS if options.get(_MIGRATES) else lock_wait_ms
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {wait}")
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")

    return begin


def _forget_details(context: ExceptionContext) -> None:
    """PostgreSQL quotes the row that it refuses; an error that is logged names the constraint alone."""
    told = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if told is None or context.sqlalchemy_exception is None:
        return
    whole = str(context.original_exception)
    context.original_exception.args = (told,)
    first, *rest = context.sqlalchemy_exception.args
    context.sqlalchemy_exception.args = (str(first).replace(whole, told), *rest)


def _verify_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise SchemaError(f"table {broken[0]} names a row of {broken[2]} that is not there; nothing was changed")
