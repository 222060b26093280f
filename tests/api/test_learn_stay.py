"""``enmusubi learn-stay`` from the command line: from files, from the service, and refused where it must be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from api.audit.tables import AuditRow
from api.cli import run
from api.clock import present
from api.outcomes.tables import OutcomeRow
from api.storage.database import reading, writing
from api.storage.stored_records import load_records_into
from features.json_files.record_files import dump_records
from features.staying.model_files import load_stay_model
from features.staying.outcome_files import Outcome, OutcomeFile
from features.staying.report import REPEATS
from tests.features.staying.office import office_outcomes, office_records


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    (folder / "records.json").write_text(dump_records(office_records()), encoding="utf-8")
    for name, outcomes in (("outcomes", office_outcomes()), ("few", office_outcomes()[:8])):
        text = OutcomeFile(outcomes=outcomes).model_dump_json(exclude_defaults=True)
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def _asked(files: Path, *more: str, outcomes: str = "outcomes") -> list[str]:
    records = str(files / "records.json")
    paths = ["--applicants", records, "--postings", records, "--outcomes", str(files / f"{outcomes}.json")]
    return ["learn-stay", *paths, "--on", "2026-11-25", *more]


def test_an_office_s_outcomes_become_a_model_in_a_file(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stay.json"
    assert run(_asked(files, "-o", str(out), "--json")) == 0
    told = json.loads(capsys.readouterr().out)

    assert told["provenance"]["operation"] == "learn-stay"
    assert set(told["provenance"]["inputs"]) == {"records", "outcomes"}
    assert json.loads(out.read_text(encoding="utf-8"))["provenance"] == told["provenance"]
    assert load_stay_model(out).terms == tuple(line["term"] for line in told["effects"])
    assert not any(one.applicant_id in out.read_text(encoding="utf-8") for one in office_outcomes())


def test_people_read_what_it_is_worth_and_are_warned(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(_asked(files)) == 0
    said = capsys.readouterr().out

    assert REPEATS[:12] in said
    assert all(words in said for words in ("着任の記録 72 件", "見込みの外れ", "まだ何も書いていません"))


def test_too_few_outcomes_are_one_line_that_says_how_many_are_needed(
    files: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "stay.json"
    assert run(_asked(files, "-o", str(out), outcomes="few")) == 2
    said = capsys.readouterr().err

    assert "of 8 placements a year is known" in said
    assert "record more outcomes first" in said
    assert said.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "expected --applicants, --postings and --outcomes, or --database"),
        (("--database", "--outcomes", "x.json"), "--database reads what is stored"),
        (("--database", "-o", "no/such/folder/stay.json"), "no/such/folder"),
    ],
)
def test_bad_usage_is_one_line_and_exit_2(
    options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = run(["learn-stay", *options])
    captured = capsys.readouterr()

    assert (status, captured.out, captured.err.count("\n")) == (2, "", 1)
    assert words in captured.err


def test_the_service_s_own_outcomes_teach_the_same_and_the_reading_is_on_record(
    files: Path,
    engine: Engine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    _store(engine)
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    assert run(_asked(files, "--json")) == 0
    from_files = json.loads(capsys.readouterr().out)
    assert run(["learn-stay", "--database", "--on", "2026-11-25", "--json"]) == 0
    stored = json.loads(capsys.readouterr().out)

    assert stored["effects"] == from_files["effects"]
    assert stored["left_out"] == {"nobody_asked": 1}
    with reading(engine) as session:
        entry = json.loads(session.exec(select(AuditRow.entry)).one())
    assert (entry["action"], entry["purpose"], entry["actor"]["role"]) == ("read", "follow_up", "local")
    assert entry["on"][0]["count"] == len(office_outcomes())


def _store(engine: Engine) -> None:
    """The office's records with accepted applications, and what was found of all but one of these."""
    records, told = office_records(), {(one.applicant_id, one.posting_id): one for one in office_outcomes()}
    of_pair = {(one.applicant_id, one.posting_id): one for one in records.applications}
    spare = next(pair for pair in of_pair if pair not in told)
    applications = [
        one.model_copy(update={"status": "accepted"}) if pair in told or pair == spare else one
        for pair, one in of_pair.items()
    ]
    with writing(engine) as session:
        load_records_into(session, records.model_copy(update={"applications": tuple(applications)}))
        session.add_all(_row(of_pair[pair].application_id, one) for pair, one in told.items())


def _row(application_id: str, told: Outcome) -> OutcomeRow:
    return OutcomeRow(
        id=application_id,
        application_id=application_id,
        months=12,
        number=1,
        state="there" if told.left_on is None else "left",
        exit_code=None if told.left_on is None else "host",
        found_on=told.there_on or told.last_known,
        left_on=told.left_on,
        started_on=told.started_on,
        role="local",
        recorded_at=present(),
    )
