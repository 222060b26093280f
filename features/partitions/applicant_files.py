"""Applicants in Parquet files: one file is a partition, read and listed at once.

A file has two columns of text: ``applicant_id`` and ``record``, the record as the interchange format writes it. Nobody
stands in two files, and files may hold people in any order: lists do not depend on how a register is cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl
from polars.exceptions import PanicException, PolarsError

from features.json_files.record_files import parse_records
from features.partitions.errors import PartitionError
from features.partitions.parquet_files import digest_if_made_from, write_whole
from features.records import Applicant

__all__ = [
    "cut",
    "cut_in_order",
    "digest_of_file",
    "find_partitions",
    "read_partition",
    "remove_cut",
    "verify_nobody_twice",
]

_COLUMNS: Final = ("applicant_id", "record")


def cut(applicants: Sequence[Applicant], folder: Path, *, size: int) -> tuple[Path, ...]:
    """Write applicants as partitions, in the order of their ids.

    Parameters
    ----------
    applicants : sequence of Applicant
    folder : Path
        Exists; files of an earlier cut that are not of this one are removed.
    size : int
        Applicants of a file; the last one holds the rest.

    Raises
    ------
    PartitionError
        If the size is below 1.
    OSError
        Naming the file that cannot be written.
    """
    return cut_in_order(sorted(applicants, key=lambda one: one.applicant_id), folder, size=size)


def cut_in_order(applicants: Iterable[Applicant], folder: Path, *, size: int) -> tuple[Path, ...]:
    """Write applicants that come in the order of their ids; no more than one file's are held at once, as text.

    Raises
    ------
    PartitionError
        If the size is below 1, or somebody comes after a greater id.
    OSError
        Naming the file that cannot be written.
    """
    if size < 1:
        raise PartitionError(f"partition has size {size}, expected >= 1")
    paths: list[Path] = []
    coming = _as_text(applicants)
    while part := list(islice(coming, size)):
        texts = [text for _, text in part]
        path = folder / f"part-{len(paths):06}.parquet"
        said = hashlib.sha256("\n".join(texts).encode()).hexdigest()
        if digest_if_made_from(path, said) is None:
            frame = pl.DataFrame({"applicant_id": [applicant_id for applicant_id, _ in part], "record": texts})
            write_whole(frame, path, made_from=said)
        paths.append(path)
    remove_cut(folder, but=paths)
    return tuple(paths)


def remove_cut(folder: Path, *, but: Sequence[Path] = ()) -> None:
    """Remove from a folder what a cut wrote into it, but for some files."""
    for path in folder.glob("part-*.parquet"):
        if path not in but:
            path.unlink()


def _as_text(applicants: Iterable[Applicant]) -> Iterator[tuple[str, str]]:
    """Id and record of each; a record as text takes a fraction of what it does as an object."""
    last = ""
    for one in applicants:
        if one.applicant_id < last:
            raise PartitionError(f"applicant id {one.applicant_id} comes after {last}, expected ids in their order")
        last = one.applicant_id
        yield last, one.model_dump_json(exclude_unset=True)


def find_partitions(folder: Path) -> tuple[Path, ...]:
    """The Parquet files of a folder, in the order of their names; hidden files are none.

    Raises
    ------
    PartitionError
        If there is none, or naming what else is there: people might be in it, who would not be listed.
    """
    there = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in there:
        if path.suffix != ".parquet" or not path.is_file():
            raise PartitionError(f"{folder} has {path.name}, expected only files *.parquet and hidden ones")
    if not there:
        raise PartitionError(f"{folder} has no file *.parquet, expected one a partition")
    return tuple(there)


def read_partition(path: Path) -> tuple[Applicant, ...]:
    """The applicants of one file.

    Raises
    ------
    PartitionError
        If it is not a partition.
    RecordError
        Naming file, row and key where a record breaks the format.
    """
    frame = _columns_of(path, _COLUMNS)
    texts: list[str] = frame["record"].to_list()
    found = parse_records(f'{{"applicants": [{",".join(texts)}]}}', place=path.name)
    said: list[str] = frame["applicant_id"].to_list()
    if [one.applicant_id for one in found.applicants] != said or found.postings or found.applications:
        raise PartitionError(f"{path.name}: column applicant_id does not say whose records follow, expected row by row")
    return found.applicants


def verify_nobody_twice(paths: Sequence[Path]) -> int:
    """Return how many applicants the files hold together.

    Raises
    ------
    PartitionError
        Naming an id that occurs twice and the files that have it.
    """
    ids = pl.concat([_columns_of(path, ("applicant_id",)) for path in paths])["applicant_id"]
    if ids.n_unique() < ids.len():
        twice: str = ids.filter(ids.is_duplicated()).min()  # type: ignore[assignment]
        having = [path.name for path in paths if twice in _columns_of(path, ("applicant_id",))["applicant_id"]]
        raise PartitionError(f"applicant id {twice} occurs twice, in {' and '.join(having)}, expected unique ids")
    return ids.len()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _columns_of(path: Path, names: Sequence[str]) -> pl.DataFrame:
    try:
        schema = pl.read_parquet_schema(path)
        for name in _COLUMNS:
            if schema.get(name) != pl.String:
                raise PartitionError(f"{path.name} has no column {name} of text, expected {' and '.join(_COLUMNS)}")
        frame = pl.read_parquet(path, columns=list(names))
    except (PolarsError, PanicException):  # the second where damage leads into what polars holds for impossible
        raise PartitionError(f"{path.name} is not a whole Parquet file; write it again") from None
    except OSError as error:
        raise PartitionError(f"{path}: {error.strerror or 'cannot be read'}") from None
    for name in names:
        if frame[name].null_count():
            raise PartitionError(f"{path.name} has a row without {name}, expected one in every row")
    return frame
