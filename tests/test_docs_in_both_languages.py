"""Whoever reads in Japanese finds what the English page shows: every page, the same commands, settings and Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
JAPANESE = ROOT / "docs" / "ja"
_COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*(?:enmusubi|make|pip|pip-audit|osv-scanner|uv|docker|createdb|createuser) .*")


def _english(path: Path) -> Path:
    return ROOT / "README.md" if path.name == "README.ja.md" else ROOT / "docs" / path.relative_to(JAPANESE)


PAIRS = [(path, _english(path)) for path in (ROOT / "README.ja.md", *sorted(JAPANESE.rglob("*.md")))]


def _shown_lines(path: Path) -> Iterator[str]:
    """Lines of blocks that may hold commands: fenced, or indented by four."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    for block in re.findall(r"^ *```(?:sh|text)?\n(.*?)```", text, re.DOTALL | re.MULTILINE):
        yield from block.splitlines()
    yield from re.findall(r"^ {4}(enmusubi .*)$", text, re.MULTILINE)


def _commands(path: Path) -> set[str]:
    """The commands a page shows, without what is said beside them."""
    lines = (" ".join(line.partition("  #")[0].split()) for line in _shown_lines(path))
    return {line for line in lines if _COMMAND.fullmatch(line)}


def _python(path: Path) -> set[str]:
    return set(re.findall(r"```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL))


def _settings(path: Path) -> set[str]:
    """Files that a page shows, of systemd, compose or a proxy: blocks of several lines without Japanese words."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", path.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    return {
        block
        for language, block in blocks
        if language not in ("sh", "python") and block.count("\n") > 1 and not re.search("[ぁ-ヿ一-鿿]", block)
    }


@pytest.mark.parametrize("kind", ["tutorial", "how-to", "explanation"])
def test_every_page_is_there_in_japanese(kind: str) -> None:
    english, japanese = ({path.name for path in (folder / kind).glob("*.md")} for folder in (ROOT / "docs", JAPANESE))

    assert english - japanese == set()


@pytest.mark.parametrize(("japanese", "english"), PAIRS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_both_languages_show_the_same_commands(japanese: Path, english: Path) -> None:
    assert _commands(japanese) ^ _commands(english) == set()


@pytest.mark.parametrize(("japanese", "english"), PAIRS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_python_of_a_japanese_page_is_that_of_the_english_one(japanese: Path, english: Path) -> None:
    assert _python(japanese) - _python(english) == set()


@pytest.mark.parametrize(("japanese", "english"), PAIRS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_file_of_settings_on_a_japanese_page_is_that_of_the_english_one(japanese: Path, english: Path) -> None:
    assert _settings(japanese) - _settings(english) == set()


def test_commands_are_found_in_fences_and_indented_blocks() -> None:
    assert {"make demo", "enmusubi serve"} <= _commands(ROOT / "README.md")
    assert "enmusubi purge --certificate 1" in _commands(ROOT / "docs/how-to/keep-and-purge.md")
