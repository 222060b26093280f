"""What a person answered with the own account nobody else turns; applications stay whose they are; seats add up."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import REASON, Step, last_of

P3: Json = {"posting_id": "p3", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}


@pytest.mark.usefixtures("offered")
@pytest.mark.parametrize(("answered", "turned"), [("declined", "accepted"), ("accepted", "declined")])
def test_an_officer_does_not_correct_what_the_applicant_answered(
    answered: str, turned: str, service: TestClient, town: Headers, decide: Step
) -> None:
    own = decide("x1", answered, by="applicant", reason=None).json()["decision_id"]
    for state in (turned, "offered"):
        refused = decide("x1", state, corrects=own)
        assert refused.status_code == 403
        assert refused.json()["detail"] == (
            "the last step was taken by the applicant with the own account; the person corrects it, or a withdrawal or "
            "a new application is entered"
        )
    stored = service.get("/api/v1/applications/x1", headers=town("coordinator")).json()
    assert stored["status"] == answered


def test_the_applicant_corrects_the_own_answer_and_no_step_of_the_municipality(
    service: TestClient, town: Headers, decide: Step, offered: Json
) -> None:
    assert last_of(service, town("applicant"), "x1") == offered["decision_id"]
    refused = decide("x1", "accepted", by="applicant", corrects=offered["decision_id"])
    expected = "a correction of the municipality's step is for the municipality; ask it"
    assert (refused.status_code, refused.json()["detail"]) == (403, expected)
    mistaken = decide("x1", "declined", by="applicant", reason=None).json()["decision_id"]
    assert decide("x1", "accepted", by="applicant", corrects=mistaken, reason=None).status_code == 422
    corrected = decide("x1", "accepted", by="applicant", corrects=mistaken, reason="押しまちがえました")
    assert (corrected.status_code, corrected.json()["from_state"]) == (201, "offered")
    assert service.get("/api/v1/postings/p1", headers=town("coordinator")).json()["seats_left"] == 0


@pytest.mark.usefixtures("offered")
def test_a_seat_that_was_given_meanwhile_is_not_taken_by_a_correction(
    service: TestClient, town: Headers, decide: Step
) -> None:
    mistaken = decide("x1", "declined", by="applicant", reason=None).json()["decision_id"]
    decide("x2", "seen", "shortlisted", "offered", "accepted")
    refused = decide("x1", "accepted", by="applicant", corrects=mistaken, reason="押しまちがえました")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:seats")
    assert last_of(service, town("applicant"), "x1") == mistaken


@pytest.mark.usefixtures("offered")
def test_what_an_officer_wrote_down_an_officer_corrects(decide: Step) -> None:
    mistaken = decide("x1", "declined").json()["decision_id"]
    assert decide("x1", "accepted", corrects=mistaken, reason=REASON).status_code == 201


@pytest.mark.parametrize(
    ("key", "value", "role"),
    [("applicant_id", "a2", "coordinator"), ("posting_id", "p3", "coordinator"), ("posting_id", "p3", "applicant")],
)
def test_an_application_stays_with_its_applicant_and_its_posting(
    key: str, value: str, role: str, service: TestClient, town: Headers
) -> None:
    assert service.post("/api/v1/postings", json=P3, headers=town("coordinator")).status_code == 201
    before = service.get("/api/v1/applications/x1", headers=town("coordinator")).json()
    refused = service.put("/api/v1/applications/x1", json=before | {key: value}, headers=town(role))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:application-moved")
    way_out = "is another one; withdraw or remove the application and enter a new one"
    assert refused.json()["errors"] == [{"loc": f"body.{key}", "msg": way_out}]
    assert service.get("/api/v1/applications/x1", headers=town("coordinator")).json() == before


@pytest.mark.parametrize(
    ("postings", "statuses"),
    [
        ([P3 | {"seats_left": 1}], {"y1": "accepted"}),
        ([P3], {"y1": "accepted", "y2": "accepted"}),
    ],
)
def test_a_file_that_contradicts_who_has_accepted_is_refused_whole(
    postings: list[Json], statuses: dict[str, str], service: TestClient, town: Headers
) -> None:
    people = dict(zip(statuses, ("a1", "a2"), strict=False))
    applications = [
        {"application_id": an_id, "applicant_id": people[an_id], "posting_id": "p3", "status": status}
        for an_id, status in statuses.items()
    ]
    document = {"postings": postings, "applications": applications}
    refused = service.post("/api/v1/records", json=document, headers=town("administrator"))
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:seats")
    assert refused.json()["detail"].startswith("posting p3 has headcount 1 and seats_left")
    assert service.get("/api/v1/postings/p3", headers=town("coordinator")).status_code == 404


def test_a_file_that_fills_a_stored_call_beyond_its_seats_is_refused(
    service: TestClient, town: Headers, decide: Step
) -> None:
    decide("x1", "seen", "shortlisted", "offered", "accepted")
    more = {"application_id": "y1", "applicant_id": "a3", "posting_id": "p1", "status": "accepted"}
    refused = service.post("/api/v1/records", json={"applications": [more]}, headers=town("administrator"))
    expected = "posting p1 has headcount 1 and seats_left 0, but 2 accepted; correct one of them"
    assert (refused.status_code, refused.json()["detail"]) == (409, expected)
