"""What the engine writes for people: ranked lists (Excel, HTML), recommendations (HTML) and the placement map (SVG).

Every document takes its date from the run, so the same run gives the same bytes.
"""

from __future__ import annotations

from api.documents.errors import DocumentError
from api.documents.map import PlacedSeats, placed_seats, placement_map
from api.documents.pages import ranking_page, recommendation_page
from api.documents.workbook import ranking_workbook

__all__ = [
    "DocumentError",
    "PlacedSeats",
    "placed_seats",
    "placement_map",
    "ranking_page",
    "ranking_workbook",
    "recommendation_page",
]
