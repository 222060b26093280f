"""Pages of auditors, supporters, administrators and researchers as a browser without scripts uses them."""

from __future__ import annotations

import json
import re
from typing import get_args

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.accounts.tables import AccountRow
from api.audit.tables import AuditRow
from api.audit.vocabulary import Action, Purpose, SubjectKind, words
from api.jobs.tables import JobRow
from api.own_data.erasing import erase_people
from api.pages.tokens import KEY_FIELD, TOKEN_FIELD
from api.pages.words import words_in
from api.runs.scope import records_within
from api.storage.database import reading, writing
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import add
from api.storage.tables import RunInputRow, RunRow
from features.json_files.record_files import parse_records
from features.records import Posting
from tests.api.accounts.conftest import Headers, Json, everyone, signed_in

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
__all__ = ["everyone", "signed_in"]  # fixtures

HTML = {"Accept": "text/html", "Accept-Language": "ja"}


class Browser:
    """One person's browser."""

    def __init__(self, service: TestClient, headers: dict[str, str]) -> None:
        self._service, self._headers = service, headers | HTML

    def get(self, path: str) -> Response:
        return self._service.get(path, headers=self._headers, follow_redirects=False)

    def send(self, page: str, to: str, **typed: str) -> Response:
        """Send the last form of a page that leads there."""
        return self.send_often(page, to, times=1, **typed)[0]

    def send_often(self, page: str, to: str, *, times: int, **typed: str) -> list[Response]:
        """Send the very same form some times, as somebody does who presses again."""
        shown = self.get(page)
        forms = [one.partition("</form>")[0] for one in shown.text.split("<form ")[1:]]
        found = [one for one in forms if f'action="{to}"' in one]
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', (found or forms)[-1]))
        if not found:  # a form that is there no longer: nothing but what every form has
            hidden = {name: hidden[name] for name in (TOKEN_FIELD, KEY_FIELD)}
        cookie = "; ".join(f"{name}={value}" for name, value in self._service.cookies.items())
        headers = self._headers | {"Cookie": f"{self._headers['Cookie']}; {cookie}"}
        sent = hidden | typed
        return [self._service.post(to, data=sent, headers=headers, follow_redirects=False) for _ in range(times)]


@pytest.fixture
def administrator(service: TestClient, everyone: Headers) -> Browser:
    return Browser(service, everyone("administrator"))


def _as(role: str, service: TestClient, everyone: Headers) -> Browser:
    return Browser(service, everyone(role))


def test_actions_and_purposes_are_called_as_the_log_calls_them() -> None:
    said = words_in("ja")

    assert {one: said(f"audit.action.{one}") for one in get_args(Action)} == dict(words().action)
    assert {one: said(f"audit.purpose.{one}") for one in get_args(Purpose)} == {
        one: told.label for one, told in words().purpose.items()
    }
    assert all(said(f"audit.kind.{one}") for one in get_args(SubjectKind))


def test_an_auditor_finds_what_a_coordinator_did_and_what_for(service: TestClient, everyone: Headers) -> None:
    assert service.get("/api/v1/applicants/a1", headers=everyone("coordinator")).status_code == 200
    page = _as("auditor", service, everyone).get("/audit?actor=id-coordinator&kind=applicant&an_id=a1").text

    assert "選考（適性と能力を読む）" in page
    assert "応募者 1件" in page
    assert "id-administrator" not in page


@ON_SQLITE
def test_the_log_says_in_words_that_it_is_as_it_was_written_and_where_it_is_not(
    service: TestClient, everyone: Headers
) -> None:
    auditor = _as("auditor", service, everyone)
    whole = auditor.get("/audit/verification").text
    head = re.findall(r"<code>(\d+:[0-9a-f]{64})</code>", whole)[0]
    assert "書かれたときのままです" in whole
    assert "控えていた末尾の値も、その位置にありました。" in auditor.get(f"/audit/verification?expect={head}").text

    broken = auditor.get(f"/audit/verification?expect=1:{'0' * 64}").text
    assert "1番の記録が合いません" in broken
    assert "verdict-covered" not in broken


