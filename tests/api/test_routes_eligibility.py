"""Eligibility over HTTP gives the answer of the rules, with its rule and source."""

from __future__ import annotations

from datetime import date

import pytest
from starlette.testclient import TestClient

from features.records import Applicant, Posting
from features.rules import eligibility
from tests.api.conftest import Json

KYORYOKUTAI: Json = {"program": "kyoryokutai", "on": "2026-11-23"}
KIGYOJIN: Json = {"program": "kigyojin", "destination": "32525"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What is asked here is answered before anything is stored: one database is enough."""
    return sqlite_url


@pytest.mark.parametrize(
    ("origin", "destination", "verdict"),
    [
        ("13112", "01468", "covered"),
        ("01100", "01203", "covered"),
        ("30203", "32525", "not_covered"),
        ("14150", "20304", "needs_district"),
    ],
)
def test_the_published_cases_have_their_answer(client: TestClient, origin: str, destination: str, verdict: str) -> None:
    body = client.get("/api/v1/eligibility", params=KYORYOKUTAI | {"origin": origin, "destination": destination}).json()
    assert body["verdict"] == verdict
    assert body["rule_id"]
    assert body["source"]
    assert body["sentence"]


@pytest.mark.parametrize("exception", [None, "overseas", "jet:36:6", "former_member:30:8:01468"])
def test_parameters_and_records_ask_the_same_question(client: TestClient, exception: str | None) -> None:
    origin = None if exception == "overseas" else "30203"
    given = {"origin": origin, "exception": exception, "destination": "32525"}
    by_parameters = client.get(
        "/api/v1/eligibility", params=KYORYOKUTAI | {name: value for name, value in given.items() if value}
    )
    parts = [int(part) if part in ("36", "6", "30", "8") else part for part in (exception or "").split(":")]
    names = ("kind", "months", "months_since_end", "municipality_code")
    told = None if exception is None else dict(zip(names, parts, strict=False))
    applicant = {
        "applicant_id": "x",
        "programs": ["kyoryokutai"],
        "selection_profile": {"origin": origin and {"municipality_code": origin}, "exception": told},
    }
    posting = {"posting_id": "y", "program": "kyoryokutai", "municipality_code": "32525", "headcount": 1}
    by_records = client.post(
        "/api/v1/eligibility", json={"applicant": applicant, "posting": posting, "on": "2026-11-23"}
    )
    assert by_parameters.status_code == by_records.status_code == 200, by_records.text
    assert by_parameters.json() == by_records.json()
    expected = eligibility(Applicant.model_validate(applicant), Posting.model_validate(posting), on=date(2026, 11, 23))
    assert by_records.json()["verdict"] == expected.verdict
    assert by_records.json()["rule_id"] == expected.rule_id
    assert by_records.json()["sentence"] == expected.sentence


def test_a_company_person_is_asked_about_by_parameters(client: TestClient) -> None:
    params = KIGYOJIN | {
        "subtype": "dispatch",
        "company": "13101",
        "tenure_months": 40,
        "days": 15,
        "hours": 100,
        "onsite_days": 10,
        "term_months": 24,
    }
    body = client.get("/api/v1/eligibility", params=params)
    assert body.status_code == 200, body.text
    assert body.json()["verdict"] in ("covered", "needs_review")
    few = client.get("/api/v1/eligibility", params=params | {"company": "01468"}).json()
    assert few["verdict"] != "covered"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        (KYORYOKUTAI, "query.destination: missing"),
        ({"program": "x", "destination": "01468"}, "query.program: expected one of"),
        (KYORYOKUTAI | {"destination": "99999", "origin": "13112"}, "query.destination: municipality code 99999"),
        (KYORYOKUTAI | {"destination": "01468"}, "origin is missing"),
        (KYORYOKUTAI | {"destination": "01468", "origin": "13112", "exception": "overseas"}, "one of the two"),
        (KYORYOKUTAI | {"destination": "01468", "origin": "13112", "days": 3}, "days does not belong to program"),
        (KIGYOJIN | {"origin": "13112"}, "origin does not belong to program kigyojin"),
        (KYORYOKUTAI | {"destination": "01468", "exception": "jet:36"}, "query.exception: expected overseas, jet:"),
        (KYORYOKUTAI | {"destination": "01468", "exception": "jet:x:6"}, "exception.jet.months"),
        (KYORYOKUTAI | {"destination": "01468", "exception": "former_member:9:9:99999"}, "99999 is not in"),
        (KYORYOKUTAI | {"destination": "01468", "origin": "13112", "colour": "red"}, "query.colour: unknown parameter"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_by_name(client: TestClient, params: Json, says: str) -> None:
    response = client.get("/api/v1/eligibility", params=params)
    assert response.status_code == 422
    assert says in response.json()["detail"]


def test_a_day_no_rule_file_covers_is_refused(client: TestClient) -> None:
    params = {"program": "kyoryokutai", "origin": "13112", "destination": "01468", "on": "1999-01-01"}
    response = client.get("/api/v1/eligibility", params=params)
    assert response.status_code == 422
    assert "1999" in response.json()["detail"]


def test_a_question_stores_nothing(client: TestClient) -> None:
    client.get("/api/v1/eligibility", params=KYORYOKUTAI | {"origin": "13112", "destination": "01468"})
    assert client.get("/api/v1/applicants").json()["total"] == 0
    assert client.get("/api/v1/postings").json()["total"] == 0
