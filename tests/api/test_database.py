"""One transaction a request, in SQLite as strictly as PostgreSQL would have it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.schema import CreateTable
from sqlmodel import Session

from api.database import create_schema, database_engine, reading, writing
from api.errors import DuplicateIdError
from api.record_kinds import APPLICANTS, POSTINGS
from api.stored_records import add, is_empty, load_records_into, read, read_records, records_revision
from api.tables import ApplicationRow, Row, RunRow
from features.errors import RecordError
from features.records import Applicant, Posting, Records
from tests.api.conftest import SECRET, Json


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = database_engine(f"sqlite:///{tmp_path / 'test.db'}")
    create_schema(engine)
    yield engine
    engine.dispose()


def _run(moment: datetime) -> RunRow:
    return RunRow(id="r1", mechanism="m", status="done", created_at=moment, digest="d", body="{}")


def _posting(posting_id: str) -> Posting:
    return Posting(posting_id=posting_id, program="kyoryokutai", municipality_code="01468", headcount=1)


def test_sqlite_runs_with_write_ahead_log_and_foreign_keys(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() >= 5000


def test_the_schema_can_be_created_twice(engine: Engine) -> None:
    create_schema(engine)
    with reading(engine) as session:
        assert records_revision(session) == 0
        assert is_empty(session)


def test_a_transaction_that_fails_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="half-way"), writing(engine) as session:
        add(session, POSTINGS, _posting("p1"))
        raise RuntimeError("half-way")
    with reading(engine) as session:
        assert is_empty(session)
        assert records_revision(session) == 0


def test_records_come_back_as_they_went_in(engine: Engine, records: Json) -> None:
    sent = Records.model_validate(records)
    with writing(engine) as session:
        load_records_into(session, sent)
    with reading(engine) as session:
        stored = read_records(session)
    assert stored == sent
    assert stored.model_dump(mode="json", exclude_unset=True)["postings"] == records["postings"]


def test_an_empty_list_and_an_unknown_fact_stay_different(engine: Engine) -> None:
    none = Applicant.model_validate({"applicant_id": "none", "programs": [], "selection_profile": {"skills": []}})
    unknown = Applicant.model_validate({"applicant_id": "unknown", "programs": []})
    with writing(engine) as session:
        load_records_into(session, Records(applicants=(none, unknown)))
    with reading(engine) as session:
        assert read(session, APPLICANTS, "none").selection_profile.skills == ()
        assert read(session, APPLICANTS, "unknown").selection_profile.skills is None


def test_loading_names_the_reference_that_leads_nowhere_and_stores_nothing(engine: Engine, records: Json) -> None:
    records["applications"][1]["posting_id"] = "p9"
    with (
        pytest.raises(RecordError, match=r"body: applications\[1\]\.posting_id names p9"),
        writing(engine) as session,
    ):
        load_records_into(session, Records.model_validate(records))
    with reading(engine) as session:
        assert is_empty(session)


def test_records_may_refer_to_those_stored_earlier(engine: Engine, records: Json) -> None:
    later = {"applications": records.pop("applications")}
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(later))
    with reading(engine) as session:
        assert len(read_records(session).applications) == 2


def test_an_id_that_is_taken_is_refused_and_nothing_else_is_stored(engine: Engine) -> None:
    with writing(engine) as session:
        add(session, POSTINGS, _posting("p2"))
    with pytest.raises(DuplicateIdError, match="posting p2 is stored already"), writing(engine) as session:
        load_records_into(session, Records(postings=(_posting("p1"), _posting("p2"))))
    with reading(engine) as session:
        assert [posting.posting_id for posting in read_records(session).postings] == ["p2"]


def test_the_database_itself_refuses_an_application_of_nobody(engine: Engine) -> None:
    row = ApplicationRow(id="x", record={"note": SECRET}, applicant_id="a9", posting_id="p9", status="received")
    with pytest.raises(IntegrityError) as caught, writing(engine) as session:
        session.add(row)
    assert SECRET not in str(caught.value)
    assert "a9" not in str(caught.value)


def test_two_writers_wait_for_each_other(engine: Engine) -> None:
    def store(number: int) -> None:
        with writing(engine) as session:
            add(session, POSTINGS, _posting(f"p{number:02}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(store, range(40)))
    with reading(engine) as session:
        assert len(read_records(session).postings) == 40
        assert records_revision(session) == 40


def test_a_reader_sees_one_state_while_another_writes(engine: Engine) -> None:
    with reading(engine) as reader:
        assert is_empty(reader)
        with writing(engine) as session:
            add(session, POSTINGS, _posting("p1"))
        assert is_empty(reader)
    with reading(engine) as session:
        assert not is_empty(session)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=9))])
def test_moments_come_back_in_utc(engine: Engine, zone: timezone) -> None:
    moment = datetime(2026, 11, 23, 8, 30, tzinfo=zone)
    with writing(engine) as session:
        session.add(_run(moment))
    with reading(engine) as session:
        stored = session.get_one(RunRow, "r1").created_at
    assert stored == moment
    assert stored.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(StatementError, match="no time zone"), Session(engine) as session:
        session.add(_run(datetime(2026, 11, 23)))
        session.flush()


def test_every_constraint_has_a_name_and_postgresql_knows_every_type() -> None:
    metadata: MetaData = Row.metadata
    assert len(metadata.tables) == 7
    for table in metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints)
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
