"""``enmusubi import``: a preview that writes nothing, records that read back, one line where a file cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run
from features.json_files.record_files import load_records

FILES = Path(__file__).resolve().parents[2] / "fixtures" / "intake" / "files"


def _run(*arguments: str | Path) -> int:
    return run(["import", *map(str, arguments)])


def test_a_preview_writes_nothing_and_shows_columns_and_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    status = _run(FILES / "applicants-mistakes.xlsx")
    shown = capsys.readouterr().out

    assert status == 0
    assert list(tmp_path.iterdir()) == []
    assert "○ C 住民票所在地 → 現住所（住民票の市区町村）" in shown
    assert (
        "C2 住民票所在地「府中市」 同じ名前の市区町村が二つ以上あります。（候補: 東京都府中市、広島県府中市）" in shown
    )
    assert "まだ何も書いていません" in shown


def test_a_district_that_is_asked_for_names_its_municipality(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("受付番号,住所,志望動機\nR8-004,岐阜県高山市,山の仕事\n", encoding="utf-8")

    assert _run(file) == 0
    assert "岐阜県高山市（町名なし）は条件不利区域の内か外か" in capsys.readouterr().out


def test_a_deadline_that_has_passed_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "calls.csv"
    file.write_text("募集ID,市町村,募集人数,状態,締切\np,下川町,1,募集中,46000\n", encoding="utf-8")

    assert _run(file) == 0
    assert "締切の日がもう過ぎています" in capsys.readouterr().out


def test_a_list_that_names_no_call_says_what_that_means_and_a_preview_how_to_choose(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("受付番号,住所,志望動機\nR8-004,東京都港区,山の仕事\n", encoding="utf-8")

    assert _run(file) == 0
    shown = capsys.readouterr().out.replace("\n", "")
    assert "応募先の募集を書いた列がないので、応募は作りません。" in shown
    assert "シートは --sheet、市町村は --municipality、列の読み方は --mapping で選べます。" in shown


def test_new_calls_are_drafts_unless_they_are_to_be_published_and_the_preview_says_how_many_and_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, output = tmp_path / "calls.csv", tmp_path / "calls.json"
    file.write_text("募集ID,市町村,募集人数,状態\np,下川町,1,\nq,下川町,1,募集中\n", encoding="utf-8")

    assert _run(file, "-o", output) == 0
    shown = capsys.readouterr().out.replace("\n", "")
    assert "状態が書かれていないか読めない新しい募集1件は「下書き」になります。" in shown
    assert "--publish を付けます" in shown
    assert [one.state for one in load_records(output).postings] == ["draft", "open"]
    assert _run(file, "--publish", "-o", output) == 0
    assert "1件を「募集中」にします（公開前の確認は通りません）。" in capsys.readouterr().out.replace("\n", "")
    assert [one.state for one in load_records(output).postings] == ["open", "open"]


def test_records_are_written_and_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output, report, mapping = tmp_path / "a.json", tmp_path / "report.json", tmp_path / "mapping.json"
    status = _run(
        FILES / "applicants-forbidden-columns.xlsx", "-o", output, "--report", report, "--save-mapping", mapping
    )
    body = json.loads(report.read_text(encoding="utf-8"))

    assert status == 0
    assert len(load_records(output).applicants) == 4
    assert {row["item"] for row in body["dropped"]} == {"sex", "age", "birthplace", "family", "health", "photo"}
    assert (
        "架空県"
        not in report.read_text(encoding="utf-8") + output.read_text(encoding="utf-8") + capsys.readouterr().out
    )
    assert json.loads(mapping.read_text(encoding="utf-8"))["kind"] == "applicants"


def test_the_same_file_again_is_unchanged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, mapping = tmp_path / "first.json", tmp_path / "mapping.json"
    _run(FILES / "applicants-form-export.csv", "-o", first, "--save-mapping", mapping)
    postings = tmp_path / "postings.json"
    calls = [
        {"posting_id": an_id, "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
        for an_id in ("m-1", "m-2")
    ]
    postings.write_text(json.dumps({"postings": calls}), encoding="utf-8")
    capsys.readouterr()
    status = _run(
        FILES / "applicants-form-export.csv", "--known", first, "--known", postings, "--mapping", mapping, "--json"
    )

    assert status == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {
        "new": 0,
        "changed": 0,
        "unchanged": 8,
        "refused_rows": 0,
        "skipped_rows": 0,
    }


@pytest.mark.parametrize("is_preview", [False, True])
def test_a_file_of_which_no_row_is_read_writes_no_records_and_says_why_and_what_to_do(
    is_preview: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "a.json"

    assert _run(FILES / "applicants-swapped-columns.xlsx", *([] if is_preview else ["-o", output])) == 1
    shown = capsys.readouterr().out.replace("\n", "")
    assert not output.exists()
    assert "記録として読めた行が一つもないので、記録は書いていません。上の理由を見て元の表を直すか、" in shown
    assert "-o でファイルに書きます" not in shown


def test_people_and_their_applications_are_counted_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls, people, output = tmp_path / "calls.json", tmp_path / "people.csv", tmp_path / "people.json"
    call = {"posting_id": "p1", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    calls.write_text(json.dumps({"postings": [call]}), encoding="utf-8")
    people.write_text(
        "受付番号,住所,志望動機,応募先\na,東京都港区,山の仕事,p1\nb,東京都港区,海の仕事,\n", encoding="utf-8"
    )

    assert _run(people, "--known", calls, "-o", output) == 0
    assert "新規 応募者2・応募1　変更 0　変わりなし 0　読めない行 0" in capsys.readouterr().out
    assert _run(people, "--known", calls, "--known", output) == 0
    assert "新規 0　変更 0　変わりなし 応募者2・応募1　" in capsys.readouterr().out
    people.write_text("受付番号,住所,志望動機\na,東京都港区,山の仕事\n", encoding="utf-8")
    assert _run(people) == 0
    assert "新規 1　変更 0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((FILES / "hostile-password.xlsx",), "hostile-password.xlsx: パスワードで保護されたブックは開けません。"),
        ((FILES / "hostile-zip-bomb.xlsx",), "hostile-zip-bomb.xlsx: ブックの中身が"),
        ((FILES / "hostile-no-table.xlsx",), "表の見出しが見つかりません。"),
        (("no-such-file.xlsx",), "no-such-file.xlsx: No such file or directory"),
        ((FILES / "companies.xlsx", "--kind", "firms"), "--kind is firms, expected one of applicants, postings"),
        ((FILES / "companies.xlsx", "--program", "jet"), "--program is jet, expected one of kyoryokutai, kigyojin"),
        ((FILES / "companies.xlsx", "--municipality", "伊達市"), "the name is shared by"),
        (
            (FILES / "companies.xlsx", "--mapping", FILES / "companies.xlsx.expected.json"),
            "columns: missing, expected a value",
        ),
        ((FILES / "companies.xlsx", "--sheet", "別"), "ある名前: 企業"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_status_2(
    arguments: tuple[str | Path, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(*arguments) == 2
    told = capsys.readouterr()

    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""
