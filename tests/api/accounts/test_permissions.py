"""Every route × every role is compared with the one written table."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from api.jobs.tables import JobRow
from api.storage.database import writing
from api.storage.tables import RunRow
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
        "wish_rank": 2,
    },
    "POST /api/v1/decisions": {"application_id": "x1", "state": "withdrawn", "reason": "電話で取下げ"},
    "POST /api/v1/interview-scores": {
        "application_id": "x1",
        "items": {"job_knowledge": 3, "talk_with_residents": 3, "plan": 3, "grasp_of_conditions": 3},
    },
    "POST /api/v1/outcomes": {"application_id": "x1", "months": 3, "state": "there", "found_on": "2026-11-23"},
    "POST /api/v1/conflicts": {"kind": "friend", "posting_id": "p8"},
    "POST /api/v1/conflicts/{conflict_id}/lifting": {"reason": "担当が替わった"},
    "POST /api/v1/applications/{application_id}/proofs": {"kind": "address"},
    "POST /api/v1/proofs/{proof_id}/check": {"is_confirmed": True},
    "POST /api/v1/applicants/{applicant_id}/erasure": {"document": "請求書第1号"},
    "PUT /api/v1/applicants/{applicant_id}/restriction": {"document": "請求書第2号"},
    "POST /api/v1/documents/{kind}": {"posting_id": "p1", "names": {"a1": "見本 太郎"}},
    "POST /api/v1/holds": {"kind": "run", "id": "r1", "reason": "第3号"},
    "POST /api/v1/holds/{hold_id}/lifting": {"reason": "終了"},
    "POST /api/v1/households": {"household_id": "h1", "members": ["a1", "a2"], "joint_preferences": [["p1", "p2"]]},
    "PUT /api/v1/households/{household_id}": {"household_id": "h1", "members": ["a1"], "joint_preferences": []},
    "POST /api/v1/companies": {"company_id": "c1"},
    "PUT /api/v1/companies/{company_id}": {"company_id": "c1"},
    "POST /api/v1/records": {"postings": []},
    "PUT /api/v1/imports/{import_id}/mapping": {"kind": "applicants", "columns": []},
    "POST /api/v1/imports/{import_id}/commit": {"plan_digest": "0" * 64},
    "POST /api/v1/runs": {},
    "POST /api/v1/runs/{run_id}/what-ifs": {"question": "limits"},
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
    "POST /api/v1/consents/rerouting": {"applicant_id": "a1", "everywhere": True, "until": "2027-03-31"},
    "POST /api/v1/modes": {
        "mode": "introduce",
        "municipality_code": "01468",
        "document": "第14号",
        "decided_by": "町長",
        "from_date": "2026-11-01",
    },
}
QUERIES = {
    "GET /api/v1/eligibility": "?program=kyoryokutai&destination=01468&origin=13112",
    "GET /api/v1/audit/export": "?from=2026-11-01&until=2100-11-30",
    "GET /api/v1/interview-scores": "?application_id=x1",
    "POST /api/v1/imports": "?name=a.csv",
    "GET /api/v1/documents/{kind}": "?posting_id=p1",
    "GET /api/v1/documents/suggestion-letter": "?applicant_id=a1",
}
IDS = {
    "code": "01468",
    "kind": "selection-list",
    "posting_id": "p1",
    "applicant_id": "a1",
    "application_id": "x1",
    "household_id": "h1",
    "company_id": "c1",
    "run_id": "r1",
    "job_id": "j1",
    "what_if_id": "q1",
    "token_id": "t1",
    "account_id": "id-spare",
    "municipality_code": "01468",
    "decision_id": "d1",
    "number": "1",
    "hold_id": "h1",
}
CONTENTS = {"PUT /api/v1/proofs/{proof_id}/image": b"%PDF-1.7", "POST /api/v1/imports": b"a,b"}
AS_JSON = {"Accept": "application/json"}  # of what would else be a stream that goes on
# what one operation takes away is not what another asks for
OTHERS = {
    "DELETE /api/v1/applicants/{applicant_id}": {"applicant_id": "a6"},
    "POST /api/v1/applicants/{applicant_id}/erasure": {"applicant_id": "a8"},
    "PUT /api/v1/applicants/{applicant_id}/restriction": {"applicant_id": "a7"},
    "DELETE /api/v1/applicants/{applicant_id}/restriction": {"applicant_id": "a7"},
    "POST /api/v1/postings/{posting_id}/closing": {"posting_id": "p9"},
}
ENTERED: Json = {"applicant_id": "a9", "programs": []}
PAPER: Json = {"applicant_id": "a9", "municipalities": ["32525"], "until": "2027-03-31", "document": "申出書第1号"}
ORDER = ("GET", "POST", "PUT", "DELETE")  # what is removed is removed last
REFUSED = {"urn:enmusubi:problem:sign-in-needed": 401, "urn:enmusubi:problem:forbidden": 403}


def _operations(app: FastAPI) -> list[str]:
    paths = app.openapi()["paths"].items()
    return sorted(
        (f"{method.upper()} {path}" for path, item in paths for method in item),
        key=lambda name: (ORDER.index(name.partition(" ")[0]), name == "DELETE /api/v1/me/data", name),
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
    ids = IDS | _stored(service, everyone, role) | _own_run(guarded, role)
    wrong: list[str] = []
    for name in _operations(guarded):
        method = name.partition(" ")[0]
        address, sent = _asked(name, role, ids)
        headers = everyone(role) | sent.pop("headers", {})
        answer = service.request(method, address, headers=headers, follow_redirects=False, **sent)
        kind = answer.json().get("type") if "problem" in answer.headers.get("content-type", "") else None
        extent = permissions().operations[name].extents[role]
        is_right = (REFUSED.get(kind) == answer.status_code) if extent == "never" else kind not in REFUSED
        if extent not in ("never", "allowed"):
            is_right = is_right and (answer.status_code < 300 or answer.status_code == 409)
        if not is_right:
            wrong.append(f"{name}: the table says {extent}, the service {answer.status_code} {kind}")
    assert wrong == []


def _stored(service: TestClient, everyone: Headers, role: str) -> dict[str, str]:
    """Ids of what is there for the role to ask for, beside the records."""
    town = everyone("coordinator")
    for an_id in ("a6", "a7", "a8", "a9"):  # a municipality changes the records it entered
        service.post("/api/v1/applicants", json=ENTERED | {"applicant_id": an_id}, headers=town)
    proof = service.post("/api/v1/applications/x1/proofs", json={"kind": "address"}, headers=town).json()
    consent = _consent(service, everyone("coordinator" if role == "coordinator" else "applicant"), role)
    if role == "coordinator":  # so that the consent can be recorded anew
        service.delete("/api/v1/consents/01468", headers=town)
    return {
        "proof_id": proof["proof_id"],
        "consent_id": consent,
        "decision_id": _decision(service, town),
        "conflict_id": _conflict(service, everyone, role),
        "import_id": _import(service, everyone(role)),
    }


RUN = json.dumps(
    {
        "mechanism": "deferred-acceptance",
        "matching": {},
        "report": {
            **{"cutoffs": {}, "unmatched": [], "blocking_pairs": [], "certificate": None, "mean_rank": None},
            **{"feasible": True, "stable": True, "objective": 0.0, "seats": 0, "first_choice_share": None},
            "wishes": "scores",
        },
        "provenance": {
            **{"on": "2026-11-23", "inputs": {"records": "0" * 64}, "rulesets": [], "reference": "none"},
            **{"weights": {"name": "default", "digest": "0" * 64}, "code_version": "0"},
        },
        "digest": "0" * 64,
    }
)


def _own_run(guarded: FastAPI, role: str) -> dict[str, str]:
    """A stored round that the supporter asked for, over the municipality that consents."""
    if role != "supporter":
        return {}
    an_id, at = "c" * 32, guarded.state.clock()
    asked: dict[str, Any] = {"request": {}, "inputs": {"municipalities": ["01468"]}}
    with writing(guarded.state.engine) as session:
        told = {"kind": "run", "state": "done", "asked_by": "id-supporter", "asked_as": role, "asked_at": at}
        session.add(JobRow(id=an_id, request=asked, **told))
        session.add(
            RunRow(id=an_id, mechanism="deferred-acceptance", status="done", created_at=at, digest="0" * 64, body=RUN)
        )
        question = {"run_id": an_id, "asked": {"question": "limits"}}
        session.add(JobRow(id="d" * 32, request=question, **told | {"kind": "what-if"}))
    return {"run_id": an_id, "job_id": an_id, "what_if_id": "d" * 32}


def _asked(name: str, role: str, ids: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """The address of an operation, and what is sent to it."""
    method, _, path = name.partition(" ")
    body = BODIES.get(name)
    if "decisions" in path:
        body = body and body | {"after": ids["decision_id"]}
    if role == "coordinator":
        ids = ids | OTHERS.get(name, {})
        if name == "POST /api/v1/consents/rerouting":
            body = PAPER
        elif "applicants" in path and method != "GET" and name not in OTHERS:
            ids, body = ids | {"applicant_id": "a9"}, ENTERED
    address = re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], path) + QUERIES.get(name, "")
    if name in CONTENTS:
        return address, {"content": CONTENTS[name], "headers": {"Content-Type": "application/octet-stream"}}
    return address, {"json": body, "headers": AS_JSON if path.endswith("/events") else {}}


def _decision(service: TestClient, headers: dict[str, str]) -> str:
    body = {"application_id": "x1", "state": "seen", "after": None}
    an_id: str = service.post("/api/v1/decisions", json=body, headers=headers).json()["decision_id"]
    return an_id


def _conflict(service: TestClient, everyone: Headers, role: str) -> str:
    """A conflict of the role's own, about a posting that nothing else here asks for."""
    service.post("/api/v1/postings", json=POSTING | {"posting_id": "p8"}, headers=everyone("coordinator"))
    body = {"kind": "business", "posting_id": "p8"}
    declared = service.post("/api/v1/conflicts", json=body, headers=everyone(role)).json()
    return str(declared.get("conflict_id", "0" * 24))


def _import(service: TestClient, headers: dict[str, str]) -> str:
    """An import of the role's own, where it may have one."""
    told = headers | {"Content-Type": "application/octet-stream"}
    sent = service.post("/api/v1/imports?name=a.csv", content=b"a,b", headers=told).json()
    return str(sent.get("import_id", "0" * 24))


def _consent(service: TestClient, headers: dict[str, str], role: str) -> str:
    body = PAPER | {"until": "2027-01-31"}
    if role != "coordinator":
        body = body | {"applicant_id": "a1"}
    an_id: str = service.post("/api/v1/consents/rerouting", json=body, headers=headers).json()["consent_id"]
    return an_id


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
