"""The import wizard as a browser without scripts walks through it, on both databases."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from sqlmodel import col, select

from api.audit.tables import AuditRow
from api.imports.tables import ImportContentRow
from api.pages.errors import FormEncodingError, FormError
from api.pages.import_view import ColumnsForm, mapping_of
from api.pages.uploads import parts_of
from api.storage.database import reading
from tests.api.pages.office.conftest import HTML, NewOffice, Office
from tests.api.pages.office.sent_forms import Fields, form_of, words_of

# what the database does not change is shown on one
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
FILES = Path(__file__).resolve().parents[4] / "fixtures" / "intake" / "files"
PEOPLE = "応募者ID,住民票所在地,年齢,応募先,メモ\nn1,東京都港区,37歳,p1,木工\nn2,府中市,48歳,p1,料理\n".encode()


def _send(office: Office, content: bytes, name: str = "応募者.csv", fields: Fields | None = None) -> Response:
    sent = fields or office.fields("/imports", "/imports")
    file = {"file": (name, content)}
    return office.client.post("/imports", data=sent, files=file, headers=HTML, follow_redirects=False)


def _address(office: Office, content: bytes = PEOPLE, name: str = "応募者.csv") -> str:
    """Of an import whose preview is there."""
    answer = _send(office, content, name)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    for _time in range(100):
        if "progress" not in office.get(address).text:
            break
        time.sleep(0.05)
    return address


def test_a_list_is_looked_at_before_anything_is_stored(office: Office) -> None:
    page = words_of(office.get(_address(office)).text)

    assert "2件を登録する" in page  # a person and an application; the other row is refused
    assert "C 年齢（" in page.replace("\u3000", " ")
    assert "2行" not in page
    assert "同じ名前の市区町村が二つ以上あります" in page
    assert "東京都府中市、広島県府中市" in page
    assert "37歳" not in page
    assert office.client.get("/api/v1/applicants/01468-n1").status_code == 404


def test_what_was_looked_at_is_stored_once_and_the_file_is_gone(office: Office, database: Engine) -> None:
    address = _address(office)
    sent = office.fields(address, f"{address}/commit")
    answers = [office.post(f"{address}/commit", sent) for _press in range(2)]
    page = words_of(office.get(address).text)

    assert [answer.status_code for answer in answers] == [303, 303]
    assert "登録が終わりました" in page
    assert "新しく登録 応募者 1、応募 1" in page
    assert "応募先の募集を書いた列がなかった" not in page
    assert 'href="/postings"' in office.get(address).text
    assert office.client.get("/api/v1/applicants/01468-n1").status_code == 200
    with reading(database) as session:
        assert session.exec(select(ImportContentRow)).all() == []
        entries = [json.loads(row.entry) for row in session.exec(select(AuditRow).order_by(col(AuditRow.sequence)))]
    stored = [one for one in entries if one["action"] == "created" and one["on"][0]["kind"] == "import"]
    assert [one["purpose"] for one in stored] == ["intake"]


@ON_SQLITE
def test_a_list_that_tells_no_call_says_so_before_and_after_it_is_stored(office: Office) -> None:
    address = _address(office, "応募者ID,住民票所在地,志望動機\nn1,東京都港区,森で働きたい。\n".encode())
    before = words_of(office.get(address).text)
    assert office.post(f"{address}/commit", office.fields(address, f"{address}/commit")).status_code == 303
    after = words_of(office.get(address).text)

    assert "応募先の募集を書いた列が見つかりません" in before
    assert "新しく登録 1" in after
    assert "応募は登録されていません" in after
    assert "同じ表をもう一度送ってください。応募者は二重になりません。" in after


@ON_SQLITE
def test_a_column_of_courses_tells_the_call(office: Office) -> None:
    people = "応募者ID,住民票所在地,希望コース\nn1,東京都港区,森の仕事\n"
    page = words_of(office.get(_address(office, people.encode())).text)

    assert "2件を登録する" in page
    assert "応募先の募集を書いた列が見つかりません" not in page


@ON_SQLITE
def test_an_office_without_a_call_is_told_the_cell_and_to_write_the_call_first(new_office: NewOffice) -> None:
    office = new_office("beginner", "coordinator", municipality_code="32525")
    people = "応募者ID,住民票所在地,希望コース\nn1,東京都港区,森のしごと\n"
    page = words_of(office.get(_address(office, people.encode())).text)

    assert "2 C 希望コース 森のしごと その募集は登録されていません。 先に募集を登録してください。" in page


def test_columns_are_chosen_again_and_remembered_for_the_next_file(office: Office) -> None:
    address = _address(office)
    sent = office.fields(address, f"{address}/mapping")
    memo = sent["heading"].index("メモ")
    fields = list(sent["field"])
    fields[memo] = "skills"
    assert office.post(f"{address}/mapping", sent, field=fields).status_code == 303
    time.sleep(0.3)
    form = form_of(office.get(address).text, f"{address}/mapping")
    again = _address(office)
    remembered = office.fields(again, f"{again}/mapping")

    assert form["field"][memo] == "skills"
    assert remembered["field"][memo] == "skills"
    assert "年齢" not in form["heading"]


@ON_SQLITE
def test_a_column_of_what_must_not_be_collected_is_not_read_whoever_asks(office: Office) -> None:
    address = _address(office)
    sent = office.fields(address, f"{address}/mapping")
    answer = office.post(
        f"{address}/mapping", sent, heading=["年齢"], was=["-"], field=["skills"]
    )  # as no page of ours would
    time.sleep(0.3)

    assert answer.status_code == 303
    assert "読まずに除きました" in words_of(office.get(address).text)


@ON_SQLITE
def test_a_choice_that_does_not_fit_itself_is_refused_in_words(office: Office) -> None:
    address = _address(office)
    sent = office.fields(address, f"{address}/mapping")
    answer = office.post(f"{address}/mapping", sent, field=["nothing"] * len(sent["field"]))

    assert answer.status_code == 422
    assert "列の選び方を読み取れませんでした" in answer.text
    with pytest.raises(FormError):
        mapping_of(ColumnsForm(kind="applicants", heading=("a",), was=("-", "-"), field=("-",)))


@ON_SQLITE
def test_macros_of_a_file_are_never_run_and_the_page_says_so(office: Office) -> None:
    address = _address(office, (FILES / "hostile-macro.xlsm").read_bytes(), "応募者.xlsm")

    assert "マクロが入っていますが、動かさずに表の値だけを読みました" in office.get(address).text


@ON_SQLITE
@pytest.mark.parametrize(
    ("name", "told"),
    [("hostile-password.xlsx", "パスワード"), ("hostile-picture.csv", "表"), ("hostile-truncated.xlsx", "ファイル")],
)
def test_a_file_that_is_not_read_is_refused_in_words_that_say_what_to_do(office: Office, name: str, told: str) -> None:
    page = words_of(office.get(_address(office, (FILES / name).read_bytes(), name)).text)

    assert "取り込めませんでした" in page
    assert told in page
    assert "何も登録されていません" in page


def test_a_form_without_a_file_or_with_an_empty_one_says_so(office: Office) -> None:
    sent = office.fields("/imports", "/imports")
    none = office.client.post("/imports", data=sent, files={"file": ("", b"")}, headers=HTML)
    empty = _send(office, b"", "空.csv")

    assert (none.status_code, empty.status_code) == (422, 422)
    assert "ファイルを選んでください" in none.text
    assert "ファイルが空です" in empty.text


@ON_SQLITE
def test_a_file_that_is_too_large_is_refused_in_words(office: Office, guarded: FastAPI) -> None:
    sent = office.fields("/imports", "/imports")
    guarded.state.settings = guarded.state.settings.model_copy(update={"max_body_bytes": 1000})
    answer = _send(office, b"x" * 2000, fields=sent)

    assert answer.status_code == 413
    assert "送る内容が大きすぎます" in answer.text


def test_a_file_that_is_sent_twice_is_one_import(office: Office) -> None:
    sent = office.fields("/imports", "/imports")
    content = b"--b\r\n" + b"".join(
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{values[0]}\r\n--b\r\n'.encode()
        for name, values in sent.items()
        if name.startswith("form_")
    )
    content += b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + PEOPLE + b"\r\n--b--\r\n"
    headers = {**HTML, "Content-Type": "multipart/form-data; boundary=b"}
    answers = [
        office.client.post("/imports", content=content, headers=headers, follow_redirects=False) for _press in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert office.client.get("/api/v1/imports").json()["total"] == 1


def test_a_discarded_import_leaves_nothing(office: Office, database: Engine) -> None:
    address = _address(office)
    answer = office.post(f"{address}/discard", office.fields(address, f"{address}/discard"))

    assert answer.headers["location"] == "/imports?done=import_discarded"
    assert "ファイルは残っていません" in office.get(address).text
    with reading(database) as session:
        assert session.exec(select(ImportContentRow)).all() == []


def test_what_another_officer_changed_meanwhile_is_told_and_nothing_is_stored(office: Office) -> None:
    content = "募集ID,題名,募集人数\np1,薪の仕事,2\n".encode()
    address = _address(office, content, "募集.csv")
    sent = office.fields(address, f"{address}/commit")
    assert office.client.post("/api/v1/postings/p1/closing").status_code == 200
    answer = office.post(f"{address}/commit", sent)

    assert answer.status_code == 409
    assert "ほかの担当者が変えました。何も登録されていません" in answer.text
    assert office.client.get("/api/v1/postings/p1").json()["title"] == "森の仕事"


def test_nobody_else_finds_an_import(office: Office, new_office: NewOffice) -> None:
    address = _address(office)
    stranger = new_office("other", "coordinator", municipality_code="32525")

    assert stranger.get(address).status_code == 404
    assert "まだありません" in words_of(stranger.get("/imports").text)
    for role in ("supporter", "auditor"):
        assert new_office(role, role, prefecture_code="01").get("/imports").status_code == 403


@ON_SQLITE
def test_a_file_from_another_site_is_refused(office: Office) -> None:
    sent = office.fields("/imports", "/imports") | {"form_token": ["0" * 64]}

    assert _send(office, PEOPLE, fields=sent).status_code == 403
    assert office.client.get("/api/v1/imports").json()["total"] == 0


@ON_SQLITE
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1', "multipart/form-data; boundary=x"),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\r\n--x--', "multipart/form-data; boundary=x"),
        (b"--x" + b"\r\n\r\n\r\n--x" * 60 + b"--", "multipart/form-data; boundary=x"),
    ],
)
def test_a_body_that_is_no_form_with_a_file_is_refused(office: Office, body: bytes, kind: str) -> None:
    answer = office.client.post("/imports", content=body, headers={**HTML, "Content-Type": kind})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\\\文書\\\\応募.csv", "応募.csv"),
        ("/home/a/応募.csv", "応募.csv"),
        ("a%22b.csv", 'a"b.csv'),
        ("あ" * 400, "あ" * 255),
    ],
)
def test_a_files_name_is_kept_without_its_folder(sent: str, kept: str) -> None:
    head = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{sent}"\r\n\r\n'.encode()
    (part,) = parts_of(head + b"1\r\n--x--\r\n", "multipart/form-data; boundary=x")

    assert part == ("file", kept, b"1")


def test_bytes_of_a_file_arrive_as_they_are() -> None:
    content = bytes(range(256)) * 9 + b"\r\n--xy\r\n\n\r"
    head = b'--xyz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    (part,) = parts_of(head + content + b"\r\n--xyz--\r\n", 'multipart/form-data; charset=utf-8; boundary="xyz"')

    assert part.content == content
    with pytest.raises(FormEncodingError):
        parts_of(b"", "multipart/form-data; boundary=xyz")
