"""Notebooks are claims: each runs as a script, draws what it says, and fails where its claim does not hold."""

from __future__ import annotations

import ast
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("[0-9]*.py"))
every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _cells(path: Path) -> list[dict[str, Any]]:
    import jupytext  # noqa: PLC0415 - two seconds for every process that collects the tests

    cells: list[dict[str, Any]] = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")["cells"]
    return cells


@every_notebook
def test_a_notebook_holds_what_it_claims(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import matplotlib as mpl  # noqa: PLC0415 - half a second for every process that collects the tests
    import matplotlib.pyplot as plt  # noqa: PLC0415

    monkeypatch.syspath_prepend(str(FOLDER))
    plt.switch_backend("agg")
    with mpl.rc_context():
        runpy.run_path(str(path), run_name="__main__")
        drawn = [plt.figure(number) for number in plt.get_fignums()]
        for figure in drawn:
            figure.draw_without_rendering()
        plt.close("all")

    assert 2 <= len(drawn) <= 5, "a notebook shows its claim in two to five figures"


@every_notebook
def test_a_notebook_opens_with_one_claim_and_two_japanese_sentences(path: Path) -> None:
    cells = _cells(path)
    top = cells[0]["source"]
    summary = top.split("**要約.**")[1].split("\n\n")[0]

    assert {cell["cell_type"] for cell in cells} == {"code", "markdown"}
    assert re.search(rf"^# {path.stem[:2]} · .+", top)
    assert top.count("**Claim.**") == 1
    assert summary.count("。") == 2


@every_notebook
def test_a_notebook_ends_with_a_check_whose_every_line_says_what_it_holds(path: Path) -> None:
    cells = _cells(path)
    asserts = [node for node in ast.walk(ast.parse(cells[-1]["source"])) if isinstance(node, ast.Assert)]

    assert cells[-2]["source"].startswith("## The check")
    assert len(asserts) >= 3
    assert all(node.msg is not None for node in asserts)


def test_there_are_nine_and_every_one_is_listed_in_the_readme() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")

    assert [path.name[:2] for path in NOTEBOOKS] == [f"{number:02}" for number in range(1, 10)]
    assert all(path.name in readme for path in NOTEBOOKS)
