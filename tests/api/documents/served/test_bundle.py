"""The hand-over bundle: it opens, holds both forms of each paper, has safe names, and is within the officer's reach."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from starlette.testclient import TestClient

from api.documents.served import bundle as module
from api.documents.served.writing import safe_part
from tests.api.accounts.conftest import Headers, Json
from tests.api.documents.served.conftest import Ask

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CONTENTS = "はじめにお読みください.txt"


def opened(content: bytes) -> ZipFile:
    archive = ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return archive


@pytest.mark.usefixtures("offered")
def test_it_opens_and_holds_every_paper_in_both_forms_with_a_list_of_them(
    ask: Ask, entries: Callable[[], list[str]]
) -> None:
    answer = ask("coordinator", "bundle")
    archive = opened(answer.content)
    names = archive.namelist()
    told = archive.read(CONTENTS).decode("utf-8-sig")

    assert answer.headers["content-type"] == "application/zip"
    assert "引き継ぎ一式_2026-11-23.zip" in unquote(answer.headers["content-disposition"])
    for title in ("引継ぎ書", "選考一覧表"):
        made = [name for name in names if name.startswith("募集_p1/") and title in name]
        assert sorted(name.rpartition(".")[2] for name in made) == ["pdf", "xlsx"]
    assert {name.rpartition(".")[2] for name in names} == {"txt", "pdf", "xlsx", "ics"}
    assert all(name in told for name in names if name != CONTENTS)
    begins = {"xlsx": b"PK", "pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR"}
    assert all(archive.read(name).startswith(begins[name.rpartition(".")[2]]) for name in names if name != CONTENTS)

    entry = json.loads(entries()[-1])
    assert (entry["action"], entry["purpose"]) == ("exported", "follow_up")
    assert {one["kind"]: one["count"] for one in entry["on"]}["posting"] == 1
    assert sorted(next(one["ids"] for one in entry["on"] if one["kind"] == "applicant")) == ["a1", "a2"]


@ON_SQLITE
def test_the_same_state_gives_the_same_bytes_and_what_cannot_be_made_is_told(ask: Ask, service: TestClient) -> None:
    first, second = (ask("coordinator", "bundle").content for _ in range(2))

    assert first == second
    told = opened(first).read(CONTENTS).decode("utf-8-sig")
    assert "氏名は記録になく" in told


@ON_SQLITE
def test_a_call_without_applications_is_handed_over_without_an_order_of_reading(
    ask: Ask, service: TestClient, town: Headers, records: Json
) -> None:
    posting = {**records["postings"][0], "posting_id": "../下川:第1号", "municipality_code": "01468"}
    assert service.post("/api/v1/postings", json=posting, headers=town("coordinator")).status_code == 201
    archive = opened(ask("coordinator", "bundle").content)
    folder = "募集_.._下川_第1号/"

    assert any(name.startswith(f"{folder}引継ぎ書") for name in archive.namelist())
    assert f"・{folder}選考一覧表：まだ応募がありません" in archive.read(CONTENTS).decode("utf-8-sig")
    for name in archive.namelist():
        assert not name.startswith("/") and ".." not in name.split("/") and not set('\\:*?"<>|') & set(name)


@ON_SQLITE
def test_a_call_closed_by_a_conflict_of_interest_is_left_out_and_told(
    ask: Ask, service: TestClient, town: Headers
) -> None:
    declared = {"kind": "business", "posting_id": "p1"}
    assert service.post("/api/v1/conflicts", json=declared, headers=town("coordinator")).status_code == 201
    archive = opened(ask("coordinator", "bundle").content)

    assert not any(name.startswith("募集_p1/") for name in archive.namelist())
    assert "利益相反の申告により、あなたには表示できません" in archive.read(CONTENTS).decode("utf-8-sig")


@ON_SQLITE
def test_it_is_for_the_towns_own_officers_and_has_as_many_parts_as_it_says(
    ask: Ask, service: TestClient, town: Headers, records: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in ("applicant", "supporter", "researcher", "auditor", "administrator"):
        assert ask(role, "bundle").status_code == 403
    assert ask("coordinator", "bundle", municipality_code="32525").status_code == 403
    other = opened(ask("other", "bundle").content)
    assert not any("p1" in name for name in other.namelist())
    beyond = ask("coordinator", "bundle", part="2")
    assert beyond.status_code == 409
    assert beyond.json()["detail"] == "the bundle comes in 1 part(s), there is no part 2"
    monkeypatch.setattr(module, "CALLS_A_PART", 1)
    posting = {**records["postings"][0], "posting_id": "p7", "municipality_code": "01468"}
    assert service.post("/api/v1/postings", json=posting, headers=town("coordinator")).status_code == 201
    second = ask("coordinator", "bundle", part="2")
    assert "_2of2.zip" in unquote(second.headers["content-disposition"])
    assert {name.partition("/")[0] for name in opened(second.content).namelist()} == {"募集_p7", CONTENTS}


@pytest.mark.parametrize(("an_id", "part"), [("", "_"), ("..", "_"), ("a/b\\c", "a_b_c"), ("x" * 80, "x" * 60)])
def test_a_part_of_a_name_is_never_empty_never_a_way_up_and_never_long(an_id: str, part: str) -> None:
    assert safe_part(an_id) == part
