"""Rows of any table as JSON and back, the same from every database: moments in UTC, JSON columns as they are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, MetaData, Table, inspect, select

from api.backup.archive import Row
from api.storage.errors import DamagedRowError

__all__ = ["names_in", "row_values", "rows_in", "tables_in"]

_ALEMBIC = "alembic_version"  # says which revision the schema has; the archive's first line does so too
_BATCH = 500


def names_in(connection: Connection) -> set[str]:
    """The names of :func:`tables_in`, without asking what each table is like."""
    return set(inspect(connection).get_table_names()) - {_ALEMBIC}


def tables_in(connection: Connection) -> dict[str, Table]:
    """The tables a database has, as it describes them itself; the ones that are named come first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {table.name: table for table in metadata.sorted_tables if table.name != _ALEMBIC}


def rows_in(connection: Connection, table: Table) -> Iterator[Row]:
    """Every row of a table in the order of its key, without holding them all.

    Raises
    ------
    DamagedRowError
        If a column that may not be empty is, or holds a text that is no JSON where it must.
    """
    wanted = select(table).order_by(*table.primary_key.columns)
    with connection.execute(wanted, execution_options={"yield_per": _BATCH}) as found:
        for row in found.mappings():
            for column in table.columns:
                if row[column.name] is None and not column.nullable:
                    raise DamagedRowError(table.name, "/".join(str(row[key.name]) for key in table.primary_key.columns))
            yield {name: _to_json(value) for name, value in row.items()}


def row_values(table: Table, row: Row) -> dict[str, Any]:
    """What :func:`rows_in` told of a row, as values to insert into ``table``."""
    return {name: _from_json(table.columns[name], value) for name, value in row.items()}


def _to_json(value: object) -> object:
    if isinstance(value, datetime):  # SQLite keeps no zone: what is stored is UTC
        return (value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _from_json(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
