"""An auditor gets exact lines that can be checked without this service, and a table that runs nothing."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from api.audit.cells import COLUMNS, cells_of, safe
from api.audit.entry import LOCAL, Use, subject
from api.audit.errors import AuditError
from api.audit.exporting import export
from api.audit.tables import AuditRow
from api.audit.trail import append
from api.audit.verification import StoredEntry, verify
from api.canonical import canonical_json
from api.settings import JAPAN
from api.storage.database import database_engine, reading, writing
from tests.api.audit.conftest import fill, sqlite


def _today() -> date:
    return datetime.now(JAPAN).date()


def test_the_lines_can_be_checked_without_this_service(engine: Engine, tmp_path: Path) -> None:
    heads = fill(engine, 5)
    manifest = export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    previous = "0" * 64
    for line in (tmp_path / "out/audit.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        assert entry["previous"] == previous
        previous = hashlib.sha256(f"{previous}\n{entry['text']}".encode()).hexdigest()
        assert entry["hash"] == previous
    assert previous == heads[-1].hash == manifest["last"]["hash"]
    assert (manifest["entries"], manifest["log"]["holds"]) == (5, True)
    assert manifest["first"] == {"sequence": 1, "previous": "0" * 64, "hash": heads[0].hash}
    assert manifest["last"] == {"sequence": 5, "previous": heads[3].hash, "hash": heads[4].hash}


def test_the_manifest_has_the_hashes_of_the_files_and_is_itself_on_record(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 2)
    manifest = export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    for name, told in manifest["files"].items():
        content = (tmp_path / "out" / name).read_bytes()
        assert told == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    written = (tmp_path / "out/manifest.json").read_bytes()
    assert written.decode() == canonical_json(manifest) + "\n"
    with reading(engine) as session:
        entry = json.loads(session.get_one(AuditRow, 3).entry)
    assert (entry["action"], entry["purpose"]) == ("exported", "audit")
    assert entry["outputs"] == {"manifest": hashlib.sha256(written).hexdigest()}


@pytest.mark.parametrize("an_id", ["=1+1", "+81", "-1", "@x", "＝1", "　=1"])
def test_a_cell_is_never_a_formula(engine: Engine, tmp_path: Path, an_id: str) -> None:
    use = Use(action="read", purpose="selection", on=(subject("applicant", [an_id]),))
    with writing(engine) as session:
        append(session, use, actor=LOCAL.model_copy(update={"id": an_id}))
    export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    with (tmp_path / "out/audit.csv").open(encoding="utf-8-sig", newline="") as stream:
        heading, row = csv.reader(stream)
    assert tuple(heading) == COLUMNS
    assert row[COLUMNS.index("利用者")] == f"'{an_id}"
    assert row[COLUMNS.index("対象")] == f"applicant {an_id}"
    assert row[COLUMNS.index("操作")] == "閲覧 read"
    assert row == [safe(cell) if not cell.startswith("'") else cell for cell in row]


def test_a_log_that_does_not_hold_is_exported_and_the_manifest_says_so(log: Path, tmp_path: Path) -> None:
    with sqlite(log) as db:
        db.execute("UPDATE audit SET entry = CAST(x'ff3d31' AS TEXT) WHERE sequence = 5")
        db.execute("UPDATE audit SET hash = '=1+1' WHERE sequence = 6")
    engine = database_engine(f"sqlite:///{log}")
    manifest = export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    engine.dispose()
    assert manifest["log"]["first_bad"]["sequence"] == 5
    assert len((tmp_path / "out/audit.jsonl").read_text(encoding="utf-8").splitlines()) == manifest["entries"] == 7
    table = (tmp_path / "out/audit.csv").read_text(encoding="utf-8-sig")
    assert "読めない記録" in table
    assert ",'=1+1" in table


def test_a_row_that_cannot_be_read_has_as_many_cells_as_any() -> None:
    broken = StoredEntry(1, None, None, b"x", 7)
    assert len(cells_of(broken)) == len(COLUMNS)


def test_days_without_entries_and_days_in_the_wrong_order_are_refused(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 1)
    day = _today() - timedelta(days=9)
    with pytest.raises(AuditError, match=f"no entry from {day} to {day}"):
        export(engine, tmp_path / "out", from_day=day, to_day=day, actor=LOCAL)
    with pytest.raises(AuditError, match="is before the first"):
        export(engine, tmp_path / "out", from_day=_today(), to_day=day, actor=LOCAL)
    assert list(tmp_path.glob("out*")) == []
    assert verify(engine).entries == 1


def test_a_folder_that_is_there_is_left_alone(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 1)
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError, match="expected the name of a new folder"):
        export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_as_it_was_asked_for(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 1)
    out = tmp_path / "missing" / "out"
    with pytest.raises(FileNotFoundError) as caught:
        export(engine, out, from_day=_today(), to_day=_today(), actor=LOCAL)
    assert caught.value.filename == str(out)
    assert verify(engine).entries == 1


def test_an_export_that_cannot_be_put_on_record_is_not_there(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 2)
    with writing(engine) as session:
        session.connection().execute(text("DELETE FROM audithead"))
    with pytest.raises(Exception, match="audit"):
        export(engine, tmp_path / "out", from_day=_today(), to_day=_today(), actor=LOCAL)
    assert list(tmp_path.glob("out*")) == []
