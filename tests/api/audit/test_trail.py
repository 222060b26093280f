"""The log grows at its end only, entry after entry, whoever writes: threads, processes, on SQLite and PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, inspect, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.schema import CreateTable
from sqlmodel import col, select

from api.audit.chain import GENESIS, chained
from api.audit.entry import LOCAL, MOST_IDS, Actor, Entry, Subject, Use, Versions, subject
from api.audit.tables import AuditRow
from api.audit.trail import append
from api.audit.verification import verify
from api.audit.vocabulary import words
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import add, is_empty
from features.records import Applicant
from tests.api.audit.conftest import KEY, fill, use

PROCESS = """
import sys
from api.audit.entry import LOCAL, Use, subject
from api.audit.trail import append
from api.storage.database import database_engine, writing

for line in sys.stdin:
    engine = database_engine(line.strip())
    for _ in range(15):
        with writing(engine) as session:
            append(session, Use(action="run", purpose="placement", on=(subject("run", ["r1"]),)), actor=LOCAL)
    engine.dispose()
    print("written", flush=True)
"""


@pytest.fixture(scope="module")
def writers() -> Iterator[list[subprocess.Popen[str]]]:
    """Two processes that append fifteen entries to each database they are told."""
    command, pipe = [sys.executable, "-c", PROCESS], subprocess.PIPE
    started = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, bufsize=1) for _ in range(2)]
    yield started
    for process in started:
        process.communicate(timeout=60)


def test_the_chain_numbers_its_entries_and_no_database_does() -> None:
    table = AuditRow.metadata.tables[str(AuditRow.__tablename__)]
    assert "sequence BIGINT NOT NULL" in str(CreateTable(table).compile(dialect=postgresql.dialect()))


def test_the_log_is_found_by_moment_without_being_read(engine: Engine) -> None:
    table = AuditRow.metadata.tables[str(AuditRow.__tablename__)]
    declared = {tuple(column.name for column in index.columns) for index in table.indexes}
    stored = {tuple(index["column_names"]) for index in inspect(engine).get_indexes("audit")}
    assert declared == stored == {("at",)}


def _rows(engine: Engine) -> list[AuditRow]:
    with reading(engine) as session:
        return list(session.exec(select(AuditRow).order_by(col(AuditRow.sequence))))


def test_an_entry_chains_to_the_one_before_it(engine: Engine) -> None:
    heads = fill(engine, 3)
    rows = _rows(engine)
    assert [row.sequence for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [GENESIS, heads[0].hash, heads[1].hash]
    assert [row.hash for row in rows] == [chained(row.previous, row.entry.encode()) for row in rows]
    assert all(Entry.model_validate_json(row.entry).text() == row.entry for row in rows)


def test_an_entry_is_stored_with_what_it_tells_of_or_not_at_all(engine: Engine) -> None:
    with pytest.raises(RuntimeError, match="half-way"), writing(engine) as session:
        add(session, APPLICANTS, Applicant(applicant_id="a1", programs=()))
        append(session, use(), actor=LOCAL)
        raise RuntimeError("half-way")
    with reading(engine) as session:
        assert is_empty(session)
    assert _rows(engine) == []


def test_writers_append_one_after_the_other(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        written = [head for heads in pool.map(lambda _: fill(engine, 6), range(8)) for head in heads]
    found = verify(engine)
    assert (found.finding, found.entries) == (None, 48)
    assert sorted(head.sequence for head in written) == list(range(1, 49))


def test_processes_append_one_after_the_other(engine: Engine, writers: list[subprocess.Popen[str]]) -> None:
    for process in writers:
        assert process.stdin is not None
        process.stdin.write(engine.url.render_as_string(hide_password=False) + "\n")
    assert [process.stdout and process.stdout.readline() for process in writers] == ["written\n"] * 2
    found = verify(engine)
    assert (found.finding, found.entries) == (None, 30)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET entry = '{}' WHERE sequence = 2",
        "UPDATE audit SET sequence = 9 WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 3",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT * FROM audit WHERE sequence = 1",
    ],
)
def test_the_database_itself_refuses_to_change_or_remove_an_entry(engine: Engine, statement: str) -> None:
    fill(engine, 3)
    with pytest.raises(IntegrityError), writing(engine) as session:
        session.connection().execute(text(statement))
    assert verify(engine).entries == 3


def test_each_database_refuses_its_own_way_round(engine: Engine) -> None:
    fill(engine, 3)
    ways = {"sqlite": "INSERT OR REPLACE INTO audit VALUES (2, '', '', '', '')", "postgresql": "TRUNCATE audit"}
    with pytest.raises(IntegrityError, match="append-only"), writing(engine) as session:
        session.connection().execute(text(ways[engine.dialect.name]))
    assert verify(engine).finding is None


def test_where_the_head_is_gone_nothing_is_appended(engine: Engine) -> None:
    fill(engine, 2)
    with writing(engine) as session:
        session.connection().execute(text("DELETE FROM audithead"))
    with pytest.raises(IntegrityError), writing(engine) as session:
        append(session, use(), actor=LOCAL)
    assert len(_rows(engine)) == 2


def test_an_error_of_the_log_never_shows_what_was_to_be_written(engine: Engine) -> None:
    fill(engine, 1)
    with pytest.raises(DBAPIError) as caught, writing(engine) as session:
        session.add(AuditRow(sequence=1, at="", previous="", entry="what a person wrote", hash=""))
    assert "what a person wrote" not in str(caught.value)


def test_a_key_seals_the_entry(engine: Engine) -> None:
    fill(engine, 1, key=KEY)
    (row,) = _rows(engine)
    assert Entry.model_validate_json(row.entry).seal == "hmac-sha256"
    assert row.hash == chained(GENESIS, row.entry.encode(), key=KEY) != chained(GENESIS, row.entry.encode())


def test_many_ids_are_cut_and_counted() -> None:
    found = subject("applicant", (f"a{number}" for number in range(5000)))
    assert (len(found.ids), found.count, found.ids[-1]) == (MOST_IDS, 5000, "a999")


@pytest.mark.parametrize(
    "content",
    [
        {"action": "looked"},
        {"purpose": "curiosity"},
        {"on": [{"kind": "applicant", "ids": ["a1"], "count": 1, "name": "x"}]},
        {"on": [{"kind": "person", "count": 1}]},
        {"on": [{"kind": "applicant", "ids": ["x" * 201], "count": 1}]},
        {"outputs": {"text": "山の仕事に憧れています"}},
        {"inputs": {"a sentence as a key": "0" * 64}},
        {"note": "山の仕事に憧れています"},
        {"versions": {"code": "1", "weights": "our-town"}},
    ],
)
def test_an_entry_has_no_room_for_what_a_record_says(content: dict[str, object]) -> None:
    whole = {"action": "read", "purpose": "selection", "on": []}
    assert Use.model_validate(whole).versions == Versions(code=Use.model_validate(whole).versions.code)
    with pytest.raises(ValidationError) as caught:
        Use.model_validate(whole | content)
    assert "憧れて" not in str(caught.value)


def test_an_actor_has_an_id_and_one_of_the_roles() -> None:
    assert Actor(id="5f", role="signed_out").role == "signed_out"
    with pytest.raises(ValidationError):
        Actor.model_validate({"id": "5f", "role": "mayor"})
    with pytest.raises(ValidationError):
        Subject(kind="audit", count=-1)


@pytest.mark.parametrize("name", ["action", "purpose"])
def test_every_word_of_the_closed_lists_is_told_in_japanese(name: str) -> None:
    assert list(getattr(words(), name)) == Use.model_json_schema()["properties"][name]["enum"]
