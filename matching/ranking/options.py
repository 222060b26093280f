"""Whole numbers that options are: rounds, ranks, runs."""

from __future__ import annotations

import numpy as np

from matching.errors import MechanismError

__all__ = ["require_whole"]


def require_whole(number: object, name: str, *, least: int = 0) -> None:
    """Refuse what is no whole number or below ``least``; True and False are none.

    Raises
    ------
    MechanismError

    Examples
    --------
    >>> require_whole(2.5, "rounds")
    Traceback (most recent call last):
        ...
    matching.errors.MechanismError: rounds is 2.5, expected a whole number >= 0
    """
    if isinstance(number, bool) or not isinstance(number, int | np.integer) or number < least:
        raise MechanismError(f"{name} is {number!r}, expected a whole number >= {least}")
