"""The collector of cyclic garbage works while nobody waits, and never walks through the whole market beside a request.

A process that serves ten thousand people keeps two million objects. CPython walks through all of them now and then,
at a moment of its own choosing, and answers nobody for a second or two. Here what is kept is set aside
(:func:`gc.freeze`), so that only what is new is walked through, and that at a moment when no short answer is under way.
"""

from __future__ import annotations

import gc
from typing import Final

__all__ = ["Collecting", "collect_everything"]

_NEVER: Final = 1_000_000_000  # collections of the middle generation until CPython collects everything by itself
_YOUNG: Final = (700, 10)  # new objects, and collections of them until the middle generation is looked through
_MOST_NEW: Final = 20  # collections of the middle generation: some hundred thousand objects, some 30 ms


class Collecting:
    """Collects where its keeper finds time; one a process.

    Examples
    --------
    >>> collecting = Collecting()
    >>> collecting.begin()
    >>> collecting.set_aside()
    >>> gc.get_freeze_count() > 0, collecting.is_due
    (True, False)
    >>> collecting.end()
    >>> gc.get_freeze_count()
    0
    """

    def __init__(self) -> None:
        self._earlier = gc.get_threshold()

    def begin(self) -> None:
        """Take the collector over, until :meth:`end`."""
        gc.set_threshold(*_YOUNG, _NEVER)

    @property
    def is_due(self) -> bool:
        """Whether much is new."""
        return gc.get_count()[2] >= _MOST_NEW

    def set_aside(self) -> None:
        """Collect among what is new, and set the rest aside."""
        gc.collect()
        gc.freeze()

    def end(self) -> None:
        """Leave the collector as it was."""
        gc.set_threshold(*self._earlier)
        gc.unfreeze()


def collect_everything() -> None:
    """Collect also among what was set aside, and set what remains aside again."""
    was_aside = gc.get_freeze_count() > 0
    gc.unfreeze()
    gc.collect()
    if was_aside:
        gc.freeze()
