"""A database as it was: by a copy of its file, or row by row."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, RowMapping, text

from api.storage.schema_revision import METADATA

__all__ = ["CopiedFile", "CopiedRows", "PutBack", "rows_of"]


class PutBack(Protocol):
    """Remembers a database and brings it back."""

    def put_back(self, engine: Engine) -> None:
        """Make the database of ``engine`` what it was."""
        ...


class CopiedFile:
    """SQLite: page by page, so that connections of the background stay whole."""

    def __init__(self, engine: Engine) -> None:
        self._copy = Path(engine.url.database or "").with_suffix(".template")
        with _raw(engine) as filled, closing(sqlite3.connect(self._copy)) as copy:
            filled.backup(copy)

    def put_back(self, engine: Engine) -> None:
        """Make the database of ``engine`` what it was."""
        with closing(sqlite3.connect(self._copy)) as copy, _raw(engine) as changed:
            copy.backup(changed)


class CopiedRows:
    """PostgreSQL: all rows of all tables."""

    def __init__(self, engine: Engine) -> None:
        self._rows = rows_of(engine)

    def put_back(self, engine: Engine) -> None:
        """Make the database of ``engine`` what it was."""
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no order of tables is needed
            for table in METADATA.sorted_tables:
                connection.execute(table.delete())
                if rows := self._rows[table.name]:
                    connection.execute(table.insert(), [dict(row) for row in rows])


@contextmanager
def _raw(engine: Engine) -> Generator[sqlite3.Connection]:
    borrowed = engine.raw_connection()
    try:
        connection = borrowed.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        yield connection
    finally:
        borrowed.close()


def rows_of(engine: Engine) -> Mapping[str, Sequence[RowMapping]]:
    """All rows of each table, in the order of their keys."""
    found: dict[str, Sequence[RowMapping]] = {}
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            ordered: Any = table.select().order_by(*table.primary_key.columns)
            found[table.name] = connection.execute(ordered).mappings().all()
    return found
