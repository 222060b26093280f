"""Logs of a few entries, and ways to put a hand on them that go round the service."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.audit import purging
from api.audit.chain import Head
from api.audit.entry import LOCAL, Use, subject
from api.audit.trail import append
from api.storage.database import database_engine, writing

KEY = b"a key of at least thirty-two characters"


def use(number: int = 1) -> Use:
    return Use(action="read", purpose="selection", on=(subject("applicant", [f"a{number}"]),), outputs={"x": "0" * 64})


def fill(engine: Engine, count: int, *, key: bytes | None = None) -> list[Head]:
    heads = []
    for number in range(count):
        with writing(engine) as session:
            heads.append(append(session, use(number), actor=LOCAL, key=key))
    return heads


def sqlite(path: Path) -> closing[sqlite3.Connection]:
    """Somebody with the file in hand: the triggers are the first thing to go."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    return closing(connection)


@pytest.fixture
def new_log(sqlite_template: Path, tmp_path: Path) -> Callable[[], Path]:
    """Files with the schema and an empty log."""

    def new() -> Path:
        path = tmp_path / f"log{len(list(tmp_path.iterdir()))}.db"
        shutil.copy(sqlite_template, path)
        return path

    return new


@pytest.fixture(scope="session")
def purged_log(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file to be copied: eight entries, the first two of them purged."""
    path = tmp_path_factory.mktemp("purged") / "log.db"
    shutil.copy(sqlite_template, path)
    engine = database_engine(f"sqlite:///{path}")
    fill(engine, 8)
    with writing(engine) as session:
        removed = purging.remove_through(session, 2, before="2026-01-01T00:00:00.000000Z", actor=LOCAL)
    assert (removed.first, removed.last) == (1, 2)
    engine.dispose()
    return path


@pytest.fixture
def log(purged_log: Path, tmp_path: Path) -> Path:
    """Eight entries, the first two of them purged: 3 to 8, and 9 that tells of it."""
    return Path(shutil.copy(purged_log, tmp_path / "log.db"))
