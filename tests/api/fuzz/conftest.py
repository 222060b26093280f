"""The filled service, made once for all tests on SQLite."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.api.fuzz.filled_service import FilledService, filled_service
from tests.api.fuzz.malformed import LARGEST_BODY


@pytest.fixture(scope="session")
def sqlite_service(
    built: FastAPI, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[FilledService]:
    """The filled service on SQLite, put back after every change."""
    file = tmp_path_factory.mktemp("filled") / "enmusubi.db"
    shutil.copy(sqlite_template, file)
    url = f"sqlite:///{file}"
    with filled_service(url, document=built.openapi(), max_body_bytes=LARGEST_BODY) as service:
        yield service


@pytest.fixture
def filled(built: FastAPI, database_url: str, request: pytest.FixtureRequest) -> Iterator[FilledService]:
    """The filled service on each database in turn."""
    if database_url.startswith("sqlite"):
        yield request.getfixturevalue("sqlite_service")
        return
    with filled_service(database_url, document=built.openapi(), max_body_bytes=LARGEST_BODY) as service:
        yield service
