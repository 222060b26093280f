"""Backups: the same file from both databases, back into either, and nothing that is not whole is ever restored."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, inspect, select, text

from api.accounts.tables import AccountRow, SignedInRow
from api.audit.tables import AuditRow
from api.audit.verification import verify as verify_log
from api.backup import archive
from api.backup.restoring import restore
from api.backup.saving import save
from api.cli import run
from api.storage.database import database_engine, reading, writing
from api.storage.errors import BackupError, DamagedRowError, SchemaError
from api.storage.record_kinds import APPLICANTS
from api.storage.schema_changes import downgrade
from api.storage.schema_revision import head_revision, migrate, schema_revision
from api.storage.stored_records import load_records_into, read_records, records_revision, replace
from api.storage.tables import RunRow
from features.records import Applicant, Records
from tests.api.conftest import DATABASES, SECRET, EmptyDatabase, Json

MOMENT = datetime(2026, 11, 23, 8, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def filled(engine: Engine, records: Json) -> Engine:
    """A database with records, a run and two accounts, one of them signed in."""
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))
        session.add(RunRow(id="r1", mechanism="m", status="done", created_at=MOMENT, digest="d", body='{"a":"縁"}'))
        session.add(
            AccountRow(id="u1", sign_in_name="u1", display_name="係", role="auditor", state="active", created_at=MOMENT)
        )
        session.flush()
        session.add(SignedInRow(digest="s", account_id="u1", started_at=MOMENT, seen_at=MOMENT, expires_at=MOMENT))
    return engine


@pytest.fixture(params=DATABASES)
def target(request: pytest.FixtureRequest, empty_database: EmptyDatabase) -> Iterator[Engine]:
    """A database without tables."""
    engine = database_engine(empty_database(request.param))
    yield engine
    engine.dispose()


@pytest.fixture
def like_target(filled: Engine, empty_database: EmptyDatabase) -> Iterator[Engine]:
    """One of the kind that was backed up: a file from the other kind is the same, which the first test shows."""
    engine = database_engine(empty_database(filled.dialect.name))
    yield engine
    engine.dispose()


def _records(engine: Engine) -> Records:
    with reading(engine) as session:
        return read_records(session)


def _content(path: Path) -> list[str]:
    """The lines of the tables, which do not tell from which database they came."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()[1:-1]


def test_a_backup_of_either_database_restores_into_either(filled: Engine, target: Engine, tmp_path: Path) -> None:
    manifest = save(filled, tmp_path / "a.backup")
    assert manifest.tables["applicant"].rows == 3
    assert restore(target, tmp_path / "a.backup") == manifest
    assert _records(target) == _records(filled)
    with reading(target) as session:
        run = session.get_one(RunRow, "r1")
        assert (run.created_at, run.body) == (MOMENT, '{"a":"縁"}')
    assert schema_revision(target) == head_revision()
    save(target, tmp_path / "b.backup")
    restored = [line for line in _content(tmp_path / "b.backup") if line[:10] not in ('["audit",{', '["audithea')]
    expected = [line for line in _content(tmp_path / "a.backup") if not line.startswith('["signedin"')]
    assert [line for line in restored if not line.startswith('["revision"')] == [
        line for line in expected if not line.startswith('["revision"')
    ]


def test_a_restored_database_counts_on_and_numbers_on(filled: Engine, like_target: Engine, tmp_path: Path) -> None:
    save(filled, tmp_path / "a.backup")
    restore(like_target, tmp_path / "a.backup")
    with writing(like_target) as session:
        revision = records_revision(session)
        replace(session, APPLICANTS, "a3", Applicant(applicant_id="a3", programs=()))
        assert records_revision(session) == revision + 1 > 1_000_000


def test_who_was_signed_in_then_is_not_signed_in_again(filled: Engine, like_target: Engine, tmp_path: Path) -> None:
    save(filled, tmp_path / "a.backup")
    restore(like_target, tmp_path / "a.backup")
    with reading(like_target) as session:
        assert session.exec(select(AccountRow.id)).scalars().all() == ["u1"]
        assert session.exec(select(SignedInRow.digest)).scalars().all() == []


def test_backing_up_and_restoring_are_on_record_and_the_log_holds(
    filled: Engine, like_target: Engine, tmp_path: Path
) -> None:
    key = b"k" * 32
    first = save(filled, tmp_path / "a.backup", key=key)
    second = save(filled, tmp_path / "b.backup", key=key)  # holds the entry about the first
    restore(like_target, tmp_path / "b.backup", key=key)
    with reading(like_target) as session:
        entries = [
            json.loads(entry) for entry in session.exec(select(AuditRow.entry).order_by(AuditRow.sequence)).scalars()
        ]
    assert [entry["action"] for entry in entries] == ["backed_up", "restored"]
    assert [entries[0]["outputs"]["archive"], entries[1]["inputs"]["archive"]] == [first.sha256, second.sha256]
    assert verify_log(like_target, key=key).finding is None


