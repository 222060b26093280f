"""Lists of a register: the same bytes however it is cut and whoever dies, and gone on with after a stop."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from api.engines import list_task
from api.engines.engine import engine_of
from api.engines.errors import EngineError
from api.engines.list_run import RegisterLists, list_register, only_one_run
from api.engines.list_task import KINDS, ListTask
from api.engines.spreading import spread
from features.errors import RecordError
from features.partitions.applicant_files import cut
from features.partitions.parquet_files import write_whole
from features.weights import reweighed
from tests.api.engines import list_jobs
from tests.api.engines.conftest import FATAL, Register, lists_in
from tests.features.partitions.people import people

N = 45


@pytest.fixture(autouse=True)
def texts_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody here writes a text, and reading the rules anew for every partition takes longer than listing it."""
    monkeypatch.setattr(list_task, "forget_texts_read", lambda: None)


def _listed(register: Register, folder: Path) -> RegisterLists:
    with only_one_run(folder):
        return list_register(register.task(folder), register.partitions, engine_of("here"))


def test_every_list_of_every_partition_is_there(register: Register) -> None:
    names = {f"{kind}/{path.name}" for kind in KINDS for path in register.partitions}

    assert set(register.expected) == names | {
        "candidates.parquet",
        "unordered.parquet",
        "accepted.parquet",
        "lists.json",
    }


def test_a_process_killed_in_the_middle_loses_nothing_and_changes_no_byte(register: Register, tmp_path: Path) -> None:
    task, engine = register.task(tmp_path / "out"), engine_of("processes:2")
    with only_one_run(task.folder):
        job = partial(list_jobs.lists_and_dies_once, task, tmp_path / "died", FATAL)
        spread(engine, job, register.partitions)
        found = list_register(task, register.partitions, engine_of("here"))

    assert (tmp_path / "died").exists()
    assert [one.was_there for one in found.partitions] == [True] * len(register.partitions)
    assert lists_in(task.folder) == register.expected


def test_nothing_half_written_is_left_of_a_run(tmp_path: Path) -> None:
    def half_written(kind: str) -> Path:
        path = tmp_path / "out" / kind / "part-000001.parquet.00ff.partial"
        path.write_text("a001", encoding="utf-8")
        return path

    with only_one_run(tmp_path / "out"):
        earlier = half_written("places")
    assert not earlier.exists()
    with pytest.raises(OSError, match="no space"), only_one_run(tmp_path / "out"):
        half_written("candidates")
        raise OSError("no space")
    assert [path.name for path in (tmp_path / "out").rglob("*.partial")] == []


@pytest.mark.parametrize("size", [7, 45])
def test_the_postings_lists_have_the_same_bytes_for_every_size_of_partitions(
    register: Register, tmp_path: Path, size: int
) -> None:
    other = register._replace(partitions=cut(people(N)[::-1], tmp_path, size=size))
    _listed(other, tmp_path / "out")
    found = lists_in(tmp_path / "out")

    for name in ("candidates.parquet", "unordered.parquet"):
        assert found[name] == register.expected[name]


def test_a_run_that_stopped_goes_on_with_the_partitions_that_are_not_listed(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_written = 0

    def write_some(frame: pl.DataFrame, path: Path, *, made_from: str) -> str:
        nonlocal n_written
        n_written += 1
        if n_written == 7:  # the second of the five files of the second partition
            raise KeyboardInterrupt
        return write_whole(frame, path, made_from=made_from)

    with monkeypatch.context() as patch:
        patch.setattr(list_task, "write_whole", write_some)
        with pytest.raises(KeyboardInterrupt):
            _listed(register, tmp_path)
    found = _listed(register, tmp_path)

    assert [one.was_there for one in found.partitions] == [True, False, False, False, False]
    assert lists_in(tmp_path) == register.expected


def test_damaged_and_missing_lists_are_made_again(register: Register, tmp_path: Path) -> None:
    _listed(register, tmp_path)
    (tmp_path / "places" / FATAL).write_bytes(b"PAR1")
    (tmp_path / "unordered" / register.partitions[0].name).unlink()
    found = _listed(register, tmp_path)

    assert [one.was_there for one in found.partitions] == [False, True, False, True, True]
    assert lists_in(tmp_path) == register.expected


def _with_other_scores(path: Path) -> None:
    """As somebody would write the file who keeps what it says of itself."""
    said = pl.read_parquet_metadata(path)
    kept = {name: said[name] for name in ("made_from", "seal")}
    pl.read_parquet(path).with_columns(score=pl.lit(0.99)).write_parquet(path, metadata=kept)


def _with_a_flipped_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[60] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [_with_a_flipped_bit, _with_other_scores])
@pytest.mark.parametrize("kind", ["places", "candidates"])
def test_a_list_that_is_damaged_inside_is_made_again(
    register: Register, tmp_path: Path, damage: Callable[[Path], None], kind: str
) -> None:
    _listed(register, tmp_path)
    damage(tmp_path / kind / FATAL)
    found = _listed(register, tmp_path)

    assert [one.was_there for one in found.partitions] == [True, True, False, True, True]
    assert lists_in(tmp_path) == register.expected


