"""Municipalities by a part of their name, reading or code."""

from __future__ import annotations

from functools import lru_cache

from features.municipalities import Municipality, find, table
from features.reference.municipality_names import fold_name
from features.reference.regions import prefectures_of

__all__ = ["search"]


def search(
    text: str | None, *, region: str | None = None, limit: int, offset: int
) -> tuple[tuple[Municipality, ...], int]:
    """``limit`` municipalities after the first ``offset`` by code, and how many there are.

    Parameters
    ----------
    text : str or None
        Part of the full name, the reading, the romanised name or the beginning of the 6-digit code; all where absent.
    region : str, optional
        A prefecture or a named set of prefectures.

    Raises
    ------
    MunicipalityError
        If no region has that name.

    Examples
    --------
    >>> found, total = search("しもかわ", limit=10, offset=0)
    >>> [one.full_name for one in found], total
    (['北海道下川町'], 1)
    """
    part = fold_name(text or "").lower()
    prefectures = None if region is None else prefectures_of(region)
    codes = [
        code6[:5]
        for code6, names in _spellings()
        if (prefectures is None or code6[:2] in prefectures) and (code6.startswith(part) or part in names)
    ]
    return tuple(find(code) for code in codes[offset : offset + limit]), len(codes)


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[str, str], ...]:
    """Each 6-digit code, and every spelling the municipality is looked for by, one a line and folded as names are."""
    columns = ("code6", "pref", "district", "name", "kana", "romaji")
    found: list[tuple[str, str]] = []
    for code6, prefecture, district, name, kana, romaji in table().select(columns).iter_rows():
        spellings = (prefecture + (district or "") + name, prefecture + name, kana, romaji)
        found.append((code6, "\n".join(fold_name(spelling).lower() for spelling in spellings)))
    return tuple(found)
