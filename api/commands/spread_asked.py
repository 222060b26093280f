"""What ``enmusubi rank --engine`` was asked for, and what is to be listed: the same wherever the people come from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.engines.list_task import ListTask, task_for
from api.files import write_text
from features.json_files.record_files import dump_records
from features.records import Posting, Records
from features.rounds.held_places import HeldPlaces
from features.weights import Weights

__all__ = ["Ready", "SpreadRanks", "folder_of_partitions", "task_of"]


@dataclass(frozen=True)
class SpreadRanks:
    """What ``rank --engine`` was asked for.

    Attributes
    ----------
    engine : str
    applicants, postings : Path, optional
        A JSON file of records each, or a folder of partitions for the applicants; without them the service's database.
    out : Path
    weights : Path, optional
        A file of weights; without it the defaults, or those of the service where its database is read.
    on : date, optional
        Without it today.
    per_applicant, per_posting, partition : int
    everyone : bool
        Whether applications were said to be no matter.
    to_database : bool
        Whether the lists are kept in the database too.
    """

    engine: str
    applicants: Path | None
    postings: Path | None
    out: Path
    weights: Path | None
    on: date | None
    per_applicant: int
    per_posting: int
    partition: int
    everyone: bool
    to_database: bool


@dataclass(frozen=True)
class Ready:
    """What is to be listed: the same for every partition, the partitions, how many people they hold, held places."""

    task: ListTask
    partitions: tuple[Path, ...]
    n_people: int
    held: HeldPlaces


def task_of(asked: SpreadRanks, postings: tuple[Posting, ...], weights: Weights, on: date) -> ListTask:
    """What is to be listed, with the postings in the folder."""
    path = asked.out.resolve() / "postings.json"
    write_text(path, dump_records(Records(postings=postings)))
    return task_for(
        asked.out.resolve(),
        path,
        weights=weights,
        on=on,
        per_applicant=asked.per_applicant,
        per_posting=asked.per_posting,
    )


def folder_of_partitions(asked: SpreadRanks) -> Path:
    """Where partitions are cut to, its owner's alone."""
    folder = asked.out.resolve() / "applicants"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
