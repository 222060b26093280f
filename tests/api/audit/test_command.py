"""``enmusubi audit``: exit 0 where the log holds, 1 where it does not, 2 with one line for everything else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from api.cli import run
from api.settings import JAPAN
from api.storage.database import database_engine
from tests.api.audit.conftest import KEY, fill, sqlite

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def path(new_log: Callable[[], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The log of the service whose settings the environment holds."""
    path = new_log()
    engine = database_engine(f"sqlite:///{path}")
    fill(engine, 3)
    engine.dispose()
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{path}")
    return path


def _json(capsys: Capture, *words: str, status: int = 0) -> dict[str, Any]:
    assert run(["audit", *words, "--json"]) == status
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def _line(capsys: Capture, *words: str) -> str:
    assert run(["audit", *words]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_a_noted_head_is_verified_later_and_each_look_is_on_record(path: Path, capsys: Capture) -> None:
    assert run(["audit", "head"]) == 0
    noted = capsys.readouterr().out.strip()
    assert noted.startswith("4:")
    assert run(["audit", "verify", "--expect", noted]) == 0
    assert "4 件は、書かれたときのままです" in capsys.readouterr().out
    told = _json(capsys, "verify", "--expect", noted)
    assert (told["holds"], told["entries"], told["first_bad"]) == (True, 5, None)
    with sqlite(path) as db:
        entries = [json.loads(entry) for (entry,) in db.execute("SELECT entry FROM audit ORDER BY sequence")]
    assert [(entry["action"], entry["purpose"]) for entry in entries[3:]] == [("read", "audit")] * 3
    assert entries[4]["outputs"] == {"head": noted.partition(":")[2]}


def test_what_does_not_hold_is_named_with_status_1(path: Path, capsys: Capture) -> None:
    with sqlite(path) as db:
        db.execute("UPDATE audit SET entry = replace(entry, 'a1', 'a7') WHERE sequence = 2")
    told = _json(capsys, "verify", status=1)
    assert (told["holds"], told["first_bad"]["sequence"]) == (False, 2)
    assert run(["audit", "verify"]) == 1
    assert "2 番が、書かれたときのままではありません" in capsys.readouterr().out


def test_the_key_of_the_settings_seals_and_verifies(
    path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENMUSUBI_AUDIT_KEY", KEY.decode())
    assert _json(capsys, "verify", status=1)["first_bad"]["sequence"] == 3
    assert _json(capsys, "verify")["entries"] == 4
    monkeypatch.delenv("ENMUSUBI_AUDIT_KEY")
    assert _json(capsys, "verify", status=1)["first_bad"]["sequence"] == 4


def test_a_short_key_is_refused_and_never_shown(path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENMUSUBI_AUDIT_KEY", "short-secret")
    line = _line(capsys, "head")
    assert "ENMUSUBI_AUDIT_KEY" in line
    assert "short-secret" not in line


def test_an_export_is_a_folder_with_a_manifest(path: Path, capsys: Capture, tmp_path: Path) -> None:
    today = str(datetime.now(JAPAN).date())
    told = _json(capsys, "export", "--from", today, "--to", today, "--out", str(tmp_path / "out"))
    assert told == json.loads((tmp_path / "out/manifest.json").read_text(encoding="utf-8"))
    assert run(["audit", "export", "--from", today, "--to", today, "--out", str(tmp_path / "more")]) == 0
    assert "監査記録 4 件" in capsys.readouterr().out
    line = _line(capsys, "export", "--from", today, "--to", today, "--out", str(tmp_path / "out"))
    assert "expected the name of a new folder" in line


def test_a_purge_takes_nothing_that_is_younger_than_three_years(path: Path, capsys: Capture) -> None:
    assert _json(capsys, "purge")["removed"] is None
    assert run(["audit", "purge"]) == 0
    assert "より前の監査記録はありません" in capsys.readouterr().out
    assert "expected a day up to today" in _line(capsys, "purge", "--on", "2040-01-01")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify", "--expect", "7"), "is not NUMBER:HASH"),
        (("export", "--from", "yesterday", "--to", "2026-01-01", "--out", "x"), "--from is yesterday"),
        (("export", "--from", "2020-01-01", "--to", "2020-01-02", "--out", "x"), "no entry from 2020-01-01"),
    ],
)
def test_what_is_asked_wrongly_is_told_in_one_line(
    path: Path, capsys: Capture, words: tuple[str, ...], told: str
) -> None:
    assert told in _line(capsys, *words)


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path, capsys: Capture, monkeypatch: Any) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'wrong.db'}")
    assert "there is no file" in _line(capsys, "verify")
    assert not (tmp_path / "wrong.db").exists()


def test_an_older_schema_is_not_read_as_an_empty_log(tmp_path: Path, capsys: Capture, monkeypatch: Any) -> None:
    (tmp_path / "old.db").touch()
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'old.db'}")
    assert "run enmusubi database upgrade" in _line(capsys, "verify")
