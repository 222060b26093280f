"""Many rows into one table: PostgreSQL's COPY, on SQLite one prepared statement for many rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import polars as pl
from sqlalchemy import Connection, Table

from api.storage.errors import ListingError

if TYPE_CHECKING:
    from psycopg import Connection as PostgreSQL

__all__ = ["copy_rows"]

_ROWS: Final = 100_000  # laid out as text, or as tuples, at once


def copy_rows(connection: Connection, table: Table, frame: pl.DataFrame) -> None:
    """Add the rows of a frame, whose columns are named as the table's, in the caller's transaction.

    Raises
    ------
    ListingError
        If PostgreSQL refuses a row; the message names no value.
    """
    columns = [column.name for column in table.columns]
    ordered = frame.select(columns)
    named = ", ".join(columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({named}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')", ordered)
        return
    statement = f"INSERT INTO {table.name} ({named}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608 - names of ours
    for part in ordered.iter_slices(_ROWS):
        connection.exec_driver_sql(statement, part.rows())


def _copy(connection: Connection, statement: str, frame: pl.DataFrame) -> None:
    from psycopg import Error  # noqa: PLC0415 - SQLite needs no driver of another database

    driver = cast("PostgreSQL", connection.connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(statement.encode()) as copy:
            for part in frame.iter_slices(_ROWS):
                copy.write(part.write_csv(include_header=False))
    except Error as error:  # its message would quote the row
        told = error.diag.message_primary or type(error).__name__
        raise ListingError(f"the lists could not be stored ({told}); those of before stand") from None
