"""``enmusubi evaluate decision`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli import run

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
