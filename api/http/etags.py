"""``ETag`` and ``If-Match``: whoever says which state of a record was read overwrites no other state."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Header

from api.http.problems import problem_responses

__all__ = ["ExpectedTags", "guarded_responses", "tagged_responses"]

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'  # RFC 9110 §8.8.3
_LIST = rf"^(?:\*|{_TAG}(?:[ \t]*,[ \t]*{_TAG})*)$"
_HEADER = {
    "description": "Names the stored state of the record; send it back as If-Match.",
    "schema": {"type": "string"},
}


def tagged_responses(status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says about an answer with an ``ETag``."""
    return {status: {"headers": {"ETag": _HEADER}}}


def guarded_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says about the problems of a route that obeys ``If-Match``."""
    return problem_responses(*statuses, 412)


def _expected(
    if_match: Annotated[
        str | None,
        Header(pattern=_LIST, max_length=1000, description="The ETag that was read; 412 where the record has another."),
    ] = None,
) -> Collection[str] | None:
    if if_match is None or if_match == "*":
        return None
    return [tag for tag in re.findall(_TAG, if_match) if not tag.startswith("W/")]  # a weak tag names no state for sure


ExpectedTags: TypeAlias = Annotated[Collection[str] | None, Depends(_expected)]
