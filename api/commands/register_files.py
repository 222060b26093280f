"""Files of records, or a folder of partitions, as what ``enmusubi rank --engine`` lists."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import typer

from api.commands.options import date_of
from api.commands.spread_asked import Ready, SpreadRanks, folder_of_partitions, task_of
from api.engines.list_run import RegisterLists
from api.engines.whole_files import verify_whole
from features.json_files.record_files import load_records
from features.partitions.applicant_files import cut, find_partitions, remove_cut, verify_nobody_twice
from features.records import Records
from features.rounds.held_places import held_places
from features.weights import default_weights, load_weights

__all__ = ["RegisterFiles"]


@dataclass(frozen=True)
class RegisterFiles:
    """A file of applicants, or a folder of partitions, and a file of postings."""

    asked: SpreadRanks
    applicants: Path
    postings: Path

    def read(self) -> Ready:
        """The postings in the folder, where every machine that works on it sees them; partitions of their own stay."""
        weights = default_weights() if self.asked.weights is None else load_weights(self.asked.weights)
        records = self._read(self.postings)
        task = task_of(self.asked, records.postings, weights, self.asked.on or date_of(None))
        partitions = self._partitions()
        n_people = verify_nobody_twice(partitions)
        if not n_people:
            raise _without_people(self.applicants)
        self._forget_earlier_cut()
        return Ready(task, partitions, n_people, held_places(records))

    def keep(self, found: RegisterLists) -> None:
        """Nowhere: files name no service."""

    def _partitions(self) -> tuple[Path, ...]:
        if self.applicants.is_dir():
            found = find_partitions(self.applicants.resolve())
            verify_whole(found)
            return found
        people = self._read(self.applicants).applicants
        if not people:
            raise _without_people(self.applicants)
        return cut(people, folder_of_partitions(self.asked), size=self.asked.partition)

    def _forget_earlier_cut(self) -> None:
        """People of another run, whom this one neither lists nor was told to keep, are not left in its folder."""
        cut_before = self.asked.out / "applicants"
        if self.applicants.is_dir() and cut_before.is_dir() and not cut_before.samefile(self.applicants):
            remove_cut(cut_before)

    def _read(self, path: Path) -> Records:
        files = [path] if self.applicants.is_dir() else [self.applicants, self.postings]
        records = load_records(files)  # together, because records of one file may name those of the other
        if records.applications and not self.asked.everyone:
            raise typer.BadParameter(
                "the files hold applications, and --engine lists everybody for every posting; "
                "say so with --everyone, or leave --engine away to read each posting's own applicants"
            )
        return records


def _without_people(source: Path) -> typer.BadParameter:
    return typer.BadParameter(f"{source.name} has no applicant, expected at least one")
