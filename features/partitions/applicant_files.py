"""Applicants in a folder of files: each is a partition (:mod:`features.partitions.partition`), listed at once.

Nobody stands in two files, and files may hold people in any order: lists do not depend on how a register is cut.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path

import polars as pl

from features.partitions.errors import PartitionError
from features.partitions.parquet_files import digest_if_made_from, write_whole
from features.partitions.partition import FORMATS, ids_in, name_of_lists
from features.records import Applicant

__all__ = [
    "cut",
    "cut_in_order",
    "digest_of_file",
    "find_partitions",
    "remove_cut",
    "verify_nobody_twice",
]


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
    """The Parquet and Arrow IPC files of a folder, in the order of their names; hidden files are none.

    Raises
    ------
    PartitionError
        If there is none, or naming what else is there: people might be in it, who would not be listed; or naming two
        whose lists would be one file.
    """
    there = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    for path in there:
        if path.suffix not in FORMATS or not path.is_file():
            raise PartitionError(f"{folder} has {path.name}, expected only files *.parquet, *.arrow and hidden ones")
    if not there:
        raise PartitionError(f"{folder} has no file *.parquet or *.arrow, expected one a partition")
    for one, other in pairwise(sorted(there, key=lambda path: name_of_lists(path.name))):
        if name_of_lists(one.name) == name_of_lists(other.name):
            raise PartitionError(
                f"{folder} has {one.name} and {other.name}, expected names that differ before the ending"
            )
    return tuple(there)


def verify_nobody_twice(paths: Sequence[Path]) -> int:
    """Return how many applicants the files hold together.

    Raises
    ------
    PartitionError
        Naming an id that occurs twice and the files that have it.
    """
    ids = pl.concat([ids_in(path) for path in paths])
    if ids.n_unique() < ids.len():
        twice: str = ids.filter(ids.is_duplicated()).min()  # type: ignore[assignment]
        having = [path.name for path in paths if twice in ids_in(path)]
        raise PartitionError(f"applicant id {twice} occurs twice, in {' and '.join(having)}, expected unique ids")
    return ids.len()


def digest_of_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
