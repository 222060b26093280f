"""One posting of the scored market, whose pages hold no session of the database."""

from __future__ import annotations

from api.http.errors import UnknownIdError
from features.market.scored_market import ScoredMarket
from features.records import Posting

__all__ = ["posting_in"]


def posting_in(market: ScoredMarket, posting_id: str) -> Posting:
    """The posting with an id.

    Raises
    ------
    UnknownIdError
        If the market has none.
    """
    row = market.postings.index_of.get(posting_id)
    if row is None:
        raise UnknownIdError("posting", posting_id)
    return market.records.postings[row]
