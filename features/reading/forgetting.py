"""Everything that reading people's texts leaves in the memory of a process, and how it is dropped when one is erased.

A cache is found, not listed: a list would miss the one that somebody adds tomorrow.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Protocol, runtime_checkable

from features.reading.memory import Memory

__all__ = ["forget_texts_read"]


@runtime_checkable
class _Cache(Protocol):
    """What ``functools.lru_cache`` makes of a function."""

    def cache_parameters(self) -> Mapping[str, object]: ...

    def cache_clear(self) -> None: ...


def forget_texts_read() -> None:
    """Empty every cache of this package that can hold a text.

    A cache of one entry is a table that was read once from this package's own files; those stay, so that the next
    answer does not wait for them.

    Examples
    --------
    >>> from features.text import word_set
    >>> word_set("観光の案内")
    ('案内', '観光')
    >>> forget_texts_read()
    >>> word_set.cache_info().currsize
    0
    """
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] == "features":
            for empty in _ways_to_empty(module):
                empty()


def _ways_to_empty(module: ModuleType) -> Iterator[Callable[[], None]]:
    values: list[object] = list(vars(module).values())
    for value in values:
        if isinstance(value, Memory):
            yield value.forget
        elif isinstance(value, _Cache) and not isinstance(value, type) and value.cache_parameters()["maxsize"] != 1:
            yield value.cache_clear
