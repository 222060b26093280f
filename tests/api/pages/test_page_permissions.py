"""Pages in the table of permissions: role × page, and what a page inherits from the operations it shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.accounts.errors import PermissionTableError
from api.accounts.permissions import permissions, read_permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from api.accounts.sessions import open_session
from api.accounts.tables import AccountRow
from api.pages.navigation import NAVIGATION
from api.settings import Settings
from api.storage.database import writing
from tests.api.accounts.conftest import COOKIE, OWN, MovedClock

HTML = {"Accept": "text/html"}
COLUMNS = '["scope", "signed_out", "applicant", "coordinator", "supporter", "researcher", "auditor", "administrator"]'


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, sign_in="required")


@pytest.fixture
def service(app: FastAPI) -> Iterator[TestClient]:
    app.state.clock = MovedClock()
    with TestClient(app, base_url="https://testserver", headers=HTML | OWN, follow_redirects=False) as client:
        yield client


def _app(service: TestClient) -> FastAPI:
    assert isinstance(service.app, FastAPI)
    return service.app


def _cookie(service: TestClient, role: str) -> dict[str, str]:
    app = _app(service)
    engine: Engine = app.state.engine
    belongs = {
        "applicant": {"applicant_id": "a1"},
        "coordinator": {"municipality_code": "01468"},
        "supporter": {"prefecture_code": "01"},
    }
    now = app.state.clock()
    with writing(engine) as session:
        row = AccountRow(
            id=f"id-{role}", sign_in_name=role, display_name=role, role=role, state="active", created_at=now,
            **belongs.get(role, {}),
        )  # fmt: skip
        session.add(row)
        session.flush()
        token = open_session(session, row, now=now)
    return {"Cookie": f"{COOKIE}={token}"}


def _page_routes(app: FastAPI) -> set[str]:
    """Every route outside the API that a router of the application has, whoever included it."""
    routers = [getattr(route, "original_router", None) for route in app.routes]
    routes = [route for router in routers if router is not None for route in router.routes]
    routes += [route for route in app.routes if isinstance(route, APIRoute)]
    return {
        f"{method} {route.path_format}"
        for route in routes
        if isinstance(route, APIRoute) and not route.path.startswith("/api/")
        for method in route.methods
    }


def test_the_table_has_a_line_for_every_page_and_no_other(service: TestClient) -> None:
    assert set(permissions().pages) == _page_routes(_app(service))


@pytest.mark.parametrize("role", [SIGNED_OUT, *ROLES])
def test_every_page_answers_every_role_as_the_table_says(role: str, service: TestClient) -> None:
    headers = {} if role == SIGNED_OUT else _cookie(service, role)
    wrong: list[str] = []
    for name, page in permissions().pages.items():
        method, _, path = name.partition(" ")
        answer = service.request(method, path.replace("{", "").replace("}", ""), headers=headers)
        extent = page.operation.extents[role]
        if role == SIGNED_OUT and extent == "never":
            sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            is_right = sent_away or (method == "POST" and answer.status_code == 401)
        elif extent == "never":
            is_right = answer.status_code == 403
        else:  # a form without its fields, an organisation that the settings do not name
            is_right = answer.status_code in (200, 303, 404) or (answer.status_code in (400, 422))
            # no decision about the public board is on record here, and suggestions need one
            is_right |= answer.status_code == 403 and "運営する団体が書面で決めてから" in answer.text
        if not is_right:
            wrong.append(f"{name}: the table says {extent}, the service {answer.status_code}")
    assert wrong == []


def test_a_page_that_nobody_wrote_into_the_table_is_refused_to_everybody(service: TestClient) -> None:
    routes = _app(service).router.routes
    before = [*routes]
    _app(service).add_api_route("/forgotten", lambda: "shown", include_in_schema=False)
    signed_out = service.get("/forgotten")
    answers = [service.get("/forgotten", headers=_cookie(service, role)) for role in ROLES]
    routes[:] = before  # the application is that of other tests too

    assert signed_out.status_code == 303
    for answer in answers:
        assert answer.status_code == 403
        assert "このページは利用できません" in answer.text


def test_every_entry_of_the_navigation_is_a_page_of_the_table() -> None:
    assert {f"GET {entry.path}" for entry in NAVIGATION} <= set(permissions().pages)


def _table(pages: str) -> str:
    cells = '"allowed", "municipality", "never", "never", "never", "never"'
    other = '"allowed", "allowed", "never", "never", "never", "never"'
    return (
        f'open_paths = []\ncolumns = {COLUMNS}\noperations = [["GET /a", "s:r", "never", {cells}], '
        f'["GET /b", "s:r", "never", {other}], ["GET /c", "s:r", "never", {other.replace("allowed", "never")}]]\n'
        f"pages = [{pages}]\n"
    )


def test_a_page_is_for_whoever_may_ask_for_everything_it_shows() -> None:
    pages = read_permissions(_table('["GET /p", "GET /a", "GET /b"], ["GET /q", "GET /a for rights", "GET /c"]')).pages

    assert pages["GET /p"].operation.extents["coordinator"] == "municipality"
    assert pages["GET /q"].operation.extents["coordinator"] == "never"
    assert (pages["GET /p"].purpose, pages["GET /q"].purpose) == (None, "rights")


@pytest.mark.parametrize(
    ("pages", "told"),
    [
        ('["GET /p", "GET /b", "GET /a"]', "coordinator has allowed first, expected the narrowest operation first"),
        ('["GET /p", "GET /x"]', "page GET /p shows GET /x, expected operations above"),
        ('["GET /p"]', "page GET /p shows nothing"),
        ('["GET /p", "open"], ["GET /p", "open"]', "GET /p has two lines"),
        ('["GET /p/{id}", "open"]', "page GET /p/{id} is open, expected a path without a parameter"),
    ],
)
def test_a_page_the_table_cannot_mean_is_refused(pages: str, told: str) -> None:
    with pytest.raises(PermissionTableError) as error:
        read_permissions(_table(pages))
    assert told in str(error.value)
