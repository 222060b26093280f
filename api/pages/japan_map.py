"""Points over the map of Japan: where they stand, what they are called, and the same in a table.

The macro ``japan_map`` of ``macros/map.html.j2`` draws them over ``static/japan.svg``, with Okinawa and Ogasawara in
boxes of the same scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from api.documents.map.frames import FRAMES, INSETS, WIDTH, frame_of
from api.documents.map.labels import Box, Spot, place_labels
from features.municipalities import find

__all__ = ["JapanMap", "MapPoint", "Shape", "japan_map", "map_point"]

Shape: TypeAlias = Literal["from", "to", "dot", "ring"]
_TOP, _BOTTOM = 96, 1156  # what lies outside is for titles of printed pictures
_RADIUS: Final = 13.0
_LETTERS: Final = 2.4  # how much higher letters are here than on the printed map


@dataclass(frozen=True)
class MapPoint:
    """One municipality.

    Attributes
    ----------
    code, name : str
    x, y : float
        In units of the picture.
    frame : int
        The main islands or one of the boxes; lines are drawn inside one frame only.
    shape : Shape
        ``from`` a hollow square, ``to`` a full circle, ``dot`` a small one, ``ring`` a hollow one: never colour alone.
    words : str
        What the point says besides its name; the second column of the table.
    href : str, optional
        Where it leads; such a point is reached by the keyboard.
    """

    code: str
    name: str
    x: float
    y: float
    frame: int
    shape: Shape
    words: str
    href: str | None


@dataclass(frozen=True)
class _Label:
    name: str
    x: float
    y: float


@dataclass(frozen=True)
class JapanMap:
    """What the macro draws.

    Attributes
    ----------
    title : str
    points : sequence of MapPoint
    labels : sequence
        Names that have room, with their places.
    line : pair of MapPoint, optional
        A move to draw.
    """

    title: str
    points: Sequence[MapPoint]
    labels: Sequence[_Label]
    line: tuple[MapPoint, MapPoint] | None
    view: str = f"0 {_TOP} {WIDTH} {_BOTTOM - _TOP}"
    insets: Sequence[tuple[str, Box]] = INSETS


def map_point(code: str, *, shape: Shape = "dot", words: str = "", href: str | None = None) -> MapPoint:
    """A municipality as a point of the map, at its hall.

    Raises
    ------
    MunicipalityError
        If no municipality has the code.

    Examples
    --------
    >>> map_point("47207").frame, map_point("01468").name
    (1, '北海道下川町')
    """
    town = find(code)
    frame = frame_of(town.longitude, town.latitude)
    x, y = FRAMES[frame].place(town.longitude, town.latitude)
    return MapPoint(town.code, town.full_name, round(x, 1), round(y, 1), frame, shape, words, href)


def japan_map(
    points: Sequence[MapPoint], *, title: str, line: tuple[MapPoint, MapPoint] | None = None, most_names: int = 16
) -> JapanMap:
    """The map of some points.

    Parameters
    ----------
    points : sequence of MapPoint
        Those that matter most first: names stand beside the first that have room.
    title : str
        What the map shows, in one sentence; it is read aloud.
    line : pair of MapPoint, optional
        From where to where; left out where the two are in different frames.
    most_names : int, default 16
    """
    labels = _labels(points, most=most_names)
    is_drawn = line is not None and line[0].frame == line[1].frame and line[0].code != line[1].code
    return JapanMap(title, points, labels, line if is_drawn else None)


def _labels(points: Sequence[MapPoint], *, most: int) -> list[_Label]:
    """Names for a screen, where the picture is half as wide as on paper and letters stay as high."""

    def small(box: Box) -> Box:
        return Box(box.left / _LETTERS, box.top / _LETTERS, box.right / _LETTERS, box.bottom / _LETTERS)

    taken = [small(Box(box.left, box.top, box.left + 150, box.top + 40)) for _name, box in INSETS]
    for _name, box in INSETS:  # a name crosses no border, and does not stand below a box as if outside
        taken += [small(Box(box.left, edge - 4, box.right, edge + 4)) for edge in (box.top, box.bottom)]
        taken += [small(Box(box.left, box.bottom + 12, box.right, box.bottom + 60))]
        taken += [small(Box(side - 4, box.top, side + 4, box.bottom)) for side in (box.left, box.right)]
    taken += [small(Box(point.x - 12, point.y - 12, point.x + 12, point.y + 12)) for point in points[:most]]
    spots = (Spot(point.name, point.x / _LETTERS, point.y / _LETTERS, _RADIUS / _LETTERS) for point in points)
    found = place_labels(
        spots, within=small(Box(8, _TOP + 8, WIDTH - 8, _BOTTOM - 8)), taken=taken, most=most, corners=True
    )
    return [_Label(one.name, round(one.x * _LETTERS, 1), round(one.y * _LETTERS, 1)) for one in found]
