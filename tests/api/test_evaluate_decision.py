"""``enmusubi evaluate decision`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run
from features.json_files.record_files import dump_records
from features.staying.outcome_files import OutcomeFile
from tests.features.staying.office import office_outcomes, office_records

SMALL = ["evaluate", "decision", "--people", "80", "--postings", "6", "--past", "1", "--seed", "1"]
WITHOUT_SWAPS = [*SMALL, "--swapped", "0"]


def test_people_read_a_table_and_get_a_page(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    status = run([*SMALL, "--swapped", "3", "-o", str(page)])
    out = capsys.readouterr().out

    assert status == 0
    assert all(name in out for name in ("エンジンの割当", "先着順", "くじ引き", "見本の本当の差"))
    assert "性別の欄を書き替えて変わった点 0（18個中）" in out
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert str(page) in out


def test_json_holds_every_figure_and_repeats(capsys: pytest.CaptureFixture[str]) -> None:
    bodies = []
    for _ in range(2):
        assert run([*WITHOUT_SWAPS, "--json"]) == 0
        bodies.append(json.loads(capsys.readouterr().out))
    body = bodies[0]

    assert body == bodies[1]
    assert body["swap_test"] is None
    assert {"gain", "gain_of_all", "harmed"} == set(body["truth"])
    assert body["provenance"]["seed"] == 1
    low, estimate, high = body["decision_value"]["judged"]["gain"]
    assert low <= estimate <= high


def test_a_past_that_cannot_speak_is_exit_1_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["evaluate", "decision", "--people", "40", "--postings", "30", "--past", "1", "--swapped", "0"])

    assert status == 1
    assert "過去の記録からは答えられません" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--people", "3"), "--people"),
        (("--seed", "-1"), "--seed"),
        (("--past", "0"), "--past"),
        (("-o", "no/such/folder/page.html", "--swapped", "0"), "no/such/folder"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    status = run([*SMALL, *options])
    captured = capsys.readouterr()

    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert words in captured.err


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Options that name an office's own files."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "records.json").write_text(dump_records(office_records()), encoding="utf-8")
    text = OutcomeFile(outcomes=office_outcomes()).model_dump_json(exclude_defaults=True)
    (folder / "outcomes.json").write_text(text, encoding="utf-8")
    return ["--records", str(folder / "records.json"), "--outcomes", str(folder / "outcomes.json")]


def test_an_office_s_own_years_are_judged_without_a_truth(
    office: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    page = tmp_path / "report.html"
    assert run(["evaluate", "decision", *office, "--on", "2026-11-25", "--json", "-o", str(page)]) in {0, 1}
    body = json.loads(capsys.readouterr().out)

    assert (body["truth"], body["season"]["year"], body["season"]["placed"]) == (None, 2024, 24)
    assert set(body["provenance"]["inputs"]) == {"records", "outcomes"}
    assert "2024 年度の配置 24 件" in page.read_text(encoding="utf-8")


def test_people_read_that_the_chances_are_estimated(office: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "decision", *office, "--on", "2026-11-25"]) in {0, 1}
    out = capsys.readouterr().out

    assert "担当者の選び方から見積もったもの" in out
    assert "見本の本当の差" not in out


def _choices(folder: Path, rows: list[dict[str, object]]) -> str:
    path = folder / "choices.json"
    path.write_text(json.dumps({"choices": rows}), encoding="utf-8")
    return str(path)


def test_the_file_of_choices_is_part_of_what_decided_and_its_number_is_told(
    office: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked: dict[str, list[str]] = {}
    for one in office_records().applications:
        asked.setdefault(one.posting_id, []).append(one.applicant_id)
    rows: list[dict[str, object]] = [
        {"posting_id": call, "shown": people, "chosen": people[k : k + 1]}
        for k in (0, 1)
        for call, people in list(asked.items())[:3]
    ]
    page, digests = tmp_path / "page.html", list[str]()
    for told in (rows, rows[::-1], rows[:5]):
        options = ["--choices", _choices(tmp_path, told), "--on", "2026-11-25", "--json", "-o", str(page)]
        assert run(["evaluate", "decision", *office, *options]) in {0, 1}
        digests.append(json.loads(capsys.readouterr().out)["provenance"]["inputs"]["choices"])

    assert digests[0] == digests[1]
    assert digests[0] != digests[2]
    assert "選択のファイルの 5 件の選択" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("row", [None, {"applicant_id": "a2024-00", "shown": ["p2024-0"], "chosen": ["p2024-0"]}])
def test_a_file_without_a_coordinator_s_choice_is_refused(
    office: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, row: dict[str, object] | None
) -> None:
    path = _choices(tmp_path, [] if row is None else [row])
    status = run(["evaluate", "decision", *office, "--choices", path, "--on", "2026-11-25"])

    assert status == 2
    assert "choices tells whom a coordinator chose of several, expected at least one" in capsys.readouterr().err


def test_an_outcome_of_a_day_to_come_is_refused(
    office: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    body = json.loads(Path(office[3]).read_text(encoding="utf-8"))
    next(one for one in body["outcomes"] if one.get("there_on"))["there_on"] = "2999-01-01"
    path = tmp_path / "outcomes.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    status = run(["evaluate", "decision", *office[:2], "--outcomes", str(path), "--on", "2026-11-25"])

    assert (status, "there_on" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--outcomes", "o.json"), "--outcomes needs --records"),
        (("--year", "2024"), "--year needs --outcomes"),
        (("--outcomes", "o.json", "--records", "r.json", "--people", "30"), "--people is of the twin"),
    ],
)
def test_options_of_the_twin_and_of_records_are_not_mixed(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], words: str
) -> None:
    status = run(["evaluate", "decision", *options])
    captured = capsys.readouterr()

    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert words in captured.err
