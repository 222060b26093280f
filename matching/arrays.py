"""Read-only arrays of one dtype, made from whatever a caller holds, or an error that names the entry."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from matching.errors import MarketError

__all__ = [
    "Bools",
    "Int32s",
    "Int64s",
    "Reals",
    "counts_of_postings",
    "first_index",
    "fixed",
    "read_only_integers",
    "read_only_reals",
    "totals_before",
]

Int32s: TypeAlias = npt.NDArray[np.int32]
Int64s: TypeAlias = npt.NDArray[np.int64]
Reals: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]

Scalar = TypeVar("Scalar", np.int32, np.int64, np.float64)
Number = TypeVar("Number", bound=np.generic)
Integer = TypeVar("Integer", np.int32, np.int64)


def read_only_integers(values: npt.ArrayLike, dtype: type[Integer], name: str) -> npt.NDArray[Integer]:
    """Return ``values`` as a read-only one-dimensional array of an integer ``dtype``.

    Raises
    ------
    MarketError
        When they are not one-dimensional, not integers (booleans are not integers) or do not fit the dtype.

    Examples
    --------
    >>> read_only_integers([2, 0], np.int64, "capacity")
    array([2, 0])
    """
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(dtype)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise MarketError(f"{name} has dtype {array.dtype} and shape {array.shape}, expected one row of integers")
    if array.dtype != dtype:
        _verify_fitting(array, dtype, name)
    return _locked(array, dtype)


def read_only_reals(values: npt.ArrayLike, name: str) -> Reals:
    """Return ``values`` as a read-only one-dimensional float64 array of finite numbers.

    Raises
    ------
    MarketError
        When they are not one-dimensional, not real numbers, or one of them is not finite.

    Examples
    --------
    >>> read_only_reals([0.5, 1], "scores")
    array([0.5, 1. ])
    """
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.float64)
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise MarketError(f"{name} has dtype {array.dtype} and shape {array.shape}, expected one row of real numbers")
    unusable = first_index(~np.isfinite(array))
    if unusable is not None:
        raise MarketError(f"{name}[{unusable}] is {array[unusable]}, expected a finite number")
    return _locked(array, np.float64)


def counts_of_postings(values: npt.ArrayLike, n_postings: int, name: str) -> Int64s:
    """Return one whole number a posting, such as its capacity, as a read-only int64 array.

    Raises
    ------
    MarketError
        When they are no row of integers, not as many as postings, or naming the posting whose number is negative.

    Examples
    --------
    >>> counts_of_postings([2, 0], 2, "capacity")
    array([2, 0])
    """
    counts = read_only_integers(values, np.int64, name)
    if counts.size != n_postings:
        raise MarketError(f"{name} has {counts.size} entries, expected {n_postings} postings")
    negative = first_index(counts < 0)
    if negative is not None:
        raise MarketError(f"posting {negative} has {name} {counts[negative]}, expected >= 0")
    return counts


def fixed(array: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """Return the array as one that nobody writes to, as a market's are: else every kernel is compiled for both.

    Examples
    --------
    >>> fixed(np.arange(3)).flags.writeable
    False
    """
    view = array.view()
    view.flags.writeable = False
    return view


def first_index(flags: Bools) -> int | None:
    """Return the first index where ``flags`` is true, or None.

    Examples
    --------
    >>> first_index(np.array([False, True, True])), first_index(np.array([False]))
    (1, None)
    """
    position = int(flags.argmax()) if flags.size else 0
    return position if flags.size and flags[position] else None


def totals_before(counts: npt.ArrayLike) -> Int64s:
    """Return (n + 1,) what all counts before each entry come to, and last what all of them come to.

    Of the lengths of rows that is where each row starts, of seats each posting's first one, of flags the place that
    each entry has among the flagged.

    Examples
    --------
    >>> totals_before([2, 0, 3]), totals_before([True, False])
    (array([0, 2, 2, 5]), array([0, 1, 1]))
    """
    each = np.asarray(counts)
    totals = np.zeros(each.size + 1, np.int64)
    np.cumsum(each, dtype=np.int64, out=totals[1:])
    return totals


def _verify_fitting(array: npt.NDArray[Any], dtype: type[Integer], name: str) -> None:
    limits = np.iinfo(np.dtype(dtype))
    outside = first_index((array < limits.min) | (array > limits.max))
    if outside is not None:
        raise MarketError(f"{name}[{outside}] is {array[outside]}, which does not fit {limits.dtype}")


def _locked(array: npt.NDArray[Any], dtype: type[Scalar]) -> npt.NDArray[Scalar]:
    """Copy unless the array is already locked: a caller that keeps writing must not reach into a market."""
    if array.flags.writeable or array.dtype != dtype or not array.flags.c_contiguous:
        array = np.array(array, dtype=dtype, order="C")
        array.flags.writeable = False
    return array