def test_an_export_is_a_file_and_days_without_an_entry_are_told_beside_the_field(
    service: TestClient, everyone: Headers
) -> None:
    auditor = _as("auditor", service, everyone)
    assert auditor.get("/audit/export?from_day=2026-11-01&to_day=2100-01-01").content.startswith(b"PK")

    answer = auditor.get("/audit/export?from_day=2001-11-01&to_day=2001-11-02")
    assert answer.status_code == 422
    assert re.search(r'id="fault-from_day">この期間の記録はありません。', answer.text)


@ON_SQLITE
def test_a_supporter_sees_numbers_of_consenting_municipalities_and_nobody(
    service: TestClient, everyone: Headers
) -> None:
    page = _as("supporter", service, everyone).get("/portfolio").text

    assert '<span lang="ja">北海道</span>' in page
    assert 'lang="ja">下川町</a>' in page
    assert "海士町" not in page
    assert "下川町第12号" in page
    assert not re.search(r"\ba[1-9]\b", page)


def test_calls_past_their_deadline_are_counted_apart_and_those_without_one_as_open(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    def counted() -> dict[str, int]:
        told = _as("supporter", service, everyone).get("/portfolio").text
        return {name: int(n) for name, n in re.findall(r"<div><dt>([^<]+)</dt><dd>(\d+)</dd></div>", told)}

    before = counted()
    call = {"program": "kyoryokutai", "municipality_code": "01468", "headcount": 2, "title": "薪の会"}
    with writing(database) as session:
        for an_id, deadline in (("w1", None), ("w2", "2026-11-01")):
            add(session, POSTINGS, Posting.model_validate(call | {"posting_id": an_id, "deadline": deadline}))
    after = counted()

    assert after["募集中"] - before["募集中"] == after["応募のない募集"] - before["応募のない募集"] == 1
    assert after["空席"] - before["空席"] == 2
    assert (before.get("締切を過ぎた募集", 0), after["締切を過ぎた募集"]) == (0, 1)


@ON_SQLITE
def test_a_supporters_round_is_over_consenting_municipalities_and_its_own(
    service: TestClient, everyone: Headers, guarded: FastAPI, database: Engine
) -> None:
    supporter = _as("supporter", service, everyone)
    asked = supporter.send("/runs/new", "/runs", mechanism="deferred-acceptance", seed="7")
    assert asked.status_code == 303
    path = asked.headers["location"]
    run_id = path.rpartition("/")[2]
    with reading(database) as session:
        request = session.get_one(JobRow, run_id).request
    assert request["inputs"]["municipalities"] == ["01468"]  # type: ignore[call-overload,index]
    assert request["request"]["seed"] == 7  # type: ignore[call-overload,index]
    assert "この案が満たす約束" in supporter.get(path).text

    service.delete("/api/v1/consents/01468", headers=everyone("coordinator"))
    assert supporter.get(path).status_code == 404
    assert service.get(f"/api/v1/runs/{run_id}/record", headers=everyone("supporter")).status_code == 404
    assert service.get(f"/api/v1/jobs/{run_id}", headers=everyone("supporter")).status_code == 404


def test_a_supporter_sees_no_round_of_somebody_else(service: TestClient, everyone: Headers) -> None:
    run_id = service.post("/api/v1/runs", json={}, headers=everyone("administrator")).json()["run_id"]
    supporter = everyone("supporter")

    for path in ("", "/record", "/events"):
        assert service.get(f"/api/v1/runs/{run_id}{path}", headers=supporter).status_code == 404
    assert service.post(f"/api/v1/runs/{run_id}/cancellation", headers=supporter).status_code == 404
    assert service.get(f"/api/v1/jobs/{run_id}", headers=supporter).status_code == 404
    assert run_id not in _as("supporter", service, everyone).get("/runs").text


@ON_SQLITE
def test_who_declared_a_conflict_with_a_call_runs_no_round_over_it(service: TestClient, everyone: Headers) -> None:
    supporter = everyone("supporter")
    run_id = service.post("/api/v1/runs", json={}, headers=supporter).json()["run_id"]
    declared = {"kind": "business", "posting_id": "p1"}
    assert service.post("/api/v1/conflicts", json=declared, headers=supporter).status_code == 201

    for answer in (
        service.post("/api/v1/runs", json={}, headers=supporter),
        service.get(f"/api/v1/runs/{run_id}", headers=supporter),
    ):
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("conflict-of-interest")


def test_a_round_is_given_up_before_it_is_done_and_not_after(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    supporter = _as("supporter", service, everyone)
    path = supporter.send("/runs/new", "/runs", mechanism="optimal-assignment").headers["location"]
    assert supporter.send(path, f"{path}/cancellation").status_code == 409

    with writing(database) as session:  # as if nobody had begun
        run_id = path.rpartition("/")[2]
        session.delete(session.get_one(RunInputRow, run_id))
        session.flush()
        session.delete(session.get_one(RunRow, run_id))
        session.get_one(JobRow, run_id).state = "queued"
    waiting = supporter.get(path).text
    assert re.search(r'<progress [^>]*max="7" data-way="reading,rereading judging [^"]*storing" value="0">', waiting)
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in waiting
    assert supporter.send(path, f"{path}/cancellation").headers["location"] == path
    assert "計算を取りやめました。何も残っていません。" in supporter.get(path).text


def test_records_within_some_municipalities_are_their_calls_and_who_applied_there(records: Json) -> None:
    whole = parse_records(json.dumps(records), place="records")
    found = records_within(whole, ["01468"])

    assert [one.posting_id for one in found.postings] == ["p1"]
    assert {one.applicant_id for one in found.applicants} == {one.applicant_id for one in found.applications}
    assert records_within(whole, None) is whole


def test_an_administrator_invites_and_the_link_is_shown_once(administrator: Browser, database: Engine) -> None:
    typed = {"display_name": "見本 四郎", "sign_in_name": "shiro", "role": "coordinator", "place": "下川町"}
    made = administrator.send("/accounts/new", "/accounts", **typed)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    link = re.findall(r"<code>(https?://[^<]+/password\?token=[^<]+)</code>", made.text)[0]
    again = administrator.send("/accounts/new", "/accounts", **typed)

    assert "このサインイン名の人はすでにいます" in again.text
    assert 'value="見本 四郎"' in again.text
    assert link.rpartition("=")[2] not in administrator.get("/accounts").text
    with reading(database) as session:
        row = session.exec(select(AccountRow).where(AccountRow.sign_in_name == "shiro")).one()
    assert (row.municipality_code, row.state) == ("01468", "invited")


def test_pressing_the_button_twice_invites_once_and_shows_a_link_that_works(
    administrator: Browser, database: Engine
) -> None:
    typed = {"display_name": "見本 五郎", "sign_in_name": "goro", "role": "coordinator", "place": "下川町"}
    shown = administrator.send_often("/accounts/new", "/accounts", times=2, **typed)
    links = [re.findall(r"<code>https?://[^<]+(/password\?token=[^<]+)</code>", one.text) for one in shown]

    assert [(one.status_code, len(found)) for one, found in zip(shown, links, strict=True)] == [(200, 1)] * 2
    assert administrator.get(links[1][0]).status_code == 200
    with reading(database) as session:
        assert len(session.exec(select(AccountRow).where(AccountRow.sign_in_name == "goro")).all()) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"role": "coordinator"}, "place", "入力してください。"),
        ({"role": "supporter"}, "prefecture_code", "入力してください。"),
        ({"role": "coordinator", "place": "どこにもない町"}, "place", ""),
    ],
)
def test_what_belongs_to_a_role_is_asked_for_beside_its_field(
    typed: dict[str, str], field: str, told: str, administrator: Browser
) -> None:
    answer = administrator.send("/accounts/new", "/accounts", display_name="見本", sign_in_name="s5", **typed)

    assert answer.status_code == 422
    assert re.search(rf'id="fault-{field}">{told}', answer.text)


