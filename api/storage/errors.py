"""Errors of what is stored, whoever asks: a route, a command or a start.

::

    StorageError (Exception)
    ├── SchemaError        the database is of another version, or holds tables of something else
    ├── DamagedRowError    a stored record is not the one that was validated
    ├── ErasedError        an earlier state held people who have been erased since
    ├── BackupError        an archive that is damaged or newer, or a target that is not empty
    └── ListingError       lists of a whole register that the database would not take

A message names tables, ids and revisions, never what a record says.
"""

from __future__ import annotations

__all__ = ["BackupError", "DamagedRowError", "ErasedError", "ListingError", "SchemaError", "StorageError"]


class StorageError(Exception):
    """Base of every error of what is stored."""


class SchemaError(StorageError):
    """The database is of another version, or holds tables of something else."""


class DamagedRowError(StorageError):
    """A stored record is not the one that was validated."""

    def __init__(self, table: str, an_id: str) -> None:
        super().__init__(f"table {table}, id {an_id}: the stored record is damaged; restore it from a backup")


class ErasedError(StorageError):
    """An earlier state held people who have been erased since."""

    def __init__(self, kind: str, number: int) -> None:
        super().__init__(f"{number} {kind} record(s) of that state have been erased since; it cannot be put together")


class BackupError(StorageError):
    """An archive that is damaged or newer, or a target that is not empty."""


class ListingError(StorageError):
    """Lists of a whole register that the database would not take."""
