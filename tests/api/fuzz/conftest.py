"""The filled service, made once a module and database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import EmptyDatabase
from tests.api.fuzz.filled_service import FilledService, filled_service
from tests.api.fuzz.malformed import LARGEST_BODY


@pytest.fixture(scope="module")
def sqlite_service(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilledService]:
    """The filled service on SQLite, put back after every change."""
    file = tmp_path_factory.mktemp("filled") / "enmusubi.db"
    shutil.copy(sqlite_template, file)
    with filled_service(f"sqlite:///{file}", max_body_bytes=LARGEST_BODY) as service:
        yield service


@pytest.fixture(params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest) -> Iterator[FilledService]:
    """The filled service on each database in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_service")
        return
    new: EmptyDatabase = request.getfixturevalue("empty_database")
    with filled_service(new("postgresql"), max_body_bytes=LARGEST_BODY) as service:
        yield service
