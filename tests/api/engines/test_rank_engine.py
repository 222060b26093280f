"""``enmusubi rank --engine``: what it leaves, what it says, and what it refuses."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from api.cli import run
from api.engines.list_task import KINDS
from features.json_files.record_files import dump_records
from features.partitions.applicant_files import digest_of_file
from features.records import Application, Records
from tests.api.engines.conftest import SIZE, N, Register, lists_in
from tests.features.partitions.people import people
from tests.features.small_market import ON

LENGTHS = ("--places", "3", "--top", "20", "--on", ON.isoformat())


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    path = tmp_path / "people.json"
    path.write_text(dump_records(Records(applicants=people(N))), encoding="utf-8")
    return path


def _rank(applicants: Path, postings: Path, *more: str | Path) -> int:
    return run(["rank", "--applicants", str(applicants), "--postings", str(postings), *map(str, more)])


def test_a_file_of_records_is_cut_and_listed_into_a_folder(
    register: Register, people_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, options = tmp_path / "out", (*LENGTHS, "--engine", "here", "--partition", str(SIZE))

    assert _rank(people_file, register.postings, *options, "--out", out) == 0
    told = capsys.readouterr().out
    assert "登録者 45 人の一覧を" in told
    assert "順位づけを希望しない方　unordered.parquet　5 人" in told
    assert "作り直していません" not in told
    found = lists_in(out)
    assert {name: found[name] for name in register.expected} == register.expected
    assert [path.name for path in sorted((out / "applicants").iterdir())] == [one.name for one in register.partitions]

    assert _rank(people_file, register.postings, *options, "--out", out) == 0
    assert "うち 5 の区切りは前に作ったものと同じなので、作り直していません。" in capsys.readouterr().out
    assert lists_in(out) == found


def test_a_folder_of_partitions_is_listed_as_it_is_and_json_says_every_digest(
    register: Register, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = register.partitions[0].parent
    options = (*LENGTHS, "--engine", "here", "--out", tmp_path / "out")

    assert _rank(folder, register.postings, *options, "--json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["files"] == {name: digest for name, digest in register.expected.items() if name != "lists.json"}
    assert not (tmp_path / "out" / "applicants").exists()


@pytest.mark.parametrize(
    ("n_written", "refused"),
    [(2, "applicants/part-000002"), (10, "places/part-000001"), (17, "unordered/part-000002"), (30, "candidates")],
)
def test_a_disk_that_is_full_in_the_middle_is_told_and_the_run_goes_on_when_there_is_room(
    register: Register,
    people_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    n_written: int,
    refused: str,
) -> None:
    out, options = tmp_path / "out", (*LENGTHS, "--engine", "here", "--partition", str(SIZE))
    brought_to_disk, n_left = os.fsync, n_written

    def while_there_is_room(file: int) -> None:
        nonlocal n_left
        n_left -= 1
        if n_left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        brought_to_disk(file)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", while_there_is_room)
        assert _rank(people_file, register.postings, *options, "--out", out) == 2
    line = capsys.readouterr().err.splitlines()[-1]  # behind the bar
    assert line == f"enmusubi: {out / refused}.parquet: No space left on device"
    there = lists_in(out)
    assert len(there) == n_written + 1  # and the postings, which come first
    assert {name.partition("/")[0] for name in there} <= {"postings.json", "applicants", *KINDS}

    assert _rank(people_file, register.postings, *options, "--out", out) == 0
    found = lists_in(out)
    assert {name: found[name] for name in register.expected} == register.expected
    assert {name: found[name] for name in there} == there  # nothing that stood there was half a file


@pytest.fixture
def arrow(register: Register, tmp_path: Path) -> Path:
    """The register's partitions as Arrow files, but for the first."""
    folder = tmp_path / "arrow"
    folder.mkdir()
    shutil.copy(register.partitions[0], folder)
    for path in register.partitions[1:]:
        pl.read_parquet(path).write_ipc(folder / f"{path.stem}.arrow")
    return folder


