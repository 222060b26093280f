"""The map of one prefecture: the map of Japan, brought near, with short names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from api.documents.map.frames import WIDTH
from api.pages.japan_map import JapanMap, MapPoint, japan_map, map_point
from features.municipalities import find, table

__all__ = ["AreaMap", "area_map"]

_LEFT, _TOP, _RIGHT, _BOTTOM = 90.0, 150.0, 910.0, 1100.0  # where the municipalities of the prefecture are to lie
_HEIGHT: Final = 1180  # of japan.svg
_NEAREST: Final = 6.0  # beyond, its outlines are too coarse
_MOST_NAMES: Final = 24


@dataclass(frozen=True)
class AreaMap:
    """What the macro draws.

    Attributes
    ----------
    map : JapanMap
        Points and names where they lie on the near map.
    x, y, width, height : float
        Where the picture of Japan lies under them.
    """

    map: JapanMap
    x: float
    y: float
    width: float
    height: float


def area_map(points: Sequence[MapPoint], *, prefecture: str | None, title: str) -> AreaMap:
    """Points on the map of their prefecture; on that of Japan where it lies in several frames, or none is named."""
    bounds = None if prefecture is None else _bounds(prefecture)
    if bounds is None:
        return AreaMap(japan_map(points, title=title), 0, 0, WIDTH, _HEIGHT)
    left, top, right, bottom = bounds
    near = min((_RIGHT - _LEFT) / (right - left), (_BOTTOM - _TOP) / (bottom - top), _NEAREST)
    x = (_LEFT + _RIGHT - near * (left + right)) / 2
    y = (_TOP + _BOTTOM - near * (top + bottom)) / 2
    moved = [
        replace(one, x=round(near * one.x + x, 1), y=round(near * one.y + y, 1), name=find(one.code).name)
        for one in points
    ]
    drawn = replace(japan_map(moved, title=title, most_names=_MOST_NAMES), insets=())
    return AreaMap(drawn, round(x, 1), round(y, 1), round(near * WIDTH, 1), round(near * _HEIGHT, 1))


@cache
def _bounds(prefecture: str) -> tuple[float, float, float, float] | None:
    codes: list[str] = [code for code in table()["code"] if code.startswith(prefecture)]
    places = [map_point(code) for code in codes]
    if len({place.frame for place in places}) != 1:
        return None
    xs, ys = [place.x for place in places], [place.y for place in places]
    return min(xs), min(ys), max(xs), max(ys)
