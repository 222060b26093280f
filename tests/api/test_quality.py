"""The quality sheet of a call from the command line and over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from api.cli import run

ROOT = Path(__file__).resolve().parents[2]
POSTINGS = ["quality", "--postings", str(ROOT / "fixtures/small/postings.json"), "--on", "2026-11-25"]


def test_quality_prints_every_sheet_as_json_with_what_decided_it(capsys: pytest.CaptureFixture[str]) -> None:
    status = run([*POSTINGS, "--json"])
    body = json.loads(capsys.readouterr().out)

    assert status == 0
    assert len(body["qualities"]) == 12
    for sheet in body["qualities"]:
        assert sheet["score"] == pytest.approx(sum(line["points"] for line in sheet["lines"]))
        assert sheet["words"] in {"ほぼ十分", "補うとよい", "多くを書き足すとよい", "公開前に直す"}
    assert {"on", "inputs", "criteria", "reference", "code_version"} <= set(body["provenance"])


def test_the_same_call_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        run([*POSTINGS, "--posting", "p07", "--json"])
        outputs.append(capsys.readouterr().out)

    assert outputs[0] == outputs[1]


def test_quality_speaks_japanese_to_people_and_names_the_way_out(capsys: pytest.CaptureFixture[str]) -> None:
    status = run([*POSTINGS, "--posting", "p07"])
    out = capsys.readouterr().out

    assert status == 0
    assert "点（100点のうち）　補うとよい" in out
    assert "「保健師」だけの人" in out
    assert "→ 必須なら、欄の一つの項目に「看護師または保健師」と書いてください。" in out
    assert "p01" not in out


def test_what_must_be_fixed_comes_before_everything_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    call = {"posting_id": "x1", "program": "kyoryokutai", "municipality_code": "20304", "headcount": 1}
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"postings": [call | {"mission_text": "40歳までの男性のみ。"}]}), encoding="utf-8")
    run(["quality", "--postings", str(path), "--on", "2026-11-25"])
    out = capsys.readouterr().out

    assert "公開前に直す" in out
    assert out.index("！") < out.index("△")
    assert "40歳まで" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*POSTINGS, "--posting", "p99"], "posting p99 is not among the 12 postings"),
        (["quality"], "--postings"),
        (["quality", "--postings", "none.json"], "none.json"),
        ([*POSTINGS[:-1], "soon"], "--on is soon"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(capsys: pytest.CaptureFixture[str], arguments: list[str], words: str) -> None:
    status = run(arguments)
    captured = capsys.readouterr()

    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert words in captured.err


def test_the_route_answers_with_the_sheet_of_a_stored_call(loaded: TestClient) -> None:
    answer = loaded.get("/api/v1/postings/p1/quality")
    body = answer.json()

    assert answer.status_code == 200
    assert body["posting_id"] == "p1"
    assert body["score"] == pytest.approx(sum(line["points"] for line in body["lines"]))
    assert body["provenance"]["on"] == "2026-11-23"
    assert all(line["source"] for line in body["lines"])


def test_the_day_decides_about_a_deadline(loaded: TestClient) -> None:
    before, after = (
        loaded.get("/api/v1/postings/p1/quality", params={"on": day}).json() for day in ("2026-12-20", "2026-12-21")
    )
    sentences = [
        next(line["sentence"] for line in body["lines"] if line["code"] == "current") for body in (before, after)
    ]

    assert "締切" not in sentences[0]
    assert sentences[1] == "締切（2026年12月20日）を過ぎています。"


def test_the_command_and_the_route_say_the_same(
    loaded: TestClient, records: dict[str, object], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "p.json"
    path.write_text(json.dumps({"postings": records["postings"]}), encoding="utf-8")
    run(["quality", "--postings", str(path), "--posting", "p2", "--on", "2026-11-23", "--json"])
    printed = json.loads(capsys.readouterr().out)
    answered = loaded.get("/api/v1/postings/p2/quality").json()

    assert printed["qualities"] == [{name: value for name, value in answered.items() if name != "provenance"}]
    assert printed["provenance"] == answered["provenance"]


def test_an_unknown_posting_has_no_sheet(client: TestClient) -> None:
    answer = client.get("/api/v1/postings/p9/quality")

    assert answer.status_code == 404
    assert answer.json()["detail"] == "no posting has the id p9"
