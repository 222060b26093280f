"""Notebooks are claims: each runs as a script, asserts what it says, and opens as a notebook."""

from __future__ import annotations

import runpy
from pathlib import Path

import jupytext
import matplotlib.pyplot as plt
import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("[0-9]*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_what_it_claims(path: Path) -> None:
    plt.switch_backend("agg")
    text = path.read_text(encoding="utf-8")

    assert text.count("assert ") >= 3, "a notebook asserts its own claims"
    runpy.run_path(str(path), run_name="__main__")
    plt.close("all")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_opens_as_one(path: Path) -> None:
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")

    assert {cell["cell_type"] for cell in notebook["cells"]} == {"code", "markdown"}


def test_every_notebook_is_listed_in_the_readme() -> None:
    readme = (NOTEBOOKS[0].parent / "README.md").read_text(encoding="utf-8")

    assert NOTEBOOKS
    assert all(path.name in readme for path in NOTEBOOKS)
