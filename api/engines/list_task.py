"""Lists of one partition as a piece of work for any process on any machine that sees the folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from threadpoolctl import threadpool_limits

from api.canonical import code_version, digest_of
from api.engines.code_digest import code_digest
from api.engines.errors import EngineError
from features.json_files.record_files import load_records
from features.municipalities import reference_vintage
from features.partitions.applicant_files import digest_of_file
from features.partitions.lists import Calls, PartitionLists, list_partition
from features.partitions.parquet_files import digest_if_made_from, write_whole
from features.partitions.partition import Partition, name_of_lists, open_partition
from features.reading.encoder import encoder_id
from features.reading.forgetting import forget_texts_read
from features.reading.kept_files import verify_kept_files
from features.taxonomy.kinds import taxonomy_digest
from features.weights import Weights

__all__ = ["KINDS", "ListTask", "PartitionDone", "list_one", "task_for"]

KINDS: Final = ("places", "candidates", "unordered", "priorities", "everybody")
"""Folders of the lists: one file a partition in each, :func:`~features.partitions.partition.name_of_lists`."""


@dataclass(frozen=True, eq=False)
class ListTask:
    """What is to be listed, the same for every partition.

    Attributes
    ----------
    folder : Path
        Where the lists go; it has a folder for each of :data:`KINDS`.
    postings : Path
        JSON file of records.
    digest_of_postings : str
        SHA-256 of its bytes.
    weights : Weights
    on : date
    per_applicant, per_posting : int
    basis : dict
        What the installation that made the task brings to a list: rules, reading, reference tables and code.
    """

    folder: Path
    postings: Path
    digest_of_postings: str
    weights: Weights
    on: date
    per_applicant: int
    per_posting: int
    basis: dict[str, object]

    @property
    def digest(self) -> str:
        """Digest of everything but the applicants that decides a list."""
        lengths = {"per_applicant": self.per_applicant, "per_posting": self.per_posting}
        inputs = {"postings": self.digest_of_postings, "weights": self.weights.digest, "on": self.on.isoformat()}
        return digest_of({"basis": self.basis, **inputs, **lengths})

    def made_from(self, rows: str) -> str:
        """Digest of everything that decides the lists of a partition, given the digest of its rows."""
        return digest_of({"task": self.digest, "partition": rows})


@dataclass(frozen=True)
class PartitionDone:
    """What is told of a partition that is listed.

    Attributes
    ----------
    name : str
        Of its file.
    digest : str
        SHA-256 of the partition's bytes.
    lists : dict of str to str
        SHA-256 of the file of each of :data:`KINDS`.
    was_there : bool
        The lists were made before, from the same inputs.
    """

    name: str
    digest: str
    lists: dict[str, str]
    was_there: bool

    @property
    def lists_name(self) -> str:
        """Name of the file in each of :data:`KINDS`."""
        return name_of_lists(self.name)


def task_for(
    folder: Path, postings: Path, *, weights: Weights, on: date, per_applicant: int, per_posting: int
) -> ListTask:
    """What is to be listed, as this installation would list it; the calls are kept for what this process lists of it.

    Parameters
    ----------
    folder, postings : Path
    weights : Weights
    on : date
    per_applicant, per_posting : int

    Raises
    ------
    KeptFileError
        If tables that are kept for reading were damaged after this process had read them.
    """
    digest, calls = digest_of_file(postings), _calls_of(postings, weights, on)
    task = ListTask(folder, postings, digest, weights, on, per_applicant, per_posting, _basis_of(calls))
    _keep(task, calls)
    return task


def list_one(task: ListTask, partition: Path) -> PartitionDone:
    """List one partition into the folder, unless its lists are there.

    A function of its arguments and of the files that they name: done twice, or at once by two machines, it leaves the
    same bytes. A list in the folder whose bytes are not those that were written is made again.

    Raises
    ------
    EngineError
        If this machine would not list as the one that gave the task.
    FeatureError
        If a file is not what it should be.
    OSError
        Naming the file that cannot be read or written.
    """
    people = open_partition(partition)
    made_from = task.made_from(people.digest_of_rows)
    paths = {kind: task.folder / kind / name_of_lists(partition.name) for kind in KINDS}
    there = {kind: found for kind, path in paths.items() if (found := digest_if_made_from(path, made_from)) is not None}
    if len(there) == len(KINDS):
        return PartitionDone(partition.name, people.digest, there, was_there=True)
    lists = _lists(task, people)
    made = {kind: write_whole(getattr(lists, kind), path, made_from=made_from) for kind, path in paths.items()}
    return PartitionDone(partition.name, people.digest, made, was_there=False)


def _lists(task: ListTask, people: Partition) -> PartitionLists:
    # processes stand side by side: each that took all processors would wait for the others
    with threadpool_limits(1):
        calls = _kept_calls(task)
        try:
            return list_partition(
                people.applicants(), calls, per_applicant=task.per_applicant, per_posting=task.per_posting
            )
        finally:
            forget_texts_read()  # a worker lives on; what people wrote does not stay in it


_calls: Final[dict[str, Calls]] = {}


def _kept_calls(task: ListTask) -> Calls:
    """The task's calls, read once a process; those of another task are let go."""
    if task.digest not in _calls:
        if digest_of_file(task.postings) != task.digest_of_postings:
            raise EngineError(f"{task.postings.name} was changed after the task was given; start it again")
        calls = _calls_of(task.postings, task.weights, task.on)
        here = _basis_of(calls)
        other = [name for name, value in task.basis.items() if here[name] != value]
        if other:
            raise EngineError(
                f"a worker has other {', '.join(other)} than the machine that gave the task; install the same version "
                "and the same rule files on every machine"
            )
        _keep(task, calls)
    return _calls[task.digest]


def _keep(task: ListTask, calls: Calls) -> None:
    _calls.clear()
    _calls[task.digest] = calls


def _calls_of(postings: Path, weights: Weights, on: date) -> Calls:
    return Calls(load_records(postings).postings, on, weights)


def _basis_of(calls: Calls) -> dict[str, object]:
    verify_kept_files()  # a list of a whole register takes so long that reading them through is nothing
    rulesets = calls.market(()).verdicts.ruleset_ids
    return {
        "rulesets": [{"id": an_id, "digest": digest} for an_id, digest in rulesets],
        "reading": {"encoder": encoder_id(), "taxonomy": taxonomy_digest()},
        "reference": reference_vintage(),
        "code_version": code_version(),
        "code": code_digest(),
    }
