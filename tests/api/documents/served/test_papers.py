"""An office's papers over HTTP: what comes back, who gets it, what is on record; what is read, on both databases."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from io import BytesIO
from urllib.parse import unquote

import pytest
from fastapi import FastAPI
from python_calamine import CalamineWorkbook
from sqlmodel import Session
from starlette.testclient import TestClient

from api.documents.registry import DOCUMENTS
from api.documents.served import gathering
from api.documents.served.schemas import FOLLOW_UP_KINDS, OFFICE_KINDS
from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import Step
from tests.api.documents.served.conftest import Ask

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NAME = "見本　太郎"  # invented; it may never be stored
SLOT: Json = {"applicant_id": "a1", "posting_id": "p1", "starts_at": "2026-12-05T13:30", "place": "役場 3階"}
PANEL = "selection-list"


def words_in(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = (row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python())
    return "\n".join(str(cell) for row in rows for cell in row)


def named_in(content: bytes) -> set[str]:
    """Ids that stand as words of their own: a digest may have the same letters in it."""
    return {"p1", "a1", "a2"} & set(words_in(content).split())


def problem(answer: object) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("urn:enmusubi:problem:")  # type: ignore[attr-defined]


@pytest.mark.usefixtures("offered")
def test_every_kind_comes_from_what_is_stored_in_each_of_its_formats(
    service: TestClient, ask: Ask, decide: Step
) -> None:
    decide("x2", "seen", "not_chosen")
    begins = {"xlsx": b"PK", "pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR"}
    asked = [(kind, form) for kind in (*OFFICE_KINDS, *FOLLOW_UP_KINDS) for form in DOCUMENTS[kind].formats]

    for kind, form in asked:
        if kind.startswith("interview-") and kind != "interview-sheet":
            continue  # they need interviews, which no record holds
        answer = ask("coordinator", kind, posting_id="p1", format=form)
        assert answer.status_code == 200 and answer.content.startswith(begins[form]), (kind, form, answer.text[:300])
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("offered")
def test_what_was_decided_stands_in_the_paper_and_another_call_changes_the_next_one(ask: Ask, decide: Step) -> None:
    letter = words_in(ask("coordinator", "offer-letter", posting_id="p1").content)
    record = words_in(ask("coordinator", "decision-record", posting_id="p1", applicant_id="a1").content)

    assert "採用の内定" in letter and "a2" not in letter.split()
    assert "市町村の担当者（coordinator）" in record  # the name of the account
    assert "森の仕事の経験と計画がはっきりしている" in record and "内定（返事待ち）" in record
    decide("x1", "accepted", by="applicant")
    assert problem(ask("coordinator", "offer-letter", posting_id="p1")) == (409, "no-document")


def test_the_same_state_gives_the_same_bytes_and_another_state_others(ask: Ask, decide: Step) -> None:
    first, second = (ask("coordinator", "handover", posting_id="p1").content for _ in range(2))

    assert first == second
    decide("x1", "seen")
    assert ask("coordinator", "handover", posting_id="p1").content != first


@ON_SQLITE
def test_the_file_has_its_japanese_name_and_one_that_every_program_reads(ask: Ask) -> None:
    told = ask("coordinator", PANEL, posting_id="p1", format="pdf").headers["content-disposition"]

    plain, _, encoded = told.partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="selection-list_2026-11-23.pdf"'
    assert unquote(encoded) == "選考一覧表_p1_2026-11-23.pdf" and encoded.isascii()


@ON_SQLITE
def test_names_and_interviews_are_printed_and_neither_stored_nor_logged(
    ask: Ask, decide: Step, entries: Callable[[], list[str]]
) -> None:
    decide("x1", "seen", "shortlisted", "interview")
    body: Json = {"posting_id": "p1", "names": {"a1": NAME}, "interviews": [SLOT]}
    letter = ask("coordinator", "interview-letter", body=body)
    dates = ask("coordinator", "interview-dates", body=body)

    assert f"{NAME}　様" in words_in(letter.content) and "役場 3階" in words_in(letter.content)
    assert "DTSTART;TZID=Asia/Tokyo:20261205T133000" in dates.text and NAME not in dates.text
    log = "\n".join(entries())
    assert NAME not in log and "役場" not in log
    (of_letter,) = [one for one in map(json.loads, entries()) if "interview-letter.xlsx" in str(one["on"])]
    assert of_letter["outputs"] == {}  # a digest would tell whether a guessed name is right


def test_what_was_made_of_whom_and_from_what_is_on_record(ask: Ask, entries: Callable[[], list[str]]) -> None:
    content = ask("coordinator", PANEL, posting_id="p1", purpose="rights").content
    told = json.loads(entries()[-1])

    assert (told["action"], told["purpose"]) == ("exported", "rights")
    assert [(one["kind"], one["ids"]) for one in told["on"]] == [
        ("document", ["selection-list.xlsx"]),
        ("posting", ["p1"]),
        ("applicant", ["a1", "a2"]),
    ]
    assert told["outputs"] == {"document": hashlib.sha256(content).hexdigest()}
    assert told["inputs"] and told["versions"]["weights"] and told["versions"]["rulesets"]


def test_a_person_sees_that_a_paper_was_made(service: TestClient, ask: Ask, town: Headers) -> None:
    ask("coordinator", "region-check", posting_id="p1", applicant_id="a1")
    uses = service.get("/api/v1/me/uses", headers=town("applicant")).json()["uses"]

    assert [one["words"] for one in uses if one["action"] == "exported"] == ["書き出し：選考（適性と能力を読む）"]


@ON_SQLITE
@pytest.mark.parametrize("role", ["applicant", "supporter", "researcher", "auditor", "administrator"])
def test_a_paper_of_an_office_is_for_its_officers_alone(ask: Ask, role: str) -> None:
    for kind in (*OFFICE_KINDS, *FOLLOW_UP_KINDS):
        assert problem(ask(role, kind, posting_id="p1")) == (403, "forbidden"), kind


def test_another_town_is_told_that_there_is_no_such_call(ask: Ask) -> None:
    body: Json = {"posting_id": "p1", "interviews": [SLOT]}
    for kind in (*OFFICE_KINDS, *FOLLOW_UP_KINDS):
        answer = ask("other", kind, body=body) if kind in OFFICE_KINDS else ask("other", kind, posting_id="p1")
        assert problem(answer) == (404, "unknown-id"), kind


def test_without_a_call_nobody_of_another_town_stands_in_the_list(ask: Ask, decide: Step) -> None:
    for kind in FOLLOW_UP_KINDS:
        assert named_in(ask("other", kind).content) == set()
    assert named_in(ask("coordinator", "reminders").content) == {"p1"}
    assert problem(ask("coordinator", "reminders", municipality_code="32525")) == (403, "forbidden")
    assert ask("coordinator", "reminders", municipality_code="01468").status_code == 200


def test_a_declared_conflict_closes_every_paper_of_the_call(service: TestClient, ask: Ask, town: Headers) -> None:
    conflict = {"kind": "friend", "posting_id": "p1"}
    assert service.post("/api/v1/conflicts", json=conflict, headers=town("coordinator")).status_code == 201
    body: Json = {"posting_id": "p1", "interviews": [SLOT]}

    for kind in OFFICE_KINDS:
        assert problem(ask("coordinator", kind, body=body)) == (403, "conflict-of-interest"), kind


@pytest.mark.usefixtures("offered")
def test_a_conflict_leaves_the_people_of_its_call_out_of_the_whole_towns_lists(
    service: TestClient, ask: Ask, town: Headers, decide: Step
) -> None:
    decide("x1", "accepted", by="applicant")
    conflict = {"kind": "friend", "posting_id": "p1"}
    assert service.post("/api/v1/conflicts", json=conflict, headers=town("coordinator")).status_code == 201

    assert "a1" in named_in(ask("officer", "tax-evidence").content)
    assert "a1" not in named_in(ask("coordinator", "tax-evidence").content)


def test_the_order_over_everybody_is_nobodys_to_see(service: TestClient, ask: Ask, town: Headers) -> None:
    for kind in (PANEL, "interview-sheet"):
        assert problem(ask("other", kind, posting_id="p2")) == (403, "forbidden")
    assert ask("other", "briefing", posting_id="p2").status_code == 200


def test_a_person_out_of_reach_and_one_whose_use_is_stopped_stand_in_no_paper(
    service: TestClient, ask: Ask, town: Headers
) -> None:
    assert problem(ask("coordinator", "region-check", posting_id="p1", applicant_id="a3")) == (404, "unknown-id")
    stopped = service.put("/api/v1/applicants/a2/restriction", json={"document": "第8号"}, headers=town("coordinator"))
    assert stopped.status_code in {200, 201, 204}, stopped.text
    for kind in (PANEL, "region-check", "handover", "decision-record"):
        assert "a2" not in named_in(ask("coordinator", kind, posting_id="p1").content)


def test_who_was_decided_about_stays_in_the_numbers_and_records_after_stopping_the_use(
    service: TestClient, ask: Ask, town: Headers, decide: Step
) -> None:
    decide("x1", "seen", "shortlisted", "offered", "accepted")
    stop = service.put("/api/v1/me/data/restriction", headers=town("applicant"))
    assert stop.status_code == 200, stop.text

    told = {
        kind: words_in(ask("coordinator", kind, posting_id="p1").content)
        for kind in ("briefing", "handover", "decision-record", "tax-evidence", "reminders", "region-check")
    }
    assert told["briefing"].split("採用に至らず")[1].split()[:7] == ["2件", "1件", "0件", "1件", "0件", "0件", "0件"]
    assert told["handover"].split().count("a1（利用停止中）") == 5  # the person and four decisions
    assert "利用停止中" in told["decision-record"] and "x1" in told["decision-record"].split()
    assert "a1" in told["tax-evidence"].split()
    assert "a1" not in {*told["reminders"].split(), *told["region-check"].split()}  # nothing to read, nothing to ask
    summary = service.get("/api/v1/outcomes/summary", headers=town("coordinator")).json()
    assert summary["placements"] == 1
    due = service.get("/api/v1/outcomes/due?on=2030-01-01", headers=town("coordinator")).json()
    assert due["total"] == 0
    own = service.get("/api/v1/decisions", headers=town("applicant")).json()["decisions"]
    assert [one["state"] for one in own] == ["seen", "shortlisted", "offered", "accepted"]


ASKED_WRONGLY: Sequence[tuple[str, Json, int, str]] = (
    (PANEL, {}, 422, "query.posting_id: selection-list needs posting_id"),
    (PANEL, {"posting_id": "p1", "applicant_id": "a1"}, 422, "selection-list is never about one person"),
    (PANEL, {"posting_id": "p1", "members": "9"}, 422, "less than or equal to 8"),
    (PANEL, {"posting_id": "p1", "format": "ics"}, 422, "selection-list has no format ics, expected one of xlsx, pdf"),
    ("briefing", {"posting_id": "p1", "members": "3"}, 422, "briefing has no panel"),
    ("interview-dates", {"posting_id": "p1"}, 422, "interview-dates needs interviews; send them by POST"),
    ("reminders", {"members": "3"}, 422, "query.members: unknown parameter"),
    ("reminders", {"on": "soon"}, 422, "query.on"),
    ("newsletter", {"posting_id": "p1"}, 404, "path.kind: expected one of 'selection-list'"),
    ("briefing", {"posting_id": "zz"}, 404, "no posting has the id zz"),
    ("region-check", {"posting_id": "p1", "applicant_id": "zz"}, 404, "no applicant has the id zz"),
    ("offer-letter", {"posting_id": "p1"}, 409, "is offered; record the step first, on the page"),
)


@ON_SQLITE
@pytest.mark.parametrize(("kind", "query", "status", "message"), ASKED_WRONGLY)
def test_what_a_kind_does_not_take_is_refused_with_its_place(
    ask: Ask, kind: str, query: Json, status: int, message: str
) -> None:
    answer = ask("coordinator", kind, **query)

    assert answer.status_code == status and message in answer.json()["detail"], answer.text


@ON_SQLITE
def test_a_body_is_as_strict(ask: Ask) -> None:
    for extra, message in (
        ({"colour": "red"}, "body.colour"),
        ({"names": {"a1": "x" * 101}}, "body.names.a1"),
        ({"names": {f"a{k}": "x" for k in range(1001)}}, "body.names"),
        ({"members": "3"}, "body.members"),
        ({"interviews": [SLOT, SLOT]}, "applicant a1 has two interviews"),
    ):
        answer = ask("coordinator", "interview-dates", body={"posting_id": "p1", "interviews": [SLOT], **extra})
        assert answer.status_code in {409, 422} and message in answer.json()["detail"], answer.text


@ON_SQLITE
def test_records_that_change_all_the_time_are_not_mixed_into_one_paper(
    ask: Ask, service: TestClient, town: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_each_time(_session: Session) -> int:
        return -1

    monkeypatch.setattr(gathering, "records_revision", another_each_time)
    answer = ask("coordinator", "briefing", posting_id="p1")

    assert problem(answer) == (503, "records-moving") and answer.headers["retry-after"] == "1"


@ON_SQLITE
def test_the_list_tells_who_may_ask_for_what(service: TestClient, town: Headers) -> None:
    told = {one["name"]: one for one in service.get("/api/v1/documents", headers=town("applicant")).json()["documents"]}

    assert set(told) == set(DOCUMENTS) == {*OFFICE_KINDS, *FOLLOW_UP_KINDS, "suggestion-letter"}
    assert told["suggestion-letter"]["roles"] == ["applicant"] and told["briefing"]["roles"] == ["coordinator"]
    assert told["reminders"]["formats"] == ["xlsx", "pdf", "ics"]
    assert told["interview-letter"]["needs"] == ["posting_id", "interviews"]
    assert told["interview-letter"]["methods"] == ["GET", "POST"] and told["tax-evidence"]["methods"] == ["GET"]


def test_the_own_letter_is_for_the_person_alone_and_shows_the_own_wishes(
    service: TestClient, ask: Ask, entries: Callable[[], list[str]]
) -> None:
    own = ask("applicant", "suggestion-letter", applicant_id="a1")

    assert own.status_code == 200 and "月額 180,000円以上" in words_in(own.content)
    told = json.loads(entries()[-1])
    assert (told["action"], told["purpose"], told["outputs"]) == ("exported", "recommendation", {})
    assert problem(ask("applicant", "suggestion-letter", applicant_id="a2")) == (404, "unknown-id")
    for role in ("coordinator", "supporter", "researcher", "auditor", "administrator"):
        assert problem(ask(role, "suggestion-letter", applicant_id="a1")) == (403, "forbidden")


@ON_SQLITE
def test_the_letter_needs_the_public_board_as_every_proposal_does(service: TestClient, ask: Ask, town: Headers) -> None:
    headers = town("administrator")
    (decision,) = service.get("/api/v1/modes", headers=headers).json()["decisions"]
    service.delete(f"/api/v1/modes/{decision['decision_id']}", headers=headers)

    assert ask("applicant", "suggestion-letter", applicant_id="a1").status_code == 403


@ON_SQLITE
def test_no_paper_of_an_office_shows_a_private_wish(ask: Ask) -> None:
    for kind in OFFICE_KINDS:
        answer = ask("coordinator", kind, posting_id="p1")
        assert answer.status_code in {200, 409, 422}
        assert answer.status_code != 200 or "180,000" not in words_in(answer.content)


def test_what_a_change_of_the_call_was_stands_in_the_handover(
    service: TestClient, ask: Ask, town: Headers, records: Json
) -> None:
    changed = {**records["postings"][0], "headcount": 4}
    assert service.put("/api/v1/postings/p1", json=changed, headers=town("coordinator")).status_code == 200
    words = words_in(ask("coordinator", "handover", posting_id="p1").content)

    assert "募集の変更" in words and "募集人数" in words


@pytest.mark.usefixtures("offered")
def test_a_checked_proof_of_the_address_reaches_the_evidence(
    service: TestClient, ask: Ask, town: Headers, decide: Step
) -> None:
    decide("x1", "accepted", by="applicant")
    officer = town("coordinator")
    proof = service.post("/api/v1/applications/x1/proofs", json={"kind": "address"}, headers=officer).json()["proof_id"]
    image = {**town("applicant"), "Content-Type": "application/octet-stream"}
    assert service.put(f"/api/v1/proofs/{proof}/image", content=b"%PDF-1.7", headers=image).status_code == 200
    seen = {"is_confirmed": True, "zone": "outside"}
    assert service.post(f"/api/v1/proofs/{proof}/check", json=seen, headers=officer).status_code == 200
    outcome = {"application_id": "x1", "months": 3, "state": "left", "exit_code": "host", "left_on": "2026-06-30"}
    days = {"found_on": "2026-07-01", "started_on": "2026-04-01"}
    stored = service.post("/api/v1/outcomes", json=outcome | days, headers=officer)
    assert stored.status_code == 201, stored.text
    content = ask("coordinator", "tax-evidence").content

    assert f"証明 {proof}" in words_in(content) and "a1" in named_in(content)


@pytest.mark.usefixtures("offered")
def test_whose_days_nobody_knows_is_named_as_left_out(ask: Ask, decide: Step) -> None:
    decide("x1", "accepted", by="applicant")  # the call tells no term

    assert "この資料に載せていない人がいます" in words_in(ask("coordinator", "tax-evidence").content)


def test_on_one_pc_without_accounts_every_kind_is_there(built: FastAPI, client: TestClient, records: Json) -> None:
    client_app = client.app
    client_app.state.settings = client_app.state.settings.model_copy(update={"sign_in": "off"})  # type: ignore[attr-defined]
    assert client.post("/api/v1/records", json=records).status_code == 201

    assert client.get("/api/v1/documents/selection-list", params={"posting_id": "p1"}).status_code == 200
    assert client.get("/api/v1/documents/suggestion-letter", params={"applicant_id": "a1"}).status_code == 200
    assert client.get("/api/v1/documents/reminders").status_code == 200
