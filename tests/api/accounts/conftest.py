"""A service where sign-in is required, with a clock the tests move and hashes that cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine, select
from sqlmodel import col
from starlette.testclient import TestClient

from api.accounts.passwords import Passwords
from api.accounts.sessions import open_session
from api.accounts.tables import AccountRow, SignedInRow
from api.idempotency.in_flight import KeysInFlight
from api.secret_tokens import digest_of_secret
from api.settings import Settings
from api.storage.database import writing
from tests.api.kept_databases import KeptDatabases

Json = dict[str, Any]
OWN = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "薪を割る朝の音が好きです"
COOKIE = "__Host-enmusubi-session"


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    return Passwords(passes=1, memory_kib=8, lanes=1)


@pytest.fixture
def guarded(
    built: FastAPI, read_settings: Settings, database_url: str, clock: MovedClock, passwords: Passwords
) -> FastAPI:
    required = {"database_url": database_url, "sign_in": "required"}
    built.state.settings = read_settings.model_copy(update=required)
    built.state.clock, built.state.passwords = clock, passwords
    built.state.keys_in_flight, built.state.organisation_transport = KeysInFlight(), None
    return built


@pytest.fixture
def service(guarded: FastAPI) -> Iterator[TestClient]:
    with TestClient(guarded, base_url="https://testserver", raise_server_exceptions=False, headers=OWN) as client:
        yield client


@pytest.fixture
def database(service: TestClient, guarded: FastAPI) -> Engine:
    engine: Engine = guarded.state.engine
    return engine


NewAccount = Callable[..., str]


@pytest.fixture
def account(database: Engine, clock: MovedClock, passwords: Passwords) -> NewAccount:
    """Stores an active account with PASSWORD and returns its id."""

    def new(name: str, role: str, **columns: object) -> str:
        stored = passwords.hashed(PASSWORD) if "issuer" not in columns else None
        with writing(database) as session:
            session.add(
                AccountRow(
                    id=f"id-{name}",
                    sign_in_name=name,
                    display_name=name,
                    role=role,
                    state="active",
                    password_hash=stored,
                    created_at=clock(),
                    **columns,
                )
            )
        return f"id-{name}"

    return new


Headers = Callable[[str], dict[str, str]]


@pytest.fixture
def signed_in(database: Engine, clock: MovedClock) -> Headers:
    """Opens a session for an account and returns the headers of its browser."""

    def headers(account_id: str) -> dict[str, str]:
        with writing(database) as session:
            token = open_session(session, session.get_one(AccountRow, account_id), now=clock())
        return {**OWN, "Cookie": f"{COOKIE}={token}"}

    return headers


@pytest.fixture
def everyone(
    account: NewAccount,
    database: Engine,
    records: Json,
    signed_in: Headers,
    service: TestClient,
    clock: MovedClock,
    kept_databases: KeptDatabases,
) -> Headers:
    """The small records, one account of each role, one consent, the public board; gives the headers of a role.

    The first test of a process stores them as people do; the others find what that one stored. Who asks again before
    the clock moves goes on in the same session, unless it was ended.
    """
    kept_databases.fill(
        "everyone", database, lambda: _store_everyone(account, records, signed_in, service), said=records
    )

    opened: dict[tuple[str, datetime], dict[str, str]] = {}

    def headers(role: str) -> dict[str, str]:
        if role == "signed_out":
            return dict(OWN)
        here = (role, clock())
        if here not in opened or not _is_open(database, opened[here]):
            opened[here] = signed_in(f"id-{role}")
        return dict(opened[here])

    return headers


def _is_open(database: Engine, headers: dict[str, str]) -> bool:
    digests, digest = col(SignedInRow.digest), digest_of_secret(headers["Cookie"].partition("=")[2])
    with database.connect() as connection:
        return connection.scalar(select(digests).where(digests == digest)) is not None


def _store_everyone(account: NewAccount, records: Json, signed_in: Headers, service: TestClient) -> None:
    columns: dict[str, Json] = {
        "applicant": {"applicant_id": "a1"},
        "coordinator": {"municipality_code": "01468"},
        "supporter": {"prefecture_code": "01"},
        "researcher": {},
        "auditor": {},
        "administrator": {},
    }
    for role, belongs in columns.items():
        account(role, role, **belongs)
    account("second", "administrator")
    account("other", "coordinator", municipality_code="32525")
    account("spare", "auditor")
    administrator = signed_in("id-administrator")
    assert service.post("/api/v1/records", json=records, headers=administrator).status_code == 201
    consent = {"municipality_code": "01468", "document": "下川町第12号"}
    assert service.post("/api/v1/consents", json=consent, headers=administrator).status_code == 201
    board = {"mode": "public_board", "municipality_code": None, "document": "企画第3号", "decided_by": "協議会"}
    decided = service.post("/api/v1/modes", json=board | {"from_date": "2026-11-01"}, headers=administrator)
    assert decided.status_code == 201
