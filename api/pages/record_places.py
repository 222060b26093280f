"""Places of a person's record, as its history and the audit log name them, in words."""

from __future__ import annotations

from collections.abc import Iterable

from api.pages.words import Words

__all__ = ["place_words"]


def place_words(places: Iterable[str], words: Words) -> list[str]:
    """What the places are called, each once.

    Examples
    --------
    >>> from api.pages.words import words_in
    >>> place_words(["selection_profile.origin.municipality_code", "selection_profile.origin.zone"], words_in("ja"))
    ['今の住まい']
    """
    return list(dict.fromkeys(_words_of(place, words) for place in places))


def _words_of(place: str, words: Words) -> str:
    parts = place.split(".")[::-1]  # the nearest name that has words
    keys = (f"{table}.{part}" for part in parts for table in ("record", "profile"))
    return words.first_of(*keys, "rights.other_place")
