"""One file of applicants, Parquet or Arrow, as its bytes were when it was read.

It has two columns of text: ``applicant_id`` and ``record``, the record as the interchange format writes it. What is
listed hangs on these rows alone, so the same people give the same bytes whichever way their file is written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import IO, Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from features.json_files.record_files import parse_records
from features.partitions.errors import PartitionError
from features.records import Applicant

__all__ = ["FORMATS", "Partition", "ids_in", "name_of_lists", "not_whole", "open_partition"]

_COLUMNS: Final = ("applicant_id", "record")
_LENGTH: Final = 8  # bytes that say how long a text is, so that two never run into each other


@dataclass(frozen=True)
class _Format:
    """How a file is written, and what reads its columns and some of its rows."""

    name: str
    schema: Callable[[IO[bytes]], Mapping[str, pl.DataType]]
    frame: Callable[[IO[bytes], list[str]], pl.DataFrame]


FORMATS: Final = {
    ".parquet": _Format(
        "Parquet",
        pl.read_parquet_schema,
        lambda file, names: pl.read_parquet(file, columns=names),
    ),
    ".arrow": _Format(
        "Arrow IPC",
        pl.read_ipc_schema,
        lambda file, names: pl.read_ipc(file, columns=names),
    ),
}
"""Endings of the names of partitions."""


@dataclass(frozen=True, eq=False)
class Partition:
    """The people of one file.

    Attributes
    ----------
    name : str
        Of the file.
    digest : str
        SHA-256 of its bytes.
    rows : DataFrame
        ``applicant_id`` and ``record``.
    """

    name: str
    digest: str
    rows: pl.DataFrame

    @cached_property
    def digest_of_rows(self) -> str:
        """SHA-256 of every text in its place, each behind its length: the same however the file is written."""
        found = hashlib.sha256()
        for row in self.rows.iter_rows():
            for text in row:
                content = text.encode()
                found.update(len(content).to_bytes(_LENGTH, "little") + content)
        return found.hexdigest()

    def applicants(self) -> tuple[Applicant, ...]:
        """The records.

        Raises
        ------
        PartitionError
            If a row has another id than its record.
        RecordError
            Naming file, row and key where a record breaks the format.
        """
        texts: list[str] = self.rows["record"].to_list()
        found = parse_records(f'{{"applicants": [{",".join(texts)}]}}', place=self.name)
        said: list[str] = self.rows["applicant_id"].to_list()
        if [one.applicant_id for one in found.applicants] != said or found.postings or found.applications:
            raise PartitionError(
                f"{self.name}: column applicant_id does not say whose records follow, expected row by row"
            )
        return found.applicants


def name_of_lists(partition: str) -> str:
    """The name of a partition's lists, which are Parquet whatever it is itself.

    Examples
    --------
    >>> name_of_lists("part-000001.arrow")
    'part-000001.parquet'
    """
    return f"{Path(partition).stem}.parquet"


def open_partition(path: Path) -> Partition:
    """Read a file once, so that its digest is that of what is listed.

    Raises
    ------
    PartitionError
        If it is not a partition, or cannot be read.
    """
    with _opened(path) as file:
        content = file.read()
    return Partition(path.name, hashlib.sha256(content).hexdigest(), _columns(path.name, BytesIO(content), _COLUMNS))


def ids_in(path: Path) -> pl.Series:
    """The ids of a file's people, without reading what else it holds.

    Raises
    ------
    PartitionError
        If it is not a partition, or cannot be read.
    """
    with _opened(path) as file:
        return _columns(path.name, file, _COLUMNS[:1])[_COLUMNS[0]]


def not_whole(name: str) -> PartitionError:
    """What is said of a file that was cut short or damaged."""
    return PartitionError(f"{name} is not a whole {FORMATS[Path(name).suffix].name} file; write it again")


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except OSError as error:
        raise PartitionError(f"{path}: {error.strerror or 'cannot be read'}") from None


def _columns(name: str, file: IO[bytes], names: Sequence[str]) -> pl.DataFrame:
    written = FORMATS[Path(name).suffix]
    try:
        schema = written.schema(file)
        for column in _COLUMNS:
            if schema.get(column) != pl.String:
                raise PartitionError(f"{name} has no column {column} of text, expected {' and '.join(_COLUMNS)}")
        file.seek(0)
        frame = written.frame(file, list(names))
    except (PolarsError, PanicException, OSError):  # the last two where damage leads into what is held for impossible
        raise not_whole(name) from None
    for column in names:
        if frame[column].null_count():
            raise PartitionError(f"{name} has a row without {column}, expected one in every row")
    return frame
