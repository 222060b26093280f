"""``enmusubi documents`` from files."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from api.cli import run
from tests.api.documents.office.conftest import decision, records


@pytest.fixture
def files(tmp_path: Path) -> Path:
    content = json.loads(records().model_dump_json(exclude_unset=True))
    (tmp_path / "A.json").write_text(json.dumps({k: content[k] for k in ("applicants", "applications")}))
    (tmp_path / "P.json").write_text(json.dumps({"postings": content["postings"]}))
    (tmp_path / "D.json").write_text(
        json.dumps({"decisions": [json.loads(decision(1, "x1", "offered", reason="理由。").model_dump_json())]})
    )
    long = json.loads(decision(1, "x1", "offered", reason="長" * 2001).model_dump_json())
    (tmp_path / "L.json").write_text(json.dumps({"decisions": [long]}))
    slot = {"applicant_id": "a3", "posting_id": "p1", "starts_at": "2026-12-05T13:30"}
    (tmp_path / "I.json").write_text(json.dumps({"interviews": [slot]}))
    (tmp_path / "N.csv").write_bytes("応募者ID,氏名\r\na1,見本 花\r\n".encode("cp932"))
    return tmp_path


def call(files: Path, kind: str, out: str, *more: str) -> int:
    records_ = ["--applicants", str(files / "A.json"), "--postings", str(files / "P.json")]
    return run(["documents", kind, *records_, "-o", str(files / out), "--on", "2026-11-25", *more])


@pytest.mark.parametrize(
    ("kind", "out", "begin", "more"),
    [
        ("selection-list", "list.xlsx", b"PK", ["--names", "N.csv"]),
        ("selection-list", "list.PDF", b"%PDF", ["--members", "5"]),
        ("decision-record", "why.xlsx", b"PK", ["--decisions", "D.json"]),
        ("interview-dates", "dates.ics", b"BEGIN:VCALENDAR", ["--interviews", "I.json"]),
    ],
)
def test_a_document_is_written_for_its_owner_alone(
    files: Path, kind: str, out: str, begin: bytes, more: list[str]
) -> None:
    more = [str(files / one) if one.endswith((".csv", ".json")) else one for one in more]

    assert call(files, kind, out, "--posting", "p1", *more) == 0
    assert (files / out).read_bytes().startswith(begin)
    assert stat.S_IMODE((files / out).stat().st_mode) == 0o600


def test_a_file_that_is_there_is_left_as_it_is(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (files / "list.xlsx").write_bytes(b"with the panel's marks")

    assert call(files, "selection-list", "list.xlsx", "--posting", "p1") == 2
    assert (files / "list.xlsx").read_bytes() == b"with the panel's marks"
    assert "同じ名前のファイルがもうあります。別の名前にしてください (is there already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "out", "more", "message"),
    [
        ("menu", "x.pdf", [], "document is menu, expected one of selection-list"),
        ("selection-list", "x.docx", [], "format of selection-list is docx, expected one of xlsx, pdf"),
        ("selection-list", "x.pdf", [], "document selection-list needs posting"),
        ("selection-list", "x.pdf", ["--posting", "p9"], "posting p9 is in none of the records"),
        ("interview-letter", "x.pdf", ["--posting", "p1"], "document interview-letter needs interviews"),
        ("selection-list", "x.pdf", ["--posting", "p1", "--members", "9"], "--members"),
        ("selection-list", "x.pdf", ["--posting", "p1", "--names", "D.json"], "D.json: the headings are not"),
        ("decision-record", "x.pdf", ["--posting", "p1", "--decisions", "N.csv"], "N.csv: not JSON"),
        ("decision-record", "x.pdf", ["--posting", "p1", "--decisions", "P.json"], "P.json: decisions: "),
        (
            "decision-record",
            "x.pdf",
            ["--posting", "p1", "--decisions", "L.json"],
            "L.json: decisions[0].reason has 2001",
        ),
        ("selection-list", "x.pdf", ["--posting", "p1", "--names", "none.csv"], "none.csv: No such file"),
    ],
)
def test_a_fault_is_one_line_that_names_the_place_and_leaves_no_file(
    files: Path, capsys: pytest.CaptureFixture[str], kind: str, out: str, more: list[str], message: str
) -> None:
    more = [str(files / one) if one.endswith((".csv", ".json")) else one for one in more]

    assert call(files, kind, out, *more) == 2
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1
    assert not list(files.glob("x.*"))


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("応募者ID,氏名\na1,見本\na1,別名\n", "line 3 has an id that stands above already"),
        (f"応募者ID,氏名\na1,{'長' * 101}\n", "line 2 has a name of 101 characters"),
    ],
)
def test_a_list_of_names_out_of_form_is_refused_without_a_name(
    files: Path, capsys: pytest.CaptureFixture[str], rows: str, message: str
) -> None:
    (files / "bad.csv").write_text(rows, encoding="utf-8")

    assert call(files, "selection-list", "x.pdf", "--posting", "p1", "--names", str(files / "bad.csv")) == 2
    told = capsys.readouterr().err
    assert message in told
    assert "見本" not in told