def test_other_weights_or_lengths_make_every_list_again(register: Register, tmp_path: Path) -> None:
    _listed(register, tmp_path)
    task = register.task(tmp_path)
    for other in (
        replace(task, weights=reweighed(task.weights, {"activity_wish": 1.0})),
        replace(task, per_posting=19),
        replace(task, basis=task.basis | {"code": "0" * 64}),
    ):
        assert other.digest != task.digest


def test_nothing_is_left_of_an_earlier_cut_or_of_a_killed_writer(register: Register, tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    for name in (
        "places/part-000099.parquet",
        "places/part-000001.parquet.0a.partial",
        "candidates.parquet.0a.partial",
    ):
        (tmp_path / name).write_bytes(b"x")
    _listed(register, tmp_path)

    assert lists_in(tmp_path) == register.expected


def test_a_list_that_a_worker_of_an_earlier_run_wrote_over_is_noticed(register: Register, tmp_path: Path) -> None:
    task = register.task(tmp_path)

    def come_late(_path: Path) -> None:
        write_whole(pl.DataFrame({"x": [1]}), tmp_path / "places" / FATAL, made_from="other weights")

    with (
        only_one_run(tmp_path),
        pytest.raises(
            EngineError, match=r"^places/part-000002\.parquet was changed by another run meanwhile; run this"
        ),
    ):
        list_register(task, register.partitions, engine_of("here"), told=come_late)
    assert not (tmp_path / "lists.json").exists()
    assert _listed(register, tmp_path).partitions[2].was_there is False
    assert lists_in(tmp_path) == register.expected


def test_two_runs_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with (
        only_one_run(tmp_path),
        pytest.raises(EngineError, match=r"^another run is writing into .*; wait for it or choose another folder$"),
        only_one_run(tmp_path),
    ):
        pass


def test_a_worker_with_other_rules_or_code_refuses_to_list(register: Register, tmp_path: Path) -> None:
    task = register.task(tmp_path)
    other = replace(task, basis=task.basis | {"rulesets": [], "code": "0" * 64})

    with (
        only_one_run(tmp_path),
        pytest.raises(EngineError, match=r"^a worker has other rulesets, code than the machine that gave the task;"),
    ):
        list_register(other, register.partitions, engine_of("here"))
    assert not list(tmp_path.rglob("*.parquet"))


def test_tables_for_reading_are_read_through_before_anybody_is_listed(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[int] = []
    monkeypatch.setattr(list_task, "verify_kept_files", lambda: verified.append(len(list(tmp_path.rglob("*.parquet")))))
    task = register.task(tmp_path / "here")
    assert verified == [0]  # where the task is made
    with only_one_run(task.folder):
        list_register(task, register.partitions, engine_of("here"))
    assert verified == [0]  # once a process, however many partitions it lists

    shutil.rmtree(task.folder)
    monkeypatch.setattr(list_task, "_calls", {})  # as in a worker that was given the task
    with only_one_run(task.folder):
        list_register(task, register.partitions, engine_of("here"))
    assert verified == [0, 0]


def test_postings_that_changed_after_the_task_was_given_are_not_listed(register: Register, tmp_path: Path) -> None:
    task: ListTask = replace(register.task(tmp_path), digest_of_postings="0" * 64)

    with (
        only_one_run(tmp_path),
        pytest.raises(EngineError, match=r"^postings\.json was changed after the task was given; start it again$"),
    ):
        list_register(task, register.partitions, engine_of("here"))


def test_a_broken_partition_is_named_and_the_others_before_it_are_kept(register: Register, tmp_path: Path) -> None:
    partitions = cut(people(4), tmp_path, size=2)
    frame = pl.read_parquet(partitions[1]).with_columns(record=pl.lit('{"applicant_id":"x","age":30}'))
    write_whole(frame, partitions[1], made_from="x")
    other = register._replace(partitions=partitions)

    with pytest.raises(RecordError, match=r"^part-000001\.parquet: applicants\[0\]\.programs: missing"):
        _listed(other, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out" / "places").iterdir()] == ["part-000000.parquet"]


def test_what_was_done_is_written_down_with_every_digest(register: Register, tmp_path: Path) -> None:
    found = _listed(register, tmp_path)
    body = json.loads((tmp_path / "lists.json").read_text(encoding="utf-8"))

    assert body == found.body
    assert {name: digest for name, digest in register.expected.items() if name != "lists.json"} == body["files"]
    assert list(body["inputs"]["partitions"]) == [path.name for path in register.partitions]
    assert str(tmp_path) not in json.dumps(body)


def test_what_people_wrote_does_not_stay_in_a_worker(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(list_task, "forget_texts_read", lambda: forgotten.append("once"))
    _listed(register, tmp_path)

    assert len(forgotten) == len(register.partitions)
