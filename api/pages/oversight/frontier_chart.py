"""The frontier of a round as a picture: how many pairs would rather have each other, and the total score it buys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final

from api.what_ifs.schemas import FrontierPoint

__all__ = ["FrontierChart", "Mark", "Tick", "frontier_chart"]

_LEFT, _RIGHT, _TOP, _BOTTOM = 100.0, 570.0, 24.0, 264.0  # of the plot in a picture of 600 × 330
_TICKS: Final = 4


@dataclass(frozen=True)
class Mark:
    """A point of the picture; a circle where nothing is left open, else hollow with a line up to its bound."""

    x: float
    y: float
    bound_y: float
    is_closed: bool


@dataclass(frozen=True)
class Tick:
    """A place on an axis and its number."""

    at: float
    words: str


@dataclass(frozen=True)
class FrontierChart:
    """What the macro draws.

    Attributes
    ----------
    marks : sequence of Mark
        From the most stable to the largest total.
    steps : str
        Path: a total holds until a pair more buys a larger one.
    across, up : sequence of Tick
        Pairs, and totals.
    run : pair of float
        Where the run itself stands.
    """

    marks: Sequence[Mark]
    steps: str
    across: Sequence[Tick]
    up: Sequence[Tick]
    run: tuple[float, float]


def frontier_chart(points: Sequence[FrontierPoint], *, n_blocking: int, total: float) -> FrontierChart:
    """Place the points, and the run they belong to.

    Examples
    --------
    >>> ends = [
    ...     FrontierPoint(n_blocking=k, n_people=k, n_matched=2, value=v, bound=v, status="proven")
    ...     for k, v in ((0, 1.0), (2, 1.5))
    ... ]
    >>> chart = frontier_chart(ends, n_blocking=0, total=1.0)
    >>> [(mark.x, mark.y) for mark in chart.marks], chart.run == (chart.marks[0].x, chart.marks[0].y)
    ([(100.0, 244.0), (570.0, 44.0)], True)
    """
    most = max(*(point.n_blocking for point in points), n_blocking, 1)
    totals = [*(point.value for point in points), *(point.bound for point in points), total]
    low, high = min(totals), max(totals)
    margin = 0.1 * (high - low) or 0.1 * abs(high) or 0.1
    scale = _Scale(most, low - margin, high + margin)
    marks = [
        Mark(scale.x(one.n_blocking), scale.y(one.value), scale.y(one.bound), one.status != "feasible")
        for one in points
    ]
    steps = f"M{marks[0].x} {marks[0].y}" + "".join(f"H{mark.x}V{mark.y}" for mark in marks[1:])
    return FrontierChart(
        marks=marks,
        steps=f"{steps}H{_RIGHT}",
        across=[Tick(scale.x(number), str(number)) for number in _numbers(most)],
        up=[Tick(scale.y(value), f"{value:.3f}") for value in _values(low, high)],
        run=(scale.x(n_blocking), scale.y(total)),
    )


@dataclass(frozen=True)
class _Scale:
    most: int
    low: float
    high: float

    def x(self, number: float) -> float:
        return round(_LEFT + (_RIGHT - _LEFT) * number / self.most, 1)

    def y(self, value: float) -> float:
        return round(_BOTTOM - (_BOTTOM - _TOP) * (value - self.low) / (self.high - self.low), 1)


def _numbers(most: int) -> list[int]:
    step = ceil(most / _TICKS)
    return list(range(0, most + 1, step))


def _values(low: float, high: float) -> list[float]:
    if high == low:
        return [low]
    return [low + (high - low) * number / (_TICKS - 1) for number in range(_TICKS)]
