"""What a person may ask for: to see everything and what became of it, to stop its use, to have it erased."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from base64 import b64encode
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from api.accounts.reach import EVERYTHING
from api.audit.entry import LOCAL
from api.cli import run
from api.own_data.collecting import OwnData, Section
from api.own_data.page import own_data_page
from api.own_data.stores import stores
from api.own_data.versions import changed_keys
from api.pages.selection.posting_lines import posting_lines
from api.retention.purging import purge
from api.retention.rules import retention_rules
from api.retention.tables import RevisionMomentRow
from api.storage.database import reading, writing
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import read
from api.storage.tables import ApplicationRow
from features.records import Applicant
from features.taxonomy.vocabulary import ACTIVITY_JA
from tests.api.accounts.conftest import Headers, Json, NewAccount
from tests.api.own_data.conftest import MARK, MOMENT

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ME = "/api/v1/me/data"


def _sections(answer: Json) -> dict[str, list[Json]]:
    return {section["name"]: section["rows"] for section in answer["sections"]}


def _accept(database: Engine, application_id: str) -> None:
    """As a decision does it, with its day."""
    with writing(database) as session:
        row = session.get_one(ApplicationRow, application_id)
        row.status, row.record = "accepted", {**row.record, "status": "accepted"}
        session.add(row)
        session.exec(update(RevisionMomentRow).values(at=MOMENT))


def test_a_person_sees_all_that_is_stored_and_no_other_role_does(service: TestClient, person: Headers) -> None:
    answer = service.get(ME, headers=person("applicant")).json()
    found = _sections(answer)
    (record,) = found["applicant"]
    assert record["private_preferences"] == {"regions_wanted": ["北海道"], "min_monthly_pay_yen": 180000}
    assert [one["application_id"] for one in found["application"]] == ["x1"]
    assert "months_served" not in next(row for row in found["history"] if row["kind"] == "applicant")["record"]
    assert found["decision"][0]["state"] == "seen" and found["account"][0]["sign_in_name"] == "applicant"
    shown = {name for name, store in stores().items() if store.erasure != "stays"}
    assert shown - set(found) <= NEVER_SHOWN
    assert answer["kept_until"][0]["last_day"] is None  # the call is still open
    for role in ("coordinator", "supporter", "researcher", "auditor", "administrator"):
        assert service.get(ME, headers=person(role)).status_code == 403


# one's own row tells of these, they say nothing about the person, or they are given on request
NEVER_SHOWN = {
    "company",
    "conflict",
    "hold",
    "household",
    "import",
    "importcontent",
    "interviewscore",
    "keptanswer",
    "keptanswersubject",
    "listedcandidate",
    "recoverycode",
}


def test_no_secret_and_no_other_persons_id_is_in_it(service: TestClient, person: Headers) -> None:
    text = service.get(ME, headers=person("applicant")).text
    for secret in ("password_hash", "totp", "digest", "id-administrator", '"a2"', "id-coordinator"):
        assert secret not in text, secret


@ON_SQLITE
def test_the_page_to_print_is_plain_japanese_without_scripts(service: TestClient, person: Headers) -> None:
    service.get("/api/v1/applicants/a1", headers=person("coordinator"))
    answer = service.get(f"{ME}?format=html", headers=person("applicant"))
    page = answer.text
    assert answer.headers["content-type"].startswith("text/html")
    assert "<script" not in page and "http" not in page.split("</head>")[1]
    for told in (
        "あなたについて保存している内容",
        "北海道",
        "農林水産業",
        MARK,
        "北海道下川町の市町村の担当者",
        "閲覧",
    ):
        assert told in page, told


@ON_SQLITE
def test_the_page_may_use_its_own_style_and_leads_back(service: TestClient, person: Headers) -> None:
    answer = service.get(f"{ME}?format=html", headers=person("applicant"))
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()

    assert policy.startswith("default-src 'none'; ")
    assert policy.endswith(f"; style-src 'sha256-{digest}'")
    assert "overflow-wrap: anywhere" in style and "style=" not in answer.text
    assert '<a href="/my-data">' in answer.text


def test_what_people_name_or_write_is_not_taken_for_a_code() -> None:
    rows: dict[str, Json] = {
        "applicant": {"selection_profile": {"skills": ["event"], "desired_activities": ["event"]}},
        "account": {"account_id": "id-1", "sign_in_name": "applicant", "display_name": "family", "role": "applicant"},
        "history": {"kind": "applicant", "record": {"links": [{"kind": "event"}], "motivation_text": "closed"}},
    }
    found = OwnData(
        applicant_id="a1",
        made_at=MOMENT,
        is_restricted=False,
        sections=[Section(name=name, label=name, rows=[row]) for name, row in rows.items()],
        on_request="",
        kept_until=[],
        uses=[],
    )
    page = own_data_page(found)
    told = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', page)

    assert told == [
        ("選考に使う内容 › できること", "event"),
        ("選考に使う内容 › したい活動", ACTIVITY_JA["event"]),
        ("アカウントの番号", "id-1"),
        ("サインイン名", "applicant"),
        ("表示名", "family"),
        ("役割", "応募者"),
        ("種類", "応募者"),
        ("内容 › 地域とのつながり", "（種類 催しへの参加）"),
        ("内容 › 志望の動機", "closed"),
    ]
    assert "<a " not in page  # a file that is handed over leads nowhere


def test_places_languages_and_days_are_told_in_words() -> None:
    profile: Json = {
        "origin": {"municipality_code": "13112"},
        "employer": {"works_in": ["01468", "20201"]},
        "languages": [{"code": "en", "cefr": "B2"}, {"code": "fr", "cefr": "native"}],
        "available_from": "2027-04-01",
        "motivation_text": "2027年",
    }
    rows: list[Json] = [
        {"application_id": "2026-11-01", "received_at": "2026-11-03T00:05:00+00:00", "selection_profile": profile},
        {"prefecture_code": "01", "municipality_code": "99999"},
    ]
    found = OwnData(
        applicant_id="a1",
        made_at=MOMENT,
        is_restricted=False,
        sections=[Section(name="applicant", label="登録", rows=rows)],
        on_request="",
        kept_until=[],
        uses=[],
    )
    told = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td>', own_data_page(found))

    assert told == [
        ("応募番号", "2026-11-01"),
        ("受け付けた日時", "2026年11月3日 9時05分"),
        ("選考に使う内容 › 住民票のあるところ › 市町村", "東京都世田谷区（13112）"),
        ("選考に使う内容 › 勤め先 › いま働いている市町村", "北海道下川町（01468）、長野県長野市（20201）"),
        ("選考に使う内容 › 言語", "（言語 英語、水準 B2）、（言語 フランス語、水準 日常の言葉）"),
        ("選考に使う内容 › 着任できる日", "2027年4月1日"),
        ("選考に使う内容 › 志望の動機", "2027年"),
        ("都道府県", "北海道"),
        ("市町村", "99999"),
    ]


def test_every_key_of_a_record_has_a_word() -> None:
    words = tomllib.loads(files("api.own_data").joinpath("words.toml").read_text(encoding="utf-8"))["keys"]
    assert set(_keys(Applicant.model_json_schema())) - set(words) == set()


def _keys(schema: Json) -> list[str]:
    shapes = [schema, *schema.get("$defs", {}).values()]
    return [key for shape in shapes for key in shape.get("properties", {})]


@ON_SQLITE
def test_what_was_written_is_escaped_on_the_page(service: TestClient, everyone: Headers, records: Json) -> None:
    profile = {"motivation_text": "<script>alert(1)</script>"}
    service.put(
        "/api/v1/applicants/a1",
        json=records["applicants"][0] | {"selection_profile": profile},
        headers=everyone("applicant"),
    )
    page = service.get(f"{ME}?format=html", headers=everyone("applicant")).text
    assert "&lt;script&gt;alert(1)" in page and "<script>" not in page


def test_each_change_is_told_with_what_it_changed_and_the_private_part_to_its_owner_alone(
    service: TestClient, everyone: Headers, records: Json
) -> None:
    address, first = "/api/v1/applicants/a1", records["applicants"][0]
    own = everyone("applicant")
    private = first | {"private_preferences": {"regions_wanted": ["北海道"], "snow_ok": False}}
    assert service.put(address, json=private, headers=own).status_code == 200
    public = private | {"months_served": 3}
    assert service.put(address, json=public, headers=own).status_code == 200
    told = service.get(f"{address}/history", headers=own).json()["versions"]
    assert [one["changed"] for one in told] == [
        [],
        ["private_preferences.min_monthly_pay_yen", "private_preferences.snow_ok"],
        ["months_served"],
    ]
    assert all(one["at"] is not None for one in told)
    answer = service.get(f"{address}/history", headers=everyone("coordinator"))
    assert [one["changed"] for one in answer.json()["versions"]] == [[], ["months_served"]]
    assert "private" not in answer.text
    assert service.get(f"{address}/history", headers=everyone("other")).status_code == 404


def test_keys_that_were_added_or_taken_away_are_changes() -> None:
    assert changed_keys({"a": 1, "b": {"c": 1}}, {"b": {"d": 1}}) == ["a", "b.c", "b.d"]


def test_whose_use_is_stopped_is_in_no_list_and_still_there(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    own, town = everyone("applicant"), everyone("coordinator")
    assert _listed(service, town) == (["a1", "a2"], ["x1", "x2"], ["a1", "a2"])
    assert service.put(f"{ME}/restriction", headers=own).status_code == 200
    assert _listed(service, town) == (["a2"], ["x2"], ["a2"])
    assert service.get("/api/v1/applicants/a1", headers=town).status_code == 200
    assert service.get(ME, headers=own).json()["is_restricted"] is True
    assert service.get("/api/v1/applicants", headers=own).json()["total"] == 1
    researcher = service.get("/api/v1/applicants", headers=everyone("researcher")).json()
    assert researcher["total"] == 2
    assert service.delete(f"{ME}/restriction", headers=own).status_code == 204
    assert _listed(service, town) == (["a1", "a2"], ["x1", "x2"], ["a1", "a2"])


def _listed(service: TestClient, headers: dict[str, str]) -> tuple[list[str], list[str], list[str]]:
    people = service.get("/api/v1/applicants", headers=headers).json()
    applications = service.get("/api/v1/applications", headers=headers).json()
    ranked = service.get("/api/v1/postings/p1/candidates", headers=headers).json()
    assert people["total"] == len(people["applicants"])
    lines = [*ranked["candidates"], *ranked["excluded"]]
    return (
        [one["applicant_id"] for one in people["applicants"]],
        [one["application_id"] for one in applications["applications"]],
        sorted(one["applicant_id"] for one in lines),
    )


def test_no_list_of_decisions_names_whose_use_is_stopped(service: TestClient, everyone: Headers) -> None:
    town = everyone("coordinator")
    for an_id in ("x1", "x2"):
        seen = {"application_id": an_id, "state": "seen", "after": None}
        assert service.post("/api/v1/decisions", json=seen, headers=town).status_code == 201
    assert service.put(f"{ME}/restriction", headers=everyone("applicant")).status_code == 200
    listed = service.get("/api/v1/decisions", headers=town).json()["decisions"]
    assert [one["application_id"] for one in listed] == ["x2"]
    named = service.get("/api/v1/decisions?application_id=x1", headers=town).json()["decisions"]
    assert [one["application_id"] for one in named] == ["x1"]  # who answers the person still finds it


@ON_SQLITE
def test_a_call_counts_whose_use_is_stopped_save_among_those_to_read(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    assert service.put(f"{ME}/restriction", headers=everyone("applicant")).status_code == 200
    assert _counted(database) == (2, 1, 0)
    _accept(database, "x1")
    assert _counted(database) == (2, 1, 1)


def _counted(database: Engine) -> tuple[int, int, int]:
    with reading(database) as session:
        (line,) = posting_lines(session, [read(session, POSTINGS, "p1")], EVERYTHING, on=date(2026, 11, 23))
    return line.n_applications, line.n_unread, line.n_accepted


def test_whose_use_is_stopped_applies_nowhere_before_it_is_allowed_again(
    service: TestClient, everyone: Headers
) -> None:
    own, applied = everyone("applicant"), {"application_id": "x9", "applicant_id": "a1", "posting_id": "p2"}
    assert service.put(f"{ME}/restriction", headers=own).status_code == 200
    for role in ("applicant", "other"):  # the other town does not reach the person, and is not told of the stop
        refused = service.post("/api/v1/applications", json=applied, headers=everyone(role))
        kind = "use-stopped" if role == "applicant" else "unknown-reference"
        assert refused.json()["type"] == f"urn:enmusubi:problem:{kind}", refused.json()
    detail = service.post("/api/v1/applications", json=applied, headers=own).json()["detail"]
    assert detail.endswith("whom no list would show; end the stop first")
    assert service.delete(f"{ME}/restriction", headers=own).status_code == 204
    assert service.post("/api/v1/applications", json=applied, headers=own).status_code == 201


def test_where_everybodys_use_is_stopped_nobody_else_is_shown_in_their_place(
    service: TestClient, everyone: Headers
) -> None:
    town = everyone("coordinator")
    for an_id in ("a1", "a2"):
        assert service.put(f"/api/v1/applicants/{an_id}/restriction", json={}, headers=town).status_code == 200
    answer = service.get("/api/v1/postings/p1/candidates", headers=town)
    assert answer.status_code == 403, answer.json()


def test_who_was_placed_is_told_until_when_and_erased_after_it(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    _accept(database, "x1")
    own = everyone("applicant")
    answer = service.delete(ME, headers=own)
    assert (answer.status_code, answer.json()["kept_until"]) == (202, "2032-03-31")
    assert "残す義務" in answer.json()["reason"] and answer.json()["certificate"] is None
    assert service.delete(ME, headers=own).json() == answer.json()  # who asks again is told the same
    assert _listed(service, everyone("coordinator"))[0] == ["a2"]  # out of use at once
    due = date(2032, 3, 31) + timedelta(days=1)
    done = purge(database, retention_rules(), on=due, actor=LOCAL, now=datetime.now(UTC))
    assert "asked" in [one.class_name for one in done]
    assert service.get("/api/v1/applicants/a1", headers=everyone("coordinator")).status_code == 404


def test_a_person_may_overrule_the_duty_and_calls_off_the_wish_by_using_the_record_again(
    service: TestClient, everyone: Headers, database: Engine
) -> None:
    town, order = everyone("coordinator"), {"document": "令和8年11月20日付け請求書"}
    entered = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
    assert service.post("/api/v1/applicants", json=entered, headers=town).status_code == 201
    applied = {"application_id": "x9", "applicant_id": "a9", "posting_id": "p1"}
    assert service.post("/api/v1/applications", json=applied, headers=town).status_code == 201
    _accept(database, "x9")
    address = "/api/v1/applicants/a9/erasure"
    assert service.post(address, json=order, headers=town).status_code == 202
    assert service.delete("/api/v1/applicants/a9/restriction", headers=town).status_code == 204
    assert "a9" in _listed(service, town)[0]
    overruled = service.post(address, json=order | {"despite_duty": True}, headers=town)
    assert (overruled.status_code, overruled.json()["erased"]) == (200, True)
    assert service.get("/api/v1/applicants/a9", headers=town).status_code == 404


def test_a_municipality_erases_whom_it_entered_and_nobody_elses(
    service: TestClient, everyone: Headers, account: NewAccount
) -> None:
    order, town = {"document": "請求書"}, everyone("coordinator")
    foreign = service.post("/api/v1/applicants/a1/erasure", json=order, headers=town)
    assert (foreign.status_code, foreign.json()["type"]) == (403, "urn:enmusubi:problem:forbidden")
    entered = {"applicant_id": "a9", "programs": ["kyoryokutai"]}
    service.post("/api/v1/applicants", json=entered, headers=town)
    account("nine", "applicant", applicant_id="a9")
    elsewhere = {"application_id": "x9", "applicant_id": "a9", "posting_id": "p2"}
    assert service.post("/api/v1/applications", json=elsewhere, headers=everyone("nine")).status_code == 201
    refused = service.post("/api/v1/applicants/a9/erasure", json=order, headers=town)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:applied-elsewhere")
    assert service.delete(ME, headers=everyone("nine")).json()["erased"] is True


def test_an_account_whose_person_is_erased_signs_in_no_more(service: TestClient, everyone: Headers) -> None:
    own = everyone("applicant")
    assert service.delete(ME, headers=own).status_code == 200
    assert service.get("/api/v1/me", headers=own).status_code == 401
    assert service.delete(ME, headers=own).status_code == 401


def test_a_block_stands_in_the_way_of_everybody_until_it_is_lifted(service: TestClient, everyone: Headers) -> None:
    administrator, own = everyone("administrator"), everyone("applicant")
    order = {"kind": "posting", "id": "p1", "reason": "監査請求第2号"}
    placed = service.post("/api/v1/holds", json=order, headers=administrator)
    assert placed.status_code == 201
    refused = service.delete(ME, headers=own)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:enmusubi:problem:held")
    assert "監査請求" not in refused.text
    lifting = f"/api/v1/holds/{placed.json()['hold_id']}/lifting"
    assert service.post(lifting, json={"reason": "終了"}, headers=administrator).status_code == 200
    assert service.post(lifting, json={"reason": "終了"}, headers=administrator).status_code == 404
    assert service.delete(ME, headers=own).status_code == 200
    holds = service.get("/api/v1/holds", headers=everyone("auditor")).json()
    assert [(one["id"], one["lifted_at"] is not None) for one in holds["holds"]] == [("p1", True)]
    certificates = service.get("/api/v1/certificates", headers=everyone("auditor")).json()["certificates"]
    assert [one["class_name"] for one in certificates] == ["request"]
    text = service.get("/api/v1/certificates/1?format=text", headers=everyone("auditor"))
    assert text.headers["content-type"].startswith("text/plain") and "消去の証明　第1号" in text.text
    assert service.get("/api/v1/certificates/2", headers=everyone("auditor")).status_code == 404


def test_an_unknown_thing_cannot_be_blocked(service: TestClient, everyone: Headers) -> None:
    order = {"kind": "run", "id": "no", "reason": "x"}
    answer = service.post("/api/v1/holds", json=order, headers=everyone("administrator"))
    assert (answer.status_code, answer.json()["detail"]) == (404, "no run has the id no")


@ON_SQLITE
def test_the_command_writes_what_a_person_on_paper_is_handed(
    service: TestClient, person: Headers, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    assert run(["own-data", "a1", "-o", str(tmp_path / "a1.html")]) == 0
    assert MARK in (tmp_path / "a1.html").read_text(encoding="utf-8")
    assert (tmp_path / "a1.html").stat().st_mode & 0o077 == 0
    assert run(["own-data", "a1", "-o", str(tmp_path / "a1.json"), "--json"]) == 0
    assert _sections(json.loads((tmp_path / "a1.json").read_text(encoding="utf-8")))["applicant"]
    assert run(["own-data", "zz", "-o", str(tmp_path / "zz.html")]) == 2
    assert not (tmp_path / "zz.html").exists()
    uses = service.get("/api/v1/me/uses", headers=person("applicant")).json()["uses"]
    assert [(one["action"], one["purpose"], one["role"]) for one in uses[:2]] == [("exported", "rights", "local")] * 2


def test_without_sign_in_the_local_person_answers_requests(loaded: TestClient) -> None:
    assert loaded.get("/api/v1/applicants/a3/history").json()["versions"][0]["changed"] == []
    assert loaded.put("/api/v1/applicants/a3/restriction", json={"document": "第1号"}).status_code == 200
    assert loaded.get("/api/v1/applicants").json()["total"] == 2
    assert loaded.post("/api/v1/applicants/a1/erasure", json={"document": "第2号"}).json()["erased"] is True
    assert loaded.get("/api/v1/applications").json()["total"] == 1


def test_shapes_of_requests_take_no_unknown_key(loaded: TestClient) -> None:
    for address, body in (("a1/erasure", {"document": "x", "all": True}), ("a1/erasure", {})):
        assert loaded.post(f"/api/v1/applicants/{address}", json=body).status_code == 422
