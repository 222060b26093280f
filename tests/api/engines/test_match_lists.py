"""``enmusubi match --lists``: what it writes and says, and what it refuses to read."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import polars as pl
import pytest

from api.cli import run
from features.json_files.record_files import dump_records, load_records
from features.records import Application, Records
from tests.api.engines.conftest import N, Register, lists_in
from tests.features.small_market import ON

UNORDERED = 5
SMALL = Path(__file__).parents[3] / "fixtures" / "small"


@pytest.fixture
def lists(register: Register, tmp_path: Path) -> Path:
    """A folder as a run of ``rank --engine`` leaves it."""
    folder = tmp_path / "lists"
    shutil.copytree(register.partitions[0].parent.parent / "out", folder)
    shutil.copy(register.postings, folder / "postings.json")
    return folder


def _match(lists: Path, out: Path, *more: str) -> int:
    return run(["match", "--lists", str(lists), "-o", str(out), "--seed", "7", *more])


def test_placements_seats_and_record_are_written_and_told(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _match(lists, tmp_path / "round") == 0
    told = capsys.readouterr().out
    placements = pl.read_parquet(tmp_path / "round" / "placements.parquet")
    seats = pl.read_parquet(tmp_path / "round" / "seats.parquet")
    record = json.loads((tmp_path / "round" / "run.json").read_text(encoding="utf-8"))

    assert placements.height == N - UNORDERED == record["report"]["people"]
    counted = placements.drop_nulls("posting_id").group_by("posting_id").len()
    assert dict(counted.rows()) == dict(seats.filter(pl.col("placed") > 0).select("posting_id", "placed").rows())
    assert (seats["placed"] <= seats["seats"]).all()
    assert f"加わった人 {N - UNORDERED} 人" in told
    assert "一覧にある組だけを調べました）: なし（一覧にある組の中では安定）" in told
    assert f"一覧が途中で切れているかもしれない人: {record['report']['cut_lists']} 人" in told
    assert f"一覧は {ON.isoformat()} のものです。その後の内定の承諾・辞退、応募の取下げ、消去、利用の停止、" in told
    assert f"計算に入れなかった人: {UNORDERED} 人（自動の順位づけを希望しません）" in told


def test_the_record_names_nobody_and_the_files_are_their_owners_alone(lists: Path, tmp_path: Path) -> None:
    out = tmp_path / "round"
    assert _match(lists, out) == 0

    text = (out / "run.json").read_text(encoding="utf-8")
    assert [
        an_id for an_id in pl.read_parquet(out / "placements.parquet")["applicant_id"] if f'"{an_id}"' in text
    ] == []
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.glob("*.parquet")} == {0o600}


@pytest.mark.parametrize("mechanism", ["deferred-acceptance", "optimal-assignment"])
def test_the_same_lists_and_seed_give_the_same_bytes(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], mechanism: str
) -> None:
    assert _match(lists, tmp_path / "one", "--mechanism", mechanism, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert _match(lists, tmp_path / "other", "--mechanism", mechanism) == 0

    assert lists_in(tmp_path / "one") == lists_in(tmp_path / "other")
    found = lists_in(tmp_path / "one")
    assert record["files"] == {name: found[name] for name in ("placements.parquet", "seats.parquet")}


@pytest.mark.parametrize(
    "name", ["places/part-000001.parquet", "priorities/part-000002.parquet", "everybody/part-000000.parquet"]
)
def test_a_file_that_was_changed_or_is_of_another_run_is_refused_by_name(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    content = (lists / name).read_bytes()
    (lists / name).write_bytes(content[:-20] + bytes([content[-20] ^ 1]) + content[-19:])
    assert _match(lists, tmp_path / "round") == 2
    assert f"{name} is damaged or of another run than lists.json; run rank --engine again" in capsys.readouterr().err

    shutil.copy(next(path for path in (lists / name).parent.iterdir() if path.name != Path(name).name), lists / name)
    assert _match(lists, tmp_path / "round") == 2
    assert f"{name} is damaged or of another run" in capsys.readouterr().err

    (lists / name).unlink()
    assert _match(lists, tmp_path / "round") == 2
    assert f"{name} is missing; run rank --engine again" in capsys.readouterr().err
    assert not (tmp_path / "round").exists()


def test_postings_with_other_seats_than_those_listed_are_refused(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists / "postings.json"
    path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")

    assert _match(lists, tmp_path / "round") == 2
    assert "postings.json is damaged or of another run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "has no lists.json, expected a folder that a run of rank --engine ended in"),
        ("{", "lists.json is not JSON"),
        ("{}", "lists.json has version 1, expected 2; run rank --engine again"),
        ("[]", "lists.json has version None, expected 2"),
        ('{"version": 2}', "lists.json is not as a run wrote it; run rank --engine again"),
        ("[" * 100_000, "lists.json is not JSON"),
    ],
)
def test_a_folder_that_is_no_run_or_an_older_one_is_refused(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, message: str
) -> None:
    (lists / "lists.json").unlink()
    if text is not None:
        (lists / "lists.json").write_text(text, encoding="utf-8")

    assert _match(lists, tmp_path / "round") == 2
    assert message in capsys.readouterr().err


def test_a_changed_digit_of_what_the_run_said_is_found(
    lists: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = lists / "lists.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"per_applicant": 3', '"per_applicant": 7'), "utf-8")

    assert _match(lists, tmp_path / "round") == 2
    assert "lists.json is not as a run wrote it; run rank --engine again" in capsys.readouterr().err


def test_what_a_stopped_round_left_behind_is_removed(lists: Path, tmp_path: Path) -> None:
    out = tmp_path / "round"
    out.mkdir()
    for name in ("placements.parquet.00ff.partial", "run.json.7.partial"):
        (out / name).write_text("a001", encoding="utf-8")

    assert _match(lists, out) == 0
    assert sorted(path.name for path in out.iterdir()) == ["placements.parquet", "run.json", "seats.parquet"]


def test_seats_of_accepted_offers_are_taken_and_joint_wishes_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = load_records([SMALL / "applicants.json", SMALL / "postings.json"])
    accepted = {("a01", "p01"), ("a05", "p02"), ("a04", "p03")}
    kept = tuple(one for one in records.applications if one.applicant_id not in {who for who, _ in accepted})
    held = tuple(
        Application(application_id=f"h{number}", applicant_id=who, posting_id=where, status="accepted")
        for number, (who, where) in enumerate(sorted(accepted))
    )
    people, calls, lists = tmp_path / "people.json", tmp_path / "calls.json", tmp_path / "lists"
    whole = records.model_copy(update={"applications": (*kept, *held)})
    people.write_text(dump_records(whole.model_copy(update={"postings": ()})), encoding="utf-8")
    calls.write_text(dump_records(Records(postings=whole.postings)), encoding="utf-8")
    given = ["--applicants", str(people), "--postings", str(calls), "--on", "2026-11-25"]
    assert run(["rank", *given, "--engine", "here", "--out", str(lists), "--everyone"]) == 0
    capsys.readouterr()

    assert _match(lists, tmp_path / "round") == 0
    told = capsys.readouterr().out
    placements = dict(
        pl.read_parquet(tmp_path / "round" / "placements.parquet").select("applicant_id", "posting_id").rows()
    )
    assert run(["match", *given, "--wishes", "scores", "--households", "single", "--seed", "7", "--json"]) == 0
    expected = json.loads(capsys.readouterr().out)

    assert placements == expected["matching"]
    assert "計算に入れなかった人: 3 人（すでに内定を承諾しています）" in told
    assert f"※ 世帯の希望 {len(records.households)} 件は" in told and records.households


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--lists", "x"), "--lists needs --output"),
        (("--lists", "x", "-o", "y", "--wishes", "scores"), "people, postings, weights and day are those of the lists"),
        (("--lists", "x", "-o", "y", "--households", "single"), "stands with --mechanism, --seed, --lottery"),
        (("--lists", "x", "-o", "y", "--on", "2026-11-25"), "--lists needs --output"),
        ((), "--applicants and --postings are needed, or --lists"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str
) -> None:
    assert run(["match", *options]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
