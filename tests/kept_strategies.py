"""Strategies made once for the same arguments: hypothesis verifies each new one, which costs more than a draw.

Every draw costs too, so an order is one number, not one for each of its places: 0 is the order of the numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import factorial
from typing import ParamSpec, TypeVar, cast

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

Drawn = TypeVar("Drawn")
Asked = ParamSpec("Asked")


def kept(made: Callable[Asked, SearchStrategy[Drawn]]) -> Callable[Asked, SearchStrategy[Drawn]]:
    """What ``made`` returns, once for each set of arguments; they must be hashable."""
    return cast("Callable[Asked, SearchStrategy[Drawn]]", lru_cache(maxsize=4_096)(made))


@kept
def whole_numbers(least: int, most: int) -> SearchStrategy[int]:
    """Numbers from ``least`` to ``most``."""
    return st.integers(least, most)


@kept
def rows(length: int, least: int, most: int) -> SearchStrategy[tuple[int, ...]]:
    """So many numbers from ``least`` to ``most``; a list, whose length is drawn too, takes twice as long."""
    return st.tuples(*[st.integers(least, most)] * length)


@kept
def joint_choices(m: int, most: int) -> SearchStrategy[list[tuple[int, int]]]:
    """Up to ``most`` different pairs of places of a couple among ``m``, where -1 is no place, not for both."""
    possible = [(p, q) for p in range(-1, m) for q in range(-1, m) if p >= 0 or q >= 0]
    return st.lists(st.sampled_from(possible), unique=True, max_size=most)


@kept
def one_of(*values: Drawn) -> SearchStrategy[Drawn]:
    """One of some values, which may stand there more than once."""
    return st.sampled_from(values)


@kept
def orders(n: int) -> SearchStrategy[list[int]]:
    """Orders of ``0 … n - 1``."""
    return st.integers(0, factorial(n) - 1).map(lambda number: chosen(n, n, number)[0])


def chosen(n: int, length: int, number: int) -> tuple[list[int], int]:
    """So many of ``0 … n - 1`` in an order that the number tells, and what of the number is left (D. Lehmer 1960).

    Numbers below ``perm(n, length)`` give every such row once.
    """
    left, row = list(range(n)), []
    for size in range(n, n - length, -1):
        number, place = divmod(number, size)
        row.append(left.pop(place))
    return row, number
