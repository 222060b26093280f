"""Lambert's conformal conic projection on the sphere, with which Japan keeps its usual shape.

References
----------
.. [1] J. P. Snyder, "Map Projections: A Working Manual", U.S. Geological Survey Professional Paper 1395, 1987,
   pp. 106-107. DOI 10.3133/pp1395
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import cos, log, pi, radians, sin, tan

__all__ = ["Frame", "LambertConic"]

_EARTH_KM = 6371.0


@dataclass(frozen=True)
class LambertConic:
    """Kilometres east and north of a centre, true to scale on two parallels.

    Attributes
    ----------
    longitude, latitude : float
        Centre in degrees.
    parallels : pair of float
        Standard parallels in degrees, not equal.

    Examples
    --------
    >>> japan = LambertConic(137.0, 37.0, parallels=(33.0, 44.0))
    >>> [round(km, 6) for km in japan.project(137.0, 37.0)]
    [0.0, 0.0]
    """

    longitude: float
    latitude: float
    parallels: tuple[float, float]

    @cached_property
    def _cone(self) -> tuple[float, float, float]:
        first, second = (radians(parallel) for parallel in self.parallels)
        n = log(cos(first) / cos(second)) / log(_stretch(second) / _stretch(first))
        f = cos(first) * _stretch(first) ** n / n
        return n, f, _EARTH_KM * f / _stretch(radians(self.latitude)) ** n

    def project(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Kilometres (east, north) of a point given in degrees."""
        n, f, rho_0 = self._cone
        rho = _EARTH_KM * f / _stretch(radians(latitude)) ** n
        theta = n * radians(longitude - self.longitude)
        return rho * sin(theta), rho_0 - rho * cos(theta)


@dataclass(frozen=True)
class Frame:
    """A part of the world drawn on a part of the picture, clipped by its box.

    Attributes
    ----------
    projection : LambertConic
    bounds : (west, south, east, north) in degrees
        Which points belong to the frame.
    centre : (x, y) in picture units
        Where the projection's centre stands.
    scale : float
        Picture units a kilometre.
    """

    projection: LambertConic
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    scale: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a point belongs to this frame."""
        west, south, east, north = self.bounds
        return west <= longitude < east and south <= latitude < north

    def place(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Position on the picture, y downwards."""
        east, north = self.projection.project(longitude, latitude)
        return self.centre[0] + east * self.scale, self.centre[1] - north * self.scale


def _stretch(latitude: float) -> float:
    return tan(pi / 4 + latitude / 2)
