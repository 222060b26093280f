"""After an erasure nothing of the person stays in memory: not here, and not in any other process of the service.

The process that erases forgets before its answer goes out. The others look a few times a minute whether something was
erased: the number of the newest certificate tells, because every erasure has one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from threading import Event, Thread
from traceback import extract_tb
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool

from api.kept_markets.markets import StoredMarket
from api.operation.collecting import collect_everything
from api.retention.certificates import last_certificate
from api.retention.timed import TimedRemoval
from api.storage.database import forget_free_pages, reading
from features.reading.forgetting import forget_texts_read

__all__ = ["SECONDS", "ErasureWatch", "erasures_watched", "erasures_watched_beside", "forget_in_memory"]

_log = logging.getLogger(__name__)
SECONDS: Final = 15  # how long another process may still hold what was erased


def forget_in_memory(engine: Engine, market: StoredMarket | None = None) -> None:
    """Drop the scored market, every text that was read, and the statements; the next answer reads again."""
    if market is not None:
        market.forget()
    forget_texts_read()
    engine.clear_compiled_cache()  # SQLAlchemy keeps each statement with the values it first had
    collect_everything()  # what refers to itself stays until then


class ErasureWatch:
    """Notices that something was erased, by whatever process.

    Parameters
    ----------
    engine : Engine
    forget : callable
        What to do then.
    """

    def __init__(self, engine: Engine, forget: Callable[[], None]) -> None:
        self._engine, self._forget = engine, forget
        self._seen = self._newest()
        self._is_clean = True

    def look(self) -> bool:
        """Forget where something was erased since the last look, and let SQLite's log go once nobody reads it."""
        newest = self._newest()
        is_news = newest != self._seen
        if is_news:
            self._forget()
            self._seen, self._is_clean = newest, False
        if not self._is_clean:
            self._is_clean = forget_free_pages(self._engine)
        return is_news

    def _newest(self) -> int:
        with reading(self._engine) as session:
            return last_certificate(session)


@contextmanager
def erasures_watched_beside(engine: Engine) -> Generator[None]:
    """Watch while the block runs, in a process that answers no requests: a worker reads people's texts too."""
    is_over = Event()

    def keep_looking() -> None:
        watch: ErasureWatch | None = None
        while not is_over.wait(SECONDS):
            with suppress(SQLAlchemyError):  # also while the tables are not there yet
                if watch is None:
                    watch = ErasureWatch(engine, lambda: forget_in_memory(engine))
                    forget_in_memory(engine)  # what was read before the first look
                watch.look()

    Thread(target=keep_looking, name="watching for erasures", daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


@asynccontextmanager
async def erasures_watched(app: Starlette) -> AsyncGenerator[None]:
    """Watch while the service runs, and let what is due by its own clock go."""
    watch = ErasureWatch(app.state.engine, lambda: forget_in_memory(app.state.engine, app.state.market))
    timed = TimedRemoval(app.state.engine, app.state.settings, clock=app.state.clock)
    task = asyncio.create_task(_keep_looking([*timed.looks, watch.look]))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _keep_looking(looks: Sequence[Callable[[], object]]) -> None:
    """Look again and again, whatever a look ended with: one that ended once would be looked at by nobody any more."""
    told: dict[int, str | None] = {}
    while True:
        await asyncio.sleep(SECONDS)
        for number, look in enumerate(looks):
            (found,) = await asyncio.gather(run_in_threadpool(look), return_exceptions=True)
            place = _place(found) if isinstance(found, Exception) else None
            if isinstance(found, Exception) and place != told.get(number):  # once, not four times a minute
                _log.error("a look at what is due ended with %s; it is looked again", place)
            told[number] = place


def _place(error: Exception) -> str:
    """Which error, and where in the code: never its text, which may quote a value."""
    frames = extract_tb(error.__traceback__)
    return (
        f"{type(error).__name__} {Path(frames[-1].filename).name}:{frames[-1].lineno}"
        if frames
        else type(error).__name__
    )
