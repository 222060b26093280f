"""How the notebooks draw: one look for all, readable in print and without colour.

Tones differ in lightness, so they survive a grey printer; lines also differ in dash and marker, areas in hatching.
Japanese glyphs come from IPAexGothic, which ``matplotlib-fontja`` carries.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import matplotlib as mpl
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib_fontja import get_font_ttf_path

__all__ = ["ACCENT", "HATCHES", "INK", "MIDDLE", "PALE", "SOFT", "headline", "label_end", "use_style"]

INK: Final = "#1b2a41"
ACCENT: Final = "#b3392a"
MIDDLE: Final = "#7f9db5"
SOFT: Final = "#b9cad6"
PALE: Final = "#e6edf1"
HATCHES: Final = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "oo", "||||", "++++")

_TITLE_POINTS, _NOTE_POINTS = 11, 8.5


def use_style() -> None:
    """Set the look for every figure that follows."""
    font = get_font_ttf_path()
    font_manager.fontManager.addfont(font)
    japanese = font_manager.FontProperties(fname=font).get_name()
    (regular, *_) = (entry for entry in font_manager.fontManager.ttflist if entry.name == japanese)
    font_manager.fontManager.ttflist.append(replace(regular, weight=700))  # the family has one weight only
    mpl.rcParams.update(
        {
            "font.family": ["DejaVu Sans", japanese],
            "font.size": 9.5,
            "figure.dpi": 120,
            "figure.constrained_layout.use": True,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": INK,
            "axes.labelcolor": INK,
            "axes.titlelocation": "left",
            "axes.axisbelow": True,
            "axes.grid": True,
            "grid.color": PALE,
            "grid.linewidth": 0.8,
            "xtick.color": INK,
            "ytick.color": INK,
            "text.color": INK,
            "legend.frameon": False,
            "legend.fontsize": 8.5,
            "lines.linewidth": 1.8,
            "lines.markersize": 5,
            "hatch.linewidth": 0.6,
            "axes.prop_cycle": cycler(color=[INK, ACCENT, MIDDLE, SOFT])
            + cycler(linestyle=["-", "--", "-.", ":"])
            + cycler(marker=["o", "s", "^", "D"]),
        }
    )


def headline(axes: Axes, finding: str, note: str = "") -> None:
    """Print over a panel what it shows, and below that, smaller, how to read it."""
    axes.set_title(finding, fontsize=_TITLE_POINTS, fontweight="bold", pad=8 + 12 * (note.count("\n") + bool(note)))
    axes.annotate(
        note,
        xy=(0, 1),
        xytext=(0, 6),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=_NOTE_POINTS,
        color="#4a5a6e",
        va="bottom",
    )


def label_end(axes: Axes, x: float, y: float, text: str, *, colour: str = INK, above: float = 0.0) -> None:
    """Name a line where it ends, so that nobody has to go back and forth to a legend."""
    axes.annotate(
        text, xy=(x, y), xytext=(6, above), textcoords="offset points", color=colour, va="center", fontsize=8.5
    )
