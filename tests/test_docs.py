"""Documentation says what the code is: reference pages are current, and every command shown runs."""

from __future__ import annotations

import doctest
import re
import runpy
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from textwrap import dedent

import pytest

from api.cli import run

ROOT = Path(__file__).resolve().parents[1]
COMPARED_ELSEWHERE = {"glossary.md", "licences.md"}  # test_glossary.py, api/operation/test_supply_chain.py
WRITTEN = sorted({path.name for path in (ROOT / "docs" / "reference").iterdir()} - COMPARED_ELSEWHERE)
TEXTS = [ROOT / "README.md", ROOT / "README.ja.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONG = (
    *("enmusubi serve", "enmusubi demo", "enmusubi rules add", "enmusubi rules diff kyoryokutai/fy2026"),
    "enmusubi evaluate relevance --half",  # tests/features/relevance/test_relevance_set.py runs it
)


@cache
def _pages() -> dict[str, str]:
    """Every reference page from the code: a second's work that only the tests that compare it wait for."""
    pages: dict[str, str] = runpy.run_path(str(ROOT / "docs/maintenance/build_reference.py"))["pages"]()
    return pages


@pytest.mark.parametrize("name", WRITTEN)
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")

    assert written == _pages()[name], f"run python docs/maintenance/build_reference.py to refresh {name}"


def test_no_reference_page_is_missing_or_left_over() -> None:
    assert set(WRITTEN) == set(_pages())


def _typed() -> Iterator[tuple[str, list[str]]]:
    """The commands of each page that shows some: they are meant to be typed one after the other.

    Commands that an English and a Japanese page share are told once.
    """
    told: set[tuple[str, ...]] = set()
    for path in TEXTS:
        blocks = re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
        lines = [line.partition("  #")[0] for line in "".join(blocks).replace("\\\n", " ").splitlines()]
        commands = [" ".join(line.split()) for line in lines if line.startswith("enmusubi ")]
        commands = [command for command in commands if not command.startswith(LONG)]
        if commands and tuple(commands) not in told:
            told.add(tuple(commands))
            yield path.relative_to(ROOT).as_posix(), commands


@pytest.mark.parametrize(
    ("page", "commands"), list(_typed()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_commands_of_a_page_run_one_after_the_other(
    page: str, commands: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "our-town.toml").write_text('name = "our-town"\n[coordinator]\nplace_link = 0.25\n')
    for name, content in _files_of(page):
        (tmp_path / name).write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for command in commands:
        assert run(shlex.split(command)[1:]) == 0, f"{page}: {command}"


def _python_of(path: Path) -> list[str]:
    return [
        dedent(block) for block in re.findall(r" *```python\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(
    "path", [path for path in TEXTS if _python_of(path)], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_python_of_the_documentation_can_be_read_and_what_it_answers_is_what_it_shows(path: Path) -> None:
    examples = doctest.DocTestParser()
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    shown: dict[str, object] = {}  # the blocks of a page go on from one another
    for number, block in enumerate(_python_of(path)):
        example = examples.get_doctest(block, shown, f"{path.name} block {number}", str(path), 0)
        if not example.examples:
            compile(block, str(path), "exec")
            continue
        said: list[str] = []
        assert runner.run(example, out=said.append, clear_globs=False).failed == 0, "".join(said)
        shown = example.globs


def _files_of(page: str) -> list[tuple[str, str]]:
    """Files that a page shows: a TOML block whose first line is a comment with the file's name."""
    return [
        (name, block) for block, name in re.findall(r"```toml\n(# ([a-z-]+\.toml)\n.*?)```", _text(page), re.DOTALL)
    ]


def _text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def test_what_the_documentation_asks_make_for_is_in_the_makefile() -> None:
    made = set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))
    asked = {name for path in TEXTS for name in re.findall(r"(?:`|^)make ([a-z]+)", _text(str(path)), re.MULTILINE)}

    assert {"demo", "serve", "test"} <= asked
    assert asked <= made


def _shown(path: Path) -> list[str]:
    """The lines of a page's blocks for a shell."""
    return "".join(re.findall(r"```(?:sh|text)\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)).splitlines()


@pytest.mark.parametrize(
    "path",
    [path for path in TEXTS if path.parent.name == "tutorial" or path.stem.startswith("README")],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_a_page_to_begin_with_shows_how_its_first_command_is_found(path: Path) -> None:
    lines = _shown(path)
    commands = [at for at, line in enumerate(lines) if line.startswith("enmusubi ")]

    assert not commands or ". .venv/bin/activate" in lines[: commands[0]]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_makes_the_first_administrator_once_since_a_second_is_refused(path: Path) -> None:
    assert sum(line.startswith("enmusubi accounts first-administrator") for line in _shown(path)) <= 1


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_local_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_of_the_code_that_a_page_names_is_there(path: Path) -> None:
    named = re.findall(r"`((?:api|benchmarks|features|fixtures|matching|tests)/[\w/]+\.\w+)`", path.read_text("utf-8"))

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_changelog_speaks_of_what_is_unreleased() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