def test_arrow_files_give_the_bytes_of_the_lists_that_parquet_gives(
    register: Register, arrow: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert _rank(arrow, register.postings, *LENGTHS, "--engine", "here", "--out", out) == 0
    found, body = lists_in(out), json.loads((out / "lists.json").read_text(encoding="utf-8"))

    assert {name: digest for name, digest in found.items() if name not in {"lists.json", "postings.json"}} == {
        name: digest for name, digest in register.expected.items() if name != "lists.json"
    }
    assert body["inputs"]["partitions"] == {path.name: digest_of_file(path) for path in sorted(arrow.iterdir())}
    assert run(["match", "--lists", str(out), "-o", str(tmp_path / "round"), "--seed", "7"]) == 0


def test_parquet_in_place_of_arrow_is_not_listed_again_and_another_cut_leaves_nothing_of_it(
    register: Register, arrow: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, options = tmp_path / "out", (*LENGTHS, "--engine", "here", "--out", tmp_path / "out")
    assert _rank(arrow, register.postings, *options) == 0
    assert _rank(register.partitions[0].parent, register.postings, *options) == 0
    assert "うち 5 の区切りは前に作ったものと同じなので、作り直していません。" in capsys.readouterr().out

    for path in sorted(arrow.iterdir())[1:]:
        path.rename(path.with_stem(f"other-{path.stem}"))
    assert _rank(arrow, register.postings, *options) == 0
    names = {f"{path.stem}.parquet" for path in arrow.iterdir()}
    assert {kind: {path.name for path in (out / kind).iterdir()} for kind in KINDS} == dict.fromkeys(KINDS, names)


def _cut_short(content: bytes) -> bytes:
    return content[:-30]


def _with_a_length_beyond_all_memory(content: bytes) -> bytes:
    n_bytes = pl.read_ipc(content)["record"].str.len_bytes().sum()
    said = int(n_bytes).to_bytes(8, "little")
    assert said in content
    return content.replace(said, int(n_bytes | 1 << 47).to_bytes(8, "little"))


@pytest.mark.parametrize("damage", [_cut_short, _with_a_length_beyond_all_memory])
def test_a_damaged_arrow_file_is_named_before_anybody_is_listed(
    register: Register, arrow: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], damage: Callable[[bytes], bytes]
) -> None:
    path = arrow / "part-000003.arrow"
    path.write_bytes(damage(path.read_bytes()))

    assert _rank(arrow, register.postings, *LENGTHS, "--engine", "here", "--out", tmp_path / "out") == 2
    assert capfd.readouterr().err.splitlines() == [
        "enmusubi: part-000003.arrow is not a whole Arrow IPC file; write it again"
    ]
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_people_of_an_earlier_run_do_not_stay_beside_a_folder_that_is_listed(
    register: Register, people_file: Path, tmp_path: Path
) -> None:
    out, own = tmp_path / "out", register.partitions[0].parent
    options = (*LENGTHS, "--engine", "here", "--out", out)

    assert _rank(people_file, register.postings, *options) == 0
    assert _rank(out / "applicants", register.postings, *options) == 0  # the same folder: nothing of an earlier run
    assert list((out / "applicants").iterdir())
    assert _rank(own, register.postings, *options) == 0
    assert not list((out / "applicants").iterdir())
    assert len(list(own.iterdir())) == len(register.partitions)


def test_a_folder_of_nobody_is_refused(register: Register, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "people").mkdir()
    nobody = pl.DataFrame(schema={"applicant_id": pl.String, "record": pl.String})
    nobody.write_parquet(tmp_path / "people" / "one.parquet")

    assert _rank(tmp_path / "people", register.postings, *LENGTHS, "--engine", "here", "--out", tmp_path / "out") == 2
    assert "people has no applicant, expected at least one" in capsys.readouterr().err


def test_lists_of_people_are_their_owners_alone(register: Register, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert _rank(register.partitions[0].parent, register.postings, *LENGTHS, "--engine", "here", "--out", out) == 0

    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.rglob("*.parquet")} == {0o600}


def test_applications_are_not_overlooked(
    register: Register, tmp_path: Path, people_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls = Records.model_validate_json(register.postings.read_text(encoding="utf-8")).postings
    applied = Application(application_id="x", applicant_id="a001", posting_id="p0")
    both = tmp_path / "both.json"
    records = Records(applicants=people(3), postings=calls, applications=(applied,))
    both.write_text(dump_records(records), encoding="utf-8")
    options = (*LENGTHS, "--engine", "here", "--out", tmp_path / "out")

    assert _rank(both, both, *options) == 2
    assert capsys.readouterr().err.splitlines() == [
        "enmusubi: Invalid value: the files hold applications, and --engine lists everybody for every posting; "
        "say so with --everyone, or leave --engine away to read each posting's own applicants"
    ]
    assert _rank(both, both, *options, "--everyone") == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--engine", "here"), "--engine needs --out, and stands without --posting and without --order arrival"),
        (("--engine", "here", "--out", "x", "--posting", "p0"), "--engine needs --out, and stands without --posting"),
        (("--engine", "here", "--out", "x", "--order", "arrival"), "without --order arrival"),
        (("--engine", "ray", "--out", "x"), "engine is ray, expected here, processes:N with N from 1 to 1024, or"),
        (("--out", "x"), "--partition, --everyone and --from-database belong to --engine, which is not given"),
        (("--everyone",), "belong to --engine, which is not given"),
        (("--engine", "here", "--out", "x", "--partition", "0"), "'--partition'"),
    ],
)
def test_options_that_do_not_go_together_are_refused_in_one_line(
    register: Register,
    people_file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert _rank(people_file, register.postings, *options) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert message in line
    assert not (tmp_path / "x").exists()


def test_a_file_without_a_person_or_without_a_call_is_refused(
    register: Register, people_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ("--engine", "here", "--out", tmp_path / "out")

    assert _rank(register.postings, register.postings, *options) == 2
    assert "postings.json has no applicant, expected at least one" in capsys.readouterr().err
    assert _rank(people_file, people_file, *options) == 2
    assert "there is no posting to list applicants for, expected at least one" in capsys.readouterr().err
