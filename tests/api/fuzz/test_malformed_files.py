"""Broken files of every kind: a command ends with one line that quotes nobody, and never with a trace."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from api.storage.database import database_engine, writing
from api.storage.stored_records import load_records_into
from features.records import Records
from tests.api.fuzz.command_files import kinds_of_files, run_broken_files
from tests.api.fuzz.marked import RECORDS

NUMBER, SEED = 200, 20261126


@pytest.fixture
def stored(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database of its own with the marked records in it, and a folder of its own for rules."""
    database = tmp_path / "stored.db"
    shutil.copy(sqlite_template, database)
    engine = database_engine(f"sqlite:///{database}")
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(RECORDS))
    engine.dispose()
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{database}")
    monkeypatch.setenv("ENMUSUBI_RULES_DIR", str(tmp_path / "rules"))
    return tmp_path


def test_no_broken_file_breaks_a_command_or_is_quoted(stored: Path) -> None:
    kinds = kinds_of_files(stored)
    filed = run_broken_files(stored, kinds, number=NUMBER, seed=SEED)
    assert filed.faults == []
    refused = {kind: count for (kind, status), count in filed.statuses.items() if status == 2}
    assert set(refused) == {kind.name for kind in kinds}
    assert sum(refused.values()) > NUMBER / 2
