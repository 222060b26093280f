"""Members of a panel score alone: the others' scores are closed until their own are in."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import Step
from tests.api.kept_databases import KeptDatabases

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SCORES: Json = {"job_knowledge": 4, "talk_with_residents": 3, "plan": 5, "grasp_of_conditions": 4}
LOW: Json = dict.fromkeys(SCORES, 1)


def _give(service: TestClient, headers: dict[str, str], items: Json, **more: object) -> Json:
    body = {"application_id": "x1", "items": items, **more}
    answer = service.post("/api/v1/interview-scores", json=body, headers=headers)
    found: Json = answer.json() | {"code": answer.status_code}
    return found


def _seen(service: TestClient, headers: dict[str, str]) -> tuple[list[int], int]:
    page = service.get("/api/v1/interview-scores?application_id=x1", headers=headers).json()
    return [score["items"]["plan"] for score in page["scores"]], page["withheld"]


@pytest.fixture
def invited(decide: Step, database: Engine, kept_databases: KeptDatabases) -> None:
    """x1 is invited to an interview."""
    kept_databases.fill("invited", database, lambda: decide("x1", "seen", "shortlisted", "interview").json())


@pytest.mark.usefixtures("invited")
def test_others_scores_are_closed_until_the_own_are_in(service: TestClient, town: Headers) -> None:
    first = _give(service, town("coordinator"), SCORES, note="進め方が具体的")
    assert (first["code"], first["by"]["account_id"]) == (201, "id-coordinator")
    assert _seen(service, town("officer")) == ([], 1)
    assert _seen(service, town("coordinator")) == ([5], 0)
    assert _give(service, town("officer"), LOW)["code"] == 201
    points, withheld = _seen(service, town("officer"))
    assert (sorted(points), withheld) == ([1, 5], 0)
    changed = _give(service, town("officer"), SCORES)  # after the others' were seen
    expected = "application x1 has this member's scores; the others' are open to it since"
    assert (changed["code"], changed["detail"]) == (409, expected)
    assert _give(service, town("officer"), LOW)["code"] == 200


@ON_SQLITE
def test_scores_open_to_whoever_decides_once_the_interview_is_over(
    service: TestClient, town: Headers, decide: Step
) -> None:
    assert _give(service, town("coordinator"), SCORES)["detail"] == (
        "application x1 is received, expected interview or offered"
    )
    decide("x1", "seen", "shortlisted", "interview")
    _give(service, town("coordinator"), SCORES)
    assert _seen(service, town("officer")) == ([], 1)
    decide("x1", "offered")
    assert _seen(service, town("officer")) == ([5], 0)


@ON_SQLITE
@pytest.mark.usefixtures("invited")
@pytest.mark.parametrize("points", [0, 6, 2.5, "4", None])
def test_points_are_whole_numbers_from_one_to_five(points: object, service: TestClient, town: Headers) -> None:
    refused = _give(service, town("coordinator"), SCORES | {"plan": points})
    assert (refused["code"], refused["errors"][0]["loc"]) == (422, "body.items.plan")


@ON_SQLITE
def test_nobody_but_the_panel_reads_scores_and_everybody_may_know_the_items(service: TestClient, town: Headers) -> None:
    address = "/api/v1/interview-scores?application_id=x1"
    for role in ("applicant", "supporter", "researcher", "auditor", "administrator"):
        assert service.get(address, headers=town(role)).status_code == 403
    assert service.get(address, headers=town("other")).status_code == 422
    items = service.get("/api/v1/interview-scores/items", headers=town("applicant")).json()
    assert set(items["items"]) == set(SCORES)
    assert "家族" in items["reminder"]
