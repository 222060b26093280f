"""Stored lists: the rows of the files, whole or not at all, and gone with the people they name."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session
from sqlmodel import select as select_rows

from api.accounts.reach import PUBLISHED, Reach
from api.accounts.restricted_session import restrict
from api.accounts.tables import AccountRow
from api.audit.entry import LOCAL
from api.audit.tables import AuditRow
from api.backup.restoring import restore
from api.backup.saving import save
from api.clock import present
from api.conflicts.tables import ConflictRow
from api.engines.errors import EngineError
from api.http.errors import ChangedError
from api.listings.copying import copy_rows
from api.listings.forgetting import forget_listed
from api.listings.storing import files_of_lists, store_lists
from api.listings.tables import ListedCandidateRow, ListedPlaceRow, ListedUnorderedRow, ListingRow
from api.own_data.collecting import own_data
from api.own_data.erasing import erase_people
from api.own_data.restricting import restrict_use
from api.retention.purging import due_on, purge
from api.retention.rules import retention_rules
from api.retention.terms import day_of
from api.storage.database import database_engine, loading, reading, take_write_lock, writing
from api.storage.errors import ListingError
from api.storage.record_kinds import APPLICANTS, APPLICATIONS, POSTINGS
from api.storage.stored_records import add, read, records_revision, remove, replace
from api.storage.tables import ApplicantRow, Row
from features.partitions.applicant_files import digest_of_file
from features.records import Applicant, Application, Consent
from tests.api.conftest import DATABASES, EmptyDatabase
from tests.api.listings.conftest import Rank, numbers, stored_rows
from tests.features.small_market import ON


def _body(tmp_path: Path) -> dict[str, object]:
    body: dict[str, object] = json.loads((tmp_path / "out" / "lists.json").read_text(encoding="utf-8"))
    return body


def _in_files(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    places = pl.concat([pl.read_parquet(path) for path in sorted((folder / "places").iterdir())])
    frames = {
        "candidates": pl.read_parquet(folder / "candidates.parquet"),
        "places": places,
        "unordered": pl.read_parquet(folder / "unordered.parquet"),
    }
    tables = {"candidates": "listedcandidate", "places": "listedplace", "unordered": "listedunordered"}
    columns = {
        name: [column.name for column in Row.metadata.tables[table].columns if column.name != "listing"]
        for name, table in tables.items()
    }
    return {name: sorted(frame.select(columns[name]).rows()) for name, frame in frames.items()}


def _named(rows: dict[str, list[tuple[object, ...]]], applicant_id: str) -> list[str]:
    return [name for name, several in rows.items() if any(applicant_id in row for row in several)]


def test_the_stored_lists_are_those_of_the_files_row_by_row(kept: Engine, tmp_path: Path) -> None:
    found = stored_rows(kept)

    assert found == _in_files(tmp_path / "out")
    assert all(found.values())
    with reading(kept) as session:
        (listing,) = session.exec(select_rows(ListingRow)).all()
        assert listing.digest == digest_of_file(tmp_path / "out" / "lists.json")
        assert listing.body == (tmp_path / "out" / "lists.json").read_text(encoding="utf-8")
        assert listing.revision == records_revision(session)
        (entry,) = session.exec(select_rows(AuditRow.entry).order_by(AuditRow.sequence).offset(2)).all()
    told = json.loads(entry)
    assert (told["action"], told["outputs"]) == ("created", {"lists": listing.digest})
    assert told["on"] == [{"kind": "listing", "ids": [str(listing.id)], "count": 1}]


def test_the_next_run_takes_the_place_of_the_last(kept: Engine, rank: Rank, tmp_path: Path) -> None:
    with reading(kept) as session:
        before = numbers(session)
    with writing(kept) as session:
        erase_people(session, ["a001"])
    assert rank("--to-database") == 0

    with reading(kept) as session:
        after = numbers(session)
    assert (len(before), len(after)) == (1, 1) and before != after
    assert stored_rows(kept) == _in_files(tmp_path / "out")


_STORES_AND_DIES = """
import json, os, sys
from pathlib import Path
from api.clock import present
from api.storage.database import database_engine
from api.listings.storing import store_lists
url, folder = sys.argv[1], Path(sys.argv[2])
body = json.loads((folder / "lists.json").read_text("utf-8"))
for line in sys.stdin:
    seen = []
    def told(name):
        seen.append(name)
        if len(seen) == int(line):
            os._exit(9)
    if not (process := os.fork()):
        store_lists(database_engine(url), folder, body, revision=0, now=present(), told=told)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


