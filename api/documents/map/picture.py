"""A picture of placements over Japan: municipalities at their real positions, circles sized by seats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from math import hypot, pi, sqrt

from api.documents.map.frames import FRAMES, HEIGHT, INSETS, LEGEND, NUMBERS, PIXELS_PER_KM, WIDTH, frame_of
from api.documents.map.labels import Box, Spot, place_labels
from api.documents.map.outlines import island_areas, prefecture_outlines
from api.documents.map.seats import PlacedSeats
from api.documents.templating import render
from features.municipalities import find

__all__ = ["placement_map"]

_RADIUS_OF_ONE_SEAT = 4.2
_NAMES = 16
_LEGEND_SEATS = (1, 3, 6)
_TITLE_BOX = Box(0, 0, WIDTH, 104)
_BEND = 0.12  # how far a line bows, as a share of its length
_LINE = 0.8
_NOTES = (
    "輪郭は都道府県の主な陸地です。島の市町村",
    "は面積の等しい円で示し、描いていない島も",
    "あります。位置は役所・役場です。",
)


@dataclass(frozen=True)
class _Mark:
    name: str
    x: float
    y: float
    outer: float
    inner: float
    seats: int
    filled: int


@dataclass(frozen=True)
class _Outline:
    path: str
    inset: bool


@dataclass(frozen=True)
class _Arc:
    path: str
    width: float
    inset: bool


@dataclass(frozen=True)
class _Island:
    x: float
    y: float
    radius: float
    inset: bool


def placement_map(placements: Sequence[PlacedSeats], *, title: str, caption: str = "", lines: bool = True) -> str:
    """Draw placements as an SVG picture that needs nothing outside itself.

    A ring's area is proportional to the seats of a municipality and the filled disc in it to the seats filled, so an
    open seat is a hollow ring whatever the colours look like.

    Parameters
    ----------
    placements : sequence of PlacedSeats
        One a municipality.
    title : str
    caption : str, default ""
        A line under the title, such as the mechanism and the date of the run.
    lines : bool, default True
        Draw a thin line from each known origin to the place; lines between frames are left out.

    Returns
    -------
    str
        SVG with fixed decimals: the same placements give the same bytes, in whatever order they come.

    Raises
    ------
    DocumentError
        If a municipality lies outside the map.
    """
    marks = sorted(map(_mark, placements), key=lambda mark: (-mark.seats, -mark.filled, mark.name))
    named = [mark for mark in sorted(marks, key=lambda mark: (-mark.filled, -mark.seats, mark.name)) if mark.filled]
    taken = (
        LEGEND,
        NUMBERS,
        _TITLE_BOX,
        *(Box(box.left, box.top, box.left + 110, box.top + 22) for _name, box in INSETS),
    )
    return render(
        "placement_map.svg.j2",
        width=WIDTH,
        height=HEIGHT,
        title=title,
        caption=caption,
        totals=_totals(placements),
        outlines=_outline_shapes(),
        islands=_island_shapes(),
        insets=INSETS,
        legend=LEGEND,
        numbers=NUMBERS,
        notes=_NOTES,
        legend_rings=tuple((seats, _radius(seats)) for seats in _LEGEND_SEATS),
        marks=marks,
        arcs=tuple(_arcs(placements)) if lines else (),
        labels=place_labels(
            (Spot(mark.name, mark.x, mark.y, mark.outer) for mark in named),
            within=Box(8, 8, WIDTH - 8, HEIGHT - 8),
            taken=taken,
            most=_NAMES,
        ),
    )


def _radius(seats: int) -> float:
    return _RADIUS_OF_ONE_SEAT * sqrt(seats)


def _mark(placed: PlacedSeats) -> _Mark:
    x, y, _frame = _place(placed.municipality_code)
    name = find(placed.municipality_code).full_name
    return _Mark(name, x, y, _radius(placed.seats), _radius(placed.filled), placed.seats, placed.filled)


def _place(municipality_code: str) -> tuple[float, float, int]:
    town = find(municipality_code)
    frame = frame_of(town.longitude, town.latitude)
    return *FRAMES[frame].place(town.longitude, town.latitude), frame


def _totals(placements: Sequence[PlacedSeats]) -> tuple[tuple[str, str], ...]:
    seats, filled = sum(placed.seats for placed in placements), sum(placed.filled for placed in placements)
    receiving = sum(placed.filled > 0 for placed in placements)
    return (
        ("埋まった席", f"{filled:,}"),
        ("募集の席", f"{seats:,}"),
        ("迎える市町村", f"{receiving:,}"),
        ("募集した市町村", f"{len(placements):,}"),
    )


@cache
def _outline_shapes() -> tuple[_Outline, ...]:
    shapes: list[_Outline] = []
    for ring in prefecture_outlines().values():
        frame = frame_of(*ring[0])
        points = (FRAMES[frame].place(longitude, latitude) for longitude, latitude in ring)
        # at tenths of a pixel neighbours may fall together: one of them is enough
        corners = [corner for corner, _same in groupby(f"{x:.1f} {y:.1f}" for x, y in points)]
        shapes.append(_Outline(f"M{'L'.join(corners)}Z", inset=frame > 0))
    return tuple(shapes)


@cache
def _island_shapes() -> tuple[_Island, ...]:
    shapes: list[_Island] = []
    for longitude, latitude, area_km2 in island_areas():
        frame = frame_of(longitude, latitude)
        x, y = FRAMES[frame].place(longitude, latitude)
        shapes.append(_Island(x, y, sqrt(area_km2 / pi) * PIXELS_PER_KM, inset=frame > 0))
    return tuple(shapes)


def _arcs(placements: Sequence[PlacedSeats]) -> Iterator[_Arc]:
    journeys = Counter((origin, placed.municipality_code) for placed in placements for origin in placed.origins)
    for (origin, destination), people in sorted(journeys.items()):
        (x0, y0, start), (x1, y1, end) = _place(origin), _place(destination)
        if start != end or hypot(x1 - x0, y1 - y0) < 1:
            continue
        bow_x, bow_y = (x0 + x1) / 2 + (y1 - y0) * _BEND, (y0 + y1) / 2 - (x1 - x0) * _BEND
        path = f"M{x0:.1f} {y0:.1f}Q{bow_x:.1f} {bow_y:.1f} {x1:.1f} {y1:.1f}"
        yield _Arc(path, _LINE + _LINE / 2 * (people - 1), inset=start > 0)
