"""``enmusubi rank --engine``: both sides' lists of a whole register, spread over an engine, into a folder of files."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from api.commands.options import people_console, print_json, progress_bar
from api.commands.register_files import RegisterFiles
from api.commands.spread_asked import Ready, SpreadRanks
from api.engines.engine import engine_of
from api.engines.list_run import RegisterLists, list_register, only_one_run

__all__ = ["spread_ranks"]


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
            found = list_register(
                ready.task, ready.partitions, engine, held=ready.held, told=lambda _: progress.advance(bar)
            )
        source.keep(found)
    if as_json:
        print_json(found.body)
    else:
        _print(found, asked, ready.n_people)


@contextmanager
def _source_of(asked: SpreadRanks) -> Generator[_Source]:
    if asked.applicants is not None and asked.postings is not None:
        yield RegisterFiles(asked, asked.applicants, asked.postings)
        return
    from api.commands.stored_register import stored_register

    with stored_register(asked) as source:
        yield source


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
