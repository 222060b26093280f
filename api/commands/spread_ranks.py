"""``enmusubi rank --engine``: both sides' lists of a whole register, spread over an engine, into a folder of files."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

import typer

from api.commands.options import date_of, people_console, print_json, progress_bar
from api.engines.engine import engine_of
from api.engines.list_run import RegisterLists, list_register, only_one_run
from api.engines.list_task import ListTask, basis_of, calls_of
from api.files import write_text
from features.json_files.record_files import dump_records, load_records
from features.partitions.applicant_files import cut, digest_of_file, find_partitions, verify_nobody_twice
from features.records import Posting, Records
from features.weights import Weights, default_weights, load_weights

__all__ = ["Ready", "SpreadRanks", "folder_of_partitions", "spread_ranks", "task_of"]


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
    """What is to be listed: the same for every partition, the partitions, and how many people they hold."""

    task: ListTask
    partitions: tuple[Path, ...]
    n_people: int


class _Source(Protocol):
    """Where people and calls come from, and whether the lists go back there."""

    def read(self) -> Ready:
        """Write what is to be listed into the folder."""
        ...

    def keep(self, found: RegisterLists) -> None:
        """Keep the lists where the people are kept, if that was asked for."""


def spread_ranks(asked: SpreadRanks, *, as_json: bool) -> None:
    """Make the lists and say what was made."""
    engine = engine_of(asked.engine)
    with _source_of(asked) as source, only_one_run(asked.out):
        ready = source.read()
        with progress_bar() as progress:
            bar = progress.add_task("名簿の一覧づくり", total=len(ready.partitions))
            found = list_register(ready.task, ready.partitions, engine, told=lambda _: progress.advance(bar))
        source.keep(found)
    if as_json:
        print_json(found.body)
    else:
        _print(found, asked, ready.n_people)


@contextmanager
def _source_of(asked: SpreadRanks) -> Generator[_Source]:
    if asked.applicants is not None and asked.postings is not None:
        yield _Files(asked, asked.applicants, asked.postings)
        return
    from api.commands.stored_register import stored_register

    with stored_register(asked) as source:
        yield source


@dataclass(frozen=True)
class _Files:
    """Files of records, or a folder of partitions."""

    asked: SpreadRanks
    applicants: Path
    postings: Path

    def read(self) -> Ready:
        """The postings in the folder, where every machine that works on it sees them; partitions of their own stay."""
        weights = default_weights() if self.asked.weights is None else load_weights(self.asked.weights)
        postings = self._without_applications(self.postings).postings
        task = task_of(self.asked, postings, weights, self.asked.on or date_of(None))
        partitions = self._partitions()
        return Ready(task, partitions, verify_nobody_twice(partitions))

    def keep(self, found: RegisterLists) -> None:
        """Nowhere: files name no service."""

    def _partitions(self) -> tuple[Path, ...]:
        if self.applicants.is_dir():
            return find_partitions(self.applicants.resolve())
        people = self._without_applications(self.applicants).applicants
        if not people:
            raise typer.BadParameter(f"{self.applicants.name} has no applicant, expected at least one")
        return cut(people, folder_of_partitions(self.asked), size=self.asked.partition)

    def _without_applications(self, path: Path) -> Records:
        files = [path] if self.applicants.is_dir() else [self.applicants, self.postings]
        records = load_records(files)  # together, because records of one file may name those of the other
        if records.applications and not self.asked.everyone:
            raise typer.BadParameter(
                "the files hold applications, and --engine lists everybody for every posting; "
                "say so with --everyone, or leave --engine away to read each posting's own applicants"
            )
        return records


def task_of(asked: SpreadRanks, postings: tuple[Posting, ...], weights: Weights, on: date) -> ListTask:
    """What is to be listed, with the postings in the folder."""
    path = asked.out.resolve() / "postings.json"
    write_text(path, dump_records(Records(postings=postings)))
    return ListTask(
        folder=asked.out.resolve(),
        postings=path,
        digest_of_postings=digest_of_file(path),
        weights=weights,
        on=on,
        per_applicant=asked.per_applicant,
        per_posting=asked.per_posting,
        basis=basis_of(calls_of(path, weights, on)),
    )


def folder_of_partitions(asked: SpreadRanks) -> Path:
    """Where partitions are cut to, its owner's alone."""
    folder = asked.out.resolve() / "applicants"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _print(found: RegisterLists, asked: SpreadRanks, n_people: int) -> None:
    n_before = sum(one.was_there for one in found.partitions)
    console = people_console()
    console.print(
        f"登録者 {n_people:,} 人の一覧を {asked.out} に書きました（区切り {len(found.partitions):,}）。", markup=False
    )
    if n_before:
        console.print(f"うち {n_before:,} の区切りは前に作ったものと同じなので、作り直していません。", markup=False)
    console.print(f"募集ごとの候補者　candidates.parquet　{found.n_listed:,} 行", markup=False)
    console.print("登録者ごとの募集　places/　（本人のための一覧です。ほかの人には見せません）", markup=False)
    if found.n_unordered:
        console.print(
            f"順位づけを希望しない方　unordered.parquet　{found.n_unordered:,} 人（候補者の一覧とは別に読みます）",
            markup=False,
        )
    if asked.to_database:
        console.print("同じ一覧をデータベースにも保存しました（前の一覧と入れ替えました）。", markup=False)
