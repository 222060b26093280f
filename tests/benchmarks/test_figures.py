"""Figures say whether they are as wanted, and survive a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.figures import Figure, keep, read, table


@pytest.mark.parametrize(
    ("bounds", "is_met", "wanted"),
    [
        ({}, None, ""),
        ({"most": 2.0}, False, "≤ 2 s"),
        ({"least": 2.0}, True, "≥ 2 s"),
        ({"least": 0.97, "most": 3.0}, True, "0.97 – 3 s"),
        ({"of": "ratio", "most": 2.0}, True, "≤ 2 ×"),
        ({"of": "ratio", "least": 2.0}, False, "≥ 2 ×"),
    ],
)
def test_a_figure_is_held_against_its_bounds(bounds: dict[str, Any], is_met: bool | None, wanted: str) -> None:
    figure = Figure(name="lists", value=2.5, unit="s", ratio=1.5, against="the bare product", **bounds)

    assert figure.is_met is is_met
    assert figure.wanted == wanted


def test_bounds_about_a_ratio_need_one() -> None:
    with pytest.raises(ValueError, match="figure lists has no ratio"):
        _ = Figure(name="lists", value=1, unit="s", of="ratio", most=2).is_met


def test_figures_come_back_from_their_file(tmp_path: Path) -> None:
    figures = [
        Figure(name="一覧", value=1 / 3, unit="s", ratio=2.0, against="a limit", of="ratio", least=1.5),
        Figure(name="peak", value=12.0, unit="GiB"),
    ]

    keep(tmp_path / "figures.json", figures)

    assert read(tmp_path / "figures.json") == figures


def test_figures_go_nowhere_where_no_file_is_named(tmp_path: Path) -> None:
    keep(None, [Figure(name="peak", value=12.0, unit="GiB")])

    assert list(tmp_path.iterdir()) == []


def test_a_figure_that_is_not_as_wanted_stands_out() -> None:
    rows = table([Figure(name="wall", value=1234.5, unit="s", most=900)]).splitlines()

    assert rows[2:] == ["| wall | 1,234 s |  | ≤ 900 s | **no** |"]