def test_whoever_left_is_let_in_no_more_once_that_is_confirmed(
    administrator: Browser, service: TestClient, everyone: Headers
) -> None:
    officer = _as("other", service, everyone)
    path = "/accounts/id-other"
    assert "よろしければ印を付けてください。" in administrator.send(path, f"{path}/disabling").text
    assert officer.get("/account").status_code == 200

    assert (
        administrator.send(path, f"{path}/disabling", sure="yes").headers["location"]
        == "/accounts?done=account_disabled"
    )
    assert officer.get("/account").status_code == 303


@ON_SQLITE
def test_an_account_of_somebody_who_was_erased_is_called_so_and_still_opened(
    administrator: Browser, database: Engine
) -> None:
    with writing(database) as session:
        erase_people(session, ["a1"])
    listed, one = (administrator.get(path).text for path in ("/accounts", "/accounts/id-applicant"))

    assert '<a href="/accounts/id-applicant">消去された人</a>' in listed
    assert "<h1>消去された人</h1>" in one
    assert "erased-" not in listed + one  # what stands in place of the name she signed in with


def test_consents_and_modes_are_recorded_with_their_documents_and_withdrawn(administrator: Browser) -> None:
    sent = administrator.send("/consents", "/consents", place="海士町", document="海総第3号")
    assert sent.headers["location"] == "/consents?done=consent"
    assert "海総第3号" in administrator.get("/consents").text
    assert (
        "同じものがすでに記録されていないか"
        in administrator.send("/consents", "/consents", place="海士町", document="2").text
    )
    asked = administrator.get("/consents").text.partition('<details class="ask-once')[2].partition("</details>")[0]
    assert "<summary>取り消す</summary>" in asked  # the first press opens what ends, the button inside does it
    assert "都道府県の支援者は、この市町村の募集と応募をすぐに見られなくなります" in asked
    assert "この同意を取り消す</button>" in asked
    assert administrator.send("/consents", "/consents/32525/withdrawal").status_code == 303
    assert "取り消された同意" in administrator.get("/consents").text

    decision = {
        "mode": "introduce",
        "place": "",
        "document": "企第9号",
        "decided_by": "協議会",
        "from_date": "2026-11-01",
    }
    assert administrator.send("/modes", "/modes", **decision).headers["location"] == "/modes?done=mode"
    assert "企第9号" in administrator.get("/modes").text


