"""What a fixture stored in an empty database, kept to be given to the next test without storing it again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from api.storage.schema_revision import METADATA

__all__ = ["KeptDatabases"]


class KeptDatabases:
    """Contents of databases by name and dialect; on PostgreSQL they stand in a schema beside that of the service.

    Parameters
    ----------
    folder : Path
        Where files of SQLite are kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], tuple[Any, list[str]]] = {}

    def fill(self, name: str, engine: Engine, store: Callable[[], Any], *, said: object = None) -> Any:
        """Fill a database as ``store`` does, whatever other fixtures filled it with, and tell what ``store`` told.

        Parameters
        ----------
        name : str
            Of the fixture.
        engine : Engine
            Of the database.
        store : callable
            Goes on from what is there, which is the same each time.
        said : object, optional
            What is stored, as JSON, where that is not always the same.
        """
        name = f"{name}_{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]}"
        kept = self._kept.get((name, engine.dialect.name))
        if kept is None:
            told = store()
            self._kept[name, engine.dialect.name] = told, self._keep(name, engine)
            return told
        told, held = kept
        self._give(name, engine, held)
        return told

    def _keep(self, name: str, engine: Engine) -> list[str]:
        if engine.dialect.name == "sqlite":
            _copy(str(engine.url.database), self._path(name))
            return []
        tables = (table.name for table in METADATA.sorted_tables)
        asked = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM \"{one}\")" for one in tables)
        with engine.begin() as connection:
            held = list(connection.scalars(text(asked)))
            made = [f"DROP SCHEMA IF EXISTS kept_{name} CASCADE", f"CREATE SCHEMA kept_{name}"]
            made += [f'CREATE TABLE kept_{name}."{one}" AS TABLE "{one}"' for one in held]
            connection.exec_driver_sql("; ".join(made))
        return held

    def _give(self, name: str, engine: Engine, held: list[str]) -> None:
        if engine.dialect.name == "sqlite":
            _copy(self._path(name), str(engine.url.database))
            return
        # no trigger and no reference is in the way of what another fixture has filled
        given = ["SET LOCAL session_replication_role = replica"]
        given += [f'DELETE FROM "{one}"; INSERT INTO "{one}" SELECT * FROM kept_{name}."{one}"' for one in held]
        with engine.begin() as connection:
            connection.exec_driver_sql("; ".join(given))  # one message: this is done before hundreds of tests

    def _path(self, name: str) -> str:
        return str(self._folder / f"{name}.db")


def _copy(source: str, target: str) -> None:
    """Page after page, whoever has the target open: faster than rows, and no trigger is in the way."""
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        there.execute("PRAGMA synchronous=OFF")
        here.backup(there)
