"""From how many people on a figure is told: fewer may be single people to whoever knows the place."""

from __future__ import annotations

from typing import Final

__all__ = ["SMALLEST_TOLD"]

SMALLEST_TOLD: Final = 5  # [A] a smaller number tells of single people whoever knows the place can name
