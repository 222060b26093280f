"""Everything that reading people's texts leaves in the memory of a process, and how it is dropped when one is erased.

A cache is found, not listed: a list would miss the one that somebody adds tomorrow.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import ModuleType
from typing import Final

from features.reading.memory import Memory

__all__ = ["forget_texts_read"]


_Cached: Final = type(lru_cache(maxsize=None)(lambda: None))  # what functools makes of a function


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
        elif isinstance(value, _Cached) and value.cache_parameters()["maxsize"] != 1:
            yield value.cache_clear
