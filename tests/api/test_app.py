"""The service as a whole: its document, its settings, its start and end."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.testclient import TestClient

from api.app import create_app
from api.http.problem_documents import MEDIA_TYPE
from api.settings import Settings

ROUTES = {
    "/api/v1/health": {"get"},
    "/api/v1/metrics": {"get"},
    "/api/v1/municipalities": {"get"},
    "/api/v1/municipalities/{code}": {"get"},
    "/api/v1/eligibility": {"get", "post"},
    "/api/v1/postings": {"get", "post"},
    "/api/v1/postings/{posting_id}/candidates": {"get"},
    "/api/v1/postings/{posting_id}/quality": {"get"},
    "/api/v1/postings/{posting_id}": {"get", "put", "delete"},
    "/api/v1/postings/{posting_id}/closing": {"post"},
    "/api/v1/applicants": {"get", "post"},
    "/api/v1/applicants/{applicant_id}/recommendations": {"get"},
    "/api/v1/applicants/{applicant_id}": {"get", "put", "delete"},
    "/api/v1/applicants/{applicant_id}/history": {"get"},
    "/api/v1/applicants/{applicant_id}/erasure": {"post"},
    "/api/v1/applicants/{applicant_id}/restriction": {"put", "delete"},
    "/api/v1/applications": {"get", "post"},
    "/api/v1/applications/{application_id}": {"get", "put", "delete"},
    "/api/v1/applications/{application_id}/proofs": {"get", "post"},
    "/api/v1/proofs/{proof_id}/image": {"get", "put"},
    "/api/v1/proofs/{proof_id}/check": {"post"},
    "/api/v1/proofs/{proof_id}": {"delete"},
    "/api/v1/documents": {"get"},
    "/api/v1/documents/suggestion-letter": {"get"},
    "/api/v1/documents/tax-evidence": {"get"},
    "/api/v1/documents/reminders": {"get"},
    "/api/v1/documents/bundle": {"get"},
    "/api/v1/documents/{kind}": {"get", "post"},
    "/api/v1/decisions": {"get", "post"},
    "/api/v1/decisions/{decision_id}": {"get"},
    "/api/v1/interview-scores": {"get", "post"},
    "/api/v1/interview-scores/items": {"get"},
    "/api/v1/outcomes": {"get", "post"},
    "/api/v1/outcomes/due": {"get"},
    "/api/v1/outcomes/summary": {"get"},
    "/api/v1/outcomes/by-score": {"get"},
    "/api/v1/conflicts": {"get", "post"},
    "/api/v1/conflicts/{conflict_id}/lifting": {"post"},
    "/api/v1/households": {"get", "post"},
    "/api/v1/households/{household_id}": {"get", "put", "delete"},
    "/api/v1/companies": {"get", "post"},
    "/api/v1/companies/{company_id}": {"get", "put", "delete"},
    "/api/v1/records": {"post"},
    "/api/v1/imports": {"get", "post"},
    "/api/v1/imports/{import_id}/events": {"get"},
    "/api/v1/imports/{import_id}/mapping": {"put"},
    "/api/v1/imports/{import_id}/commit": {"post"},
    "/api/v1/imports/{import_id}": {"get", "delete"},
    "/api/v1/runs": {"get", "post"},
    "/api/v1/runs/{run_id}/record": {"get"},
    "/api/v1/runs/{run_id}/explanations": {"get"},
    "/api/v1/runs/{run_id}/figures": {"get"},
    "/api/v1/runs/{run_id}/events": {"get"},
    "/api/v1/runs/{run_id}/cancellation": {"post"},
    "/api/v1/runs/{run_id}/verification": {"post"},
    "/api/v1/runs/{run_id}/what-ifs": {"post"},
    "/api/v1/runs/{run_id}/what-ifs/{what_if_id}": {"get"},
    "/api/v1/runs/{run_id}": {"get"},
    "/api/v1/jobs": {"get"},
    "/api/v1/jobs/{job_id}/events": {"get"},
    "/api/v1/jobs/{job_id}/cancellation": {"post"},
    "/api/v1/jobs/{job_id}": {"get"},
    "/api/v1/session": {"post", "delete"},
    "/api/v1/session/organisation": {"post"},
    "/api/v1/session/organisation/callback": {"get"},
    "/api/v1/password": {"post"},
    "/api/v1/me": {"get"},
    "/api/v1/me/password": {"put"},
    "/api/v1/me/second-factor": {"post", "put"},
    "/api/v1/me/second-factor/removal": {"post"},
    "/api/v1/me/sessions": {"delete"},
    "/api/v1/me/tokens": {"get", "post"},
    "/api/v1/me/tokens/{token_id}": {"delete"},
    "/api/v1/me/uses": {"get"},
    "/api/v1/me/data": {"get", "delete"},
    "/api/v1/me/data/restriction": {"put", "delete"},
    "/api/v1/accounts": {"get", "post"},
    "/api/v1/accounts/{account_id}": {"get", "delete"},
    "/api/v1/accounts/{account_id}/link": {"post"},
    "/api/v1/consents": {"get", "post"},
    "/api/v1/consents/{municipality_code}": {"delete"},
    "/api/v1/consents/rerouting": {"get", "post"},
    "/api/v1/consents/rerouting/{consent_id}": {"delete"},
    "/api/v1/modes": {"get", "post"},
    "/api/v1/modes/{decision_id}": {"delete"},
    "/api/v1/audit": {"get"},
    "/api/v1/audit/verification": {"get"},
    "/api/v1/audit/export": {"get"},
    "/api/v1/holds": {"get", "post"},
    "/api/v1/holds/{hold_id}/lifting": {"post"},
    "/api/v1/certificates": {"get"},
    "/api/v1/certificates/{number}": {"get"},
}


def test_the_document_lists_every_route(built: FastAPI) -> None:
    assert {path: set(item) for path, item in built.openapi()["paths"].items()} == ROUTES


# a body or an account names the record here, not the address
NAMES_A_RECORD = {
    ("get", "/api/v1/me/data"),
    ("delete", "/api/v1/me/data"),
    ("put", "/api/v1/me/data/restriction"),
    ("delete", "/api/v1/me/data/restriction"),
    ("post", "/api/v1/consents/rerouting"),
    ("post", "/api/v1/holds"),
    ("get", "/api/v1/documents/suggestion-letter"),
    ("get", "/api/v1/documents/tax-evidence"),
    ("get", "/api/v1/documents/reminders"),
}


@pytest.mark.parametrize("path", ROUTES)
def test_every_route_documents_the_problems_it_answers_with(built: FastAPI, path: str) -> None:
    for method, operation in built.openapi()["paths"][path].items():
        problems = {
            status for status, answer in operation["responses"].items() if MEDIA_TYPE in answer.get("content", {})
        }
        assert {"422", "500", "503"} <= problems
        assert ("404" in problems) == ("{" in path or (method, path) in NAMES_A_RECORD)
        bodies = operation.get("requestBody", {}).get("content", {})
        assert ("413" in problems) == bool(bodies)
        assert "400" in problems or "application/json" not in bodies
        assert operation["summary"]


def test_the_document_is_served_and_no_page_loads_foreign_scripts(client: TestClient, app: FastAPI) -> None:
    assert client.get("/api/v1/openapi.json").json() == app.openapi()
    assert client.get("/docs").status_code == client.get("/redoc").status_code == 404


def test_every_reference_of_the_document_resolves(built: FastAPI) -> None:
    document = built.openapi()
    known = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*(references(value) for value in node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    found = references(document)
    assert "#/components/schemas/Problem" in found
    assert found <= known
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_document_never_offers_private_preferences_as_an_answer(built: FastAPI) -> None:
    schemas = built.openapi()["components"]["schemas"]
    assert "private_preferences" in schemas["Applicant"]["properties"]
    assert "private_preferences" not in schemas["PublicApplicant"]["properties"]
    for item in built.openapi()["paths"].values():
        for operation in item.values():
            assert "'#/components/schemas/Applicant'" not in str(operation["responses"])


def test_nothing_is_opened_before_the_service_starts(tmp_path: Path) -> None:
    database = tmp_path / "later.db"
    app = create_app(Settings(database_url=f"sqlite:///{database}"))
    assert not database.exists()
    with TestClient(app) as client:
        assert client.get("/api/v1/health").json()["status"] == "ok"
    assert database.exists()


def test_what_was_stored_is_there_after_a_restart(settings: Settings) -> None:
    posting = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    with TestClient(create_app(settings)) as client:
        client.post("/api/v1/postings", json=posting)
    with TestClient(create_app(settings)) as client:
        assert client.get("/api/v1/postings/p1").json() == posting


def test_two_services_do_not_share_anything(tmp_path: Path) -> None:
    first, second = (create_app(Settings(database_url=f"sqlite:///{tmp_path / name}")) for name in ("1.db", "2.db"))
    with TestClient(first) as one, TestClient(second) as other:
        one.post("/api/v1/applicants", json={"applicant_id": "a1", "programs": []})
        assert one.get("/api/v1/applicants").json()["total"] == 1
        assert other.get("/api/v1/applicants").json()["total"] == 0


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setenv("ENMUSUBI_TODAY", "2026-04-01")
    monkeypatch.setenv("ENMUSUBI_PORT", "9000")
    settings = Settings()
    assert (settings.day(), settings.port, settings.host) == (date(2026, 4, 1), 9000, "127.0.0.1")


def test_settings_never_print_the_address_of_the_database() -> None:
    settings = Settings(database_url="postgresql+psycopg://user:secret@host/db")
    assert "secret" not in repr(settings) + str(settings)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_refused_with_the_reason(url: str) -> None:
    with pytest.raises(ValidationError, match="in memory is a different one in every thread; name a file"):
        Settings(database_url=url)
