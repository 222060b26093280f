"""Every route × every role is compared with the one written table."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from tests.api.accounts.conftest import Headers, Json

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

POSTING = {"posting_id": "p9", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
APPLICANT = {"applicant_id": "a1", "programs": ["kyoryokutai"]}
PROOF = {"password": "wrong but long enough"}
BODIES: dict[str, Json] = {
    "POST /api/v1/eligibility": {"applicant": APPLICANT, "posting": POSTING},
    "POST /api/v1/postings": POSTING,
    "PUT /api/v1/postings/{posting_id}": POSTING | {"posting_id": "p1"},
    "POST /api/v1/applicants": APPLICANT,
    "PUT /api/v1/applicants/{applicant_id}": APPLICANT,
    "POST /api/v1/applications": {"application_id": "x9", "applicant_id": "a1", "posting_id": "p1"},
    "PUT /api/v1/applications/{application_id}": {
        "application_id": "x1",
        "applicant_id": "a1",
        "posting_id": "p1",
        "status": "withdrawn",
    },
    "POST /api/v1/households": {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": [["p1", "p2"]]},
    "PUT /api/v1/households/{household_id}": {"household_id": "h1", "members": ["a1"], "joint_preferences": []},
    "POST /api/v1/companies": {"company_id": "c1"},
    "PUT /api/v1/companies/{company_id}": {"company_id": "c1"},
    "POST /api/v1/records": {"postings": []},
    "POST /api/v1/runs": {},
    "POST /api/v1/session": {"sign_in_name": "nobody", "password": "x"},
    "POST /api/v1/session/organisation": {"issuer": "https://unknown.example"},
    "POST /api/v1/password": {"token": "unknown", "password": "x"},
    "PUT /api/v1/me/password": PROOF | {"new_password": "x"},
    "POST /api/v1/me/second-factor": PROOF,
    "PUT /api/v1/me/second-factor": {"code": "123456"},
    "POST /api/v1/me/second-factor/removal": PROOF,
    "POST /api/v1/me/tokens": {"label": "export", "scopes": ["postings:read"]},
    "POST /api/v1/accounts": {"sign_in_name": "new", "display_name": "new", "role": "auditor"},
    "POST /api/v1/accounts/{account_id}/link": {},
    "POST /api/v1/consents": {"municipality_code": "01468", "document": "第13号"},
}
QUERIES = {"GET /api/v1/eligibility": "?program=kyoryokutai&destination=01468&origin=13112"}
IDS = {
    "code": "01468",
    "posting_id": "p1",
    "applicant_id": "a1",
    "application_id": "x1",
    "household_id": "h1",
    "company_id": "c1",
    "run_id": "r1",
    "token_id": "t1",
    "account_id": "id-spare",
    "municipality_code": "01468",
}
ORDER = ("GET", "POST", "PUT", "DELETE")  # what is removed is removed last
REFUSED = {"urn:enmusubi:problem:sign-in-needed": 401, "urn:enmusubi:problem:forbidden": 403}


def _operations(app: FastAPI) -> list[str]:
    paths = app.openapi()["paths"].items()
    return sorted(
        (f"{method.upper()} {path}" for path, item in paths for method in item),
        key=lambda name: (ORDER.index(name.partition(" ")[0]), name),
    )


def test_the_table_has_a_line_for_every_operation_and_no_other(guarded: FastAPI) -> None:
    assert set(permissions().operations) == set(_operations(guarded))


def test_what_is_outside_the_document_is_named_or_goes_through_the_table(guarded: FastAPI) -> None:
    others = {
        f"GET {getattr(route, 'path', route)}"
        for route in guarded.routes
        if not isinstance(route, APIRoute) and hasattr(route, "path")
    }
    assert others <= permissions().open_paths


@pytest.mark.parametrize("role", [SIGNED_OUT, *ROLES])
def test_every_operation_answers_every_role_as_the_table_says(
    role: str, guarded: FastAPI, service: TestClient, everyone: Headers
) -> None:
    entered = {"applicant_id": "a9", "programs": []}  # a municipality changes the records it entered
    service.post("/api/v1/applicants", json=entered, headers=everyone("coordinator"))
    if role == "coordinator":  # so that the consent can be recorded anew
        service.delete("/api/v1/consents/01468", headers=everyone("coordinator"))
    wrong: list[str] = []
    for name in _operations(guarded):
        method, _, path = name.partition(" ")
        ids, body = dict(IDS), BODIES.get(name)
        if role == "coordinator" and "applicants" in path and method != "GET":
            ids, body = ids | {"applicant_id": "a9"}, entered
        address = re.sub(r"\{(\w+)\}", lambda found, ids=ids: ids[found[1]], path) + QUERIES.get(name, "")
        answer = service.request(method, address, json=body, headers=everyone(role), follow_redirects=False)
        kind = answer.json().get("type") if "problem" in answer.headers.get("content-type", "") else None
        extent = permissions().operations[name].extents[role]
        is_right = (REFUSED.get(kind) == answer.status_code) if extent == "never" else kind not in REFUSED
        if extent not in ("never", "allowed"):
            is_right = is_right and (answer.status_code < 300 or answer.status_code == 409)
        if not is_right:
            wrong.append(f"{name}: the table says {extent}, the service {answer.status_code} {kind}")
    assert wrong == []


def test_a_route_that_is_not_in_the_table_is_refused_to_everybody(
    guarded: FastAPI, service: TestClient, everyone: Headers
) -> None:
    before = [*guarded.router.routes]
    guarded.add_api_route("/api/v1/forgotten", lambda: "secret", methods=["GET"])
    answers = {role: service.get("/api/v1/forgotten", headers=everyone(role)).status_code for role in ROLES}
    guarded.router.routes[:] = before
    assert answers == dict.fromkeys(ROLES, 403)
    assert service.get("/api/v1/forgotten").status_code == 401


def test_who_is_signed_out_does_not_learn_which_addresses_exist(service: TestClient) -> None:
    answers = [service.get(address) for address in ("/api/v1/applicants", "/api/v1/no-such-thing", "/x")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1


def test_the_body_of_who_is_signed_out_is_not_read(service: TestClient) -> None:
    assert service.post("/api/v1/postings", content=b"{broken").status_code == 401
