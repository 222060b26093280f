"""Between two steps, whoever computes something long lets others go first.

What is long here is told pair by pair: a list of places, a list of candidates nobody has asked for yet. Whoever serves
people beside it (a service with one interpreter lock) says what happens between two pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

__all__ = ["between_steps", "paced"]


def _nothing() -> None:
    return None


_BETWEEN: Final[ContextVar[Callable[[], None]]] = ContextVar("between_steps", default=_nothing)


@contextmanager
def paced(between: Callable[[], None]) -> Generator[None]:
    """Call ``between`` before every step of what is computed inside.

    Examples
    --------
    >>> steps: list[str] = []
    >>> with paced(lambda: steps.append("step")):
    ...     between_steps()
    >>> between_steps()
    >>> steps
    ['step']
    """
    before = _BETWEEN.set(between)
    try:
        yield
    finally:
        _BETWEEN.reset(before)


def between_steps() -> None:
    """Let others go first, if whoever computes this said so."""
    _BETWEEN.get()()
