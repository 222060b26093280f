"""One request after the other needs no threads: what the service would give to one is done where it is asked for.

No thread is woken six times a request then; every other test of the service has its threads.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from typing import Any, Final, TypeVar
from unittest.mock import patch

import anyio.to_thread

__all__ = ["spare_threads", "sparing_threads"]

_T = TypeVar("_T")
_SPARED: Final[ContextVar[bool]] = ContextVar("threads_are_spared", default=False)


@contextmanager
def sparing_threads() -> Generator[None]:
    """Let requests do without that say so, by :func:`spare_threads`."""
    given = anyio.to_thread.run_sync

    async def run_sync(function: Callable[..., _T], *arguments: Any, **options: Any) -> _T:
        if _SPARED.get():
            return copy_context().run(function, *arguments)  # as from a thread, nothing comes back in the context
        return await given(function, *arguments, **options)

    with patch("anyio.to_thread.run_sync", run_sync):
        yield


def spare_threads() -> None:
    """Let the present request, or whatever else has a context of its own, do without."""
    _SPARED.set(True)
