"""The first place where two JSON bodies differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

__all__ = ["first_difference"]


def first_difference(
    stored: JsonValue, computed: JsonValue, *, place: str = "", shown_as: Mapping[str, str] | None = None
) -> str | None:
    """Where two bodies first differ, keys in ascending order; ``None`` where they are equal.

    Parameters
    ----------
    stored, computed : JSON value
    place : str
        Where the two stand themselves.
    shown_as : mapping of key to str, optional
        What to say in place of a key that names somebody.

    Examples
    --------
    >>> first_difference({"a1": None}, {"a1": "p1"}, place="matching", shown_as={"a1": "applicant 1"})
    'matching.applicant 1'
    >>> first_difference({"a": 1, "b": [1, {"c": 2}]}, {"a": 1, "b": [1, {"c": 3}]})
    'b[1].c'
    >>> first_difference({"a": 1}, {"a": True})
    'a'
    """
    if isinstance(stored, dict) and isinstance(computed, dict):
        return _in_objects(stored, computed, place, shown_as or {})
    if isinstance(stored, list) and isinstance(computed, list):
        return _in_lists(stored, computed, place, shown_as or {})
    is_equal = type(stored) is type(computed) and stored == computed  # True is not 1
    return None if is_equal else place or "."


def _in_objects(
    stored: Mapping[str, JsonValue], computed: Mapping[str, JsonValue], place: str, shown_as: Mapping[str, str]
) -> str | None:
    for key in sorted(stored.keys() | computed.keys()):
        shown = shown_as.get(key, key)
        inner = f"{place}.{shown}" if place else shown
        if key not in stored or key not in computed:
            return inner
        found = first_difference(stored[key], computed[key], place=inner, shown_as=shown_as)
        if found is not None:
            return found
    return None


def _in_lists(
    stored: Sequence[JsonValue], computed: Sequence[JsonValue], place: str, shown_as: Mapping[str, str]
) -> str | None:
    for number, (one, other) in enumerate(zip(stored, computed, strict=False)):
        found = first_difference(one, other, place=f"{place}[{number}]", shown_as=shown_as)
        if found is not None:
            return found
    return None if len(stored) == len(computed) else f"{place}[{min(len(stored), len(computed))}]"
