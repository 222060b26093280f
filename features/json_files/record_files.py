"""Files of records: strict JSON in, one-line errors that name the place and the way out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from features.errors import RecordError
from features.records import ID_OF, Applicant, Application, Company, Household, Posting, Records

__all__ = [
    "dump_records",
    "explain_error",
    "load_records",
    "merge_records",
    "parse_records",
    "unique_keys",
    "verify_references",
]

_Loc: TypeAlias = tuple[int | str, ...]


def load_records(paths: Path | Sequence[Path]) -> Records:
    """Read one or several JSON files as one set of records.

    Parameters
    ----------
    paths : Path or sequence of Path
        A file named twice is read once; a record that stands identically in two files counts once.

    Returns
    -------
    Records
        Ids are unique within a kind and every reference resolves.

    Raises
    ------
    RecordError
        One line that names file and place: broken JSON, duplicate or unknown key, a value out of its range, two
        different records under one id, a reference to nobody.
    """
    files = list(dict.fromkeys([paths] if isinstance(paths, Path) else paths))
    records = merge_records([parse_records(_text_of(path), place=path.name) for path in files])
    verify_references(records, place=" + ".join(path.name for path in files))
    return records


def parse_records(text: str, *, place: str) -> Records:
    """Read records from JSON text; ``place`` opens every error message.

    Examples
    --------
    >>> text = '{"applicants": [{"applicant_id": "a1", "programs": ["kyoryokutai"]}]}'
    >>> parse_records(text, place="a.json").applicants[0].applicant_id
    'a1'
    >>> parse_records('{"applicant": []}', place="a.json")
    Traceback (most recent call last):
        ...
    features.errors.RecordError: a.json: applicant: unknown key, known keys: applicants, postings, ...
    """
    try:
        content = json.loads(text, object_pairs_hook=unique_keys, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        message = f"{place}: not JSON at line {error.lineno}, column {error.colno}: {error.msg}"
        raise RecordError(message) from None
    except RecordError as error:
        raise RecordError(f"{place}: {error}") from None
    except RecursionError:
        raise RecordError(f"{place}: nested too deeply to be records") from None
    except ValueError:
        raise RecordError(f"{place}: holds a number with too many digits") from None
    if not isinstance(content, dict):
        raise RecordError(f"{place}: the top level is not an object, expected keys {', '.join(Records.model_fields)}")
    try:
        records = Records.model_validate(content)
    except ValidationError as error:
        raise RecordError(f"{place}: {explain_error(error, Records)}") from None
    for kind, ids in _ids(records).items():
        _verify_unique(kind, ids, place)
    return records


def merge_records(parts: Iterable[Records]) -> Records:
    """One set of records from several; identical records count once, different ones under one id are an error."""
    parts = list(parts)
    return Records(
        applicants=_merged("applicant", [(r.applicant_id, r) for part in parts for r in part.applicants]),
        postings=_merged("posting", [(r.posting_id, r) for part in parts for r in part.postings]),
        applications=_merged("application", [(r.application_id, r) for part in parts for r in part.applications]),
        households=_merged("household", [(r.household_id, r) for part in parts for r in part.households]),
        companies=_merged("company", [(r.company_id, r) for part in parts for r in part.companies]),
    )


def verify_references(
    records: Records, *, place: str, more_applicants: Iterable[str] = (), more_postings: Iterable[str] = ()
) -> None:
    """Raise :class:`RecordError` where a record names an applicant or posting that is not there.

    ``more_applicants`` and ``more_postings`` are ids of what may be named besides.
    """
    applicants = {record.applicant_id for record in records.applicants}.union(more_applicants)
    postings = {record.posting_id for record in records.postings}.union(more_postings)
    for row, application in enumerate(records.applications):
        where = f"{place}: applications[{row}]"
        _verify_known(application.applicant_id, applicants, f"{where}.applicant_id", "applicants")
        _verify_known(application.posting_id, postings, f"{where}.posting_id", "postings")
    for row, household in enumerate(records.households):
        for member in household.members:
            _verify_known(member, applicants, f"{place}: households[{row}].members", "applicants")
        for posting_id in {wish for wishes in household.joint_preferences for wish in wishes if wish is not None}:
            _verify_known(posting_id, postings, f"{place}: households[{row}].joint_preferences", "postings")
    for row, company in enumerate(records.companies):
        for person in company.people or ():
            _verify_known(person, applicants, f"{place}: companies[{row}].people", "applicants")


def dump_records(records: Records) -> str:
    """Records as JSON text that reads back to the same records; unknown facts are left out."""
    return records.model_dump_json(exclude_unset=True, indent=1) + "\n"


def explain_error(error: ValidationError, model: type[BaseModel]) -> str:
    """The first fault of a validation error as one line that names the place, without the value that was given."""
    faults = error.errors(include_url=False, include_input=False)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return f"{_place_of(faults[0]['loc'])}: {_fault(faults[0], model)}{more}"


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordError(f"{path.name}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except OSError as error:
        raise RecordError(f"{path}: {error.strerror or 'cannot be read'}") from None


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, for ``json.loads``; a key that occurs twice raises :class:`RecordError`."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise RecordError(f"key {key} occurs twice in one object, expected once")
        content[key] = value
    return content


def _refuse_constant(name: str) -> float:
    raise RecordError(f"{name} is not a JSON number")


def _ids(records: Records) -> dict[str, list[str]]:
    return {key: [getattr(record, key) for record in getattr(records, kind)] for kind, key in ID_OF.items()}


def _verify_unique(kind: str, ids: list[str], place: str) -> None:
    first: dict[str, int] = {}
    for row, an_id in enumerate(ids):
        if an_id in first:
            raise RecordError(f"{place}: {kind} {an_id} occurs twice, in entries {first[an_id]} and {row}")
        first[an_id] = row


_R = TypeVar("_R", Applicant, Posting, Application, Household, Company)


def _merged(kind: str, rows: list[tuple[str, _R]]) -> tuple[_R, ...]:
    merged: dict[str, _R] = {}
    for an_id, record in rows:
        if merged.setdefault(an_id, record) != record:
            raise RecordError(f"{kind} {an_id} stands in two files with different content, expected one record an id")
    return tuple(merged.values())


def _verify_known(an_id: str, known: set[str], where: str, kind: str) -> None:
    if an_id not in known:
        raise RecordError(f"{where} names {an_id}, which is not among the {kind}")


def _place_of(loc: _Loc) -> str:
    place = ""
    for part in loc:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else part
    return place or "the top level"


def _fault(fault: ErrorDetails, model: type[BaseModel]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"unknown key, known keys: {', '.join(_known_keys(fault['loc'][:-1], model))}"
    if kind == "missing":
        return "missing, expected a value"
    if kind == "literal_error":
        return f"expected one of {str(fault.get('ctx', {}).get('expected', '')).replace(' or ', ', ')}"
    return fault["msg"].removeprefix("Value error, ")


def _known_keys(loc: _Loc, model: type[BaseModel]) -> list[str]:
    models: list[type[BaseModel]] = [model]
    for part in loc:
        fields = [m.model_fields[part] for m in models if isinstance(part, str) and part in m.model_fields]
        # a list index or the tag of a union names no field: the models stay
        models = [found for field in fields for found in _models_in(field.annotation)] or models
    return list(dict.fromkeys(key for m in models for key in m.model_fields))


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for argument in get_args(annotation) for found in _models_in(argument)]
