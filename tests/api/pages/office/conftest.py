"""An officer of 下川町 in a browser without scripts, with one call and two who applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.api.accounts.conftest import COOKIE, Headers, NewAccount, signed_in
from tests.api.kept_databases import KeptDatabases
from tests.api.pages.office.sent_forms import Fields, form_of

__all__ = ["CALL", "HTML", "Office", "signed_in"]

HTML = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "ja"}
CALL = {
    "posting_id": "p1",
    "program": "kyoryokutai",
    "municipality_code": "01468",
    "headcount": 2,
    "title": "森の仕事",
    "mission_text": "町有林の間伐を年に10ヘクタール行い、薪を町内の50世帯に届けます。",
    "required_licences": ["car_mt", "狩猟免許（わな）"],
    "required_skills": [],
    "deadline": "2026-12-20",
    "state": "open",
}


@dataclass
class Office:
    """One officer's browser."""

    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path, headers=HTML)

    def fields(self, path: str, action: str) -> Fields:
        """The fields of a form as its page has them."""
        return form_of(self.get(path).text, action)

    def post(self, path: str, fields: Fields, **changed: str | list[str]) -> Response:
        """Send a form, some of its fields changed; what follows a redirect is not asked for."""
        return self.client.post(path, data={**fields, **changed}, headers=HTML, follow_redirects=False)


NewOffice = Callable[..., Office]


@pytest.fixture
def guarded(guarded: FastAPI) -> FastAPI:
    guarded.state.settings = guarded.state.settings.model_copy(update={"jobs": "inline"})
    return guarded


@pytest.fixture
def sign_in(guarded: FastAPI, service: TestClient, signed_in: Headers) -> NewOffice:
    """Signs an officer in who has an account, each in a browser of their own."""

    def browser(name: str) -> Office:
        client = TestClient(guarded, base_url="https://testserver", headers={"Sec-Fetch-Site": "same-origin"})
        client.portal = service.portal  # it would start a thread and a loop for every request
        client.cookies.set(COOKIE, signed_in(f"id-{name}")["Cookie"].partition("=")[2])
        return Office(client)

    return browser


@pytest.fixture
def new_office(account: NewAccount, sign_in: NewOffice) -> NewOffice:
    """Makes an officer's account and signs in with it."""

    def newcomer(name: str = "coordinator", role: str = "coordinator", **belongs: str) -> Office:
        account(name, role, **(belongs or {"municipality_code": "01468"}))
        return sign_in(name)

    return newcomer


@pytest.fixture
def office(new_office: NewOffice, sign_in: NewOffice, database: Engine, kept_databases: KeptDatabases) -> Office:
    kept_databases.fill("office", database, lambda: _store_office(new_office()))
    return sign_in("coordinator")


def _store_office(found: Office) -> None:
    assert found.client.post("/api/v1/postings", json=CALL).status_code == 201
    for number, plan in ((1, "薪の配達"), (2, "苗木の育成")):
        person = {"applicant_id": f"a{number}", "programs": ["kyoryokutai"], "selection_profile": {"plan_text": plan}}
        assert found.client.post("/api/v1/applicants", json=person).status_code == 201
        applied = {"application_id": f"x{number}", "applicant_id": f"a{number}", "posting_id": "p1"}
        assert found.client.post("/api/v1/applications", json=applied).status_code == 201
