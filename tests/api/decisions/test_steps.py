"""Steps of an application: what leads where, who may take it, and what follows from it; on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.canonical import digest_of
from api.decisions import store
from api.decisions.states import STATES, state_table
from api.storage.database import reading
from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import REASON, Step, last_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _posting(service: TestClient, headers: dict[str, str], posting_id: str = "p1") -> Json:
    found: Json = service.get(f"/api/v1/postings/{posting_id}", headers=headers).json()
    return found


def _status(service: TestClient, headers: dict[str, str], application_id: str) -> str:
    return str(service.get(f"/api/v1/applications/{application_id}", headers=headers).json().get("status", "received"))


def _candidates(service: TestClient, headers: dict[str, str]) -> list[Json]:
    found: list[Json] = service.get("/api/v1/postings/p1/candidates", headers=headers).json()["candidates"]
    return found


def test_a_person_is_led_from_received_to_accepted_and_takes_the_seat(
    service: TestClient, town: Headers, decide: Step
) -> None:
    officer = town("coordinator")
    best = _candidates(service, officer)[0]
    first = {"a1": "x1", "a2": "x2"}[best["applicant_id"]]
    seen = decide(first, "seen", reason=None).json()
    assert seen["in_list"] | {"rank": 1, "n_listed": 2, "score": best["score"], "placed_by": "score"} == seen["in_list"]
    assert (seen["number"], seen["state"], seen["status"], seen["after"]) == (1, "seen", "received", None)
    assert seen["by"] == {"account_id": "id-coordinator", "role": "coordinator"}
    followed = []
    for state in ("shortlisted", "interview", "offered"):
        answer = decide(first, state, reason=None).json()
        followed.append((answer["number"], answer["override"], _status(service, officer, first)))
    assert followed == [(2, False, "screened"), (3, False, "interview"), (4, False, "offered")]
    accepted = decide(first, "accepted")
    assert (accepted.status_code, _status(service, officer, first)) == (201, "accepted")
    assert _posting(service, officer)["seats_left"] == 0


@pytest.mark.usefixtures("offered")
def test_the_applicant_answers_an_offer_and_a_withdrawal_gives_the_seat_back(
    service: TestClient, town: Headers, decide: Step
) -> None:
    own = decide("x1", "accepted", by="applicant", reason=None)
    assert own.status_code == 201, own.text
    assert own.json()["in_list"] is None
    assert _posting(service, town("coordinator"))["seats_left"] == 0
    assert decide("x1", "withdrawn", by="applicant", reason=None).json()["status"] == "withdrawn"
    assert _posting(service, town("coordinator"))["seats_left"] == 1
    assert _status(service, town("applicant"), "x1") == "withdrawn"


@pytest.mark.parametrize("state", ["seen", "shortlisted", "offered", "not_chosen"])
@ON_SQLITE
def test_an_applicant_takes_no_step_of_the_municipality(state: str, decide: Step) -> None:
    begin = next(step.from_[-1] for step in state_table().steps if step.to == state)
    way = {"received": [], "seen": ["seen"], "interview": ["seen", "shortlisted", "interview"]}
    way |= {"offered": [*way["interview"], "offered"], "not_chosen": ["seen", "not_chosen"]}
    if way[begin]:
        decide("x1", *way[begin])
    refused = decide("x1", state, by="applicant")
    assert (refused.status_code, refused.json()["detail"]) == (403, f"the step to {state} is for the coordinator")


@ON_SQLITE
def test_every_step_that_is_not_in_the_table_is_refused_by_name(
    service: TestClient, town: Headers, decide: Step
) -> None:
    for state in STATES:
        if state != "seen" and state != "withdrawn":
            answer = decide("x1", state)
            assert answer.status_code == 409
            expected = (
                f"application x1 is received, which does not lead to {state}; after received comes seen, withdrawn"
            )
            assert answer.json()["detail"] == expected
    assert _status(service, town("coordinator"), "x1") == "received"
    ends = {state for state in STATES if not state_table().next_of(state, "coordinator")}
    assert ends == {"declined", "withdrawn"}


@ON_SQLITE
def test_other_municipalities_and_other_roles_decide_nothing(service: TestClient, town: Headers) -> None:
    body = {"application_id": "x1", "state": "seen", "after": None}
    refused = service.post("/api/v1/decisions", json=body, headers=town("other"))
    assert (refused.status_code, refused.json()["errors"][0]["msg"]) == (422, "names x1, which is not stored")
    foreign = service.post("/api/v1/decisions", json=body | {"application_id": "x2"}, headers=town("applicant"))
    assert foreign.json()["errors"][0]["msg"] == "names x2, which is not stored"
    for role in ("supporter", "researcher", "auditor", "administrator"):
        assert service.post("/api/v1/decisions", json=body, headers=town(role)).status_code == 403


def test_the_second_officer_is_told_and_overwrites_nothing(service: TestClient, town: Headers, decide: Step) -> None:
    first = decide("x1", "seen").json()["decision_id"]
    late = decide("x1", "withdrawn", by="officer", after=None)
    assert (late.status_code, late.json()["type"]) == (409, "urn:enmusubi:problem:stale-decision")
    assert late.json()["errors"] == [
        {"loc": "body.after", "msg": f"is null, the last decision is {first}; read it again"}
    ]
    assert last_of(service, town("officer"), "x1") == first


def test_the_same_request_again_does_nothing(
    service: TestClient, town: Headers, decide: Step, database: Engine
) -> None:
    first = decide("x1", "seen", after=None)
    again = decide("x1", "seen", after=None)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    decided = [entry["on"][0] for entry in _entries(database) if entry["action"] == "decided"]
    assert [on["ids"] for on in decided if on["kind"] == "decision"] == [[first.json()["decision_id"]]]
    assert decide("x1", "seen", after=None, by="officer").status_code == 409  # somebody else's is another request


def test_of_officers_who_decide_at_once_one_does(service: TestClient, town: Headers) -> None:
    headers = [town("coordinator"), town("officer")] * 3

    def post(number: int) -> int:
        reason = f"{REASON} {number}"
        body = {"application_id": "x1", "state": "seen", "after": None, "reason": reason}
        return service.post("/api/v1/decisions", json=body, headers=headers[number]).status_code

    with ThreadPoolExecutor(6) as threads:
        answers = list(threads.map(post, range(6)))
    assert sorted(answers) == [201, 409, 409, 409, 409, 409]


def test_two_acceptances_at_once_never_take_one_seat(service: TestClient, town: Headers, decide: Step) -> None:
    for application_id in ("x1", "x2"):
        decide(application_id, "seen", "shortlisted", "offered")
    headers = town("coordinator")
    bodies = [
        {
            "application_id": an_id,
            "state": "accepted",
            "reason": "電話で承諾",
            "after": last_of(service, headers, an_id),
        }
        for an_id in ("x1", "x2")
    ]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda body: service.post("/api/v1/decisions", json=body, headers=headers), bodies))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    (refused,) = (answer.json() for answer in answers if answer.status_code == 409)
    assert refused["detail"] == "posting p1 has no seat left; the offer stands until one is free"
    assert sorted(_status(service, headers, an_id) for an_id in ("x1", "x2")) == ["accepted", "offered"]
    assert _posting(service, headers)["seats_left"] == 0


def test_an_offer_beyond_the_seats_is_made_with_a_warning(decide: Step, offered: Json) -> None:
    assert "beyond_seats" not in offered["flags"]
    second = decide("x2", "seen", "shortlisted", "offered").json()
    assert "beyond_seats" in second["flags"]
    assert second["warnings"] == ["返事待ちの内定は2人、残りの席は1です。承諾は席の数までです。"]


@pytest.mark.usefixtures("offered")
def test_a_step_that_breaks_off_leaves_nothing(
    service: TestClient, town: Headers, decide: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _posting(service, town("coordinator"))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(store, "replace", broken)  # after the decision and the seat are written
        assert decide("x1", "accepted").status_code == 500
    assert _posting(service, town("coordinator")) == before
    last = service.get("/api/v1/decisions", params={"application_id": "x1"}, headers=town("coordinator")).json()
    assert last["decisions"][-1]["state"] == "offered"
    assert decide("x1", "accepted").status_code == 201


def _entries(database: Engine) -> list[Json]:
    with reading(database) as session:
        rows = session.exec(select(AuditRow).order_by(text("sequence")))
        return [json.loads(row.entry) for row in rows]


@ON_SQLITE
def test_a_decision_is_on_record_by_its_digest_and_without_its_reason(
    service: TestClient, town: Headers, decide: Step, database: Engine
) -> None:
    answer = decide("x1", "seen").json()
    answer.pop("warnings")
    entry = next(entry for entry in reversed(_entries(database)) if entry["action"] == "decided")
    assert entry["on"] == [
        {"kind": "decision", "ids": [answer["decision_id"]], "count": 1},
        {"kind": "application", "ids": ["x1"], "count": 1},
    ]
    assert entry["outputs"] == {"record": digest_of([answer])}
    assert entry["actor"] == {"id": "id-coordinator", "role": "coordinator"}
    assert REASON not in json.dumps(_entries(database), ensure_ascii=False)


@ON_SQLITE
def test_a_rank_that_is_sent_is_refused(service: TestClient, town: Headers) -> None:
    body = {"application_id": "x1", "state": "seen", "after": None, "rank": 1}
    refused = service.post("/api/v1/decisions", json=body, headers=town("coordinator"))
    assert (refused.status_code, refused.json()["errors"]) == (422, [{"loc": "body.rank", "msg": "unknown key"}])


@ON_SQLITE
def test_whoever_does_not_say_what_was_read_decides_nothing(service: TestClient, town: Headers) -> None:
    body = {"application_id": "x1", "state": "seen"}
    refused = service.post("/api/v1/decisions", json=body, headers=town("coordinator"))
    assert refused.json()["errors"] == [{"loc": "body.after", "msg": "missing, expected a value"}]


@ON_SQLITE
def test_the_applicant_sees_how_far_it_is_and_no_rank_and_no_reason_of_the_town(
    service: TestClient, town: Headers, decide: Step
) -> None:
    decide("x1", "seen", "shortlisted")
    decide("x1", "withdrawn", by="applicant", reason="家の都合で取り下げます")
    own = service.get("/api/v1/decisions", headers=town("applicant")).json()
    assert [line["state"] for line in own["decisions"]] == ["seen", "shortlisted", "withdrawn"]
    assert [line["reason"] for line in own["decisions"]] == [None, None, "家の都合で取り下げます"]
    assert all(line["in_list"] is None and line["by"]["account_id"] is None for line in own["decisions"])
    decide("x2", "seen")
    assert service.get("/api/v1/decisions", headers=town("applicant")).json()["total"] == 3
    refused = service.get("/api/v1/decisions?override=true", headers=town("applicant"))
    assert (refused.status_code, refused.json()["detail"]) == (403, "override is for the municipality to ask")
    one = own["decisions"][0]["decision_id"]
    assert service.get(f"/api/v1/decisions/{one}", headers=town("applicant")).json()["in_list"] is None
    for role in ("other", "applicant"):
        foreign = last_of(service, town("coordinator"), "x2")
        assert service.get(f"/api/v1/decisions/{foreign}", headers=town(role)).status_code == 404


@ON_SQLITE
def test_a_researcher_sees_states_and_ranks_under_pseudonyms(service: TestClient, town: Headers, decide: Step) -> None:
    decide("x1", "seen", "not_chosen")
    page = service.get("/api/v1/decisions", headers=town("researcher"))
    assert page.json()["total"] == 2
    assert {line["state"] for line in page.json()["decisions"]} == {"seen", "not_chosen"}
    assert all(line["in_list"]["rank"] in (1, 2) for line in page.json()["decisions"])
    assert not {"x1", "id-coordinator", REASON} & set(page.text.split('"'))
    applications = service.get("/api/v1/applications", headers=town("researcher")).json()["applications"]
    assert {line["application_id"] for line in page.json()["decisions"]} < {
        line["application_id"] for line in applications
    }


@ON_SQLITE
def test_nothing_that_reads_or_computes_decides(service: TestClient, town: Headers) -> None:
    records = {
        "applicants": [{"applicant_id": "a4", "programs": ["kigyojin"]}],
        "applications": [{"application_id": "x4", "applicant_id": "a4", "posting_id": "p1"}],
    }
    assert service.post("/api/v1/records", json=records, headers=town("administrator")).status_code == 201
    listed = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()
    assert [line["applicant_id"] for line in listed["excluded"]] == ["a4"]  # a rule is not met, and nobody is rejected
    service.post("/api/v1/runs", json={}, headers=town("administrator"))
    assert service.get("/api/v1/decisions", headers=town("coordinator")).json()["total"] == 0
    assert {_status(service, town("coordinator"), an_id) for an_id in ("x1", "x2", "x4")} == {"received"}


@pytest.mark.parametrize("reason", ["", " \u3000\n", "a\x01b", "a\x7f", "x" * 2001])
def test_a_reason_is_words_that_every_database_holds(reason: str, decide: Step) -> None:
    refused = decide("x1", "seen", reason=reason)
    assert (refused.status_code, refused.json()["errors"][0]["loc"]) == (422, "body.reason")


def test_a_reason_may_have_lines(decide: Step) -> None:
    assert decide("x1", "seen", reason="一、計画\n\t二、経験\n").json()["reason"] == "一、計画\n\t二、経験\n"
