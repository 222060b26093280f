"""``enmusubi rank --from-database``: the same lists as from files, from one state, on record and in bounded memory."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import Engine
from sqlmodel import select

from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.cli import run
from api.clock import present
from api.listings.register import applicants_in_use, count_in_use, open_postings
from api.own_data.erasing import erase_people
from api.own_data.restricting import end_restriction, restrict_use
from api.own_data.uses import uses_of
from api.storage.database import reading, writing
from api.storage.record_kinds import APPLICANTS, APPLICATIONS
from api.storage.stored_records import add, load_records_into
from api.storage.tables import ApplicantRow
from features.json_files.record_files import dump_records
from features.partitions.partition import open_partition
from features.records import Applicant, Application, Records
from tests.api.engines.conftest import lists_in
from tests.api.listings.conftest import LENGTHS, N, Rank
from tests.features.partitions.people import calls, people
from tests.features.small_market import ON


def _people_listed(folder: Path) -> list[str]:
    return [
        one.applicant_id
        for path in sorted((folder / "applicants").iterdir())
        for one in open_partition(path).applicants()
    ]


def _entries(engine: Engine) -> list[dict[str, object]]:
    with reading(engine) as session:
        return [json.loads(text) for text in session.exec(select(AuditRow.entry).order_by(AuditRow.sequence)).all()]


def test_every_file_is_that_of_the_same_people_and_open_calls_in_files(
    office: Engine, rank: Rank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert rank() == 0
    assert f"登録者 {N} 人の一覧を" in capsys.readouterr().out
    given = tmp_path / "people.json", tmp_path / "calls.json"
    given[0].write_text(dump_records(Records(applicants=people(N))), encoding="utf-8")
    open_calls = tuple(call for call in calls() if call.state == "open")
    given[1].write_text(dump_records(Records(postings=open_calls)), encoding="utf-8")
    files = "--applicants", str(given[0]), "--postings", str(given[1]), "--out", str(tmp_path / "oracle")
    assert run(["rank", *LENGTHS, *files]) == 0

    assert lists_in(tmp_path / "out") == lists_in(tmp_path / "oracle")
    assert len(open_calls) == len(calls()) - 1


def test_who_is_erased_or_stopped_is_in_no_file(office: Engine, rank: Rank, tmp_path: Path) -> None:
    with writing(office) as session:
        erase_people(session, ["a003"])
        restrict_use(session, "a004", document=None, by="x", now=present())
    assert rank() == 0

    assert _people_listed(tmp_path / "out") == [
        one.applicant_id for one in people(N) if one.applicant_id[1:] not in ("003", "004")
    ]
    assert not any(b"a004" in path.read_bytes() for path in (tmp_path / "out").rglob("*.parquet"))


def test_reading_sees_one_state_and_holds_few_people_at_once(office: Engine) -> None:
    more = tuple(one.model_copy(update={"applicant_id": f"b{one.applicant_id}"}) for one in people(2_000))
    with writing(office) as session:
        load_records_into(session, Records(applicants=more))
    seen, most = list[str](), 0
    with reading(office) as session:
        n_people = count_in_use(session)
        for one in applicants_in_use(session):
            if not seen:
                with writing(office) as other:
                    add(other, APPLICANTS, Applicant(applicant_id="z", programs=()))
                    erase_people(other, ["a010"])
            seen.append(one.applicant_id)
            most = max(most, sum(isinstance(row, ApplicantRow) for row in session.identity_map.values()))

    assert seen == sorted([one.applicant_id for one in (*people(N), *more)])
    assert len(seen) == n_people
    assert most <= 1_000


def test_calls_past_their_deadline_or_not_open_are_not_read(office: Engine) -> None:
    past = calls()[0].model_copy(update={"posting_id": "past", "deadline": ON.replace(day=ON.day - 1)})
    draft = calls()[0].model_copy(update={"posting_id": "draft", "state": "draft"})
    with writing(office) as session:
        load_records_into(session, Records(postings=(past, draft)))
    with reading(office) as session:
        found = [one.posting_id for one in open_postings(session, on=ON)]

    assert found == ["p0", "p1", "p2", "p4", "p5"]


def test_the_register_is_on_record_before_anybody_is_in_a_file(
    office: Engine, rank: Rank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "applicants")

    monkeypatch.setattr("api.commands.stored_register.cut_in_order", stop)
    assert rank() == 2

    found = _entries(office)
    assert [(entry["action"], entry["purpose"]) for entry in found] == [
        ("ranked", "selection"),
        ("recommended", "recommendation"),
    ]
    for entry in found:
        assert entry["on"] == [
            {"kind": "listing", "ids": ["register"], "count": N},
            {"kind": "posting", "ids": ["p0", "p1", "p2", "p4", "p5"], "count": 5},
        ]
    assert verify(office).finding is None
    assert not list(tmp_path.rglob("*.parquet"))


def test_each_who_was_listed_is_told_so_and_nobody_else(office: Engine, rank: Rank) -> None:
    with writing(office) as session:
        restrict_use(session, "a004", document=None, by="x", now=present())
    assert rank() == 0
    with writing(office) as session:
        end_restriction(session, "a004", by="x", now=present())
        add(session, APPLICANTS, Applicant(applicant_id="later", programs=()))
    with reading(office) as session:
        told = {
            an_id: [use.action for use in uses_of(session, an_id, before=None, limit=9).uses]
            for an_id in ("a003", "a004", "later")
        }

    assert told == {"a003": ["recommended", "ranked"], "a004": [], "later": []}


def test_applications_are_not_overlooked(office: Engine, rank: Rank, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(office) as session:
        add(session, APPLICATIONS, Application(application_id="x", applicant_id="a001", posting_id="p0"))

    assert rank() == 2
    assert capsys.readouterr().err.splitlines() == [
        "enmusubi: Invalid value: the database holds applications, and --engine lists everybody for every posting; "
        "say so with --everyone, or read each posting's own applicants in the service"
    ]
    assert _entries(office) == []
    assert rank("--everyone") == 0


def test_a_database_without_a_person_or_an_open_call_is_refused(
    engine: Engine, database_url: str, rank: Rank, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)

    assert rank("--to-database") == 2
    assert "the database has no applicant who may be listed, expected at least one" in capsys.readouterr().err
    with writing(engine) as session:
        load_records_into(session, Records(applicants=people(2), postings=(calls()[3],)))
    assert rank("--to-database") == 2
    assert "the database has no open posting on that day, expected at least one" in capsys.readouterr().err
    assert _entries(engine) == []


def test_a_database_that_is_not_there_is_refused_and_not_made(
    rank: Rank, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path}/other.db")

    assert rank() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "ENMUSUBI_DATABASE_URL: there is no file" in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--from-database", "--postings", "x"), "--from-database stands in place of --applicants and --postings"),
        (("--applicants", "x", "--postings", "x", "--to-database"), "say --from-database too"),
        (("--postings", "x"), "--applicants and --postings are needed, or --engine with --from-database"),
        (("--from-database",), "--everyone and --from-database belong to --engine, which is not given"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(
    options: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["rank", *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line


def test_places_that_are_held_are_known_to_a_round_whoever_holds_them(
    office: Engine, rank: Rank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with writing(office) as session:
        for who, where in (("a001", "p0"), ("a002", "p1")):
            an_id = f"x-{who}"
            add(
                session,
                APPLICATIONS,
                Application(application_id=an_id, applicant_id=who, posting_id=where, status="accepted"),
            )
        restrict_use(session, "a002", document="申出第3号", by="local", now=present())
    assert rank("--everyone") == 0
    said = json.loads((tmp_path / "out" / "lists.json").read_text(encoding="utf-8"))
    assert said["held"] == {"seats_taken": {"p0": 1, "p1": 1}, "households": 0}
    assert pl.read_parquet(tmp_path / "out" / "accepted.parquet")["applicant_id"].to_list() == ["a001"]

    assert run(["match", "--lists", str(tmp_path / "out"), "-o", str(tmp_path / "round")]) == 0
    assert "計算に入れなかった人: 1 人（すでに内定を承諾しています）" in capsys.readouterr().out
    seats = dict(pl.read_parquet(tmp_path / "round" / "seats.parquet").select("posting_id", "seats").rows())
    told = {call.posting_id: call.seats for call in calls()}
    assert {an_id: told[an_id] - seats[an_id] for an_id in ("p0", "p1")} == {"p0": 1, "p1": 1}
