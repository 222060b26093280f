"""The placement map: projection, outlines of prefectures, and the picture."""

from __future__ import annotations

from api.documents.map.picture import placement_map
from api.documents.map.seats import PlacedSeats, placed_seats

__all__ = ["PlacedSeats", "placed_seats", "placement_map"]
