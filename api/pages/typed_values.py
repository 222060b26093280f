"""Numbers and days as people type them in Japan: １８０，０００円, 2026/4/1, ２０２６年４月１日, 令和8年4月1日.

Only fields that take nothing but numbers or nothing but days are read so; in a text every sign stays as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias, get_args, get_origin

from pydantic import BaseModel

__all__ = ["ValueKind", "as_asked", "kind_of"]

ValueKind: TypeAlias = Literal["number", "day", "text", "other"]

_THOUSANDS: Final = re.compile(r",(?=\d{3}(?!\d))", re.ASCII)
_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
# NFKC spells the signs ㋿ and ㍻ out
_JAPANESE_DAY: Final = re.compile(
    r"(昭和|平成|令和|[SHR])\s?(\d{1,2}|元)[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII | re.IGNORECASE
)
_YEAR_BEFORE: Final = {"昭和": 1925, "平成": 1988, "令和": 2018, "S": 1925, "H": 1988, "R": 2018}
_KINDS: Final[tuple[tuple[frozenset[object], ValueKind], ...]] = (
    (frozenset({int, float}), "number"),
    (frozenset({date}), "day"),
    (frozenset({str}), "text"),
)


def kind_of(model: type[BaseModel], name: str) -> ValueKind:
    """What a field takes besides nothing; ``other`` where it is a choice, a list, a secret or unknown."""
    known = model.model_fields.get(name)
    leaves = frozenset([] if known is None else _leaves(known.annotation)) - {type(None)}
    for types, kind in _KINDS:
        if leaves and leaves <= types:
            return kind
    return "other"


def as_asked(text: str, kind: ValueKind) -> str:
    """The text as its field asks for it; what cannot be read so is given back as it is and refused by the field.

    Examples
    --------
    >>> as_asked("１８０，０００円", "number"), as_asked("2026/4/1", "day"), as_asked("１", "text")
    ('180000', '2026-04-01', '１')
    >>> as_asked("令和９年２月３日", "day"), as_asked("R8.4.1", "day"), as_asked("令和元年5月1日", "day")
    ('2027-02-03', '2026-04-01', '2019-05-01')
    """
    if kind not in ("number", "day"):
        return text
    plain = unicodedata.normalize("NFKC", text).strip()
    if kind == "number":
        return _THOUSANDS.sub("", plain.removesuffix("円").rstrip())
    day = _DAY.fullmatch(plain)
    return _of_era(plain) if day is None else f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}"


def _of_era(plain: str) -> str:
    day = _JAPANESE_DAY.fullmatch(plain)
    if day is None:
        return plain
    year = _YEAR_BEFORE[day[1].upper()] + (1 if day[2] == "元" else int(day[2]))
    return f"{year}-{day[3]:0>2}-{day[4]:0>2}"


def _leaves(annotation: object) -> list[object]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is None or origin in (tuple, list):
        return [annotation]
    return [leaf for part in (parts[:1] if origin is Annotated else parts) for leaf in _leaves(part)]
