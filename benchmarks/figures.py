"""Figures that a benchmark leaves beside what it prints, so that one command can put all of them into one table.

A script takes ``--figures FILE`` (:func:`add_option`) and writes what it measured there (:func:`keep`). A figure has a
value, a ratio to a peer or a limit of the same run, or both, and says between which bounds it is wanted.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal, NoReturn

__all__ = ["SKIPPED", "Figure", "add_option", "keep", "read", "skip", "table"]

SKIPPED: Final = 77
"""Exit status of a benchmark that cannot be run on this machine, as test drivers have it."""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes
    ----------
    name : str
    value : float
        In ``unit``.
    unit : str
    ratio : float, optional
        Of the value to that of ``against``, or the other way round where more is better; ``against`` says which.
    against : str
        The peer or the limit, measured in the same run.
    of : {"value", "ratio"}
        What the bounds are about.
    least, most : float, optional
        Bounds between which it is wanted; without either nothing is.
    """

    name: str
    value: float
    unit: str
    ratio: float | None = None
    against: str = ""
    of: Literal["value", "ratio"] = "value"
    least: float | None = None
    most: float | None = None

    @property
    def is_met(self) -> bool | None:
        """Whether it is as wanted; None where nothing is wanted."""
        if self.least is None and self.most is None:
            return None
        found = self.value if self.of == "value" else self.ratio
        if found is None:
            raise ValueError(f"figure {self.name} has no ratio, expected one: its bounds are about it")
        return (self.least is None or found >= self.least) and (self.most is None or found <= self.most)

    @property
    def wanted(self) -> str:
        """The bounds in words."""
        unit = f" {self.unit}" if self.of == "value" else " ×"
        if self.least is not None and self.most is not None:
            return f"{self.least:,g} – {self.most:,g}{unit}".rstrip()
        if self.least is not None:
            return f"≥ {self.least:,g}{unit}".rstrip()
        return "" if self.most is None else f"≤ {self.most:,g}{unit}".rstrip()


def add_option(parser: argparse.ArgumentParser) -> None:
    """Let a script be told where its figures go."""
    parser.add_argument("--figures", type=Path, help="JSON file to write the figures to")


def keep(path: Path | None, figures: Iterable[Figure]) -> None:
    """Write figures, if a file was named."""
    if path is not None:
        path.write_text(json.dumps([asdict(one) for one in figures], ensure_ascii=False), encoding="utf-8")


def skip(reason: str) -> NoReturn:
    """End a script that lacks something of this machine, saying what."""
    print(reason)
    sys.exit(SKIPPED)


def read(path: Path) -> list[Figure]:
    """Read what :func:`keep` wrote."""
    return [Figure(**one) for one in json.loads(path.read_text(encoding="utf-8"))]


def table(figures: Sequence[Figure]) -> str:
    """Return a Markdown table, one row a figure.

    Examples
    --------
    >>> print(table([Figure(name="copy", value=2, unit="s", ratio=1.5, against="of the limit", of="ratio", most=2)]))
    | figure | value | ratio | wanted | met |
    |---|---|---|---|---|
    | copy | 2 s | 1.5 × of the limit | ≤ 2 × | yes |
    """
    rows = ["| figure | value | ratio | wanted | met |", "|---|---|---|---|---|"]
    for one in figures:
        ratio = "" if one.ratio is None else f"{_rounded(one.ratio)} × {one.against}".rstrip()
        met = {None: "", True: "yes", False: "**no**"}[one.is_met]
        rows.append(f"| {one.name} | {_rounded(one.value)} {one.unit} | {ratio} | {one.wanted} | {met} |")
    return "\n".join(rows)


def _rounded(value: float) -> str:
    """Three figures that count, and all before the point."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
