"""One transaction a request, in SQLite as strictly as PostgreSQL would have it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from time import sleep
from traceback import format_exception

import pytest
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError, OperationalError, StatementError
from sqlalchemy.schema import CreateTable
from sqlmodel import Session
from starlette.testclient import TestClient

from api.http.errors import DuplicateIdError, InUseError, UnknownReferenceError
from api.storage.database import database_engine, reading, writing
from api.storage.errors import DamagedRowError
from api.storage.record_kinds import APPLICANTS, HOUSEHOLDS, POSTINGS
from api.storage.stored_records import (
    add,
    is_empty,
    load_records_into,
    read,
    read_records,
    records_revision,
    remove,
    verify_records,
)
from api.storage.tables import ApplicationRow, Row, RunRow
from features.errors import RecordError
from features.records import Applicant, Household, Posting, Records
from tests.api.conftest import SECRET, Json


def _run(moment: datetime) -> RunRow:
    return RunRow(id="r1", mechanism="m", status="done", created_at=moment, digest="d", body="{}")


def _posting(posting_id: str) -> Posting:
    return Posting(posting_id=posting_id, program="kyoryokutai", municipality_code="01468", headcount=1)


@pytest.mark.usefixtures("with_power_cuts")
def test_sqlite_keeps_what_was_acknowledged_and_enforces_references(tmp_path: Path) -> None:
    engine = database_engine(f"sqlite:///{tmp_path / 'test.db'}")
    with engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        assert [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas] == ["wal", 2, 1, 10_000]
    engine.dispose()


def test_a_new_database_is_empty_and_counts_from_nought(engine: Engine) -> None:
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
    row = ApplicationRow(
        id="x", record={"note": SECRET}, revision=1, applicant_id="a9", posting_id="p9", status="received"
    )
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


def test_a_record_that_is_named_cannot_go_while_another_request_names_it(engine: Engine) -> None:
    """The household's members are no foreign keys: only the write lock keeps them from going at the same moment."""
    with writing(engine) as session:
        load_records_into(session, Records(applicants=(Applicant(applicant_id="a1", programs=()),)))
    household = Household(household_id="h1", members=("a1",), joint_preferences=())
    outcomes: list[str] = []

    def name_it() -> None:
        with writing(engine) as session:
            add(session, HOUSEHOLDS, household)
            sleep(0.1)

    def remove_it() -> None:
        with writing(engine) as session:
            remove(session, APPLICANTS, "a1")
            sleep(0.1)

    def told(change: Callable[[], None]) -> None:
        try:
            change()
        except (InUseError, UnknownReferenceError) as error:
            outcomes.append(type(error).__name__)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(told, (name_it, remove_it)))
    assert outcomes in (["InUseError"], ["UnknownReferenceError"])
    with reading(engine) as session:
        assert len(read_records(session).applicants) == len(read_records(session).households)


def test_a_writer_that_waits_too_long_is_told_so_and_stores_nothing(database_url: str, engine: Engine) -> None:
    hasty = database_engine(database_url, lock_wait_ms=50)
    with writing(engine) as session:
        add(session, POSTINGS, _posting("p1"))
        with pytest.raises(OperationalError), writing(hasty) as other:
            add(other, POSTINGS, _posting("p2"))
    hasty.dispose()
    with reading(engine) as session:
        assert [posting.posting_id for posting in read_records(session).postings] == ["p1"]


def test_a_reader_sees_one_state_while_another_writes(engine: Engine) -> None:
    with reading(engine) as reader:
        assert is_empty(reader)
        with writing(engine) as session:
            add(session, POSTINGS, _posting("p1"))
        assert is_empty(reader)
        assert read_records(reader) == Records()
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


