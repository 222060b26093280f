"""Operating modes are off until a written decision is entered; what needs one names it and the way out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers, Json

MODES = "/api/v1/modes"
BOARD: Json = {
    "mode": "public_board",
    "municipality_code": None,
    "document": "企画第4号",
    "decided_by": "協議会",
    "from_date": "2026-11-23",
}


def _withdraw_all(service: TestClient, everyone: Headers) -> None:
    headers = everyone("administrator")
    for one in service.get(MODES, headers=headers).json()["decisions"]:
        assert service.delete(f"{MODES}/{one['decision_id']}", headers=headers).status_code == 204


def _places(service: TestClient, everyone: Headers) -> Json:
    answer: Json = service.get("/api/v1/applicants/a1/recommendations", headers=everyone("applicant")).json()
    return answer


def test_in_house_alone_is_on_until_a_decision_is_entered(service: TestClient, everyone: Headers) -> None:
    _withdraw_all(service, everyone)
    told = service.get(MODES, headers=everyone("applicant")).json()
    assert [(one["mode"], one["on_for_all"], one["on_for"]) for one in told["modes"]] == [
        ("in_house", True, []),
        ("public_board", False, []),
        ("introduce", False, []),
    ]
    assert [one["withdrawn_at"] is None for one in told["decisions"]] == [False]  # what was decided stays to be read


def test_recommendations_across_municipalities_need_the_public_board(service: TestClient, everyone: Headers) -> None:
    assert len(_places(service, everyone)["postings"]) == 2
    _withdraw_all(service, everyone)
    refused = _places(service, everyone)
    assert (refused["status"], refused["type"]) == (403, "urn:enmusubi:problem:operating-mode")
    assert "need the operating mode public_board, which is off; an administrator enters" in refused["detail"]


def test_a_decision_of_one_municipality_recommends_its_postings_and_no_others(
    service: TestClient, everyone: Headers
) -> None:
    _withdraw_all(service, everyone)
    town = BOARD | {"municipality_code": "32525"}
    assert service.post(MODES, json=town, headers=everyone("administrator")).status_code == 201
    told = _places(service, everyone)
    assert [one["posting_id"] for one in (*told["postings"], *told["excluded"])] == ["p2"]
    assert told["next_questions"] == []
    assert told["provenance"]["options"]["among"] == ["32525"]
    modes = service.get(MODES, headers=everyone("coordinator")).json()["modes"]
    assert (modes[1]["on_for_all"], modes[1]["on_for"]) == (False, ["32525"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_decision_counts_from_its_day_on(guarded: FastAPI, service: TestClient, everyone: Headers) -> None:
    _withdraw_all(service, everyone)
    tomorrow = BOARD | {"from_date": "2026-11-24"}
    assert service.post(MODES, json=tomorrow, headers=everyone("administrator")).status_code == 201
    assert _places(service, everyone)["status"] == 403
    guarded.state.settings = guarded.state.settings.model_copy(update={"today": date(2026, 11, 24)})
    assert len(_places(service, everyone)["postings"]) == 2


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"mode": "in_house"}, "body.mode: expected one of 'public_board', 'introduce'"),
        ({"municipality_code": "99999"}, "is not in the reference table"),
        ({"document": ""}, "body.document"),
        ({"from_date": "soon"}, "body.from_date"),
        ({}, "mode public_board: a decision for the whole service stands already; withdraw it first"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_decision_that_is_not_right_is_refused(
    changes: Json, detail: str, service: TestClient, everyone: Headers
) -> None:
    answer = service.post(MODES, json=BOARD | changes, headers=everyone("administrator"))
    assert (answer.status_code, detail in answer.json()["detail"]) == (422, True), answer.text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_for_whom_a_decision_is_must_be_said(service: TestClient, everyone: Headers) -> None:
    unsaid = {name: value for name, value in BOARD.items() if name != "municipality_code"}
    answer = service.post(MODES, json=unsaid, headers=everyone("administrator"))
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        "body.municipality_code: missing, expected a value",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_but_an_administrator_enters_or_withdraws_a_decision(service: TestClient, everyone: Headers) -> None:
    decision = service.get(MODES, headers=everyone("auditor")).json()["decisions"][0]["decision_id"]
    for role in ("applicant", "coordinator", "supporter", "researcher", "auditor"):
        assert service.post(MODES, json=BOARD, headers=everyone(role)).status_code == 403
        assert service.delete(f"{MODES}/{decision}", headers=everyone(role)).status_code == 403
    assert service.delete(f"{MODES}/unknown", headers=everyone("administrator")).status_code == 404
    assert service.delete(f"{MODES}/{decision}", headers=everyone("administrator")).status_code == 204
    assert service.delete(f"{MODES}/{decision}", headers=everyone("administrator")).status_code == 404


def test_of_two_same_decisions_sent_at_once_one_is_stored(service: TestClient, everyone: Headers) -> None:
    new, headers = BOARD | {"mode": "introduce"}, everyone("administrator")
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: service.post(MODES, json=new, headers=headers).status_code, range(4)))
    assert sorted(answers) == [201, 422, 422, 422]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_pc_without_sign_in_needs_no_decision_for_what_it_does(client: TestClient, records: Json) -> None:
    client.post("/api/v1/records", json=records)
    told = client.get(MODES).json()
    assert ([one["on_for_all"] for one in told["modes"]], told["decisions"]) == ([True, False, False], [])
    assert client.get("/api/v1/applicants/a1/recommendations").status_code == 200
    assert client.post(MODES, json=BOARD).status_code == 401  # who decides is somebody, not a machine
