"""What is due and the papers of a call, as pages and as files."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from api.audit.tables import AuditRow
from api.pages.errors import FormError
from api.pages.paper_names import interviews_in, names_in
from api.storage.database import reading, writing
from api.storage.record_kinds import POSTINGS
from api.storage.stored_records import read, replace
from tests.api.pages.office.conftest import NewOffice, Office
from tests.api.pages.office.sent_forms import words_of

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAPERS = "/postings/p1/papers"


def _entries(database: Engine) -> list[dict[str, object]]:
    with reading(database) as session:
        return [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]


def _text(workbook: bytes) -> str:
    with ZipFile(BytesIO(workbook)) as parts:
        return "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))


@ON_SQLITE
def test_the_page_of_deadlines_tells_what_is_due_and_names_nobody(office: Office) -> None:
    page = words_of(office.get("/papers").text)

    assert "2026年12月20日 募集の締切" in page
    assert "期限を過ぎたものはありません" in page
    assert "森の仕事" in page


def test_what_is_overdue_stands_first(office: Office, database: Engine) -> None:
    with writing(database) as session:  # one that ran out by itself: no officer sets a day that is past
        stored = read(session, POSTINGS, "p1")
        replace(session, POSTINGS, "p1", stored.model_copy(update={"deadline": date(2026, 11, 20)}))
    page = words_of(office.get("/papers").text)

    assert "期限を過ぎたもの2件" in page
    assert page.index("未読の応募") < page.index("この期間に期限のあるものはありません")


def test_a_paper_is_a_file_and_goes_on_record(office: Office, database: Engine) -> None:
    answer = office.get(f"{PAPERS}/selection-list?format=xlsx")
    entry = _entries(database)[-1]

    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "森の仕事" in _text(answer.content)
    assert (entry["action"], entry["purpose"]) == ("exported", "selection")


@ON_SQLITE
def test_names_that_are_pasted_are_printed_and_stored_nowhere(office: Office, database: Engine) -> None:
    sent = office.fields(PAPERS, f"{PAPERS}/selection-list")
    assert sent["names"] == ["a1\t\na2\t\n"]
    answer = office.post(f"{PAPERS}/selection-list", sent, names="a1\t架空　花子\n", format="xlsx")

    assert "架空" in _text(answer.content)
    assert "架空" not in json.dumps(_entries(database), ensure_ascii=False)


@ON_SQLITE
def test_interviews_become_dates_of_a_calendar(office: Office) -> None:
    sent = office.fields(PAPERS, f"{PAPERS}/selection-list")
    answer = office.post(f"{PAPERS}/interview-dates", sent, interviews="a1 2026-12-05 13:30 役場2階", format="ics")

    assert answer.status_code == 200
    assert b"DTSTART" in answer.content


def test_a_line_of_nobody_who_applied_is_told_by_its_number(office: Office) -> None:
    sent = office.fields(PAPERS, f"{PAPERS}/selection-list")
    answer = office.post(f"{PAPERS}/selection-list", sent, names="a1\t花子\nzz\t太郎", format="xlsx")

    assert answer.status_code == 422
    assert "2行目は、この募集の応募者の番号で始まっていません" in answer.text
    assert "太郎" in answer.text


def test_a_paper_without_its_records_says_so_on_a_page(office: Office) -> None:
    answer = office.get(f"{PAPERS}/offer-letter?format=pdf")

    assert answer.status_code == 409
    assert "この書類は、まだ作れません" in answer.text


@ON_SQLITE
def test_a_letter_to_nobody_is_told_and_not_offered(office: Office) -> None:
    before = office.get(PAPERS).text
    step = {"application_id": "x1", "state": "seen", "after": None}
    for state in ("seen", "shortlisted", "offered"):
        made = office.client.post("/api/v1/decisions", json={**step, "state": state})
        assert made.status_code == 201, made.text
        step["after"] = made.json()["decision_id"]
    after = office.get(PAPERS).text
    offers = f"{PAPERS}/offer-letter"

    assert "内定の返事を待っている人がいないので" in before and f'"{offers}' not in before.replace("action=", "")
    assert "採用に至らなかった人がいないので、今は作れません" in before and f"{PAPERS}/not-chosen-letter" not in before
    assert "内定の返事を待っている人がいないので" not in after and f"{offers}?format=pdf" in after
    assert f"{PAPERS}/not-chosen-letter" not in after
    assert office.get(f"{offers}?format=pdf").status_code == 200


@ON_SQLITE
def test_a_call_without_applicants_offers_only_what_can_be_made(office: Office) -> None:
    sent = office.fields("/postings/new", "/postings/new")
    office.post("/postings/new", sent, own_number="9", title="はじめて")
    page = office.get("/postings/01468-9/papers").text

    assert "引継ぎ書" in page
    assert "選考一覧表" not in page
    assert "応募が届くと作れます" in page


def test_files_of_the_whole_municipality(office: Office) -> None:
    for path in ("/papers/reminders?format=xlsx", "/papers/reminders?format=ics", "/papers/tax-evidence?format=xlsx"):
        answer = office.get(path)
        assert (path, answer.status_code) == (path, 200)
        assert answer.headers["content-disposition"].startswith("attachment")


@ON_SQLITE
def test_papers_are_for_the_own_municipality_alone(office: Office, new_office: NewOffice) -> None:
    stranger = new_office("other", "coordinator", municipality_code="32525")

    assert stranger.get(PAPERS).status_code == 404
    assert stranger.get(f"{PAPERS}/handover?format=xlsx").status_code == 404
    assert "森の仕事" not in stranger.get("/papers").text
    for role in ("supporter", "researcher", "auditor", "administrator"):
        assert new_office(role, role, prefecture_code="01").get("/papers").status_code == 403


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a1\t見本　花子", {"a1": "見本　花子"}),
        ("a10 見本 太郎\na1、花子\n\na2", {"a10": "見本 太郎", "a1": "花子"}),
        (None, {}),
    ],
)
def test_names_are_read_as_they_are_pasted(text: str | None, found: dict[str, str]) -> None:
    assert names_in(text, {"a1", "a2", "a10"}) == found


@pytest.mark.parametrize("written", ["1", "１", "01468-1", "０１４６８－１"])
def test_the_own_number_of_an_office_names_whom_its_import_stored_under_it(written: str) -> None:
    known, names = {"01468-1", "01468-10", "13112-2"}, f"{written}\t﨑山　花子\n10 見本 太郎"

    assert names_in(names, known, code="01468") == {"01468-1": "﨑山　花子", "01468-10": "見本 太郎"}
    (slot,) = interviews_in(f"{written} 2026-12-05 13:30", known, "p1", code="01468")
    assert slot.applicant_id == "01468-1"
    with pytest.raises(FormError):  # of another municipality
        names_in("2 見本 太郎", known, code="01468")


def test_a_number_that_is_an_id_itself_means_that_one() -> None:
    assert names_in("1 見本 太郎", {"1", "01468-1"}, code="01468") == {"1": "見本 太郎"}


def test_interviews_are_read_as_people_write_them() -> None:
    (first, second) = interviews_in("a1 2026年12月5日 13時30分 役場\na2\t2026/12/6 ９：００", {"a1", "a2"}, "p1")

    assert (first.starts_at.isoformat(), first.place) == ("2026-12-05T13:30:00+09:00", "役場")
    assert second.starts_at.isoformat() == "2026-12-06T09:00:00+09:00"
    for wrong in ("a1 あした", "a1 2026-13-40 10:00", "a1 2026-12-05 25:00"):
        with pytest.raises(FormError):
            interviews_in(wrong, {"a1"}, "p1")


def test_more_interviews_than_are_made_at_once_are_refused_by_the_line_that_is_too_many() -> None:
    many = "\n".join(["a1 2026-12-05 13:30"] * 1_000)

    assert len(interviews_in(many, {"a1"}, "p1")) == 1_000
    with pytest.raises(FormError) as refused:
        interviews_in(f"{many}\na1 2026-12-05 14:00", {"a1"}, "p1")
    (fault,) = refused.value.form_faults
    assert (fault.keys, fault.put_in) == (("fault.interviews.many",), {"line": 1_001, "most": "1,000"})
