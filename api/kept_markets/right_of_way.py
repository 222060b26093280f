"""Short answers go first: what takes long is computed in steps, and waits between them while others are answered.

Threads of one process share an interpreter lock. A list of places takes as much of the processor as twenty short
answers, and beside it each of those would take twice as long.
"""

from __future__ import annotations

from contextvars import ContextVar
from threading import Condition
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["RightOfWay", "ShortAnswersFirst"]

_LONGEST_SECONDS: Final = 0.25  # a step is put off, never given up: many short answers do not stop the long ones


class _Answer:
    """One request that is being answered, counted until it ends or steps aside."""

    def __init__(self, way: RightOfWay) -> None:
        self._way, self._counts = way, True

    def end(self) -> None:
        """Count it no longer; the first time does it."""
        if self._counts:
            self._counts = False
            self._way.add(-1)


_PRESENT: Final[ContextVar[_Answer | None]] = ContextVar("present_answer", default=None)


class RightOfWay:
    """How many short answers are under way in this process.

    Examples
    --------
    >>> way = RightOfWay()
    >>> way.give_way()  # nobody is there: at once
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._short = 0

    def add(self, number: int) -> None:
        """Count more or fewer."""
        with self._changed:
            self._short += number
            if self._short == 0:
                self._changed.notify_all()

    def step_aside(self) -> None:
        """The request that is being answered here takes long: nobody waits for it."""
        answer = _PRESENT.get()
        if answer is not None:
            answer.end()

    def give_way(self) -> None:
        """Wait until no short answer is under way, a quarter of a second at most."""
        with self._changed:
            self._changed.wait_for(lambda: self._short == 0, timeout=_LONGEST_SECONDS)


class ShortAnswersFirst:
    """ASGI middleware that counts every request until its answer begins.

    Parameters
    ----------
    app : ASGIApp
    way : RightOfWay
    """

    def __init__(self, app: ASGIApp, way: RightOfWay) -> None:
        self._app, self._way = app, way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Answer(self._way)
        self._way.add(1)
        _PRESENT.set(answer)  # every request is a task, and so a context, of its own

        async def ending(message: Message) -> None:
            await send(message)
            answer.end()  # what follows of a stream is nobody's hurry

        try:
            await self._app(scope, receive, ending)
        finally:
            answer.end()
