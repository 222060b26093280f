"""Numbers that options are: whole ones for rounds, ranks and runs, and the step of a round."""

from __future__ import annotations

import numpy as np

from matching.errors import MechanismError

__all__ = ["require_step", "require_whole"]


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


def require_step(step: float) -> None:
    """Raise :class:`MechanismError` unless it is a share of the way, over 0 and at most 1."""
    if not 0 < step <= 1:
        raise MechanismError(f"step is {step}, expected over 0 and at most 1")
