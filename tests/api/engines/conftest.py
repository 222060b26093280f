"""A register in five partitions, and its lists made here."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from api.engines import list_task
from api.engines.engine import engine_of
from api.engines.list_run import list_register, only_one_run
from api.engines.list_task import ListTask, task_for
from features.json_files.record_files import dump_records
from features.partitions.applicant_files import cut
from features.records import Records
from features.weights import default_weights
from tests.features.partitions.people import calls, people
from tests.features.small_market import ON

N, SIZE = 45, 10
FATAL = "part-000002.parquet"


class Register(NamedTuple):
    """Partitions, postings, and the bytes of the lists made of them here."""

    partitions: tuple[Path, ...]
    postings: Path
    expected: Mapping[str, str]

    def task(self, folder: Path) -> ListTask:
        """What to list, into a folder."""
        weights = default_weights()
        return task_for(folder, self.postings, weights=weights, on=ON, per_applicant=3, per_posting=20)


def lists_in(folder: Path) -> dict[str, str]:
    """Digests of every file that a run leaves in a folder."""
    paths = [path for path in folder.rglob("*") if path.is_file() and path.name != "lists.lock"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


@pytest.fixture(autouse=True)
def tables_are_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the encoder's tables through takes longer than a run here; ``test_list_register`` asks for it."""
    monkeypatch.setattr(list_task, "verify_kept_files", lambda: None)


@pytest.fixture(scope="session")
def register(tmp_path_factory: pytest.TempPathFactory) -> Register:
    folder = tmp_path_factory.mktemp("register")
    (folder / "applicants").mkdir()
    partitions = cut(people(N), folder / "applicants", size=SIZE)
    postings = folder / "postings.json"
    postings.write_text(dump_records(Records(postings=calls())), encoding="utf-8")
    made = Register(partitions, postings, {})
    with only_one_run(folder / "out"):
        list_register(made.task(folder / "out"), partitions, engine_of("here"))
    return made._replace(expected=lists_in(folder / "out"))
