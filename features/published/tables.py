"""Published tables as data: the setting of each row, the figures, their source (``*.toml`` beside this module)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, TypeAlias, get_args

from pydantic import BaseModel, ConfigDict, Field

from matching.ranking.examination import ExaminationModel
from matching.ranking.markets import EmployerTaste

__all__ = [
    "Aim",
    "ApplicationRow",
    "BothSidesRow",
    "Column",
    "Method",
    "PublishedTable",
    "TableName",
    "published_tables",
]

TableName: TypeAlias = Literal["www22", "recsys24", "golden"]
Method: TypeAlias = Literal["own", "product", "transferable", "assignment", "alpha", "annealed"]
Aim: TypeAlias = Literal["equal", "near", "reach"]
"""Equal to the printed digits; within two standard errors; or, to the printed digits, no lower."""


class _Read(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Read):
    """One measure of a table: its heading, the digits that are printed, and what recomputing it should attain."""

    key: str
    title: str
    decimals: int
    aim: Aim


class _Row(_Read):
    """A setting and its published figures by the key of the column; ``errors`` are their standard errors."""

    title: str
    remark: str | None = None
    published: Mapping[str, float] = Field(default_factory=dict[str, float])
    errors: Mapping[str, float] = Field(default_factory=dict[str, float])


class ApplicationRow(_Row):
    """A market in which candidates apply and employers accept; three halves of a candidate an employer."""

    employers: int
    taste: EmployerTaste
    examination: ExaminationModel
    crowding: float


class BothSidesRow(_Row):
    """A market in which both sides see lists, and how the lists are made; several seeds are averaged."""

    left: int
    right: int
    examination: ExaminationModel
    crowding: float
    seeds: tuple[int, ...]
    method: Method
    alpha: float | None = None


class PublishedTable(_Read):
    """One table.

    Attributes
    ----------
    title, source, note : str
        What people read above it and below it, and where the figures stand.
    columns : tuple of Column
    rows : tuple of ApplicationRow or BothSidesRow
    """

    title: str
    source: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[ApplicationRow | BothSidesRow, ...]


@lru_cache(maxsize=1)
def published_tables() -> Mapping[TableName, PublishedTable]:
    """The tables that ship with the engine.

    Examples
    --------
    >>> [(name, len(table.rows)) for name, table in published_tables().items()]
    [('www22', 12), ('recsys24', 5), ('golden', 11)]
    """
    folder = files("features.published")
    names: tuple[TableName, ...] = get_args(TableName)
    tables: dict[TableName, PublishedTable] = {}
    for name in names:
        text = folder.joinpath(f"{name}.toml").read_text(encoding="utf-8")
        tables[name] = PublishedTable.model_validate(tomllib.loads(text))
    return MappingProxyType(tables)
