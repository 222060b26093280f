"""Kernels: flat functions on arrays that numba compiles the first time they are called.

Importing numba costs half a second and compiling costs seconds, so neither happens at import. A kernel may call another
kernel: numba reads ``_numba_type_`` and links the two. With ``NUMBA_DISABLE_JIT=1`` every kernel runs as plain Python,
which is how its coverage is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from typing import Generic, ParamSpec, TypeVar

__all__ = ["Kernel"]

P = ParamSpec("P")
R = TypeVar("R")


class Kernel(Generic[P, R]):
    """A function on arrays and numbers, compiled by numba at its first call and cached on disk.

    Parameters
    ----------
    function : callable
        Flat code in numba's nopython subset.

    Examples
    --------
    >>> @Kernel
    ... def double(x: int) -> int:
    ...     return 2 * x
    >>> double.function(21)
    42
    """

    def __init__(self, function: Callable[P, R]) -> None:
        self.function = function
        update_wrapper(self, function)

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The dispatcher that numba made of the function."""
        from numba import njit  # noqa: PLC0415 - half a second that only the first kernel call pays

        try:
            return njit(cache=True, nogil=True)(self.function)  # arrays in, arrays out: others may go on
        except RuntimeError:  # numba finds no folder it may write its cache to (a read-only installation)
            return njit(cache=False, nogil=True)(self.function)

    @property
    def _numba_type_(self) -> object:  # pragma: no cover - numba alone reads it, and not while coverage is measured
        return self.compiled._numba_type_  # type: ignore[attr-defined]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the compiled function."""
        return self.compiled(*args, **kwargs)
