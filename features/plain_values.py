"""Values are taken as they are written: none becomes another kind of value on the way in.

Pydantic would read ``0`` as a day of 1970, ``false`` as no months, ``"yes"`` as true and ``"7"`` as a number. Whoever
sent one of these meant something else, so it is refused with what was expected. A day of the year 1 or 9999 is no day
of anybody's life either, and nothing can be counted from it: days have years from 1900 to 2200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final, TypeAlias, get_args

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

__all__ = ["STORED", "Day", "verify_plain_values"]

_Kinds: TypeAlias = frozenset[object]
_NUMBERS: Final[_Kinds] = frozenset({int, float})
_MOMENTS: Final[_Kinds] = frozenset({date, datetime, AwareDatetime})
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ].*)?", re.ASCII)
_YEARS: Final = range(1900, 2201)
STORED: Final = {"is_stored": True}  # the context in which what is stored is read: of whatever year it was taken
_EXPECTED: Final[Mapping[object, str]] = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    date: "a date such as 2026-11-23",
    AwareDatetime: "a moment such as 2026-11-23T09:00:00+09:00",
}


def verify_plain_values(model: type[BaseModel], content: Mapping[str, object], *, of_any_year: bool = False) -> None:
    """Refuse values that would have to become another kind of value to be the fields of ``model``.

    Parameters
    ----------
    model : type
    content : mapping
    of_any_year : bool
        What was stored before years had bounds is read as it is.

    Raises
    ------
    ValidationError
        Each such field with what was expected; the value is not repeated.

    Examples
    --------
    >>> class Stay(BaseModel):
    ...     months: int | None = None
    ...     until: date | None = None
    >>> verify_plain_values(Stay, {"months": 7, "until": "2026-11-23"})
    >>> verify_plain_values(Stay, {"months": False, "until": 0})
    Traceback (most recent call last):
        ...
    pydantic_core._pydantic_core.ValidationError: 2 validation errors for Stay
    months
      expected a number [type=kind_of_value]
    until
      expected a date such as 2026-11-23 [type=kind_of_value]
    >>> verify_plain_values(Stay, {"until": "9999-12-31"})
    Traceback (most recent call last):
        ...
    pydantic_core._pydantic_core.ValidationError: 1 validation error for Stay
    until
      expected a year from 1900 to 2200 [type=kind_of_value]
    """
    known = _kinds_of(model)
    faults = [
        InitErrorDetails(type=PydanticCustomError("kind_of_value", fault), loc=(name,), input=None)
        for name, value in content.items()
        if name in known and (fault := _fault(value, known[name], of_any_year=of_any_year)) is not None
    ]
    if faults:
        raise ValidationError.from_exception_data(model.__name__, faults, hide_input=True)


@cache
def _kinds_of(model: type[BaseModel]) -> Mapping[str, _Kinds]:
    """The kinds of each field that takes a number, a moment, or yes and no: only those would take something else."""
    kinds = {name: frozenset(_leaves(field.annotation)) for name, field in model.model_fields.items()}
    return {name: found for name, found in kinds.items() if found & (_NUMBERS | _MOMENTS | {bool})}


def _fault(value: object, kinds: _Kinds, *, of_any_year: bool) -> Any:
    # typed as Any: pydantic wants a literal string to translate, and these are made of literals
    if not _is_plain(value, kinds):
        return _expected(kinds)
    if of_any_year or str in kinds or not kinds & _MOMENTS or _year(value) in _YEARS:
        return None
    return f"expected a year from {_YEARS[0]} to {_YEARS[-1]}"


def _year(value: object) -> int:
    """The year that is written; of what is no date, one that is let through: the field's own type refuses it."""
    if isinstance(value, date):
        return value.year
    return int(value[:4]) if isinstance(value, str) else _YEARS[0]


def _is_plain(value: object, kinds: _Kinds) -> bool:
    if isinstance(value, bool):
        return bool in kinds
    if isinstance(value, int | float):
        return bool(kinds & _NUMBERS)
    if isinstance(value, str):
        written = _MOMENT if kinds & {datetime, AwareDatetime} else _DAY
        return str in kinds or (bool(kinds & _MOMENTS) and written.fullmatch(value) is not None)
    return True


def _expected(kinds: _Kinds) -> str:
    return "expected " + " or ".join(dict.fromkeys(text for kind, text in _EXPECTED.items() if kind in kinds))


def _leaves(annotation: object) -> list[object]:
    parts = get_args(annotation)
    return [leaf for part in parts for leaf in _leaves(part)] if parts else [annotation]


def _day(value: object) -> object:
    if not _is_plain(value, frozenset({date})):
        raise ValueError(_expected(frozenset({date})))
    return value


Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
