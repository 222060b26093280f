"""A posting by its place and title, for headings and footers."""

from __future__ import annotations

from typing import Final

from api.documents.text_width import clip
from features.municipalities import find
from features.records import Posting

__all__ = ["place_title"]

_TITLE_WIDTH: Final = 200


def place_title(posting: Posting) -> str:
    """Place and title; the place is not said twice.

    Examples
    --------
    >>> call = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1)
    >>> place_title(call)
    '北海道下川町　p1'
    """
    place = find(posting.municipality_code).full_name
    title = clip(posting.title or posting.posting_id, _TITLE_WIDTH)
    return title if place in title else f"{place}　{title}"
