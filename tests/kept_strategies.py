"""Strategies made once for the same arguments: hypothesis verifies each new one, which costs more than a draw."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import ParamSpec, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")
Asked = ParamSpec("Asked")


def kept(made: Callable[Asked, SearchStrategy[Drawn]]) -> Callable[Asked, SearchStrategy[Drawn]]:
    """What ``made`` returns, once for each set of arguments; they must be hashable."""
    return cast("Callable[Asked, SearchStrategy[Drawn]]", lru_cache(maxsize=4_096)(made))


@kept
def orders(n: int) -> SearchStrategy[list[int]]:
    """Orders of ``0 … n - 1``."""
    return st.permutations(range(n))
