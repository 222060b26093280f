"""A QR code as one path of SVG, drawn here: the secret in it goes to no other service."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import segno

__all__ = ["QrPicture", "qr_picture"]

_QUIET: Final = 4  # modules of white around it, as the standard asks


@dataclass(frozen=True)
class QrPicture:
    """Side of the picture in modules, and the dark ones as a path."""

    side: int
    path: str


def qr_picture(text: str) -> QrPicture:
    """The code of a text.

    Examples
    --------
    >>> picture = qr_picture("enmusubi")
    >>> picture.side, picture.path[:19]
    (29, 'M4 4h7v1h-7zM12 4h1')
    """
    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix]
    return QrPicture(len(rows) + 2 * _QUIET, "".join(_lines(rows)))


def _lines(rows: Iterable[list[int]]) -> Iterable[str]:
    for y, row in enumerate(rows):
        x = 0
        for is_dark, run in groupby(row):
            width = len(list(run))
            if is_dark:
                yield f"M{x + _QUIET} {y + _QUIET}h{width}v1h-{width}z"
            x += width
