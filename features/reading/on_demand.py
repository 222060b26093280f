"""Vectors that are read row by row, each when somebody first asks for it.

Who wants the list of one call needs the vectors of that call and of its applicants, not those of everybody. A row
depends on its own text alone, so it is the same whatever was read before or beside it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["RowsOnDemand"]

_Floats: TypeAlias = NDArray[np.float32]


class RowsOnDemand:
    """Rows of an array that is filled as they are asked for.

    Parameters
    ----------
    shape : (n, d)
    read : callable
        Vectors of several rows, ``(k, d)`` float32. A vector may depend on its own row only.

    Examples
    --------
    >>> asked: list[int] = []
    >>> def read(rows: Sequence[int]) -> NDArray[np.float32]:
    ...     asked.extend(rows)
    ...     return np.array([[row] for row in rows], dtype=np.float32)
    >>> rows = RowsOnDemand((4, 1), read)
    >>> rows.of(np.array([2])).tolist(), rows.of(slice(1, 3)).tolist(), asked
    ([[2.0]], [[1.0], [2.0]], [2, 1])
    """

    def __init__(self, shape: tuple[int, int], read: Callable[[Sequence[int]], _Floats]) -> None:
        self.shape = shape
        self._read: Callable[[Sequence[int]], _Floats] | None = read
        self._rows = np.zeros(shape, dtype=np.float32)
        self._is_read = np.zeros(shape[0], dtype=np.bool_)
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return self.shape[0]

    @property
    def n_read(self) -> int:
        """How many rows have been read."""
        return int(np.count_nonzero(self._is_read))

    def of(self, rows: NDArray[np.int64] | slice) -> _Floats:
        """Vectors of some rows, in memory of their own."""
        if not self._is_read[rows].all():
            self._fill(np.arange(len(self), dtype=np.int64)[rows])
        return self._rows[rows].copy() if isinstance(rows, slice) else self._rows[rows]

    def whole(self) -> _Floats:
        """Every vector, read-only; afterwards nothing is held but the vectors."""
        self._fill(np.arange(len(self), dtype=np.int64))
        with self._lock:
            self._rows.flags.writeable = False
            self._read = None
        return self._rows

    def _fill(self, rows: NDArray[np.int64]) -> None:
        with self._lock:
            new = np.unique(rows[~self._is_read[rows]])
            if new.size and self._read is not None:
                self._rows[new] = self._read(new.tolist())
                self._is_read[new] = True
