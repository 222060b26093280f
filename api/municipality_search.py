"""Municipalities by a part of their name, reading or code."""

from __future__ import annotations

from functools import lru_cache

from features.municipalities import Municipality, find, table
from features.municipality_names import fold_name
from features.regions import prefectures_of

__all__ = ["search"]


def search(
    text: str | None, *, region: str | None = None, limit: int, offset: int
) -> tuple[tuple[Municipality, ...], int]:
    """``limit`` municipalities after the first ``offset`` by code, and how many there are.

    Parameters
    ----------
    text : str or None
        Part of the full name, the reading, the romanised name or the 6-digit code; all where absent.
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
        code
        for code, spellings in _spellings()
        if (prefectures is None or code[:2] in prefectures) and any(part in spelling for spelling in spellings)
    ]
    return tuple(find(code) for code in codes[offset : offset + limit]), len(codes)


@lru_cache(maxsize=1)
def _spellings() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Each code with what it is looked for by, folded as names are."""
    columns = ("code", "code6", "pref", "district", "name", "kana", "romaji")
    return tuple(
        (
            code,
            (
                fold_name(prefecture + (district or "") + name),
                fold_name(prefecture + name),
                fold_name(kana),
                fold_name(romaji).lower(),
                code6,
            ),
        )
        for code, code6, prefecture, district, name, kana, romaji in table().select(columns).iter_rows()
    )
