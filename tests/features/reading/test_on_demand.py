"""Rows that are read when they are asked for: each once, and whatever was asked for, the same rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from features.reading.on_demand import RowsOnDemand


def _rows(asked: list[int]) -> RowsOnDemand:
    def read(rows: Sequence[int]) -> NDArray[np.float32]:
        asked.extend(rows)
        return np.array([[row, -row] for row in rows], dtype=np.float32)

    return RowsOnDemand((5, 2), read)


def test_each_row_is_read_once_and_only_if_asked_for() -> None:
    asked: list[int] = []
    rows = _rows(asked)

    assert len(rows) == 5
    np.testing.assert_array_equal(rows.of(np.array([3, 1, 3])), [[3, -3], [1, -1], [3, -3]])
    np.testing.assert_array_equal(rows.of(slice(1, 3)), [[1, -1], [2, -2]])
    assert sorted(asked) == [1, 2, 3]
    np.testing.assert_array_equal(rows.whole(), [[row, -row] for row in range(5)])
    assert sorted(asked) == list(range(5))


def test_nothing_is_read_for_no_row() -> None:
    asked: list[int] = []

    assert _rows(asked).of(np.zeros(0, dtype=np.int64)).shape == (0, 2)
    assert asked == []


def test_what_is_given_out_cannot_change_the_rest() -> None:
    rows = _rows([])
    rows.of(np.array([2]))[:] = 9

    np.testing.assert_array_equal(rows.of(np.array([2])), [[2, -2]])
    assert not rows.whole().flags.writeable
