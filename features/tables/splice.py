"""How the rows of a table came out of the rows of an earlier one: most are shared, some are new, some are gone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise
from typing import Any, Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.errors import FeatureError

__all__ = ["Splice", "copied", "splice_of"]

_T = TypeVar("_T")
_CHUNKS: Final = 64  # a frame in more pieces than that is laid out anew


@dataclass(frozen=True, eq=False)
class Splice:
    """Rows of a later table.

    Attributes
    ----------
    kept : (n,) int64
        The earlier row that each row is, -1 where it is the next of the new rows.

    Examples
    --------
    >>> Splice(np.array([0, -1, 2])).of_list(["a", "b", "c"], ["B"])
    ['a', 'B', 'c']
    """

    kept: NDArray[np.int64]

    def __len__(self) -> int:
        return self.kept.size

    @cached_property
    def is_new(self) -> NDArray[np.bool_]:
        """(n,) which rows are new."""
        return self.kept < 0

    def of_list(self, earlier: Sequence[_T], new: Sequence[_T]) -> list[_T]:
        """The rows of a list."""
        return list(chain.from_iterable((earlier if at >= 0 else new)[a:b] for at, a, b in self._runs))

    def of_array(self, earlier: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """The rows of an array."""
        spliced = earlier[np.maximum(self.kept, 0)] if earlier.shape[0] else np.repeat(new[:1], len(self), axis=0)
        spliced[self.is_new] = new
        return spliced

    def of_frame(self, earlier: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
        """The rows of a frame; most share the memory of the earlier one."""
        parts = [(earlier if at >= 0 else new)[a:b] for at, a, b in self._runs]
        spliced = pl.concat(parts, rechunk=False) if parts else earlier.clear()
        return spliced.rechunk() if spliced.n_chunks() > _CHUNKS else spliced

    def later_rows(self, n_earlier: int) -> NDArray[np.int64]:
        """(n_earlier,) where each earlier row is now, -1 where it is gone."""
        later = np.full(n_earlier, -1, dtype=np.int64)
        rows = np.flatnonzero(~self.is_new)
        later[self.kept[rows]] = rows
        return later

    @cached_property
    def _runs(self) -> tuple[tuple[int, int, int], ...]:
        """Rows that stand together: 0 and a slice of the earlier table, or -1 and a slice of the new rows."""
        return tuple(self._each_run())

    def _each_run(self) -> Iterator[tuple[int, int, int]]:
        numbers = np.where(self.is_new, np.cumsum(self.is_new) - 1, self.kept)
        parts = (np.diff(self.is_new.astype(np.int8)) != 0) | (np.diff(numbers) != 1)
        bounds: list[int] = [0, *(np.flatnonzero(parts) + 1).tolist(), len(self)] if len(self) else []
        for begin, end in pairwise(bounds):
            first = int(numbers[begin])
            yield (-1 if self.is_new[begin] else 0), first, first + end - begin


def copied(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame in memory of its own; one that was cut from another shares that one's texts, also those cut away."""
    return pl.DataFrame(frame.to_dict(as_series=False), schema=frame.schema, strict=True)


def splice_of(earlier: Sequence[str], put: Sequence[str], gone: Collection[str]) -> tuple[tuple[str, ...], Splice]:
    """The ids of a later table and how its rows came about.

    Parameters
    ----------
    earlier : sequence of str
        Ids in ascending order.
    put : sequence of str
        Ids of the new rows in ascending order: those that changed, and those that were not there.
    gone : collection of str
        Ids that are there no more.

    Raises
    ------
    FeatureError
        If the new rows are not in ascending order.

    Examples
    --------
    >>> ids, splice = splice_of(("a", "b", "c"), ("b", "d"), {"c"})
    >>> ids, splice.kept.tolist()
    (('a', 'b', 'd'), [0, -1, -1])
    """
    if any(one >= other for one, other in pairwise(put)):
        raise FeatureError("new rows are not in the order of their ids, each once")
    places = [bisect_left(earlier, an_id) for an_id in put]
    is_there = [at < len(earlier) and earlier[at] == an_id for at, an_id in zip(places, put, strict=True)]
    kept = np.arange(len(earlier), dtype=np.int64)
    kept[[at for at, there in zip(places, is_there, strict=True) if there]] = -1
    stays = np.array([an_id not in gone for an_id in earlier], dtype=np.bool_) if gone else np.ones_like(kept, np.bool_)
    added = [at for at, there in zip(places, is_there, strict=True) if not there]
    if stays.all() and not added:
        return tuple(earlier), Splice(kept)
    kept = np.insert(kept, added, -1)[np.insert(stays, added, np.True_)]
    splice = Splice(kept)
    return tuple(splice.of_list(earlier, put)), splice
