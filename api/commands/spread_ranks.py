"""``enmusubi rank --engine``: both sides' lists of a whole register, spread over an engine, into a folder of files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import typer

from api.commands.options import people_console, print_json, progress_bar
from api.engines.engine import engine_of
from api.engines.list_run import RegisterLists, list_register, only_one_run
from api.engines.list_task import ListTask, basis_of, calls_of
from api.files import write_text
from features.partitions.applicant_files import cut, digest_of_file, find_partitions, verify_nobody_twice
from features.record_files import dump_records, load_records
from features.records import Records
from features.weights import Weights

__all__ = ["SpreadRanks", "spread_ranks"]


@dataclass(frozen=True)
class SpreadRanks:
    """What ``rank --engine`` was asked for.

    Attributes
    ----------
    engine : str
    applicants, postings : Path
        A JSON file of records each; or a folder of partitions for the applicants.
    out : Path
    weights : Weights
    on : date
    per_applicant, per_posting, partition : int
    everyone : bool
        Whether applications in the files were said to be no matter.
    """

    engine: str
    applicants: Path
    postings: Path
    out: Path
    weights: Weights
    on: date
    per_applicant: int
    per_posting: int
    partition: int
    everyone: bool


def spread_ranks(asked: SpreadRanks, *, as_json: bool) -> None:
    """Make the lists and say what was made."""
    engine = engine_of(asked.engine)
    with only_one_run(asked.out):
        calls = _postings(asked)
        partitions = _partitions(asked)
        n_people = verify_nobody_twice(partitions)
        task = _task(asked, calls)
        with progress_bar() as progress:
            bar = progress.add_task("名簿の一覧づくり", total=len(partitions))
            found = list_register(task, partitions, engine, told=lambda _: progress.advance(bar))
    if as_json:
        print_json(found.body)
    else:
        _print(found, asked.out, n_people)


def _postings(asked: SpreadRanks) -> Path:
    """The postings in the folder, where every machine that works on it sees them."""
    records = _without_applications(asked.postings, asked)
    path = asked.out.resolve() / "postings.json"
    write_text(path, dump_records(Records(postings=records.postings)))
    return path


def _partitions(asked: SpreadRanks) -> Sequence[Path]:
    if asked.applicants.is_dir():
        return find_partitions(asked.applicants.resolve())
    people = _without_applications(asked.applicants, asked).applicants
    if not people:
        raise typer.BadParameter(f"{asked.applicants.name} has no applicant, expected at least one")
    folder = asked.out.resolve() / "applicants"
    folder.mkdir(mode=0o700, exist_ok=True)
    return cut(people, folder, size=asked.partition)


def _without_applications(path: Path, asked: SpreadRanks) -> Records:
    files = [path] if asked.applicants.is_dir() else [asked.applicants, asked.postings]
    records = load_records(files)  # together, because records of one file may name those of the other
    if records.applications and not asked.everyone:
        raise typer.BadParameter(
            "the files hold applications, and --engine lists everybody for every posting; "
            "say so with --everyone, or leave --engine away to read each posting's own applicants"
        )
    return records


def _task(asked: SpreadRanks, postings: Path) -> ListTask:
    return ListTask(
        folder=asked.out.resolve(),
        postings=postings,
        digest_of_postings=digest_of_file(postings),
        weights=asked.weights,
        on=asked.on,
        per_applicant=asked.per_applicant,
        per_posting=asked.per_posting,
        basis=basis_of(calls_of(postings, asked.weights, asked.on)),
    )


def _print(found: RegisterLists, out: Path, n_people: int) -> None:
    n_before = sum(one.was_there for one in found.partitions)
    console = people_console()
    console.print(
        f"登録者 {n_people:,} 人の一覧を {out} に書きました（区切り {len(found.partitions):,}）。", markup=False
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
