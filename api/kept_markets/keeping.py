"""The scored market kept ready beside the requests, so that nobody waits for what could be done before.

A thread of the service makes the market when it starts, takes in what changes, and explains the pairs of every list
that has open applications before somebody asks for it: lists that changed at once, the others in their turn. While
people ask it rests after each of the others three times as long as that took, so that they keep the processor. When
all is told and nobody asks it gives back what memory is not used.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from threading import Event, Thread
from time import monotonic
from typing import Final

from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from api.kept_markets.markets import StoredMarket
from api.operation.collecting import Collecting, collect_everything
from api.operation.returned_memory import give_back_memory
from api.storage.errors import StorageError
from features.errors import FeatureError

__all__ = ["MarketKeeper", "market_kept_ready"]

_LOOK_SECONDS: Final = 0.25  # between two looks at whether something changed: sooner than most people ask
_REST: Final = 3.0
_LONGEST_REST: Final = 5.0
_AGAIN_SECONDS: Final = 10.0  # after something failed: a database that is away, a day without rules
_CLOSING_SECONDS: Final = 5.0
_TURN_SECONDS: Final = 0.000_2
_CALM_SECONDS: Final = 60.0  # without a question, until some hundredths of a second bother nobody
_QUIET_SECONDS: Final = 600.0  # until a second of collecting does
_log = logging.getLogger(__name__)


class MarketKeeper:
    """Keeps one market ready from :meth:`start` to :meth:`stop`.

    Parameters
    ----------
    market : StoredMarket
    """

    def __init__(self, market: StoredMarket) -> None:
        self._market = market
        self._collecting = Collecting()
        self._asked, self._quiet_since = 0, monotonic()
        self._is_given_back = self._is_swept = False
        self._stopped = Event()
        self._thread = Thread(target=self._keep, name="market-keeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._collecting.begin()
        self._thread.start()

    def stop(self) -> None:
        """End after the list at hand."""
        self._stopped.set()
        self._thread.join(_CLOSING_SECONDS)
        self._collecting.end()

    def _keep(self) -> None:
        pause, is_warm = 0.0, False
        while not self._stopped.wait(pause):
            try:
                if is_warm:
                    pause = self._tell()
                else:
                    self._market.warm()
                    self._collecting.set_aside()
                    is_warm, pause = True, 0.0
            except (SQLAlchemyError, StorageError, FeatureError) as error:
                _log.warning("the market is not ready: %s", type(error).__name__)
                pause = _AGAIN_SECONDS

    def _tell(self) -> float:
        """Tell one thing; how long to rest then."""
        began, asked = monotonic(), self._market.asked
        told = self._market.tell_one()
        if self._collecting.is_due:
            self._market.give_way()
            self._collecting.set_aside()
        if told == "nothing":
            self._tidy()
            return _LOOK_SECONDS
        self._is_given_back = False
        if told == "changed list" or self._market.asked == asked:
            return 0.0
        return min(_REST * (monotonic() - began), _LONGEST_REST)

    def _tidy(self) -> None:
        """Give back memory once nobody has asked for a moment, collect everything once nobody has for a while."""
        if self._market.asked != self._asked:
            self._asked, self._quiet_since = self._market.asked, monotonic()
            self._is_given_back = self._is_swept = False
        quiet = monotonic() - self._quiet_since
        if not self._is_swept and quiet > _QUIET_SECONDS:
            collect_everything()
            self._is_swept, self._is_given_back = True, False
        if not self._is_given_back and quiet > _CALM_SECONDS:
            give_back_memory()
            self._is_given_back = True


@asynccontextmanager
async def market_kept_ready(app: FastAPI) -> AsyncGenerator[None]:
    """Keep the market of an application ready while it runs, where it is to be kept (``state.keeps_market_ready``)."""
    if not app.state.keeps_market_ready:
        yield
        return
    # a thread that computes gives way soon: a short answer asks the database ten times, and goes on as often through
    # the pool of threads; each time it would wait five milliseconds
    sys.setswitchinterval(_TURN_SECONDS)
    keeper = MarketKeeper(app.state.market)
    keeper.start()
    yield
    keeper.stop()
