"""Documentation says what the code is: reference pages are current, and every command shown runs."""

from __future__ import annotations

import re
import runpy
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli import run

ROOT = Path(__file__).resolve().parents[1]
PAGES = runpy.run_path(str(ROOT / "docs/maintenance/build_reference.py"))["pages"]()
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONG = ("enmusubi serve", "enmusubi demo", "enmusubi rules add", "enmusubi rules diff kyoryokutai/fy2026")


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_reference_page_is_what_the_code_says(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")

    assert written == PAGES[name], f"run python docs/maintenance/build_reference.py to refresh {name}"


def test_no_reference_page_is_left_over() -> None:
    assert {path.name for path in (ROOT / "docs" / "reference").iterdir()} == set(PAGES)


def _commands() -> Iterator[tuple[str, str]]:
    for path in TEXTS:
        for block in re.findall(r"```sh\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                command = line.partition("  #")[0].strip()
                if command.startswith("enmusubi ") and not command.startswith(LONG):
                    yield path.relative_to(ROOT).as_posix(), " ".join(command.split())


@pytest.mark.parametrize(("page", "command"), sorted(set(_commands())))
def test_a_command_shown_in_the_documentation_runs(
    page: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "fixtures").symlink_to(ROOT / "fixtures")
    (tmp_path / "our-town.toml").write_text('name = "our-town"\n[coordinator]\nplace_link = 0.25\n')
    monkeypatch.chdir(tmp_path)
    if command.startswith("enmusubi verify"):
        market = shlex.split(command)[2]
        assert run(["solve", market, "--mechanism", "deferred-acceptance", "-o", "result.json"]) == 0

    assert run(shlex.split(command)[1:]) == 0, f"{page}: {command}"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_local_link_leads_somewhere(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []


def test_the_changelog_speaks_of_what_is_unreleased() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
