"""Where people's data stand: one written list of every table, and how a person's rows are found in each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from sqlalchemy import ColumnElement, Table, or_, select

from api.storage.schema_revision import METADATA

__all__ = ["Store", "rows_of_people", "stores", "tables_with_rows_of_people"]

_Words = Annotated[str, Field(min_length=1)]


class Store(BaseModel):
    """One table in words; the file says what each part means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: _Words
    classes: _Words
    kept: _Words
    ground: _Words
    erasure: Literal["rows", "code", "stays"]
    why: str | None = None
    hidden: tuple[str, ...] = ()
    on_request: tuple[str, ...] = ()
    own_words: tuple[str, ...] = ()

    @property
    def is_on_request(self) -> bool:
        """Whether not even the number of rows is told: that there is one would tell too much."""
        return self.on_request == ("*",)


@cache
def stores() -> Mapping[str, Store]:
    """Every table by its name.

    Examples
    --------
    >>> stores()["audit"].erasure, stores()["decision"].hidden
    ('stays', ('account_id',))
    """
    text = files("api.own_data").joinpath("stores.toml").read_text(encoding="utf-8")
    return TypeAdapter(dict[str, Store]).validate_python(tomllib.loads(text))


def tables_with_rows_of_people() -> Iterator[Table]:
    """Tables whose rows go with a person or an application; what names another row comes before it."""
    for table in reversed(METADATA.sorted_tables):
        if table.name in stores() and stores()[table.name].erasure == "rows":
            yield table


def rows_of_people(table: Table, applicant_ids: Sequence[str], application_ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition of the rows that are about some people, or about some applications.

    A table that names neither names a row of one that does.
    """
    wanted = {"applicant_id": applicant_ids, "application_id": application_ids}
    own = [table.columns[name].in_(ids) for name, ids in wanted.items() if name in table.columns]
    return or_(*own) if own else _through_what_it_names(table, applicant_ids, application_ids)


def _through_what_it_names(
    table: Table, applicant_ids: Sequence[str], application_ids: Sequence[str]
) -> ColumnElement[bool]:
    (key,) = table.foreign_keys
    named: Any = select(key.column).where(rows_of_people(key.column.table, applicant_ids, application_ids))
    found: ColumnElement[bool] = key.parent.in_(named)
    return found
