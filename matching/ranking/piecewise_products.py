"""Products of a tile: wide vectors are cut into pieces whose products are added up.

OpenBLAS does a small product in the thread that asks, so that threads that work on other rows do not wait for each
other. What is small is a matter of all three sides: the wider the vectors, the fewer the rows, down to a product of one
row, which reads the tile's vectors once for each. Pieces keep sixteen rows and more together at any width.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s
from matching.kernels import Kernel
from matching.ranking.exact_units import FACTOR_UNIT, Floats32

__all__ = ["multiply_tile", "piece_shape", "rows_at_once", "rows_in_pieces", "whole_pieces"]

_LONGEST_PIECE = 128
"""Dimensions of a piece: half or twice as many cost as much."""

_MOST_ROWS = 64

_ROWS_STEP = 4
"""OpenBLAS multiplies so many rows together; a few more than a multiple cost a tenth of the time."""

_SMALL_PRODUCT = 2**19
"""Multiplications of a product that OpenBLAS still does in the thread that asks: twice 65,536 times its factor of 4."""


def piece_shape(d: int) -> tuple[int, int]:
    """Return how many pieces vectors are cut into, and the length of each.

    Examples
    --------
    >>> piece_shape(0), piece_shape(64), piece_shape(1556)
    ((1, 0), (1, 64), (13, 120))
    """
    n_pieces = max(1, -(-d // _LONGEST_PIECE))
    return n_pieces, -(-d // n_pieces)


def whole_pieces(units: Int32s) -> Floats32:
    """Return vectors in single precision, ``(rows, pieces * length)``, the last piece filled up with zeros."""
    (rows, d), (n_pieces, length) = units.shape, piece_shape(units.shape[1])
    filled = np.zeros((rows, n_pieces * length), np.float32)
    filled[:, :d] = units * FACTOR_UNIT
    return filled


def rows_in_pieces(units: Int32s) -> Floats32:
    """Return vectors in single precision, ``(pieces, rows, length)``, as :func:`multiply_tile` reads them.

    Examples
    --------
    >>> rows_in_pieces(np.ones((5, 300), dtype=np.int32)).shape
    (3, 5, 100)
    """
    n_pieces, length = piece_shape(units.shape[1])
    return np.ascontiguousarray(whole_pieces(units).reshape(len(units), n_pieces, length).transpose(1, 0, 2))


@Kernel
def rows_at_once(length: int, width: int) -> int:
    """Return of how many rows the product of a piece with ``width`` columns is small."""
    rows: int = min(_MOST_ROWS, _SMALL_PRODUCT // (width * max(length, 1)) // _ROWS_STEP * _ROWS_STEP)
    return rows


@Kernel
def multiply_tile(scores: Floats32, spare: Floats32, first_row: int, vectors: Floats32, tile: Floats32) -> None:
    """Write the products of some rows and a tile.

    ``scores`` and ``spare``, which is written over, are (n, width), ``vectors`` (pieces, rows, length) and ``tile``
    (pieces, length, width).
    """
    n_pieces, _, length = vectors.shape
    if length == 0:
        scores[:] = 0
        return
    end = first_row + scores.shape[0]
    np.dot(vectors[0, first_row:end], tile[0], scores)
    for x in range(1, n_pieces):
        np.dot(vectors[x, first_row:end], tile[x], spare)
        for i in range(scores.shape[0]):
            for j in range(scores.shape[1]):
                scores[i, j] += spare[i, j]
