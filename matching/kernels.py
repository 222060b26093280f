"""Kernels: flat functions on arrays that numba compiles the first time they are called.

Importing numba costs half a second and compiling costs seconds, so neither happens at import. A kernel may call another
kernel: numba reads ``_numba_type_`` and links the two. With ``NUMBA_DISABLE_JIT=1`` every kernel runs as plain Python,
which is how its coverage is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, update_wrapper
from types import FunctionType
from typing import Generic, ParamSpec, TypeVar, cast

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
        """The dispatcher that numba made of the function, for calls from Python."""
        return _dispatcher(self.function)

    @cached_property
    def linked(self) -> Callable[P, R]:
        """The dispatcher for calls from other kernels.

        It cannot be called from Python: translating Python's objects would be two thirds of what there is to compile.
        """
        return _dispatcher(_beside(self.function), no_cpython_wrapper=True)

    @property
    def _numba_type_(self) -> object:  # pragma: no cover - numba alone reads it, and not while coverage is measured
        return self.linked._numba_type_  # type: ignore[attr-defined]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the compiled function."""
        return self.compiled(*args, **kwargs)


def _dispatcher(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    from numba import njit  # noqa: PLC0415 - half a second that only the first kernel call pays

    options |= {"nogil": True, "no_cfunc_wrapper": True}  # arrays in, arrays out: others may go on; C calls no kernel
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # numba finds no folder it may write its cache to (a read-only installation)
        return njit(cache=False, **options)(function)


def _beside(function: Callable[P, R]) -> Callable[P, R]:
    """The same function by a name of its own: numba's cache knows compiled functions by name and types alone."""
    made = cast("FunctionType", function)
    same = FunctionType(made.__code__, made.__globals__, made.__name__, made.__defaults__, made.__closure__)
    same.__module__, same.__qualname__ = made.__module__, f"{made.__qualname__}.linked"
    return same