def test_a_process_killed_in_the_middle_leaves_what_was_there(kept: Engine, database_url: str, tmp_path: Path) -> None:
    before, out = stored_rows(kept), tmp_path / "out"
    with reading(kept) as session:
        was = numbers(session)
    arguments = [sys.executable, "-c", _STORES_AND_DIES, database_url, str(out)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        for after in (1, 4):
            process.stdin.write(f"{after}\n")
            process.stdin.flush()

            assert process.stdout.readline() == "9\n"
            with reading(kept) as session:
                assert numbers(session) == was
            assert stored_rows(kept) == before
    store_lists(kept, out, _body(tmp_path), revision=1, now=present())
    assert stored_rows(kept) == before


def test_rows_the_database_refuses_leave_what_was_there(
    kept: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stored_rows(kept)

    def broken(*_arguments: object) -> None:
        raise ListingError("x")

    names: list[str] = []
    monkeypatch.setattr("api.listings.storing.take_write_lock", broken)
    with pytest.raises(ListingError):
        store_lists(kept, tmp_path / "out", _body(tmp_path), revision=1, now=present(), told=names.append)
    assert names == files_of_lists(_body(tmp_path))
    assert stored_rows(kept) == before


def test_a_file_that_another_run_wrote_over_is_not_stored(kept: Engine, tmp_path: Path) -> None:
    before, path = stored_rows(kept), sorted((tmp_path / "out" / "places").iterdir())[1]
    path.write_bytes(path.read_bytes() + b"x")

    with pytest.raises(EngineError, match=r"^places/part-000001\.parquet was changed by another run meanwhile"):
        store_lists(kept, tmp_path / "out", _body(tmp_path), revision=1, now=present())
    assert stored_rows(kept) == before


def _three_go(engine: Engine) -> None:
    with writing(engine) as session:
        erase_people(session, ["a001"])
        add(session, APPLICANTS, Applicant(applicant_id="a001", programs=()))  # another person has the id now
        restrict_use(session, "a002", document=None, by="x", now=present())
        remove(session, APPLICANTS, "a003")


def _verify_three_are_gone(engine: Engine, folder: Path) -> None:
    found, in_files, gone = stored_rows(engine), _in_files(folder), {"a001", "a002", "a003"}
    assert all(_named(in_files, an_id) for an_id in gone)
    assert found == {name: [row for row in rows if not gone & set(row)] for name, rows in in_files.items()}


def test_lists_of_an_earlier_state_do_not_replace_those_of_a_later_one(kept: Engine, tmp_path: Path) -> None:
    store_lists(kept, tmp_path / "out", _body(tmp_path), revision=5, now=present())
    before = stored_rows(kept)

    with pytest.raises(ListingError, match=r"stand \(revision 5, these are of 2\); nothing is stored$"):
        store_lists(kept, tmp_path / "out", _body(tmp_path), revision=2, now=present())
    assert stored_rows(kept) == before


def test_who_goes_between_reading_and_storing_is_in_no_stored_list(kept: Engine, tmp_path: Path) -> None:
    with reading(kept) as session:
        revision = records_revision(session)
    _three_go(kept)
    stored = store_lists(kept, tmp_path / "out", _body(tmp_path), revision=revision, now=present())

    assert stored.n_gone == 3
    _verify_three_are_gone(kept, tmp_path / "out")


def test_who_goes_while_the_rows_come_in_is_in_no_stored_list(
    kept: Engine, rank: Rank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if kept.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer: who goes, goes before the rows come in or after")

    def late(session: Session) -> None:
        _three_go(kept)
        take_write_lock(session)

    monkeypatch.setattr("api.listings.storing.take_write_lock", late)
    assert rank("--to-database") == 0
    assert "消去または利用停止になった 3 人は、データベースの一覧にはいません。" in capsys.readouterr().err
    _verify_three_are_gone(kept, tmp_path / "out")


def test_stored_lists_lose_a_person_who_is_erased_removed_or_stopped(kept: Engine) -> None:
    before = stored_rows(kept)
    with writing(kept) as session:
        erase_people(session, ["a001"])
        remove(session, APPLICANTS, "a002")
        restrict_use(session, "a003", document=None, by="x", now=present())
    after = stored_rows(kept)

    gone = {"a001", "a002", "a003"}
    assert all(_named(before, an_id) for an_id in gone)
    assert after == {name: [row for row in rows if not gone & set(row)] for name, rows in before.items()}


def _say_no_order(engine: Engine, applicant_id: str) -> None:
    with writing(engine) as session:
        person = read(session, APPLICANTS, applicant_id)
        consent = Consent(automated_order=False)
        replace(session, APPLICANTS, applicant_id, person.model_copy(update={"consent": consent}))


def _without_order(rows: dict[str, list[tuple[object, ...]]], an_id: str) -> dict[str, list[tuple[object, ...]]]:
    candidates = [row for row in rows["candidates"] if an_id not in row]
    assert len(candidates) < len(rows["candidates"])
    return rows | {"candidates": candidates, "unordered": sorted([*rows["unordered"], (an_id,)])}


def test_who_wants_no_order_leaves_the_stored_order_at_once_and_keeps_the_own_places(kept: Engine) -> None:
    before = stored_rows(kept)
    for _ in range(2):  # said again it changes nothing
        _say_no_order(kept, "a001")

        assert stored_rows(kept) == _without_order(before, "a001")


def test_who_wants_no_order_between_reading_and_storing_stands_in_none(kept: Engine, tmp_path: Path) -> None:
    with reading(kept) as session:
        revision = records_revision(session)
    _say_no_order(kept, "a001")
    stored = store_lists(kept, tmp_path / "out", _body(tmp_path), revision=revision, now=present())

    assert stored.n_gone == 0
    assert stored_rows(kept) == _without_order(_in_files(tmp_path / "out"), "a001")


def test_a_stopped_person_who_wants_no_order_is_in_no_stored_list(kept: Engine) -> None:
    with writing(kept) as session:
        restrict_use(session, "a001", document=None, by="x", now=present())
    _say_no_order(kept, "a001")

    assert not _named(stored_rows(kept), "a001")


def test_a_declared_conflict_closes_the_list_of_its_posting_and_no_other(kept: Engine) -> None:
    with writing(kept) as session:
        session.add(AccountRow(id="s", sign_in_name="s", display_name="s", role="x", state="x", created_at=present()))
        session.flush()
        add(session, APPLICATIONS, Application(application_id="x", applicant_id="a001", posting_id="p4"))
        session.add(ConflictRow(id="k", account_id="s", posting_id="p0", kind="kin", declared_at=present()))
    reach = Reach(municipalities=frozenset({"01468"}), conflicts_of="s")
    with reading(kept) as session:
        restrict(session, reach)
        found = {(one.posting_id, one.applicant_id) for one in session.exec(select_rows(ListedCandidateRow))}

    assert found == {("p4", "a001")}


def test_stored_lists_lose_a_posting_that_is_removed(kept: Engine) -> None:
    before = stored_rows(kept)
    with writing(kept) as session:
        remove(session, POSTINGS, "p0")

    assert _named(before, "p0") == ["candidates", "places"]
    assert stored_rows(kept) == {name: [row for row in rows if "p0" not in row] for name, rows in before.items()}


@pytest.mark.parametrize(
    ("table", "column"),
    [(table, column) for table in ("listedplace", "listedcandidate") for column in ("applicant_id", "posting_id")],
)
def test_rows_of_a_person_or_a_posting_are_found_without_reading_the_others(
    kept: Engine, table: str, column: str
) -> None:
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[kept.dialect.name]
    with kept.connect() as connection:
        if kept.dialect.name == "postgresql":
            connection.execute(text("ANALYZE"))
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # a table of a page or two is read whole
        wanted = text(f"{explain} DELETE FROM {table} WHERE {column} = 'x'")
        plan = "\n".join(str(row[-1]) for row in connection.execute(wanted))
    index = f"pk_{table}" if kept.dialect.name == "postgresql" else f"sqlite_autoindex_{table}_1"
    owner = {"listedplace": "applicant_id", "listedcandidate": "posting_id"}[table]
    index = index if column == owner else f"ix_{table}_{column}"

    assert index in plan
    assert f"({column}=?" in plan or f"Index Cond: (({column})::text = 'x'::text)" in plan


def test_a_removal_that_is_taken_back_takes_no_row_away(kept: Engine) -> None:
    before = stored_rows(kept)
    with pytest.raises(ChangedError), writing(kept) as session:
        remove(session, POSTINGS, "p0", expected=['"another"'])

    assert stored_rows(kept) == before


def test_a_posting_removed_between_reading_and_storing_is_in_no_stored_list(kept: Engine, tmp_path: Path) -> None:
    with writing(kept) as session:
        revision = records_revision(session)
        p0, p1 = (read(session, POSTINGS, an_id) for an_id in ("p0", "p1"))
        remove(session, POSTINGS, "p0")
        add(session, POSTINGS, p0)  # another posting has the id now
        replace(session, POSTINGS, "p1", p1.model_copy(update={"title": "x"}))
        remove(session, POSTINGS, "p2")
    store_lists(kept, tmp_path / "out", _body(tmp_path), revision=revision, now=present())

    found, in_files, gone = stored_rows(kept), _in_files(tmp_path / "out"), {"p0", "p2"}
    assert all(_named(in_files, an_id) for an_id in (*gone, "p1"))
    assert found == {name: [row for row in rows if not gone & set(row)] for name, rows in in_files.items()}


def test_a_person_is_told_the_own_places_and_of_no_list_of_candidates(kept: Engine) -> None:
    with reading(kept) as session:
        found = own_data(session, "a001", retention_rules(), on=ON, now=present())
    sections = {section.name: section.rows for section in found.sections}

    own = [row for row in stored_rows(kept)["places"] if row[0] == "a001"]
    assert [(row["place"], row["posting_id"], row["score"]) for row in sections["listedplace"]] == [
        one[1:] for one in own
    ]
    assert own and "listedcandidate" not in sections
    assert all("listing" not in row for row in sections["listedplace"])


def test_a_list_is_seen_by_whom_it_is_for(kept: Engine) -> None:
    with writing(kept) as session:
        add(session, APPLICATIONS, Application(application_id="x", applicant_id="a001", posting_id="p0"))

    def seen(reach: Reach) -> dict[str, set[tuple[str, ...]]]:
        with reading(kept) as session:
            restrict(session, reach)
            return {
                "candidates": {
                    (one.posting_id, one.applicant_id) for one in session.exec(select_rows(ListedCandidateRow))
                },
                "places": {(one.applicant_id,) for one in session.exec(select_rows(ListedPlaceRow))},
                "unordered": {(one.applicant_id,) for one in session.exec(select_rows(ListedUnorderedRow))},
            }

    nothing: dict[str, set[tuple[str, ...]]] = {"candidates": set(), "places": set(), "unordered": set()}
    assert seen(PUBLISHED) == nothing
    assert seen(Reach(applicant_id="a001")) == nothing | {"places": {("a001",)}}
    # p0 and p4 are this town's; of the people only who applied there is within its reach
    assert seen(Reach(municipalities=frozenset({"01468"}))) == nothing | {
        "candidates": {("p0", "a001"), ("p4", "a001")}
    }
    assert seen(Reach(municipalities=frozenset({"20304"}))) == nothing
    assert seen(Reach(municipalities=frozenset())) == nothing


def test_lists_go_after_their_days_with_a_certificate(kept: Engine) -> None:
    rules = retention_rules()
    with reading(kept) as session:
        (number,) = numbers(session)
        today = day_of(session.exec(select_rows(ListingRow.made_at)).one())
    assert "listing" not in {
        name for name, due in due_on(kept, rules, on=today + timedelta(days=89)).items() if due.ids
    }
    later = today + timedelta(days=92)
    assert due_on(kept, rules, on=later)["listing"].ids == (str(number),)
    done = purge(kept, rules, on=later, actor=LOCAL, now=present())

    assert [(one.class_name, one.count) for one in done if one.class_name == "listing"] == [("listing", 1)]
    assert not any(stored_rows(kept).values())
    with reading(kept) as session:
        assert numbers(session) == []
        assert session.exec(select_rows(ApplicantRow.id)).first() is not None


@pytest.mark.parametrize("other", DATABASES)
def test_a_backup_holds_the_lists_and_restores_them(
    kept: Engine, other: str, empty_database: EmptyDatabase, tmp_path: Path
) -> None:
    manifest = save(kept, tmp_path / "a.backup")
    assert manifest.tables["listedplace"].rows == len(stored_rows(kept)["places"])
    target = database_engine(empty_database(other))
    restore(target, tmp_path / "a.backup")
    found = stored_rows(target)
    target.dispose()

    assert found == stored_rows(kept)


def test_others_write_while_the_rows_come_in(kept: Engine, tmp_path: Path) -> None:
    if kept.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer")
    names: list[str] = []

    def told(name: str) -> None:
        names.append(name)
        with writing(kept) as session:
            add(session, APPLICANTS, Applicant(applicant_id=f"new-{len(names)}", programs=()))
            forget_listed(session.connection(), ["a005"])  # of the lists that stand: no row is waited for

    before = stored_rows(kept)
    store_lists(kept, tmp_path / "out", _body(tmp_path), revision=9, now=present(), told=told)
    assert len(names) == len(files_of_lists(_body(tmp_path))) > 2
    assert stored_rows(kept) == before


def test_any_id_and_any_score_comes_back_as_it_was(engine: Engine) -> None:
    ids = ["a,b", 'say "x"', "\\.", " sp ", "é", "髙𠮷", "\\N", "N'; --", "%s", "?"]
    scores = [0.1 + 0.2, 5e-324, 1.0, 2**-52, 0.0, -1 / 3, 1e300, 123456.789, 1e-7, 0.7]
    frame = pl.DataFrame({"posting_id": ids, "applicant_id": ids[::-1], "score": scores, "place": range(1, 11)})
    with loading(engine) as session:
        table = Row.metadata.tables["listedcandidate"]
        rows = frame.with_columns(pl.col("place").cast(pl.Int32), listing=pl.lit(2**62 - 1, pl.Int64))
        copy_rows(session.connection(), table, rows)
    found = stored_rows(engine)["candidates"]

    assert found == sorted(zip(ids, range(1, 11), ids[::-1], scores, strict=True))


def test_a_row_that_is_refused_is_not_quoted(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite quotes no row")
    frame = pl.DataFrame({"applicant_id": ["secret", "secret"], "listing": [1, 1]})

    with (
        pytest.raises(ListingError, match=r"^the lists could not be stored \(duplicate key value violates") as caught,
        loading(engine) as session,
    ):
        copy_rows(session.connection(), Row.metadata.tables["listedunordered"], frame)
    assert "secret" not in str(caught.value)
