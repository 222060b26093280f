"""Values of a row as the records they make, and how those stand to what is stored already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from pydantic import BaseModel, ValidationError

from features.intake.catalogue import Kind, catalogue
from features.intake.identity import application_id, row_id
from features.records import EXEMPTION_FACTS, ID_OF, Record, model_of
from features.taxonomy.vocabulary import Program

__all__ = ["Built", "Draft", "RecordKind", "State", "built", "drafts", "explain", "over"]

RecordKind: TypeAlias = Literal["applicants", "postings", "applications", "companies"]
State: TypeAlias = Literal["new", "changed", "unchanged"]
_Content: TypeAlias = Mapping[str, Any]


class Draft(NamedTuple):
    """A record as a row tells it: its kind, its id and its keys; and whether an exception was told too incompletely."""

    kind: RecordKind
    id: str
    content: dict[str, Any]
    lacks_exception: bool = False


@dataclass(frozen=True)
class Built:
    """A record and how it stands to the stored one; ``fields`` are the keys that change, never their values."""

    record: Record
    state: State
    fields: tuple[str, ...]


def drafts(
    kind: Kind,
    values: Mapping[str, Any],
    *,
    program: Program,
    municipality_code: str | None,
    key: bytes,
    pairs: Mapping[tuple[str, str], str],
) -> Iterator[Draft]:
    """The records of one row: one of its kind, and the application where a list of applicants tells one.

    ``pairs`` are the ids of the stored applications by applicant and posting: a pair that is stored keeps its id.
    """
    content = _content(kind, values)
    lacks = False
    if kind == "applicants":
        content.setdefault("programs", (program,))
        lacks = _settle_origin(content)
    if kind == "postings":
        content.setdefault("program", program)
        if content.get("municipality_code") is None and municipality_code is not None:
            content["municipality_code"] = municipality_code
        values = {**values, **content}
    application = content.pop("application", None)
    if kind == "applications":
        pair = str(content.get("applicant_id", "")), str(content.get("posting_id", ""))
        content["application_id"] = values.get("application_id") or pairs.get(pair) or application_id(*pair)
    else:
        content[ID_OF[kind]] = row_id(kind, values, key=key).id
    own_id = str(content[ID_OF[kind]])
    yield Draft(kind, own_id, content, lacks)
    if application and application.get("posting_id"):
        pair = own_id, str(application["posting_id"])
        named = pairs.get(pair) or application_id(*pair)
        yield Draft("applications", named, {"application_id": named, "applicant_id": own_id, **application})


def built(draft: Draft, stored: BaseModel | None, *, publishes: bool = False) -> Built:
    """The record of a draft over the stored one: what the file does not speak of stays as it is.

    A new call whose state is not told is a draft, or open at once where ``publishes``.

    Raises
    ------
    ValidationError
        Where the values do not make a record.
    """
    before: dict[str, Any] = {} if stored is None else stored.model_dump(exclude_unset=True)
    if stored is None and draft.kind == "postings" and not publishes:
        before["state"] = "draft"
    record = model_of(draft.kind).model_validate(over(before, draft.content))
    if stored is None:
        return Built(record, "new", tuple(_leaves(draft.content)))
    changed = tuple(_differing(stored.model_dump(), record.model_dump()))
    return Built(record, "changed" if changed else "unchanged", changed)


def explain(error: ValidationError) -> tuple[str, str]:
    """The key that is wrong and a word for what is wrong with it: ``missing`` or ``invalid``."""
    fault = error.errors(include_url=False, include_input=False, include_context=False)[0]
    return ".".join(str(part) for part in fault["loc"] if not isinstance(part, int)), fault["type"]


def _content(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, parents, last in _paths(kind):
        if name in values:
            inside = content
            for parent in parents:
                inside = inside.setdefault(parent, {})
            inside[last] = values[name]
    return content


@cache
def _paths(kind: Kind) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    """Each field that a record has, the keys that lead to it and its own."""
    told = [(entry.name, entry.path.split(".")) for entry in catalogue(kind).field if entry.path is not None]
    return tuple((name, tuple(parents), last) for name, (*parents, last) in told)


def _settle_origin(content: dict[str, Any]) -> bool:
    """Somebody abroad has no origin and that exception; whether another exception is told too incompletely to count."""
    profile = content.get("selection_profile")
    if profile is None:
        return False
    origin = profile.get("origin", {})
    exception = profile.get("exception", {})
    if origin.get("municipality_code") == "abroad":
        profile["origin"] = None
        exception = {"kind": "overseas"}
    elif "origin" in profile and origin.get("municipality_code") is None:
        # a zone without a place says nothing
        profile["origin"] = None
    kind = str(exception.get("kind"))
    wanted = ("kind", *EXEMPTION_FACTS[kind]) if kind in EXEMPTION_FACTS else ()
    is_whole = bool(wanted) and all(exception.get(key) is not None for key in wanted)
    profile.pop("exception", None)
    if is_whole:
        profile["exception"] = {key: exception[key] for key in wanted}
    return exception.get("kind") is not None and not is_whole


def over(before: Mapping[str, Any], content: Mapping[str, Any]) -> dict[str, Any]:
    """What was known with what is told laid over it, key by key; what is not told stays.

    Examples
    --------
    >>> over({"needs": {"nursery": True}, "snow_ok": True}, {"needs": {"broadband": True}, "snow_ok": False})
    {'needs': {'nursery': True, 'broadband': True}, 'snow_ok': False}
    """
    merged = dict(before)
    for key, value in content.items():
        held = merged.get(key)
        # an exception is told whole or not at all
        is_nested = key != "exception" and isinstance(value, dict) and isinstance(held, dict)
        merged[key] = over(cast(_Content, held), cast(_Content, value)) if is_nested else value
    return merged


def _leaves(content: _Content, above: str = "") -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, dict):
            yield from _leaves(cast(_Content, value), f"{above}{key}.")
        else:
            yield f"{above}{key}"


def _differing(before: _Content, after: _Content, above: str = "") -> Iterator[str]:
    for key in dict.fromkeys((*before, *after)):
        one, other = before.get(key), after.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from _differing(cast(_Content, one), cast(_Content, other), f"{above}{key}.")
        elif one != other:
            yield f"{above}{key}"
