"""The two invented years are what their command writes, and their README tells them."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from features.json_files.record_files import load_records

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "fixtures" / "season"
FILES = runpy.run_path(str(ROOT / "docs/maintenance/build_season_fixture.py"))["files"]()


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_is_what_the_command_writes(name: str) -> None:
    written = (FOLDER / name).read_text(encoding="utf-8")

    assert written == FILES[name], f"run python docs/maintenance/build_season_fixture.py to refresh {name}"


def test_the_readme_counts_the_records() -> None:
    told = {
        name: {kind: int(n) for n, kind in re.findall(r"(\d+) (applicants|postings|applications)", row)}
        for name, row in re.findall(r"\| `(\w+\.json)` \|(.*)", (FOLDER / "README.md").read_text(encoding="utf-8"))
    }
    people = FOLDER / "applicants.json"
    for name in FILES:
        records = load_records([FOLDER / name, FOLDER / "postings.json"] if name == people.name else FOLDER / name)
        counts = {kind: len(getattr(records, kind)) for kind in told[name]}
        assert counts == told[name], name
    assert set(told) == set(FILES)
