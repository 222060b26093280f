"""``rank`` and ``recommend`` on the command line: spread, chance, and orders no score decides."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from api.cli import run

SMALL = ("--applicants", "fixtures/small/applicants.json", "--postings", "fixtures/small/postings.json")
ON = ("--on", "2026-11-25")


def test_recommend_prints_fit_chance_and_why_here(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recommend", *SMALL, *ON, "--applicant", "a01", "--top", "2", "--spread", "0.5"]) == 0
    text = capsys.readouterr().out

    assert "（広げ方 0.5）" in text
    assert "採用の約束ではありません" in text
    for words in ("合い具合", "席に届く見込みは", "順の理由"):
        assert text.count(words) >= 2, words


@pytest.mark.parametrize("command", ["rank", "recommend"])
def test_no_question_stands_twice_in_one_list_or_beside_one_line(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert run([command, *SMALL, *ON]) == 0
    lines = re.split(r"^(?:─.*|.*─{3,}.*|\s*\d+\. .*)$", capsys.readouterr().out, flags=re.MULTILINE)
    asked = [re.findall(r"(?:？|聞くこと：)\s*(.+)", one) for one in lines]

    assert any(asked)
    assert all(len(one) == len(set(one)) for one in asked)


def test_recommend_tells_programs_the_chance_and_the_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["recommend", *SMALL, *ON, "--applicant", "a01", "--spread", "0.5", "--json"]) == 0
    body = json.loads(capsys.readouterr().out)
    line = body["recommendations"][0]["postings"][0]

    assert body["provenance"]["options"] == {"applicant": "a01", "top": 10, "spread": 0.5, "order": "score"}
    assert set(line["chance"]) == {"value", "seats", "applications", "sentence"}
    assert line["why_here"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["recommend", *SMALL, "--spread", "1.5"], "--spread is 1.5, expected 0 to 1"),
        (["recommend", *SMALL, "--spread", "nan"], "--spread is nan, expected 0 to 1"),
        (
            ["recommend", *SMALL, "--spread", "0.5", "--order", "arrival"],
            "--spread is 0.5, expected 0 with --order arrival",
        ),
        (["recommend", *SMALL, "--order", "lot"], "--order is lot, expected one of score, arrival"),
        (["rank", *SMALL, "--order", "lot"], "--order is lot, expected one of score, arrival"),
    ],
)
def test_an_option_out_of_its_range_is_one_line_that_names_it(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    assert message in capsys.readouterr().err


def test_rank_lists_in_order_of_arrival_with_reasons_and_without_scores(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rank", *SMALL, *ON, "--posting", "p01", "--order", "arrival"]) == 0
    text = capsys.readouterr().out

    assert "応募の届いた順です。" in text
    assert "に届いた応募" in text
    assert "○ " in text
    assert "重なり 0" not in text


def test_rank_shows_who_wants_no_automated_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    people = json.loads(Path(SMALL[1]).read_text(encoding="utf-8"))
    for person in people["applicants"]:
        person["consent"] = (person.get("consent") or {}) | {"automated_order": False}
    file = tmp_path / "applicants.json"
    file.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    assert run(["rank", "--applicants", str(file), *SMALL[2:], *ON, "--posting", "p01"]) == 0
    text = capsys.readouterr().out

    assert "順位づけを希望しない方　" in text
    assert "重なり 0" not in text
