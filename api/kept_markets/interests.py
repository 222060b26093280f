"""How interest falls on the last market, by spread, so that asking again costs nothing."""

from __future__ import annotations

from threading import Lock
from typing import Final

from features.lists.interest import MarketInterest, MarketPairs, later_pairs, read_interest, read_pairs
from features.market.scored_market import ScoredMarket

__all__ = ["KeptInterests"]

_SPREADS: Final = 4  # a slider with marks at the quarters asks for few others


class KeptInterests:
    """Interests of one market at the spreads that were asked for last; another market takes their place."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pairs: tuple[ScoredMarket, MarketPairs] | None = None
        self._kept: dict[float, MarketInterest] = {}

    def of(self, market: ScoredMarket, spread: float) -> MarketInterest:
        """The interest at one spread; while one caller computes, others wait and then find it."""
        with self._lock:
            if self._pairs is None:
                self._pairs = market, read_pairs(market)
            elif self._pairs[0] is not market:
                before, pairs = self._pairs
                self._pairs, self._kept = (market, later_pairs(pairs, before, market)), {}
            found = self._kept.pop(spread, None) or read_interest(market, spread, pairs=self._pairs[1])
            self._kept[spread] = found  # the last one asked for stands last
            while len(self._kept) > _SPREADS:
                self._kept.pop(next(iter(self._kept)))
            return found
