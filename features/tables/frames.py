"""Rows of records as a frame of a fixed schema, under ids that are unique."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import Any, Final, TypeAlias

import polars as pl
from polars.datatypes import DataTypeClass

from features.errors import RecordError

__all__ = ["LANGUAGES", "TEXTS", "Schema", "frame_of", "unique_ids"]

Schema: TypeAlias = Mapping[str, pl.DataType | type[pl.DataType]]
TEXTS: Final = pl.List(pl.String)
_HELD: Final[Mapping[DataTypeClass, type | tuple[type, ...]]] = {
    pl.String: str,
    pl.Int64: int,
    pl.Float64: (float, int),
    pl.Boolean: bool,
    pl.Date: date,
}
LANGUAGES: Final = pl.List(pl.Struct({"code": pl.String, "cefr": pl.String}))


def unique_ids(side: str, ids: list[str]) -> tuple[str, ...]:
    """The ids of a side, each once.

    Raises
    ------
    RecordError
        If one occurs twice.
    """
    seen: set[str] = set()
    for an_id in ids:
        if an_id in seen:
            raise RecordError(f"{side} id {an_id} occurs twice, expected unique ids")
        seen.add(an_id)
    return tuple(ids)


def frame_of(rows: list[dict[str, object]], schema: Schema) -> pl.DataFrame:
    """The rows as columns of these names and types; a null is unknown.

    Raises
    ------
    RecordError
        If a value is of another type than its column: polars would make it fit.
    """
    for name, dtype in schema.items():
        if not _holds(dtype, [row[name] for row in rows]):
            raise RecordError(f"a value of {name} is of another type than {dtype}")
    return pl.from_dicts(rows, schema=schema)


def _holds(dtype: pl.DataType | DataTypeClass, values: Iterable[Any]) -> bool:
    told = [value for value in values if value is not None]
    if isinstance(dtype, pl.List):
        return _all_are(told, (list, tuple)) and _holds(dtype.inner, chain.from_iterable(told))
    if isinstance(dtype, pl.Struct):
        fields = ((field.dtype, [value.get(field.name) for value in told]) for field in dtype.fields)
        return _all_are(told, dict) and all(_holds(inner, inside) for inner, inside in fields)
    return _all_are(told, _HELD[dtype.base_type()])


def _all_are(values: Sequence[object], held: type | tuple[type, ...]) -> bool:
    return all(issubclass(kind, held) for kind in set(map(type, values)))
