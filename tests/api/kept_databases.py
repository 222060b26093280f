"""What a fixture stored in an empty database, kept to be given to the next test without storing it again."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

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
        self._kept: dict[tuple[str, str], list[str]] = {}

    def fill(self, name: str, engine: Engine, store: Callable[[], object], *, said: object = None) -> None:
        """Fill an empty database as ``store`` does; ``said`` is what it stores, where that is not always the same."""
        name = f"{name}_{hashlib.sha256(json.dumps(said).encode()).hexdigest()[:8]}"
        if not self._give(name, engine):
            store()
            self._keep(name, engine)

    def _keep(self, name: str, engine: Engine) -> None:
        if engine.dialect.name == "sqlite":
            source, target = sqlite3.connect(str(engine.url.database)), sqlite3.connect(self._path(name))
            with closing(source), closing(target):
                source.backup(target)
        with engine.begin() as connection:
            tables = [table.name for table in METADATA.sorted_tables]
            held = [one for one in tables if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{one}")'))]
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"DROP SCHEMA IF EXISTS kept_{name} CASCADE"))
                connection.execute(text(f"CREATE SCHEMA kept_{name}"))
                for one in held:
                    connection.execute(text(f'CREATE TABLE kept_{name}."{one}" AS TABLE "{one}"'))
        self._kept[name, engine.dialect.name] = held

    def _give(self, name: str, engine: Engine) -> bool:
        held = self._kept.get((name, engine.dialect.name))
        if held is None:
            return False
        if engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous=OFF")
                connection.execute("ATTACH ? AS kept", [str(self._path(name))])
                connection.execute("BEGIN IMMEDIATE")
                for one in held:
                    connection.execute(f'DELETE FROM main."{one}"')
                    connection.execute(f'INSERT INTO main."{one}" SELECT * FROM kept."{one}"')
                connection.execute("COMMIT")
            return True
        with engine.begin() as connection:
            given = [f'DELETE FROM "{one}"; INSERT INTO "{one}" SELECT * FROM kept_{name}."{one}"' for one in held]
            connection.exec_driver_sql("; ".join(given))  # one message: this is done before hundreds of tests
        return True

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"
