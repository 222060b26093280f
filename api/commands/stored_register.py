"""The service's database as what ``enmusubi rank --engine`` lists, and as the place where the lists are kept."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import typer
from rich.progress import Progress, TaskID
from sqlalchemy import Engine

from api.audit.entry import LOCAL, Use
from api.audit.trail import append
from api.clock import present
from api.commands.options import errors_console, progress_bar
from api.commands.service_settings import opened_database, service_settings
from api.commands.spread_asked import Ready, SpreadRanks, folder_of_partitions, task_of
from api.engines.list_run import RegisterLists
from api.listings.audit_uses import register_listed
from api.listings.register import applicants_in_use, count_in_use, has_applications, open_postings, places_held
from api.listings.storing import files_of_lists, store_lists
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.stored_records import records_revision
from features.partitions.applicant_files import cut_in_order
from features.weights import weights_of_file

__all__ = ["stored_register"]

_Item = TypeVar("_Item")


@contextmanager
def stored_register(asked: SpreadRanks) -> Generator[StoredRegister]:
    """The register of the service's database, which must be there and of this version."""
    settings = service_settings()
    with opened_database(settings) as engine:
        yield StoredRegister(asked, settings, engine)


@dataclass
class StoredRegister:
    """Everybody whose use is not stopped and every open call, in one state of the database."""

    asked: SpreadRanks
    settings: Settings
    engine: Engine
    revision: int = 0

    def read(self) -> Ready:
        """Cut the register into the folder; that it is being listed is on record before the first person is there."""
        weights = weights_of_file(self.asked.weights or self.settings.weights_file)
        on = self.asked.on or self.settings.day()
        with reading(self.engine) as session:
            self.revision = records_revision(session)
            postings, n_people, held = open_postings(session, on=on), count_in_use(session), places_held(session)
            self._verify_listable(n_people, len(postings), applied=has_applications(session))
            task = task_of(self.asked, postings, weights, on)
            self._note(register_listed(n_people, postings, weights, task.basis))
            with progress_bar() as progress:
                bar = progress.add_task("登録の読み出し", total=n_people)
                people = _counted(applicants_in_use(session), progress, bar)
                partitions = cut_in_order(people, folder_of_partitions(self.asked), size=self.asked.partition)
        return Ready(task, partitions, n_people, held)

    def keep(self, found: RegisterLists) -> None:
        """Store the lists in the place of those of the last run, if that was asked for."""
        if not self.asked.to_database:
            return
        with progress_bar() as progress:
            bar = progress.add_task("一覧の保存", total=len(files_of_lists(found.body)))
            stored = store_lists(
                self.engine,
                self.asked.out.resolve(),
                found.body,
                revision=self.revision,
                now=present(),
                key=self.settings.audit_secret(),
                told=lambda _: progress.advance(bar),
            )
        if stored.n_gone:
            errors_console().print(
                f"一覧を作るあいだに消去または利用停止になった {stored.n_gone:,} 人は、データベースの一覧にはいません。"
                "フォルダーの一覧は作り直してください。",
                markup=False,
                soft_wrap=True,
            )

    def _verify_listable(self, n_people: int, n_postings: int, *, applied: bool) -> None:
        if not n_people:
            raise typer.BadParameter("the database has no applicant who may be listed, expected at least one")
        if not n_postings:
            raise typer.BadParameter("the database has no open posting on that day, expected at least one")
        if applied and not self.asked.everyone:
            raise typer.BadParameter(
                "the database holds applications, and --engine lists everybody for every posting; "
                "say so with --everyone, or read each posting's own applicants in the service"
            )

    def _note(self, uses: Iterable[Use]) -> None:
        with writing(self.engine) as session:
            for use in uses:
                append(session, use, actor=LOCAL, key=self.settings.audit_secret())


def _counted(items: Iterable[_Item], progress: Progress, bar: TaskID) -> Iterator[_Item]:
    for item in items:
        yield item
        progress.advance(bar)
