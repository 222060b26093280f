"""A QR code as one path of SVG, drawn here: the secret in it goes to no other service.

The library that encodes it is optional; where it is not installed, the page shows the key as letters alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import groupby
from typing import Any, Final

__all__ = ["QrPicture", "qr_picture"]

_LIBRARY: Final = "segno"
_QUIET: Final = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True)
class QrPicture:
    """Side of the picture in modules, and the dark ones as a path."""

    side: int
    path: str


def qr_picture(text: str) -> QrPicture | None:
    """The code of a text; ``None`` where no library is installed that encodes it."""
    if find_spec(_LIBRARY) is None:
        return None
    segno: Any = import_module(_LIBRARY)  # untyped edge: it may be absent
    rows: list[list[int]] = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    return QrPicture(len(rows) + 2 * _QUIET, "".join(_lines(rows)))


def _lines(rows: Iterable[list[int]]) -> Iterable[str]:
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                yield f"M{x + _QUIET} {y + _QUIET}h{width}v1h-{width}z"
            x += width
