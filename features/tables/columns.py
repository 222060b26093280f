"""Columns of one side as lists, for whoever reads single facts; each is converted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import cast

import polars as pl

from features.tables.splice import Splice

__all__ = ["Columns"]


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of one side as lists, each converted once."""

    frames: tuple[pl.DataFrame, ...]

    @cached_property
    def _lists(self) -> dict[str, list[object]]:
        return {}

    def texts(self, column: str) -> Sequence[str | None]:
        """A column of text."""
        return cast("Sequence[str | None]", self._list(column))

    def integers(self, column: str) -> Sequence[int | None]:
        """A column of whole numbers."""
        return cast("Sequence[int | None]", self._list(column))

    def numbers(self, column: str) -> Sequence[float | None]:
        """A column of numbers."""
        return cast("Sequence[float | None]", self._list(column))

    def flags(self, column: str) -> Sequence[bool | None]:
        """A column of yes and no."""
        return cast("Sequence[bool | None]", self._list(column))

    def days(self, column: str) -> Sequence[date | None]:
        """A column of dates."""
        return cast("Sequence[date | None]", self._list(column))

    def lists(self, column: str) -> Sequence[Sequence[str] | None]:
        """A column of lists of text."""
        return cast("Sequence[Sequence[str] | None]", self._list(column))

    def languages(self, column: str) -> Sequence[Sequence[Mapping[str, str]] | None]:
        """A column of lists of languages, each with ``code`` and ``cefr``."""
        return cast("Sequence[Sequence[Mapping[str, str]] | None]", self._list(column))

    def spliced(self, frames: tuple[pl.DataFrame, ...], splice: Splice, new: Columns) -> Columns:
        """The columns of a later table; lists that were converted are not converted anew."""
        later = Columns(frames)
        later._lists.update(
            {name: splice.of_list(values, new._list(name)) for name, values in list(self._lists.items())}
        )
        return later

    def _list(self, column: str) -> list[object]:
        # the schema of the tables fixes what a column holds; polars itself hands out untyped lists
        if column not in self._lists:
            frame = next(frame for frame in self.frames if column in frame.columns)
            self._lists[column] = frame[column].to_list()
        return self._lists[column]
