"""Values that fit a JSON Schema of the OpenAPI document, and the places in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

__all__ = ["Place", "Sampler", "changed", "places"]

Place: TypeAlias = tuple[str | int, ...]
_BY_FORMAT: Final = {"date": "2026-12-01", "date-time": "2026-12-01T09:00:00+09:00"}
_DEEPEST: Final = 12
_IS_PLACE: Final = re.compile("municipalit|^code$|works_in|origin|destination")
_NAMES: Final = {"members": "applicant_id", "people": "applicant_id", "joint_preferences": "posting_id"}
_TEXTS: Final = ("x", "ja", "01", "people:read", "000000", "0" * 24, "0" * 32, "x@example.org", "https://id.example")


class Sampler:
    """Makes values that fit.

    Parameters
    ----------
    document : dict
        The OpenAPI document, for references.
    ids : mapping of name to sequence of str
        Ids of what is stored, by the names of the properties that hold them.
    is_whole : bool
        Whether every property is there, or only those that are required.
    """

    def __init__(self, document: dict[str, Any], ids: Mapping[str, Sequence[str]], *, is_whole: bool) -> None:
        self._document, self._ids, self._is_whole = document, ids, is_whole

    def value(self, schema: dict[str, Any], name: str = "", depth: int = 0) -> Any:
        """A value for ``schema``, which stands under ``name``."""
        if "$ref" in schema:
            return self.value(self._referred(schema["$ref"]), name, depth + 1)
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                return self.value(_first(schema[word]), name, depth + 1)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        kind = schema.get("type", "object" if "properties" in schema else "string")
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            item = self.value(schema.get("items", {}), name, depth + 1)
            return [item] * max(1, schema.get("minItems", 1))
        return self._text(schema, name) if kind == "string" else _plain(kind, schema)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        known = schema.get("properties", {}) if depth < _DEEPEST else {}
        wanted = known if self._is_whole else schema.get("required", ())
        return {key: self.value(known[key], key, depth + 1) for key in wanted if key in known}

    def _text(self, schema: dict[str, Any], name: str) -> str:
        pattern, least = schema.get("pattern", ""), schema.get("minLength", 1)
        place = ("01468",) if _IS_PLACE.search(name) else ()
        stored = self._ids.get(_NAMES.get(name, name), ())
        by_format = [_BY_FORMAT[schema["format"]]] if schema.get("format") in _BY_FORMAT else []
        known = (*by_format, *stored[:1], *place, *_TEXTS)
        return next((text for text in known if len(text) >= least and re.search(pattern, text)), "x" * least)

    def _referred(self, reference: str) -> dict[str, Any]:
        node: Any = self._document
        for part in reference.removeprefix("#/").split("/"):
            node = node[part]
        found: dict[str, Any] = node
        return found


def places(value: object, place: Place = ()) -> Iterator[Place]:
    """Every place in a value, the whole of it first."""
    yield place
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*place, key))
    elif isinstance(value, list):
        for row, inner in enumerate(value):
            yield from places(inner, (*place, row))


def changed(value: Any, place: Place, new: object) -> Any:
    """A copy of ``value`` that has ``new`` at ``place``."""
    if not place:
        return new
    first, *rest = place
    if isinstance(value, list):
        return [changed(inner, tuple(rest), new) if row == first else inner for row, inner in enumerate(value)]
    return {key: changed(inner, tuple(rest), new) if key == first else inner for key, inner in value.items()}


def _first(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return next((choice for choice in choices if choice.get("type") != "null"), choices[0])


def _plain(kind: str, schema: dict[str, Any]) -> Any:
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
    return True if kind == "boolean" else None