def test_the_file_is_its_owners_alone_and_nothing_lies_beside_it(filled: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    save(filled, folder / "a.backup")
    assert [path.name for path in folder.iterdir()] == ["a.backup"]
    assert stat.S_IMODE((folder / "a.backup").stat().st_mode) == 0o600
    before = (folder / "a.backup").read_bytes()
    with pytest.raises(FileExistsError, match="is there already"):
        save(filled, folder / "a.backup")
    assert (folder / "a.backup").read_bytes() == before


def test_a_target_that_holds_something_is_left_alone_unless_it_may_be_replaced(
    filled: Engine, like_target: Engine, tmp_path: Path
) -> None:
    save(filled, tmp_path / "a.backup")
    migrate(like_target)
    with writing(like_target) as session:
        load_records_into(session, Records(applicants=(Applicant(applicant_id="other", programs=()),)))
    before = _records(like_target)
    with pytest.raises(BackupError, match=r"not empty, applicant hold something; .*--replace"):
        restore(like_target, tmp_path / "a.backup")
    assert _records(like_target) == before
    restore(like_target, tmp_path / "a.backup", replace=True)
    assert _records(like_target) == _records(filled)


def test_a_restore_that_fails_at_the_last_step_changes_nothing(
    filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(filled, tmp_path / "a.backup")
    before = _records(filled)

    def broken(_session: object) -> None:
        raise DamagedRowError("applicant", "a1")

    monkeypatch.setattr("api.backup.restoring.verify_records", broken)
    with pytest.raises(DamagedRowError):
        restore(filled, tmp_path / "a.backup", replace=True)
    assert _records(filled) == before
    with reading(filled) as session:
        assert session.get(SignedInRow, "s") is not None


def test_an_older_archive_is_brought_to_the_present_schema(filled: Engine, like_target: Engine, tmp_path: Path) -> None:
    """As the version before wrote it: its schema, its columns."""
    save(filled, tmp_path / "a.backup")
    first = {"applicant", "application", "company", "household", "posting", "revision", "run"}
    rows = []
    for table, row in archive.rows_of(tmp_path / "a.backup"):
        if table in first:
            rows.append((table, {key: value for key, value in row.items() if table == "revision" or key != "revision"}))
    header = _header(schema_revision="0001", tables=sorted(first))
    archive.write(tmp_path / "old.backup", header, rows)
    restore(like_target, tmp_path / "old.backup")
    assert _records(like_target) == _records(filled)
    assert schema_revision(like_target) == head_revision()


def _header(**changes: object) -> archive.Header:
    told: Json = {
        "tables": ["applicant"],
        "schema_revision": head_revision(),
        "database": "sqlite",
        "code_version": "1",
        "created_at": MOMENT,
    }
    return archive.Header.model_validate(told | changes)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of one row."""
    path = tmp_path_factory.mktemp("small") / "a.backup"
    archive.write(
        path, _header(tables=["applicant", "posting"]), [("applicant", {"id": "a1", "record": {"text": SECRET}})]
    )
    return path


@given(place=st.integers(min_value=0), change=st.integers(min_value=1, max_value=255))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_with_any_byte_changed_is_refused_or_says_the_same(small: Path, place: int, change: int) -> None:
    content = bytearray(small.read_bytes())
    content[place % len(content)] ^= change
    _verify_refused_or_equal(small, bytes(content))


@given(length=st.integers(min_value=0))
def test_an_archive_that_is_cut_off_is_refused(small: Path, length: int) -> None:
    content = small.read_bytes()
    damaged = small.with_name("damaged")
    damaged.write_bytes(content[: length % len(content)])
    with pytest.raises(BackupError, match=r"damaged|no backup"):
        archive.verify(damaged)


@given(line=st.integers(min_value=0), place=st.integers(min_value=0), change=st.integers(min_value=1, max_value=255))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_archive_with_any_byte_of_its_text_changed_is_refused(
    small: Path, line: int, place: int, change: int
) -> None:
    """Whoever packs it anew gives it a fresh checksum of gzip; the digests of the last line still tell."""
    lines = gzip.decompress(small.read_bytes()).splitlines(keepends=True)
    changed = bytearray(lines[line % len(lines)])
    changed[place % len(changed)] ^= change
    lines[line % len(lines)] = bytes(changed)
    _verify_refused_or_equal(small, gzip.compress(b"".join(lines)))


def _verify_refused_or_equal(small: Path, content: bytes) -> None:
    damaged = small.with_name("damaged")
    damaged.write_bytes(content)
    try:
        told = archive.verify(damaged)
    except BackupError as error:
        assert SECRET not in str(error)
        return
    assert told == archive.verify(small)
    assert list(archive.rows_of(damaged)) == list(archive.rows_of(small))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"format_version": 2}, "it has format 2, this version knows formats up to 1; install the newer version"),
        ({"schema_revision": "9999"}, "9999"),
    ],
)
def test_a_newer_archive_is_refused_and_nothing_is_made(
    target: Engine, tmp_path: Path, change: Json, says: str
) -> None:
    archive.write(tmp_path / "new.backup", _header(**change), [])
    with pytest.raises(BackupError, match=says):
        restore(target, tmp_path / "new.backup")
    assert inspect(target).get_table_names() == []


def test_an_archive_of_other_tables_is_refused(target: Engine, tmp_path: Path) -> None:
    archive.write(tmp_path / "a.backup", _header(tables=["applicant", "sales"]), [])
    with pytest.raises(BackupError, match="its tables are not those of schema revision"):
        restore(target, tmp_path / "a.backup")
    assert inspect(target).get_table_names() == []


def test_what_is_damaged_is_not_backed_up(filled: Engine, tmp_path: Path) -> None:
    with filled.begin() as connection:
        connection.execute(text("UPDATE applicant SET record = '{}' WHERE id = 'a2'"))
    with pytest.raises(DamagedRowError, match="table applicant, id a2"):
        save(filled, tmp_path / "a.backup")
    assert list(tmp_path.glob("a.backup*")) == []


def test_a_database_file_with_a_broken_page_is_not_backed_up(tmp_path: Path, records: Json) -> None:
    path = tmp_path / "broken.db"
    engine = database_engine(f"sqlite:///{path}")
    migrate(engine)
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))
    engine.dispose()
    content = bytearray(path.read_bytes())
    content[8 * 4096 : 12 * 4096] = bytes(4 * 4096)
    path.write_bytes(content)
    engine = database_engine(f"sqlite:///{path}")
    with pytest.raises(BackupError, match=r"the database file is damaged: .*restore the last backup into a new file"):
        save(engine, tmp_path / "a.backup")
    engine.dispose()


def test_a_database_of_another_version_or_of_something_else_too_is_not_backed_up(
    target: Engine, tmp_path: Path
) -> None:
    migrate(target)
    with target.begin() as connection:
        connection.execute(text("CREATE TABLE sales (id INTEGER PRIMARY KEY)"))
    with pytest.raises(BackupError, match="sales of something else"):
        save(target, tmp_path / "a.backup")
    downgrade(target, "0001")
    with pytest.raises(SchemaError, match=r"revision 0001, expected .*; run enmusubi database upgrade"):
        save(target, tmp_path / "a.backup")


def test_writers_go_on_while_a_backup_is_made(filled: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(path: Path, header: archive.Header, rows: object) -> archive.Manifest:
        with writing(filled) as session:
            replace(session, APPLICANTS, "a3", Applicant(applicant_id="a3", programs=(), months_served=7))
        return write(path, header, rows)  # type: ignore[arg-type]

    write = archive.write
    monkeypatch.setattr(archive, "write", slowly)
    save(filled, tmp_path / "a.backup")
    assert "months_served" not in gzip.decompress((tmp_path / "a.backup").read_bytes()).decode()


def test_the_commands_back_up_restore_and_tell_the_revision(
    filled: Engine,
    like_target: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = str(tmp_path / "a.backup")
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere.db'}")
    for looking in (["database", "current"], ["database", "downgrade", "base", "--yes"], ["backup", file]):
        assert run(looking) == 2
        assert "there is no file" in capsys.readouterr().err
    assert not (tmp_path / "nowhere.db").exists()
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", filled.url.render_as_string(hide_password=False))
    assert run(["backup", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tables"]["posting"]["rows"] == 2
    assert run(["backup", file]) == 2
    assert "同じ名前のファイルがもうあります。別の名前にしてください (is there" in capsys.readouterr().err
    assert run(["restore", file]) == 2
    assert "空ではありません。空のものを指定するか、中身を消してよければ --replace" in capsys.readouterr().err
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", like_target.url.render_as_string(hide_password=False))
    assert run(["restore", file]) == 0
    assert "applicant 3" in capsys.readouterr().out
    assert run(["database", "current", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"revision": head_revision(), "expected": head_revision()}
    assert run(["database", "downgrade", "0001"]) == 2
    assert "back up, then say --yes" in capsys.readouterr().err
    assert run(["database", "downgrade", "0001", "--yes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"before": head_revision(), "after": "0001"}
    assert run(["database", "upgrade"]) == 0
    assert f"0001 → {head_revision()}" in capsys.readouterr().out
    assert _records(like_target) == _records(filled)
