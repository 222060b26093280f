"""Migrations on both databases: what is stored survives the way up, and several processes may start at once."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from api.decisions.tables import DecisionRow
from api.storage.database import database_engine, reading, writing
from api.storage.errors import SchemaError
from api.storage.record_kinds import APPLICANTS
from api.storage.record_tags import etag_of
from api.storage.schema_changes import downgrade
from api.storage.schema_revision import METADATA, MIGRATIONS, head_revision, migrate, schema_revision
from api.storage.stored_records import load_records_into, read_records, records_revision, tag_of
from features.records import Records
from tests.api.conftest import DATABASES, EmptyDatabase, Json

BEFORE = Path(__file__).with_name("schemas_before_migrations")


@pytest.fixture(params=DATABASES)
def empty(request: pytest.FixtureRequest, empty_database: EmptyDatabase) -> Iterator[Engine]:
    """A database without tables."""
    engine = database_engine(empty_database(request.param))
    yield engine
    engine.dispose()


def _run_file(engine: Engine, path: Path) -> None:
    with engine.begin() as connection:
        for statement in path.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                connection.execute(text(statement))


def _store(engine: Engine, records: Json) -> None:
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))


def _fill_first_schema(engine: Engine, records: Json) -> None:
    """The records as the version before migrations stored them: by way of the present one and down."""
    _store(engine, records)
    downgrade(engine, "0001")


def _names(engine: Engine) -> dict[str, object]:
    """What a database itself says of its tables: types, keys, references and indexes, by name."""
    found = inspect(engine)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(table)],
            found.get_pk_constraint(table)["name"],
            sorted((key["name"], key["referred_table"]) for key in found.get_foreign_keys(table)),
            sorted((index["name"], tuple(index["column_names"])) for index in found.get_indexes(table)),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def test_the_tables_of_the_code_are_those_of_the_migrations(empty: Engine) -> None:
    migrate(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True, "compare_type": True})
        assert compare_metadata(context, METADATA) == []
    assert schema_revision(empty) == head_revision()
    assert set(_names(empty)) == set(METADATA.tables)


def test_records_survive_the_way_down_and_up(empty: Engine, records: Json) -> None:
    migrate(empty)
    _store(empty, records)
    before = _names(empty)
    downgrade(empty, "0001")
    with empty.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM application")).scalar() == 2
    assert "revision" not in {column["name"] for column in inspect(empty).get_columns("applicant")}
    migrate(empty)
    with reading(empty) as session:
        assert read_records(session) == Records.model_validate(records)
        assert tag_of(session, APPLICANTS, "a1") == etag_of(records_revision(session))
    assert _names(empty) == before


def test_a_decision_from_before_its_rule_was_kept_survives_and_names_none(empty: Engine, records: Json) -> None:
    migrate(empty)
    _store(empty, records)
    application_id = records["applications"][0]["application_id"]
    content: Json = {"id": "d1", "application_id": application_id, "number": 1, "from_state": "received"}
    content |= {"state": "seen", "role": "local", "decided_at": datetime(2026, 11, 20, tzinfo=UTC)}
    content |= {"verdict": "not_covered", "unmet": ["must-licence"], "reason": "経験"}
    with writing(empty) as session:
        session.add(DecisionRow(**content, deciding_rule="must-licence"))
    downgrade(empty, "0013")
    assert "deciding_rule" not in {column["name"] for column in inspect(empty).get_columns("decision")}
    migrate(empty)
    with reading(empty) as session:
        row = session.get_one(DecisionRow, "d1")
        assert row.model_dump(include={*content}) == content
        assert row.deciding_rule is None


def test_down_to_base_leaves_nothing_and_up_again_works(empty: Engine, records: Json) -> None:
    migrate(empty)
    _store(empty, records)
    downgrade(empty, "base")
    assert inspect(empty).get_table_names() == ["alembic_version"]
    migrate(empty)
    _store(empty, records)
    with reading(empty) as session:
        assert read_records(session) == Records.model_validate(records)


def test_a_database_from_before_migrations_is_taken_over_with_its_records(empty: Engine, records: Json) -> None:
    _run_file(empty, BEFORE / f"{empty.dialect.name}.sql")
    first = _names(empty)
    migrate(empty)
    downgrade(empty, "0001")
    assert _names(empty) == first  # the first migration and that file make the same schema
    migrate(empty)
    _fill_first_schema(empty, records)
    with empty.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    migrate(empty)
    with reading(empty) as session:
        assert read_records(session) == Records.model_validate(records)


def test_a_migration_that_fails_leaves_the_schema_as_it_was(empty: Engine, records: Json) -> None:
    migrate(empty)
    _fill_first_schema(empty, records)
    before = _names(empty)
    with empty.begin() as connection:  # the column of the next revision stands in the way of the last table it changes
        connection.execute(text("ALTER TABLE posting ADD COLUMN revision BIGINT"))
    with pytest.raises(DBAPIError, match="revision"):
        migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("ALTER TABLE posting DROP COLUMN revision"))
    assert _names(empty) == before
    assert schema_revision(empty) == "0001"
    migrate(empty)
    with reading(empty) as session:
        assert read_records(session) == Records.model_validate(records)


def test_ids_sort_by_their_bytes(engine: Engine) -> None:
    ids = ["a-1", "a1", "A1", "あ", "ア", "𠮷", "Z", "_", "é", "a 1", "髙"]
    _store(engine, {"applicants": [{"applicant_id": an_id, "programs": []} for an_id in ids]})
    with reading(engine) as session:
        stored = [applicant.applicant_id for applicant in read_records(session).applicants]
    assert stored == sorted(ids, key=str.encode) == sorted(ids)
    if engine.dialect.name == "postgresql":
        wanted = "SELECT DISTINCT collation_name FROM information_schema.columns WHERE column_name = ANY(:ids)"
        with engine.connect() as connection:
            named = connection.execute(
                text(wanted + " AND table_name = 'application'"), {"ids": ["id", "applicant_id", "posting_id"]}
            )
            assert named.scalars().all() == ["C"]


def test_a_database_of_a_newer_version_is_refused(empty: Engine) -> None:
    migrate(empty)
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for change in (migrate, lambda engine: downgrade(engine, "base")):
        with pytest.raises(SchemaError, match=f"9999, this version knows revisions up to {head_revision()}"):
            change(empty)


def test_a_database_of_something_else_is_refused(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE run (id INTEGER)"))
    with pytest.raises(SchemaError, match=r"has a table run but none named applicant, .*name an empty database"):
        migrate(empty)
    assert inspect(empty).get_table_names() == ["run"]


def test_an_unknown_revision_to_go_back_to_is_refused(empty: Engine) -> None:
    migrate(empty)
    with pytest.raises(SchemaError, match="revision yesterday cannot be gone back to"):
        downgrade(empty, "yesterday")


def test_the_newest_revision_is_where_the_scripts_lead() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert head_revision() == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


_SEVERAL = """
import sys
from multiprocessing import get_context
from api.storage.database import database_engine
from api.storage.schema_revision import migrate

several = [get_context("fork").Process(target=lambda: migrate(database_engine(sys.argv[1]))) for _ in range(3)]
for one in several:
    one.start()
for one in several:
    one.join(60)
assert [one.exitcode for one in several] == [0, 0, 0]
"""


@pytest.mark.parametrize("kind", DATABASES)
def test_several_processes_may_start_at_once(kind: str, empty_database: EmptyDatabase) -> None:
    url = empty_database(kind)
    done = subprocess.run([sys.executable, "-c", _SEVERAL, url], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    engine = database_engine(url)
    assert schema_revision(engine) == head_revision()
    with reading(engine) as session:
        assert records_revision(session) == 0
    engine.dispose()