@pytest.mark.parametrize(
    "damage",
    [
        'record = \'{"applicant_id": "a1", "programs": ["雪の多い土地は苦手です"]}\'',  # no such programme
        'record = \'{"applicant_id": "a2", "programs": []}\'',  # another id than its row
        "record = '[\"雪の多い土地は苦手です\"]'",
        "record = 'null'",
    ],
)
def test_a_damaged_row_is_named_and_not_quoted(engine: Engine, client: TestClient, damage: str) -> None:
    _store_applicant(engine)
    _damage(engine, damage)
    _verify_told_of(client, engine)


@pytest.mark.parametrize(
    "damage",
    [
        'record = \'{"applicant_id": "a1", 雪の多い土地は苦手です\'',  # cut off
        f"record = '{'[' * 100_000}'",  # nested too deeply
        "record = CAST(x'7b226170706c6963616e745f6964223a22e99b22' AS TEXT)",  # half a character
        "record = 17",
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_that_is_no_json_is_named_too(engine: Engine, client: TestClient, damage: str) -> None:
    """Only SQLite can hold one: PostgreSQL looks at JSON as it is stored."""
    _store_applicant(engine)
    _damage(engine, damage)
    _verify_told_of(client, engine)


def test_records_come_in_beside_a_damaged_one_and_name_it(engine: Engine, client: TestClient) -> None:
    _store_applicant(engine)
    _damage(engine, "record = 'null'")
    posting = _posting("p1").model_dump(mode="json", exclude_unset=True)
    applied = {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1"}
    answer = client.post("/api/v1/records", json={"postings": [posting], "applications": [applied]})
    assert answer.status_code == 201
    taken = client.post("/api/v1/records", json={"applicants": [{"applicant_id": "a1", "programs": []}]})
    assert taken.status_code == 409


def test_a_column_that_says_other_than_its_record_is_damage(engine: Engine, client: TestClient, records: Json) -> None:
    client.post("/api/v1/records", json=records)
    with engine.begin() as connection:
        connection.execute(text("UPDATE application SET status = 'accepted' WHERE id = 'x1'"))
    answer = client.get("/api/v1/applications/x1")
    assert answer.status_code == 500
    assert answer.json()["detail"].startswith("table application, id x1: the stored record is damaged")
    assert client.get("/api/v1/applications/x2").status_code == 200


def test_a_version_no_database_can_count_is_refused(client: TestClient) -> None:
    posting = _posting("p1").model_dump(mode="json", exclude_unset=True)
    for version in (2**31, 2**70):
        refused = client.post("/api/v1/postings", json=posting | {"version": version})
        assert refused.status_code == 422
        assert refused.json()["errors"] == [{"loc": "body.version", "msg": "expected at most 2147483647"}]
    assert client.post("/api/v1/postings", json=posting | {"version": 2**31 - 1}).status_code == 201
    assert client.put("/api/v1/postings/p1", json=posting).status_code == 422


def _store_applicant(engine: Engine) -> None:
    with writing(engine) as session:
        load_records_into(session, Records(applicants=(Applicant(applicant_id="a1", programs=()),)))


def _damage(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE applicant SET {change}")


def _verify_told_of(client: TestClient, engine: Engine) -> None:
    for answer in (client.get("/api/v1/applicants/a1"), client.get("/api/v1/applicants")):
        assert answer.status_code == 500
        problem = answer.json()
        assert problem["type"] == "urn:enmusubi:problem:damaged-record"
        assert problem["detail"] == "table applicant, id a1: the stored record is damaged; restore it from a backup"
    with reading(engine) as session, pytest.raises(DamagedRowError) as caught:
        verify_records(session)
    printed = "".join(format_exception(caught.value))
    assert SECRET not in printed
    assert caught.value.__cause__ is None


def test_every_constraint_has_a_name_and_postgresql_knows_every_type() -> None:
    metadata: MetaData = Row.metadata
    assert len(metadata.tables) >= 7
    for table in metadata.tables.values():
        assert all(constraint.name for constraint in table.constraints)
        assert "CREATE TABLE" in str(CreateTable(table).compile(dialect=postgresql.dialect()))
