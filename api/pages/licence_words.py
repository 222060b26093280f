"""Licences as a page prints them: a code of the taxonomy by its name, everything else as it was written."""

from __future__ import annotations

from collections.abc import Iterable

from features.taxonomy.licences import licences

__all__ = ["licence_words"]


def licence_words(written: Iterable[str]) -> tuple[str, ...]:
    """The words of each entry.

    Examples
    --------
    >>> licence_words(["car", "フォークリフト（1トン以上）", "免許なし"])
    ('普通自動車免許', 'フォークリフト（1トン以上）', '免許なし')
    """
    known = licences()
    return tuple(known[one].name if one in known else one for one in written)