def test_a_hold_needs_something_to_hold_and_is_lifted_with_a_reason(administrator: Browser) -> None:
    unknown = administrator.send("/retention", "/holds", kind="applicant", id="nobody", reason="監査第1号")
    assert re.search(r'id="fault-id">この番号の記録はありません。', unknown.text)
    assert administrator.send("/retention", "/holds", kind="applicant", id="a1", reason="監査第1号").status_code == 303
    hold_id = re.findall(r"/retention\?lift=([^\"]+)", administrator.get("/retention").text)[0]

    lifted = administrator.send(f"/retention?lift={hold_id}", f"/holds/{hold_id}/lifting", lifting="監査の終了")
    assert lifted.headers["location"] == "/retention?done=hold_lifted"
    assert "監査の終了" in administrator.get("/retention").text


def test_the_state_of_the_service_says_what_to_do(administrator: Browser) -> None:
    page = administrator.get("/service").text

    assert "控えを作った記録がありません。" in page
    assert page.count("問題なし") == 4


def test_a_researcher_takes_pseudonymised_files_and_sees_no_small_number(
    service: TestClient, everyone: Headers
) -> None:
    page = _as("researcher", service, everyone).get("/research").text
    address = re.findall(r'href="(/api/v1/applicants[^"]+)"', page)[0].replace("&amp;", "&")
    taken = service.get(address, headers=everyone("researcher"))

    assert taken.status_code == 200
    assert {line["applicant_id"][:2] for line in taken.json()["applicants"]} == {"r-"}
    assert "示せる数はまだありません。" in page


@ON_SQLITE
@pytest.mark.parametrize("path", ["/audit", "/accounts", "/retention", "/service", "/runs"])
def test_pages_of_oversight_are_not_for_coordinators(path: str, service: TestClient, everyone: Headers) -> None:
    assert _as("coordinator", service, everyone).get(path).status_code == 403


