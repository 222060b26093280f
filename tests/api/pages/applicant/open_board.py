"""What suggestions need before a browser asks: the written decision, and a market whose texts have been read once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from api.kept_markets.markets import StoredMarket, recommendations_of
from api.modes.decisions import municipalities_in, record_decision
from api.storage.database import writing

__all__ = ["open_board", "read_texts"]


def open_board(engine: Engine, now: datetime) -> None:
    """Let the whole service recommend; where it may already, nothing is stored."""
    with writing(engine) as session:
        if municipalities_in(session, "public_board", on=now.date()) is None:
            return
        record_decision(
            session,
            "public_board",
            municipality_code=None,
            document="見本第2号",
            decided_by="見本協議会",
            from_date=now.date(),
            by="id-administrator",
            now=now,
        )


def read_texts(market: StoredMarket, applicant_id: str) -> None:
    """Make the first list before a browser, which does not wait long, asks for it."""
    recommendations_of(market, applicant_id, top=10, spread=0, order="score", on=None)
