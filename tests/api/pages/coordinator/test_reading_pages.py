"""Postings, the order of reading, comparing and trying weights, as a coordinator sees them; on both databases."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from starlette.testclient import TestClient

from api.audit.tables import AuditRow
from api.storage.database import reading
from api.storage.tables import ApplicationRow, PostingRow
from tests.api.accounts.conftest import Headers, Json
from tests.api.decisions.conftest import Step
from tests.api.pages.coordinator.conftest import Office
from tests.api.pages.passages import wrongly_marked

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CANDIDATES = "/postings/p1/candidates"
MARKED = {"form_token", "form_key"}


def _text(page: str) -> str:
    main = page.partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def _entries(database: Engine) -> list[dict[str, object]]:
    with reading(database) as session:
        return [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]


@ON_SQLITE
def test_my_postings_tell_deadline_seats_and_how_many_wait(office: Office, decide: Step) -> None:
    decide("x1", "seen", "shortlisted")
    page = office.get("/postings")
    text = _text(page.text)

    assert page.status_code == 200
    assert "北海道下川町" in text
    assert "島根県海士町" not in text  # another town's posting
    assert "締切 2026年12月20日 （あと27日）" in text
    assert "残り1席／1席" in text
    assert "応募 2 受付 1 選考中 1" in text
    assert f'href="{CANDIDATES}"' in page.text


@ON_SQLITE
def test_postings_are_filtered_by_their_state_and_another_state_is_refused(office: Office) -> None:
    assert "募集はありません" in office.get("/postings?state=closed").text
    assert "北海道下川町" in office.get("/postings?state=open").text
    assert office.get("/postings?state=gone").status_code == 422
    assert office.get("/postings?offset=-1").status_code == 422


@ON_SQLITE
def test_facts_that_are_old_warn(office: Office, database: Engine, service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    stored = service.get("/api/v1/postings/p1", headers=headers)
    changed = stored.json() | {"as_of": "2026-09-01"}
    tag = {"If-Match": stored.headers["ETag"]}
    assert service.put("/api/v1/postings/p1", json=changed, headers=headers | tag).status_code == 200

    text = _text(office.get("/postings").text)
    assert "情報が古い（2026年9月1日現在）" in text
    assert "30日より古い募集が1件あります" in text


@ON_SQLITE
def test_the_order_of_reading_is_that_of_the_interface_and_on_record(
    office: Office, service: TestClient, town: Headers, database: Engine
) -> None:
    answer = service.get("/api/v1/postings/p1/candidates", headers=town("coordinator")).json()
    page = office.get(CANDIDATES)
    text = _text(page.text)

    ids = [line["applicant_id"] for line in answer["candidates"]]
    assert re.findall(r'id="p-([^"]+)"', page.text) == ids
    for line in answer["candidates"]:
        assert f"{line['score']:.2f}" in text
        for one in (*line["reasons"][:3], *line["gaps"][:3]):
            assert one["sentence"] in text
        for one in line["questions"]:
            assert one["question"] in text
    by_page, by_interface = _entries(database)[-2:], _entries(database)[-3]
    assert [entry["action"] for entry in by_page] == ["ranked", "read"]
    assert {entry["purpose"] for entry in by_page} == {"selection"}
    assert by_page[0]["versions"] == by_interface["versions"]


@ON_SQLITE
def test_no_question_stands_twice_beside_a_person_and_none_above_that_would_change_nothing(office: Office) -> None:
    page = office.get(CANDIDATES).text
    asked = re.findall(r"<h3>聞くこと</h3>\s*<ul lang=\"ja\">(.*?)</ul>", page, re.DOTALL)
    lines = [re.findall(r"<li>(.*?)</li>", one) for one in asked]

    assert any(lines)
    assert all(len(one) == len(set(one)) for one in lines)
    assert "入れ替わる見込み 0%" not in page


@ON_SQLITE
def test_blind_reading_tells_no_id_no_home_and_no_application(office: Office) -> None:
    page = office.get(f"{CANDIDATES}?blind=true&order=arrival").text
    compared = office.get("/postings/p1/comparison?blind=true").text
    tried = office.get("/postings/p1/weights?blind=true&work_done=90").text

    for shown in (page, compared, tried):
        main = shown.partition("<main")[2]
        assert re.findall(r"\b(?:a1|a2|x1|x2)\b|港区|横浜", main) == []
        assert len(set(re.findall(r"応募者 (\d{5})", main))) == 2
    assert "（匿名で読むあいだ、説明は伏せています）" in page
    numbers = [set(re.findall(r"応募者 (\d{5})", shown)) for shown in (page, compared, tried)]
    assert numbers[0] == numbers[1] == numbers[2]  # the same on every page


@ON_SQLITE
def test_a_number_leads_to_the_application_and_an_unknown_one_nowhere(office: Office) -> None:
    page = office.get(f"{CANDIDATES}?blind=true").text
    (first, *_others) = re.findall(r'href="(/postings/p1/candidates/\d{5})"', page)

    assert office.get(first).headers["location"] in ("/applications/x1", "/applications/x2")
    assert office.get("/postings/p1/candidates/00000").status_code == 404
    assert office.get("/postings/p1/candidates/x1").status_code == 404


@ON_SQLITE
def test_the_excluded_stand_apart_with_their_rule(office: Office, service: TestClient, town: Headers) -> None:
    headers = town("coordinator")
    stored = service.get("/api/v1/postings/p1", headers=headers)
    changed = stored.json() | {"required_licences": ["普通自動車免許"]}
    tag = {"If-Match": stored.headers["ETag"]}
    assert service.put("/api/v1/postings/p1", json=changed, headers=headers | tag).status_code == 200
    person: Json = {"applicant_id": "a9", "programs": ["kyoryokutai"], "selection_profile": {"licences": []}}
    assert service.post("/api/v1/applicants", json=person, headers=headers).status_code == 201
    applied = {"application_id": "x9", "applicant_id": "a9", "posting_id": "p1"}
    assert service.post("/api/v1/applications", json=applied, headers=headers).status_code == 201

    page = office.get(CANDIDATES).text
    apart = _text("<main" + page.partition('id="excluded"')[2])
    assert re.search(r"\ba9\b.*× 免許・資格", apart)
    assert "何があれば対象になるか" in apart
    assert "特別交付税措置の対象外は、任用を禁じるものではありません" in apart


@ON_SQLITE
def test_people_are_compared_in_the_order_of_reading_and_differences_are_marked(office: Office) -> None:
    both = office.get("/postings/p1/comparison?who=a2&who=a1").text
    ordered = re.findall(r'id="p-([^"]+)"', office.get(CANDIDATES).text)

    heads = re.findall(r'<th scope="col"><a href="/applications/\w+">(\w+)</a>', both)
    assert heads == ordered
    assert "違いがあります" in both
    assert "2人以上を選ぶと" in office.get("/postings/p1/comparison?who=a1").text
    assert office.get("/postings/p1/comparison?who=a3").status_code == 404
    assert office.get("/postings/p1/comparison?" + "&".join(["who=a1"] * 21)).status_code == 422


def _stored(database: Engine) -> list[object]:
    with reading(database) as session:
        rows = [*session.exec(select(PostingRow)), *session.exec(select(ApplicationRow))]
        return [row.model_dump() for row in rows]


def test_weights_are_tried_and_nothing_is_stored(office: Office, database: Engine) -> None:
    before, page = _stored(database), office.get("/postings/p1/weights")
    tried = office.get("/postings/p1/weights?" + "&".join(f"{name}=0" for name in NAMES[1:]) + "&work_done=50")

    assert "ここでの変更は保存されません。" in page.text
    assert "重みを変えると、だれが" in page.text
    assert re.search(r"2人のうち\d人の順が変わります|順は変わりません", tried.text)
    assert _stored(database) == before
    entry = _entries(database)[-1]
    assert entry["action"] == "ranked"
    assert entry["versions"] != _entries(database)[-2]["versions"]  # tried weights have their own digest
    assert "重みを変えると" in office.get("/postings/p1/weights").text  # nothing is remembered


NAMES = (
    *("work_done", "work_wanted", "mission_meaning", "mission_text"),
    *("skill_coverage", "activity_wish", "place_link", "availability"),
)


@ON_SQLITE
@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("work_done=101", "100以下の数で入力してください。"),
        ("work_done=-1", "0以上の数で入力してください。"),
        ("work_done=たくさん", "数字で入力してください。"),
        ("work_done=nan", "入力の内容を確かめてください。"),
        ("&".join(f"{name}=0" for name in NAMES), "どれか一つは0より大きくしてください。"),
    ],
)
def test_weights_that_cannot_be_are_told_beside_their_field(office: Office, asked: str, told: str) -> None:
    page = office.get(f"/postings/p1/weights?{asked}")

    assert page.status_code == 422
    assert f'id="fault-work_done">{told}' in page.text
    assert re.findall(r"\ba[12]\b", _text(page.text)) == []  # nobody is shown


@pytest.mark.parametrize("role", ["applicant", "researcher", "auditor", "administrator"])
@ON_SQLITE
def test_nobody_else_reads_applications(office: Office, role: str) -> None:
    office.sit_down(role)
    for path in ("/postings", CANDIDATES, "/postings/p1/comparison", "/postings/p1/weights", "/applications/x1"):
        assert office.get(path).status_code == 403, path


@ON_SQLITE
def test_another_towns_officer_finds_nothing_and_a_supporter_reads_without_deciding(office: Office) -> None:
    office.sit_down("other")
    for path in (CANDIDATES, "/postings/p1/comparison", "/postings/p1/weights", "/applications/x1"):
        assert office.get(path).status_code == 404, path
    office.sit_down("supporter")
    page = office.get(CANDIDATES)
    assert page.status_code == 200
    assert "/applications/" not in page.text
    assert office.get("/applications/x1").status_code == 403


@ON_SQLITE
def test_a_call_without_applications_says_so_and_not_that_the_role_is_wrong(office: Office) -> None:
    office.sit_down("other")
    for path in ("/postings/p2/candidates", "/postings/p2/weights"):
        page = office.get(path)
        assert page.status_code == 403
        assert "まだ応募がありません" in page.text
        assert "あなたの役割では" not in page.text


@ON_SQLITE
def test_every_page_speaks_english_and_marks_what_stays_japanese(office: Office) -> None:
    for path in ("/postings", CANDIDATES, "/postings/p1/comparison", "/postings/p1/weights", "/conflicts"):
        page = office.get(path, language="en")
        assert '<html lang="en">' in page.text
        shown = re.sub(r'<(\w+)[^>]*\blang="ja"[^>]*>.*?</\1>', "", page.text.partition("<main")[2], flags=re.DOTALL)
        assert re.findall("[ぁ-ん]{2,}", re.sub(r"<[^>]+>", "", shown)) == [], path
        assert wrongly_marked(page.text) == [], path
        assert wrongly_marked(office.get(path).text) == [], path
