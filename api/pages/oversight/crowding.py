"""How applications fall on open calls: numbers of calls, and nothing of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from features.market.scored_market import ScoredMarket

__all__ = ["Crowding", "crowding"]

_BELOW: Final = (("none", 0.0), ("few", 1.0), ("some", 2.0), ("many", 5.0))  # the rest is "most"


@dataclass(frozen=True)
class Crowding:
    """Open calls by open applications per seat.

    Attributes
    ----------
    n_calls : int
    lines : sequence of (key, share, number)
        Of the calls; a key below ``research.crowding_line``.
    top_tenth : float
        Share of all applications that the tenth of calls with the most of them has.
    """

    n_calls: int
    lines: Sequence[tuple[str, float, int]]
    top_tenth: float


def crowding(market: ScoredMarket) -> Crowding:
    """Count the open calls of a market."""
    seats, is_open = market.postings.seats.tolist(), market.is_open.tolist()
    numbers = [
        (len(market.applications_to.get(an_id, ())), int(seats[j]))
        for j, an_id in enumerate(market.postings.ids)
        if is_open[j] and seats[j]
    ]
    keys = [_key(n_applications / n_seats) for n_applications, n_seats in numbers]
    n_calls = len(numbers)
    lines = [(key, keys.count(key) / n_calls, keys.count(key)) for key in _keys() if n_calls]
    applied = sorted((n_applications for n_applications, _ in numbers), reverse=True)
    total = sum(applied)
    top = sum(applied[: -(-n_calls // 10)]) / total if total else 0.0
    return Crowding(n_calls, lines, top)


def _keys() -> list[str]:
    return [*(key for key, _ in _BELOW), "most"]


def _key(a_seat: float) -> str:
    if a_seat == 0:
        return "none"
    return next((key for key, below in _BELOW if a_seat < below), "most")
