"""What weights of one's own move is said below the order of reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import run

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "small"
SMALL = ["--applicants", str(FOLDER / "applicants.json"), "--postings", str(FOLDER / "postings.json")]
ASKED = ["rank", *SMALL, "--on", "2026-11-25", "--posting", "p03"]


def _order(text: str) -> list[str]:
    heads = [line.split() for line in text.splitlines() if " 重なり 0." in line]
    return [words[1] for words in heads]


def _ranked(capsys: pytest.CaptureFixture[str], tmp_path: Path, weights: str | None) -> str:
    file = tmp_path / "own.toml"
    file.write_text(f'name = "own"\n[coordinator]\n{weights}\n', encoding="utf-8")
    assert run([*ASKED, *([] if weights is None else ["--weights", str(file)])]) == 0
    return capsys.readouterr().out


def test_who_moves_is_named_with_both_places(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    before = _order(_ranked(capsys, tmp_path, None))
    text = _ranked(capsys, tmp_path, "skill_coverage = 5.0")
    after = _order(text)
    told = text.split("標準の重みで読むときとのちがい")[1]

    assert before != after
    for one in after:
        places = before.index(one) + 1, after.index(one) + 1
        assert (f"{one}: {places[0]}番目から{places[1]}番目へ" in told) == (places[0] != places[1])
    assert "主に「求める技能」による" in told


def test_where_nobody_moves_that_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "標準の重みで読むときと、上から50人の順は同じです。" in _ranked(capsys, tmp_path, "place_link = 0.03")


def test_the_documented_weights_are_compared_with_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "標準の重みで読むとき" not in _ranked(capsys, tmp_path, None)
