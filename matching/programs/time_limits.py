"""Time limits: refused where they are not positive, told as what is left of them."""

from __future__ import annotations

import time

from matching.errors import MechanismError

__all__ = ["seconds_until", "verify_time_limit"]


def verify_time_limit(seconds: float) -> None:
    """Raise :class:`MechanismError` unless the limit is positive."""
    if not seconds > 0:
        raise MechanismError(f"time limit is {seconds}, expected more than 0 seconds")


def seconds_until(deadline: float) -> float:
    """Return what is left until a time of the monotonic clock, and never nothing: solvers want a positive limit."""
    return max(deadline - time.monotonic(), 0.01)
