"""One form for a sign-in name, however it is typed."""

from __future__ import annotations

import unicodedata

__all__ = ["normal_name"]


def normal_name(name: str) -> str:
    """The name without spaces around it, in half-width small letters.

    Examples
    --------
    >>> normal_name(" Ｙamada@Town.example ")
    'yamada@town.example'
    """
    return unicodedata.normalize("NFKC", name).strip().casefold()