def test_a_researcher_opens_runs_with_digests_in_full_and_reads_of_nobody(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    run_id = service.post("/api/v1/runs", json={}, headers=everyone("administrator")).json()["run_id"]
    with reading(database) as session:
        record = json.loads(session.get_one(RunRow, run_id).body)
    researcher = _as("researcher", service, everyone)
    one = f"/research/runs/{run_id}"
    listed, shown = researcher.get("/research/runs").text, researcher.get(one).text
    told = record["provenance"]
    digests = [told["weights"]["digest"], told["inputs"]["records"], record["digest"]]
    digests += [rule["digest"] for rule in told["rulesets"]]

    assert f'href="{one}"' in listed and f'href="{one}"' in researcher.get("/runs").text
    assert 'href="/research/runs"' in researcher.get("/research").text
    for page in (listed, shown):
        assert [digest for digest in digests if f"<code>{digest}</code>" not in page] == []
        assert not re.search(r"\b[axp][0-9]\b", page), "ids of people and calls"
    assert "5人より少ない数" in shown and "少ない人数が分かるため示しません" in shown
    assert "受入保留方式" in listed and "計算しました" in listed
    assert researcher.get(f"/runs/{run_id}").status_code == 403
    assert _as("coordinator", service, everyone).get(one).status_code == 403
    with reading(database) as session:
        entry = session.exec(select(AuditRow).order_by(col(AuditRow.sequence).desc())).all()
    uses = [json.loads(row.entry) for row in entry if json.loads(row.entry)["actor"]["role"] == "researcher"]
    assert {(use["action"], use["purpose"], use["on"][0]["kind"]) for use in uses if use["action"] == "read"} >= {
        ("read", "research", "run")
    }


@pytest.mark.parametrize("path", ["/runs", "/accounts", "/research/runs", "/postings"])
def test_a_page_past_the_end_of_a_list_leads_to_its_last(path: str, service: TestClient, everyone: Headers) -> None:
    role = {"/accounts": "administrator", "/postings": "coordinator"}.get(path, "auditor")
    answer = _as(role, service, everyone).get(f"{path}?offset=5000")

    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, path)
    assert _as(role, service, everyone).get(answer.headers["location"]).status_code == 200


def test_a_round_says_who_took_no_part_and_why_somebody_is_below_a_wish(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    auditor = _as("auditor", service, everyone)
    run_id = service.post("/api/v1/runs", json={}, headers=everyone("administrator")).json()["run_id"]
    before = auditor.get(f"/runs/{run_id}").text
    with writing(database) as session:  # as a round is stored that left people out
        row = session.get_one(RunRow, run_id)
        record = json.loads(row.body)
        person = next(an_id for an_id, place in record["matching"].items() if place is not None)
        wish = {"posting_id": "p9", "score": 0.25, "why": "ranked_above"}
        record["report"]["left_out"] = {"accepted": 3, "ended": 2}
        record["report"]["passed_over"] = [{"applicant_id": person, "n": 4, "wishes": [wish]}]
        row.body = json.dumps(record)
    page = auditor.get(f"/runs/{run_id}").text

    assert "この配置の案の計算に入れなかった人がいます" not in before
    assert "すでに行き先を承諾した人 3人" in page and "応募がすべて終わった人 2人" in page
    told = page.partition("希望が上の募集に入れなかった人と理由")[2]
    assert "席は、募集側の順位が上の人で埋まった" in told and "0.250" in told and "ほか3件" in told


@ON_SQLITE
def test_a_round_shows_no_id_of_a_person_who_was_erased_since(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    auditor = _as("auditor", service, everyone)
    run_id = service.post("/api/v1/runs", json={}, headers=everyone("administrator")).json()["run_id"]
    before = auditor.get(f"/runs/{run_id}").text
    with writing(database) as session:
        record = json.loads(session.get_one(RunRow, run_id).body)
        erase_people(session, list(record["matching"]))
    page = auditor.get(f"/runs/{run_id}").text
    sent = auditor.send(f"/runs/{run_id}", f"/runs/{run_id}/verification")
    found = auditor.get(sent.headers["location"]).text

    assert "消去済み" not in before and "消去済み" in page
    assert all(re.search(rf"\b{an_id}\b", before) for an_id in record["matching"])
    assert not any(re.search(rf"\b{an_id}\b", page) for an_id in record["matching"])
    assert "もとの記録の中に、そのあと消去された人がいるため、計算し直せません。" in found
    assert "have been erased since" not in found
