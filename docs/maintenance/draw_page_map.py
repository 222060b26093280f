"""Draw Japan as the pages' map has it: ``python docs/maintenance/draw_page_map.py``.

The outlines stand on whole units of the picture, which is half a pixel on a screen, so that a phone fetches little.
Points are laid over it with the same frames (:mod:`api.pages.japan_map`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby, pairwise
from math import pi, sqrt
from pathlib import Path

from api.documents.map.frames import FRAMES, HEIGHT, INSETS, PIXELS_PER_KM, WIDTH, frame_of
from api.documents.map.outlines import island_areas, prefecture_outlines

PICTURE = Path(__file__).parents[2] / "api" / "pages" / "static" / "japan.svg"


def page_map() -> str:
    """The picture: land and boxes, without a word in it."""
    boxes = "".join(
        f'<rect x="{box.left:.0f}" y="{box.top:.0f}" width="{box.right - box.left:.0f}" '
        f'height="{box.bottom - box.top:.0f}" rx="6" fill="#fff" stroke="#949494"/>'
        for _name, box in INSETS
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<g fill="#d0d7e2" stroke="#fff" stroke-linejoin="round">{_land(inset=False)}{boxes}{_land(inset=True)}</g>'
        "</svg>\n"
    )


def _land(*, inset: bool) -> str:
    coasts = "".join(_coast(ring) for ring in prefecture_outlines().values() if (frame_of(*ring[0]) > 0) == inset)
    return f'<path d="{coasts}"/>' + "".join(_islands(inset=inset))


def _coast(ring: tuple[tuple[float, float], ...]) -> str:
    frame = FRAMES[frame_of(*ring[0])]
    corners = [tuple(round(value) for value in frame.place(*point)) for point in ring]
    kept = [corner for corner, _same in groupby(corners)]
    steps = "".join(f"{b[0] - a[0]} {b[1] - a[1]} ".replace(" -", "-") for a, b in pairwise(kept))
    return f"M{kept[0][0]} {kept[0][1]}l{steps.strip()}z"


def _islands(*, inset: bool) -> Iterator[str]:
    for longitude, latitude, area_km2 in island_areas():
        index = frame_of(longitude, latitude)
        if (index > 0) == inset:
            x, y = FRAMES[index].place(longitude, latitude)
            yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="{max(1.5, sqrt(area_km2 / pi) * PIXELS_PER_KM):.1f}"/>'


if __name__ == "__main__":
    PICTURE.write_text(page_map(), encoding="utf-8")
