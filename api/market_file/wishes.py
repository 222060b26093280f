"""Wishes as they stand in a market file: an id, or a list of ids that are tied."""

from __future__ import annotations

from typing import Annotated, TypeAlias, cast

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

__all__ = ["Wish", "Wishes", "sorted_ties"]

Wish: TypeAlias = "str | tuple[str, ...]"
"""An id, or the ids of a tie."""


def sorted_ties(wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """Return a list with the members of each tie in ascending order: in which order they are written means nothing.

    Examples
    --------
    >>> sorted_ties(("p2", ("p3", "p1")))
    ('p2', ('p1', 'p3'))
    """
    if set(map(type, wishes)) <= {str}:
        return wishes
    return tuple(wish if isinstance(wish, str) else tuple(sorted(wish)) for wish in wishes)


def _read_wishes(value: object) -> tuple[Wish, ...]:
    if not isinstance(value, list):
        raise PydanticCustomError("wishes", "expected a list of ids, best first")
    entries = cast("list[object]", value)
    if set(map(type, entries)) <= {str}:  # a list without a tie is taken as it is: most lists of a large market are
        return tuple(cast("list[str]", entries))
    return tuple(_read_wish(entry, position) for position, entry in enumerate(entries))


def _read_wish(entry: object, position: int) -> Wish:
    if isinstance(entry, str):
        return entry
    members = cast("list[object]", entry) if isinstance(entry, list) else []
    tied = tuple(member for member in members if isinstance(member, str))
    if tied and len(tied) == len(members):
        return tied
    raise PydanticCustomError("wish", "[{position}] expected an id or a list of tied ids", {"position": position})


_AsWritten: TypeAlias = "list[str | list[str]]"

Wishes: TypeAlias = Annotated[tuple[Wish, ...], PlainValidator(_read_wishes, json_schema_input_type=_AsWritten)]
