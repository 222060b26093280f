"""The table of `make mutants` names tests that are there, and what is explained is still in the code."""

from __future__ import annotations

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN = SimpleNamespace(**runpy.run_path(str(ROOT / "docs/maintenance/mutants/table.py")))
AREAS = RUN.areas()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_every_module_of_an_area_has_test_files_that_exist(area: SimpleNamespace) -> None:
    assert area.modules
    missing = {test for module in area.modules for test in RUN.tests_of(area, module) if not (ROOT / test).is_file()}
    assert missing == set()


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.name)
def test_no_pattern_of_the_table_is_left_without_a_module(area: SimpleNamespace) -> None:
    chosen = {str(RUN.tests_of(area, module)) for module in area.modules}
    assert {pattern: files for pattern, files in area.tests.items() if str(files) not in chosen} == {}


def test_every_explained_fault_can_still_be_put_into_its_module() -> None:
    found = {
        (module, taken)
        for module, (taken, _) in RUN.explained()
        if taken not in "\n".join(line.strip() for line in (ROOT / module).read_text(encoding="utf-8").splitlines())
    }
    assert found == set()


def test_a_fault_is_its_changed_lines_wherever_they_stand() -> None:
    diff = "--- a/x.py\n+++ b/x.py\n@@ -3,3 +3,3 @@\n     before\n-    if a < b:\n+    if a <= b:\n     after\n"
    assert RUN.fault(diff) == ("if a < b:", "if a <= b:")


@pytest.mark.parametrize(
    ("after", "same"),
    [
        ("def f(x: int + None) -> int:\n    y: int = x\n    return y\n", True),
        ("def f(x: int | None) -> int:\n    y: int = -x\n    return y\n", False),
        ("def f(x: int | None) -> int:\n    y: int = x\n    return = y\n", True),
    ],
    ids=["only an annotation", "a value", "no program at all"],
)
def test_what_changes_no_program_is_no_fault(after: str, same: bool) -> None:
    assert RUN.same_program("def f(x: int | None) -> int:\n    y: int = x\n    return y\n", after) is same
