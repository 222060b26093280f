"""Figures of a report as SVG text that stands inside a page; matplotlib is needed for them and for nothing else."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from features.evaluation.errors import EvaluationError
from features.evaluation.overlap import LEAST_CHANCE
from features.evaluation.season_evaluation import CalibrationPoint, SeasonEvaluation
from features.evaluation.weakest import Weakest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["report_figures"]

_INK, _DEEP, _SOFT, _LIGHT = "#1a1a1a", "#000060", "#7a8bb5", "#dfe6f5"
_SVG_NAMES: Final = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
_WIDE: Final = 9.2  # inches; the page scales it to its own width
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # words stay words: they can be searched, read aloud and printed sharply
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _SOFT,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
_MEASURED: Final[dict[str, Any]] = {"fmt": "o", "color": _DEEP, "markersize": 9, "linewidth": 2.5, "capsize": 5}
_CLAIMED: Final[dict[str, Any]] = {
    "marker": "D",
    "color": _INK,
    "markerfacecolor": "white",
    "markersize": 7,
    "markeredgewidth": 1.5,
    "linestyle": "none",
}
_NAMES: Final = {"engine": "engine", "greedy": "first come", "random": "lottery", "status_quo": "as done"}


def report_figures(found: SeasonEvaluation) -> dict[str, str]:
    """SVG of each figure: ``value``, ``overlap``, ``calibration``, ``weakest``; of what is withheld there is none.

    Parameters
    ----------
    found : SeasonEvaluation

    Raises
    ------
    EvaluationError
        Without matplotlib, naming how it is installed.

    Notes
    -----
    Marks differ in shape and filling, never in colour alone. Labels are English, the page's captions Japanese, so that
    no font has to be shipped.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415 -- only who draws needs it
    except ImportError:
        way = "expected the extra notebooks, in the folder of enmusubi: pip install -e '.[notebooks]'"
        raise EvaluationError(f"figures need matplotlib, {way}") from None
    drawing: Any = mpl
    with drawing.rc_context({**_STYLE, "svg.hashsalt": "enmusubi"}):
        return {name: _svg(name, figure) for name, figure in _drawn(found).items()}


def _drawn(found: SeasonEvaluation) -> dict[str, Figure]:
    drawn = {"value": _value(found), "overlap": _overlap(found)}
    if found.points:
        drawn["calibration"] = _calibration(found.points)
    if found.weakest is not None:
        drawn["weakest"] = _weakest(found.weakest)
    return drawn


# matplotlib's methods take what its own annotations leave unnamed: axes are Any here, and nowhere else
def _axes(height: float, width: float = _WIDE) -> tuple[Figure, Any]:
    from matplotlib.figure import Figure as Drawn  # noqa: PLC0415

    figure = Drawn(figsize=(width, height), layout="constrained")
    axes: Any = figure.subplots()
    return figure, axes


def _value(found: SeasonEvaluation) -> Figure:
    lines = [found.value.judged, *found.value.others]
    figure, axes = _axes(0.9 + 0.62 * len(lines))
    rows = np.arange(len(lines))[::-1]
    for row, line in zip(rows, lines, strict=True):
        low, estimate, high = (100 * end for end in line.gain)
        axes.errorbar(estimate, row, xerr=[[max(estimate - low, 0.0)], [max(high - estimate, 0.0)]], **_MEASURED)
        axes.plot(100 * line.claimed_gain, row + 0.3, **_CLAIMED)
        axes.annotate(f"{estimate:+.1f}", (estimate, row), xytext=(0, -15), textcoords="offset points", ha="center")
    axes.axvline(0, color=_INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.set_yticks(rows, [_NAMES.get(line.name, line.name) for line in lines])
    axes.set_ylim(-0.6, len(lines) - 0.4)
    axes.set_xlabel("more people in 100 who stay, than as it was done")
    axes.errorbar([], [], xerr=[], label="what happened says (AIPW, 95 %)", **_MEASURED)
    axes.plot([], [], label="the model's own claim", **_CLAIMED)
    drawn: Any = figure
    drawn.legend(loc="outside upper left", ncols=2, frameon=False)
    return figure


def _overlap(found: SeasonEvaluation) -> Figure:
    figure, axes = _axes(2.6)
    chances = np.array(found.planned_chances)
    edges = np.concatenate([[0.0, LEAST_CHANCE], np.arange(0.1, 1.01, 0.05)])
    counts, _ = np.histogram(chances, edges)
    bars = axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=_SOFT, edgecolor="white")
    bars[0].set(facecolor="white", edgecolor=_INK, hatch="////")
    axes.bar_label(bars, [str(n) if n else "" for n in counts], fontsize=8)
    axes.axvline(LEAST_CHANCE, color=_INK, linewidth=1.5, linestyle=(0, (4, 3)))
    axes.set_xlim(0, 1)
    axes.margins(y=0.15)
    axes.set_xlabel("chance with which the planned pair would have been done anyway (hatched: the past cannot speak)")
    axes.set_ylabel("people")
    return figure


def _calibration(points: Sequence[CalibrationPoint]) -> Figure:
    figure, axes = _axes(4.2, 4.6)
    told = np.array([point.told for point in points])
    came = np.array([point.came for point in points])
    low, high = _wilson(came, np.array([point.n for point in points]))
    axes.plot([0, 1], [0, 1], color=_SOFT, linewidth=1.5, linestyle=(0, (4, 3)))
    axes.errorbar(told, came, yerr=[came - low, high - came], fmt="o", color=_DEEP, capsize=4, markersize=7)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="told: predicted chance to stay", ylabel="came: share who stayed")
    axes.set_aspect("equal")
    return figure


def _wilson(
    share: npt.NDArray[np.float64], n: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """95 % interval of shares of n people, of some width at 0 and 1 too."""
    square = norm.ppf(0.975) ** 2
    centre = (share + square / (2 * n)) / (1 + square / n)
    half = np.sqrt(square) / (1 + square / n) * np.sqrt(share * (1 - share) / n + square / (4 * n**2))
    return np.minimum(centre - half, share), np.maximum(centre + half, share)


def _weakest(found: Weakest) -> Figure:
    expected = found.expected
    figure, axes = _axes(0.7 + 0.42 * len(expected))
    rows = np.arange(len(expected))[::-1]
    bars = axes.barh(rows, [100 * value for value in expected.values()], height=0.62, color=_LIGHT, edgecolor=_DEEP)
    bars[0].set(facecolor=_DEEP)
    axes.bar_label(bars, [f"{100 * value:.1f}" for value in expected.values()], padding=4)
    axes.set_yticks(rows, [_NAMES.get(name, name) for name in expected])
    axes.set_xlim(0, 100)
    axes.set_xlabel("expected to stay, of 100 in the weakest tenth")
    return figure


def _svg(name: str, figure: Figure) -> str:
    """The picture's own element: no declaration, no date, and ids that no other figure of the page has."""
    text = io.StringIO()
    drawn: Any = figure
    drawn.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :].rstrip()
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)
    return re.sub(
        r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', rf'<svg viewBox="\1" {_SVG_NAMES} aria-hidden="true">', svg, count=1
    )
