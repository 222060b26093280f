"""Reading single cells and rows of the tables, with the types the schema promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.municipalities import Municipality, find

_T = TypeVar("_T", int, float, str)

__all__ = ["codes_of", "distinct", "municipality_at", "text_at", "texts_at", "texts_of_rows"]


def text_at(frame: pl.DataFrame, column: str, row: int) -> str | None:
    """The text of one cell, ``None`` where it is unknown."""
    value: str | None = frame[column][row]
    return value


def texts_at(frame: pl.DataFrame, column: str, row: int) -> tuple[str, ...] | None:
    """The list of one cell, ``None`` where it is unknown."""
    value: pl.Series | None = frame[column][row]
    return None if value is None else tuple(value.to_list())


def texts_of_rows(frame: pl.DataFrame, columns: Sequence[str]) -> list[tuple[str, ...]]:
    """All texts of each row, in the order of ``columns``: plain cells and list items alike, unknown ones left out."""
    rows: list[list[str]] = [[] for _ in range(frame.height)]
    for column in columns:
        for row, value in zip(rows, frame[column].to_list(), strict=True):
            row.extend([value] if isinstance(value, str) else value or [])
    return [tuple(row) for row in rows]


def codes_of(values: Sequence[object], known: Sequence[object]) -> NDArray[np.int64]:
    """Position of each value in ``known``; -1 for ``None`` and for anything else that is not known.

    Examples
    --------
    >>> codes_of([True, None, False], [False, True]).tolist()
    [1, -1, 0]
    """
    position = {value: place for place, value in enumerate(known)}
    return np.array([-1 if value is None else position.get(value, -1) for value in values], dtype=np.int64)


def distinct(values: Sequence[_T | None]) -> list[_T]:
    """The values that occur, each once, in ascending order; unknown ones are left out.

    Examples
    --------
    >>> distinct([3, None, 1, 3])
    [1, 3]
    """
    return sorted({value for value in values if value is not None})


def municipality_at(frame: pl.DataFrame, row: int) -> Municipality:
    """The municipality of one posting."""
    return find(str(frame["municipality_code"][row]))
