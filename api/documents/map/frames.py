"""The three frames of the picture: the main islands, and boxes for the south-western islands and Ogasawara.

All three keep one scale, so a kilometre is as long in Okinawa as in Hokkaido.
"""

from __future__ import annotations

from typing import Final

from api.documents.errors import DocumentError
from api.documents.map.labels import Box
from api.documents.map.projection import Frame, LambertConic

__all__ = ["FRAMES", "HEIGHT", "INSETS", "LEGEND", "NUMBERS", "PIXELS_PER_KM", "WIDTH", "frame_of"]

WIDTH: Final = 1000
HEIGHT: Final = 1180
PIXELS_PER_KM: Final = 0.6

_MAIN = Frame(
    LambertConic(137.0, 37.5, parallels=(33.0, 44.0)),
    bounds=(122.0, 29.99, 150.0, 46.5),
    centre=(505.0, 668.0),
    scale=PIXELS_PER_KM,
)
_SOUTH_WEST = Frame(
    LambertConic(127.5, 27.0, parallels=(25.0, 29.0)),
    bounds=(122.0, 23.5, 135.0, 29.99),
    centre=(312.0, 322.0),
    scale=PIXELS_PER_KM,
)
_OGASAWARA = Frame(
    LambertConic(142.0, 26.9, parallels=(26.0, 28.0)),
    bounds=(135.0, 20.0, 150.0, 29.99),
    centre=(630.0, 1098.0),
    scale=PIXELS_PER_KM,
)

FRAMES: Final = (_MAIN, _SOUTH_WEST, _OGASAWARA)
INSETS: Final = (("奄美・沖縄など", Box(24, 112, 548, 508)), ("小笠原", Box(580, 1052, 680, 1144)))
LEGEND: Final = Box(716, 872, 984, 1144)
NUMBERS: Final = Box(862, 520, 984, 740)


def frame_of(longitude: float, latitude: float) -> int:
    """Index of the frame that holds a point; raises :class:`DocumentError` for a point outside Japan's box."""
    for index, frame in enumerate(FRAMES):
        if frame.holds(longitude, latitude):
            return index
    raise DocumentError(f"a point at {latitude:.3f}, {longitude:.3f} lies outside the map, expected a place in Japan")
