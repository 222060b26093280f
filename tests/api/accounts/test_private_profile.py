"""A private wish serves its owner's own recommendations and nobody else, whatever is asked, by whomever."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.accounts.roles import ROLES, SIGNED_OUT
from tests.api.accounts.conftest import OWN, Headers, Json
from tests.api.kept_databases import KeptDatabases

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAY = 187_431  # nothing else in the service has this number
MARKS = (str(PAY), f"{PAY:,}")
PRIVATE = {"min_monthly_pay_yen": PAY, "snow_ok": False}
OWN_PATHS = re.compile(r"^/api/v1/(applicants/\{applicant_id\}/(recommendations|history)|me/data)$")
IDS = {
    "applicant_id": "a1",
    "posting_id": "p1",
    "application_id": "x1",
    "code": "01468",
    "account_id": "id-applicant",
    "run_id": "r1",
}


@pytest.fixture
def run_id(service: TestClient, everyone: Headers, database: Engine, kept_databases: KeptDatabases) -> str:
    """A run over people one of whom has told the wish."""

    def store() -> str:
        own: Json = {"applicant_id": "a1", "programs": ["kyoryokutai"], "private_preferences": PRIVATE}
        assert service.put("/api/v1/applicants/a1", json=own, headers=everyone("applicant")).status_code == 200
        assert service.post("/api/v1/runs", json={}, headers=everyone("administrator")).status_code == 202
        (run,) = service.get("/api/v1/runs", headers=everyone("administrator")).json()["runs"]
        return str(run["run_id"])

    found: str = kept_databases.fill("told_wish", database, store)
    return found


@pytest.mark.parametrize("role", [SIGNED_OUT, *ROLES, "other"])
def test_no_get_tells_a_private_wish_to_anybody_but_its_owner(
    role: str, guarded: FastAPI, service: TestClient, everyone: Headers, run_id: str
) -> None:
    ids = IDS | {"run_id": run_id}
    told = set[str]()
    for path, item in guarded.openapi()["paths"].items():
        if "get" not in item or path.endswith("/events"):
            continue
        address = re.sub(r"\{(\w+)\}", lambda found: ids.get(found[1], "01468"), path)
        query = "?from=2020-01-01&until=2100-01-01" if path.endswith("/export") else ""
        answer = service.get(address + query, headers=everyone(role), follow_redirects=False)
        if any(mark in answer.text for mark in MARKS):
            told.add(path)
    own = {path for path in told if role == "applicant" and OWN_PATHS.match(path)}
    assert told - own == set()


@pytest.mark.usefixtures("run_id")
def test_without_sign_in_the_wish_comes_back_in_the_own_recommendations_alone(
    guarded: FastAPI, service: TestClient
) -> None:
    guarded.state.settings = guarded.state.settings.model_copy(update={"sign_in": "off"})
    told = set[str]()
    for path, item in guarded.openapi()["paths"].items():
        if "get" not in item or path.endswith("/events"):
            continue
        answer = service.get(re.sub(r"\{(\w+)\}", lambda found: IDS.get(found[1], "01468"), path), headers=OWN)
        if any(mark in answer.text for mark in MARKS):
            told.add(path)
    assert {path for path in told if not OWN_PATHS.match(path)} == set()


@pytest.mark.usefixtures("run_id")
def test_the_mark_would_be_seen(service: TestClient, everyone: Headers) -> None:
    answer = service.get("/api/v1/applicants/a1/recommendations", headers=everyone("applicant"))
    assert answer.status_code == 200
    assert any(mark in answer.text for mark in MARKS)
