"""A purge takes away what is due by the rules, no more and no less, one class after the other, and certifies it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import DateTime, Engine, insert, update
from sqlmodel import col, select

from api.accounts.tables import AccountRow, SignedInRow
from api.audit.entry import LOCAL
from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.cli import run
from api.clock import present
from api.decisions.tables import DecisionRow
from api.jobs.tables import JobEventRow, JobRow
from api.own_data.tables import ErasureRequestRow
from api.retention.certificates import certificate_text
from api.retention.due import DUE, ENDING, key_of
from api.retention.holds import held, lift_hold, place_hold
from api.retention.purging import Purged, due_on, purge
from api.retention.rules import RetentionError, retention_rules
from api.retention.tables import CertificateRow, RevisionMomentRow
from api.retention.timed import TimedRemoval
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.history import history_of
from api.storage.record_kinds import APPLICATIONS, POSTINGS
from api.storage.stored_records import load_records_into, read, read_records, replace
from api.storage.tables import ApplicationRow, RunRow
from features.records import Records
from tests.api.conftest import Json
from tests.api.kept_databases import KeptDatabases

RULES = retention_rules()
STORED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # fiscal year 2026 ends on 2027-03-31
LAST_NOT_PLACED, LAST_PLACED, LAST_IN_POOL = date(2028, 3, 31), date(2032, 3, 31), date(2027, 11, 23)


@pytest.fixture
def stored(engine: Engine, records: Json, kept_databases: KeptDatabases) -> Engine:
    """a1 was declined, a2 was placed, a3 never applied; all of it is of one day."""
    statuses = {"x1": "declined", "x2": "accepted"}
    applications = [one | {"status": statuses[one["application_id"]]} for one in records["applications"]]
    said = records | {"applications": applications}

    def store() -> None:
        with writing(engine) as session:
            load_records_into(session, Records.model_validate(said))
            session.exec(update(RevisionMomentRow).values(at=STORED))

    kept_databases.fill("of_one_day", engine, store, said=said)
    return engine


def _purge(engine: Engine, on: date) -> list[Purged]:
    return purge(engine, RULES, on=on, actor=LOCAL, now=datetime.now(UTC))


def _due(engine: Engine, on: date) -> dict[str, tuple[str, ...]]:
    return {name: one.ids for name, one in due_on(engine, RULES, on=on).items() if one.ids}


def _people(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [one.applicant_id for one in read_records(session).applicants]


def test_each_class_is_kept_to_its_last_day_and_goes_on_the_next(stored: Engine) -> None:
    day = timedelta(days=1)
    assert _due(stored, LAST_IN_POOL) == {}
    assert _due(stored, LAST_IN_POOL + day) == {"pool": ("a3",)}
    assert _due(stored, LAST_NOT_PLACED) == {"pool": ("a3",)}
    # who has no application left has been in no pool for long: the person goes with the last application
    assert _due(stored, LAST_NOT_PLACED + day) == {"not_placed": ("x1",), "pool": ("a1", "a3")}
    assert "placed" not in _due(stored, LAST_PLACED)
    assert _due(stored, LAST_PLACED + day)["placed"] == ("x2",)


def test_a_purge_does_what_the_dry_run_told_and_a_second_one_nothing(stored: Engine) -> None:
    on = LAST_NOT_PLACED + timedelta(days=1)
    told = _due(stored, on)
    assert _people(stored) == ["a1", "a2", "a3"]  # the dry run changed nothing
    done = _purge(stored, on)
    assert {one.class_name: one.count for one in done} == {name: len(ids) for name, ids in told.items()}
    assert _people(stored) == ["a2"]
    assert _purge(stored, on) == []
    assert verify(stored).finding is None


def test_a_certificate_is_held_by_the_log_and_names_nobody(stored: Engine) -> None:
    (one,) = _purge(stored, LAST_IN_POOL + timedelta(days=1))
    body = json.loads(one.body)
    assert one.digest == hashlib.sha256(one.body.encode()).hexdigest()
    assert (body["class"], body["rule"], body["on"]) == ("pool", "登録を最後に保存した日から12か月", "2027-11-24")
    assert body["removed"]["applicant"]["count"] == 1 and '"a3"' not in one.body
    with reading(stored) as session:
        entry = json.loads(session.exec(select(AuditRow.entry).order_by(col(AuditRow.sequence).desc())).first() or "")
        text = certificate_text(session.get_one(CertificateRow, one.number))
    assert (entry["action"], entry["purpose"], entry["outputs"]) == ("purged", "retention", {"certificate": one.digest})
    assert entry["on"] == [{"kind": "applicant", "ids": ["a3"], "count": 1}]
    assert "消去の証明　第1号" in text and one.digest in text


def test_a_purge_that_breaks_off_has_done_whole_classes_and_the_next_goes_on(
    stored: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = LAST_NOT_PLACED + timedelta(days=1)

    def break_off(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("api.retention.purging.erase_people", break_off)
        with pytest.raises(OSError, match="the disk is full"):
            _purge(stored, on)
    with reading(stored) as session:
        assert [row.class_name for row in session.exec(select(CertificateRow))] == ["not_placed"]
        assert session.get(ApplicationRow, "x1") is None
    assert [one.class_name for one in _purge(stored, on)] == ["pool"]
    assert _people(stored) == ["a2"]


@pytest.mark.parametrize(("setting", "left"), [("by_command", 3), ("daily", 0)])
def test_nothing_goes_by_itself_unless_the_setting_says_so(
    setting: str, left: int, stored: Engine, database_url: str
) -> None:
    settings = Settings(database_url=database_url, today=date(2040, 1, 1), purge=setting)  # type: ignore[arg-type]
    timed = TimedRemoval(stored, settings, clock=present)
    for look in timed.looks:
        look()
    assert len(_people(stored)) == left
    for look in timed.looks:  # once a day
        look()
    assert verify(stored).finding is None


def test_what_is_stored_again_is_renewed(stored: Engine) -> None:
    with writing(stored) as session:
        posting = read(session, POSTINGS, "p1")
        replace(session, POSTINGS, "p1", posting)
    assert _due(stored, LAST_IN_POOL + timedelta(days=1)) == {"pool": ("a3",)}


def test_the_persons_own_date_ends_the_pool_earlier(engine: Engine, records: Json) -> None:
    early = {**records["applicants"][2], "consent": {"expiry": "2027-01-31"}}
    with writing(engine) as session:
        load_records_into(session, Records.model_validate({"applicants": [early]}))
        session.exec(update(RevisionMomentRow).values(at=STORED))
    assert _due(engine, date(2027, 1, 31)) == {}
    assert _due(engine, date(2027, 2, 1)) == {"pool": ("a3",)}


def test_an_application_nobody_decided_ends_with_its_call(engine: Engine, records: Json) -> None:
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))  # p1 closes on 2026-12-20, p2 never
        session.exec(update(RevisionMomentRow).values(at=STORED))
    assert _due(engine, LAST_NOT_PLACED + timedelta(days=1))["not_placed"] == ("x1", "x2")
    with writing(engine) as session:
        posting = read(session, POSTINGS, "p1").model_copy(update={"deadline": None})
        replace(session, POSTINGS, "p1", posting)
    assert "not_placed" not in _due(engine, date(2040, 1, 1))


@pytest.mark.parametrize(
    ("kind", "an_id", "kept"),
    [
        ("applicant", "a1", {"a1"}),
        ("application", "x1", {"a1"}),
        ("posting", "p1", {"a1", "a2"}),
    ],
)
def test_a_block_keeps_what_it_names_with_what_belongs_to_it(
    kind: str, an_id: str, kept: set[str], stored: Engine
) -> None:
    with writing(stored) as session:
        hold_id = place_hold(session, kind, an_id, reason="訴訟第3号", by="local", now=STORED).id  # type: ignore[arg-type]
        assert held(session).applicants == kept
    later = date(2040, 1, 1)
    (first, *_) = _purge(stored, later)
    assert set(_people(stored)) == kept
    assert json.loads(first.body)["held"] >= 0
    with writing(stored) as session:
        lift_hold(session, hold_id, reason="終結", by="local", now=STORED)
    _purge(stored, later)
    assert _people(stored) == []


def test_an_erasure_that_waited_is_done_after_its_date(stored: Engine) -> None:
    with writing(stored) as session:
        session.add(ErasureRequestRow(applicant_id="a2", asked_at=STORED, asked_by="local", kept_until=LAST_PLACED))
    assert "asked" not in _due(stored, LAST_PLACED)
    assert "asked" in [one.class_name for one in _purge(stored, LAST_PLACED + timedelta(days=1))]
    assert "a2" not in _people(stored)


def test_what_records_said_goes_after_its_years_and_that_they_were_there_stays(stored: Engine) -> None:
    with writing(stored) as session:
        replace(session, POSTINGS, "p1", read(session, POSTINGS, "p1"))
    today = datetime.now(UTC).date()
    assert "history" not in _due(stored, today + timedelta(days=365 * 4))
    assert "history" in [one.class_name for one in _purge(stored, today + timedelta(days=365 * 6))]
    with reading(stored) as session:
        assert [row.record for row in history_of(session, POSTINGS, "p1")] == [None]


def test_runs_and_ended_sign_ins_go_too(stored: Engine) -> None:
    with writing(stored) as session:
        session.add(RunRow(id="r1", mechanism="m", status="done", created_at=STORED, digest="d", body="{}"))
        session.add(
            AccountRow(id="u1", sign_in_name="u", display_name="係", role="auditor", state="active", created_at=STORED)
        )
        session.flush()
        session.add(SignedInRow(digest="s", account_id="u1", started_at=STORED, seen_at=STORED, expires_at=STORED))
    assert _due(stored, date(2026, 11, 24)) == {}
    assert _due(stored, date(2026, 11, 25)) == {"sign_in": ("signedin s",)}
    assert "run" not in _due(stored, date(2032, 3, 31))
    done = {one.class_name: one for one in _purge(stored, date(2032, 4, 1))}
    assert {"run", "sign_in"} <= set(done)
    with reading(stored) as session:
        assert session.get(RunRow, "r1") is None and session.get(AccountRow, "u1") is not None
        entries = [json.loads(text) for text in session.exec(select(AuditRow.entry))]
    assert {"kind": "account", "ids": [], "count": 1} in [one for entry in entries for one in entry["on"]]


def test_every_class_of_the_rules_is_purged_or_says_by_whom() -> None:
    assert set(RULES) == set(DUE) - {"asked"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[nobody]\n", "class nobody, expected one of not_placed, placed"),
        ('[pool]\nlabel="x"\nfrom="day"\nended="x"\nsource="x"\n', "expected years, months or days"),
        ('[pool]\nlabel="x"\nfrom="week"\nended="x"\nsource="x"\ndays=1\n', "pool: "),
        ("days = [", "cannot be read as retention rules"),
    ],
)
def test_a_file_of_rules_that_is_not_whole_is_refused(text: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RetentionError, match=fault):
        retention_rules(path)


def test_the_command_purges_by_the_offices_own_rules(
    stored: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ours = tmp_path / "ours.toml"
    ours.write_text(
        '[pool]\nlabel = "登録"\nfrom = "day"\nended = "登録した日"\nsource = "町の規程第3条"\ndays = 0\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    monkeypatch.setenv("ENMUSUBI_RETENTION_FILE", str(ours))
    with writing(stored) as session:
        session.exec(update(RevisionMomentRow).values(at=datetime.now(UTC) - timedelta(days=3)))
    assert run(["purge", "--dry-run", "--json"]) == 0
    due = json.loads(capsys.readouterr().out)["due"]
    assert due["pool"]["ids"] == ["a3"]
    assert run(["purge", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["certificate"]["source"] for one in told["certificates"]] == ["町の規程第3条"]
    assert run(["purge", "--certificate", "1"]) == 0
    assert "町の規程第3条" in capsys.readouterr().out
    assert run(["purge"]) == 0
    assert "期限を過ぎたものはありません" in capsys.readouterr().out


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_refuses_a_day_to_come_and_an_unknown_certificate(
    stored: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    assert run(["purge", "--on", "2099-01-01"]) == 2
    assert "expected a day up to today" in capsys.readouterr().err
    assert run(["purge", "--certificate", "9"]) == 2
    assert "no certificate has the id 9" in capsys.readouterr().err
    assert run(["purge", "--dry-run", "--on", "2099-01-01"]) == 0
    assert "まだ何も消していません" in capsys.readouterr().out


def test_an_application_of_a_placed_person_elsewhere_goes_on_its_own_date(engine: Engine, records: Json) -> None:
    other = {"application_id": "x3", "applicant_id": "a2", "posting_id": "p2", "status": "withdrawn"}
    placed = [records["applications"][1] | {"status": "accepted"}, other]
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records | {"applications": placed}))
        session.exec(update(RevisionMomentRow).values(at=STORED))
    _purge(engine, LAST_NOT_PLACED + timedelta(days=1))
    with reading(engine) as session:
        assert [one.application_id for one in read_records(session).applications] == ["x2"]
        assert read(session, APPLICATIONS, "x2").status == "accepted"
    assert _people(engine) == ["a2"]


def test_of_every_table_whose_rows_end_by_themselves_the_ended_row_goes(stored: Engine) -> None:
    with writing(stored) as session:
        session.add(
            AccountRow(id="u1", sign_in_name="u", display_name="係", role="auditor", state="active", created_at=STORED)
        )
        session.flush()
        for table in ENDING:
            row = {column.name: _any(column, table.name) for column in table.columns if not column.nullable}
            session.connection().execute(insert(table).values({**row, ENDING[table]: STORED}))
    due = _due(stored, date(2026, 11, 25))["sign_in"]
    assert {name.split(" ")[0] for name in due} == {table.name for table in ENDING}
    assert [one.count for one in _purge(stored, date(2026, 11, 25))] == [len(ENDING)]
    with reading(stored) as session:
        assert [session.connection().execute(select(key_of(table))).all() for table in ENDING] == [[]] * len(ENDING)


def _any(column: Any, table: str) -> object:
    if column.name == "account_id":
        return "u1"
    if isinstance(getattr(column.type, "impl", column.type), DateTime):
        return STORED
    return {str: "s", int: 1, dict: {}, list: []}.get(_python_type(column), f"k {table}"[:20])


def _python_type(column: Any) -> type:
    try:
        found: type = getattr(column.type, "impl", column.type).python_type
    except NotImplementedError:
        return dict
    return found


def test_a_run_goes_with_its_jobs_and_a_round_in_vain_goes_too(stored: Engine) -> None:
    def job(an_id: str, kind: str, run_id: str | None = None) -> JobRow:
        row = JobRow(id=an_id, kind=kind, request={}, state="done", asked_by="u1", asked_as="auditor", asked_at=STORED)
        row.ended_at, row.request = STORED, {} if run_id is None else {"run_id": run_id}
        return row

    with writing(stored) as session:
        session.add(RunRow(id="r1", mechanism="m", status="done", created_at=STORED, digest="d", body="{}"))
        session.add_all([job("r1", "run"), job("v1", "verification", run_id="r1"), job("r2", "run")])
        session.add_all([job("i1", "import_preview"), job("v2", "verification", run_id="r9")])
        session.flush()
        session.add(JobEventRow(job_id="r1", number=1, moment=STORED, stage="queued", words="待っています"))
    assert _due(stored, date(2032, 4, 1))["run"] == ("r1", "r2")
    _purge(stored, date(2032, 4, 1))
    with reading(stored) as session:
        assert sorted(session.exec(select(JobRow.id))) == ["i1", "v2"]
        assert session.exec(select(JobEventRow)).all() == []


@pytest.mark.parametrize(("an_id", "class_name"), [("x1", "not_placed"), ("x2", "placed")])
def test_no_later_edit_prolongs_what_is_over(an_id: str, class_name: str, stored: Engine) -> None:
    due = (LAST_NOT_PLACED if class_name == "not_placed" else LAST_PLACED) + timedelta(days=1)
    with writing(stored) as session:
        replace(session, APPLICATIONS, an_id, read(session, APPLICATIONS, an_id).model_copy(update={"wish_rank": 3}))
        late = col(RevisionMomentRow.number) > 1
        session.exec(update(RevisionMomentRow).where(late).values(at=datetime(2031, 12, 1, tzinfo=UTC)))
    assert an_id in _due(stored, due)[class_name]


def test_the_decision_that_ended_an_application_begins_its_term_and_a_correction_of_its_words_does_not(
    stored: Engine,
) -> None:
    def step(number: int, state: str, at: datetime, corrects: str | None = None) -> DecisionRow:
        return DecisionRow(
            id=f"d{number}",
            application_id="x1",
            number=number,
            from_state="offered",
            state=state,
            role="local",
            decided_at=at,
            corrects=corrects,
        )

    with writing(stored) as session:
        session.add(step(1, "declined", datetime(2027, 3, 31, 14, 59, tzinfo=UTC)))  # 23:59 in Japan
        session.add(step(2, "withdrawn", datetime(2028, 5, 1, tzinfo=UTC)))
        session.add(step(3, "declined", datetime(2029, 5, 1, tzinfo=UTC), corrects="d2"))
    assert "x1" not in _due(stored, date(2028, 3, 31)).get("not_placed", ())
    assert _due(stored, date(2028, 4, 1))["not_placed"] == ("x1",)


def test_an_edit_of_a_closed_call_prolongs_none_of_its_applications(engine: Engine, records: Json) -> None:
    with writing(engine) as session:
        load_records_into(session, Records.model_validate(records))
        call = read(session, POSTINGS, "p1").model_copy(update={"deadline": None, "state": "closed"})
        closed = replace(session, POSTINGS, "p1", call)
        session.exec(update(RevisionMomentRow).values(at=STORED))
        replace(session, POSTINGS, "p1", closed.model_copy(update={"title": "林業"}))
        session.exec(
            update(RevisionMomentRow)
            .where(col(RevisionMomentRow.number) > 2)
            .values(at=datetime(2029, 1, 1, tzinfo=UTC))
        )
    assert _due(engine, LAST_NOT_PLACED + timedelta(days=1))["not_placed"] == ("x1", "x2")
