"""Rows of records as a frame of a fixed schema, under ids that are unique."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import polars as pl

from features.errors import RecordError

__all__ = ["LANGUAGES", "TEXTS", "Schema", "frame_of", "unique_ids"]

Schema: TypeAlias = Mapping[str, pl.DataType | type[pl.DataType]]
TEXTS: Final = pl.List(pl.String)
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
    """The rows as columns of these names and types; a null is unknown."""
    return pl.DataFrame({name: [row[name] for row in rows] for name in schema}, schema=schema, strict=True)
