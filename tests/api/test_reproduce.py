"""``enmusubi reproduce`` from the command line."""

from __future__ import annotations

import json
import re

import pytest

from api.cli import run
from features.published import published_tables, steps


def test_published_and_computed_figures_stand_side_by_side(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["reproduce", "--table", "golden"])
    out = capsys.readouterr().out

    assert status == 0
    assert "15.7623 | 15.7623" in out
    assert "13.2147 | 13.2147" in out
    assert "一致 9/10" in out
    for row in published_tables()["golden"].rows:
        assert row.title in out
    assert published_tables()["golden"].source in out


def test_programs_read_the_same_figures_with_what_decided_them(capsys: pytest.CaptureFixture[str]) -> None:
    status = run(["reproduce", "--table", "recsys24", "--runs", "50", "--json"])
    body = json.loads(capsys.readouterr().out)

    assert status == 0
    assert body["provenance"]["options"] == {"runs": 50}
    [table] = body["tables"]
    assert table["table"] == "recsys24"
    assert [row["title"] for row in table["rows"]] == [row.title for row in published_tables()["recsys24"].rows]
    matches = table["rows"][0]["figures"]["matches"]
    assert (matches["published"], matches["published_error"]) == (90.5, 0.3)
    assert abs(matches["ours"] - 90.5) <= 0.3
    assert (table["columns"][0]["attained"], table["columns"][0]["published"]) == (2, 4)


def test_a_simulation_stands_in_brackets_behind_the_expectation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("features.published.steps", lambda names: steps(names)[9:10])
    status = run(["reproduce", "--table", "www22", "--runs", "20"])
    out = capsys.readouterr().out

    assert status == 0
    assert re.search(r"23\.2 \| 23\.5 +│", out)
    assert len(re.findall(r"\(\d+\.\d±\d+\.\d\)", out)) == 4
    assert "公表値以上" in out


def test_the_same_command_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    outs = []
    for _ in range(2):
        run(["reproduce", "--table", "recsys24", "--json"])
        outs.append(capsys.readouterr().out)

    assert outs[0] == outs[1]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--table", "kdd"], "--table is kdd, expected one of www22, recsys24, golden, all"),
        (["--runs", "-1"], "--runs"),
    ],
)
def test_an_unknown_table_or_fewer_than_no_runs_are_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    status = run(["reproduce", *arguments])
    errors = capsys.readouterr().err.splitlines()

    assert status == 2
    assert len(errors) == 1
    assert message in errors[0]
