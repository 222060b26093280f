"""One figure of a list's robustness; matplotlib is needed for it and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from features.robustness.list_robustness import ListRobustness

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["robustness_figure"]

_INK, _SOFT, _LIGHT = "#1f4e79", "#7fa7c9", "#d5e3ef"


def robustness_figure(found: ListRobustness, *, titles: Mapping[str, str] | None = None) -> Figure:
    """Spans of the weights, tornado and acceptability side by side.

    Parameters
    ----------
    found : ListRobustness
    titles : mapping of term to str, optional
        What is printed for a term; its name when omitted. Japanese needs a font (``import matplotlib_fontja``).

    Returns
    -------
    matplotlib.figure.Figure
        Not registered with pyplot: ``figure.savefig(path)``.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 -- only who draws needs it

    names = [(titles or {}).get(term, term) for term in found.terms]
    figure = Figure(
        figsize=(14, 1.5 + 0.4 * max(len(names), min(found.top, len(found.candidates)))), layout="constrained"
    )
    axes: Any = figure.subplots(1, 3)
    spans, swings, ranks = axes
    _draw_spans(spans, found, names)
    _draw_swings(swings, found, names)
    _draw_ranks(ranks, found)
    return figure


# matplotlib's methods take what its own annotations leave unnamed: axes are Any here, and nowhere else
def _draw_spans(axes: Any, found: ListRobustness, names: list[str]) -> None:
    rows: npt.NDArray[np.int64] = np.arange(len(names))[::-1]
    for spans, height, colour, label in (
        (found.member_spans, 0.7, _LIGHT, "same members"),
        (found.order_spans, 0.35, _SOFT, "same order"),
    ):
        low = np.array([span.low for span in spans])
        axes.barh(
            rows, np.array([span.high for span in spans]) - low, left=low, height=height, color=colour, label=label
        )
    axes.plot(found.weights, rows, "|", color=_INK, markersize=14, markeredgewidth=2, label="weight")
    axes.set_yticks(rows, names)
    axes.set_xlim(0, 1)
    axes.set_title(f"Top {found.top} stays (every weight may be off by {found.member_share:.1%} at once)", fontsize=10)
    axes.legend(fontsize=8)


def _draw_swings(axes: Any, found: ListRobustness, names: list[str]) -> None:
    rows = np.arange(len(found.swings))[::-1]
    ends = np.array([[one.margin_halved, one.margin_doubled] for one in found.swings]).reshape(-1, 2)
    ends = np.where(np.isfinite(ends), ends, np.nan)  # everybody is in the top: there is no margin
    axes.barh(rows, ends[:, 1] - ends[:, 0], left=ends[:, 0], height=0.6, color=_SOFT)
    axes.axvline(0, color=_INK, linewidth=1)
    axes.set_yticks(rows, [names[one.term] for one in found.swings])
    axes.set_title(f"Margin at place {found.top}, weight halved to doubled", fontsize=10)


def _draw_ranks(axes: Any, found: ListRobustness) -> None:
    shown = found.order[: found.top]
    shares = found.acceptability.rank_share[shown]
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_yticks(np.arange(shown.size), [found.candidates[row] for row in shown])
    axes.set_xticks(np.arange(shares.shape[1]), [str(rank + 1) for rank in range(shares.shape[1])])
    for (row, column), share in np.ndenumerate(shares):
        axes.text(
            column, row, f"{share:.0%}", ha="center", va="center", fontsize=8, color="white" if share > 0.5 else _INK
        )
    axes.set_title("Share of all weights that give the place", fontsize=10)
