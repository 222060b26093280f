"""``python -m benchmarks`` runs what it is asked for and puts all figures into one table."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import __main__ as one_command
from benchmarks import stored_lists
from benchmarks.__main__ import RUNS, Run, main
from benchmarks.figures import SKIPPED
from tests.api import postgresql

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_small_sizes_of_every_kind_come_into_one_table(tmp_path: Path) -> None:
    kept = tmp_path / "figures.json"
    names = ["top_k", "million", "round", "kept_lists"]
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json", str(kept), "--only", *names]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    found = json.loads(kept.read_text(encoding="utf-8"))
    assert list(found["figures"]) == names
    assert (found["is_quick"], found["failed"]) == (True, [])
    assert {"processors", "BLAS", "numpy"} <= set(found["machine"])
    figures = [one for name in names for one in found["figures"][name]]
    assert all(f"| {one['name']} |" in done.stdout for one in figures)
    assert [one["is_met"] for one in figures] == [None] * len(figures)
    assert {"memory copy", "top 50", "numpy argpartition, top 50", "polars, top 50"} <= {one["name"] for one in figures}
    assert all(f"[{number}/4] {name} …" in done.stderr for number, name in enumerate(names, start=1))


def test_a_benchmark_that_fails_is_named_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = {"kept_lists": Run("kept_lists", "", "--no-such-option"), "prices": RUNS["prices"]}
    monkeypatch.setattr(one_command, "RUNS", runs)
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--quick", "--json", str(tmp_path / "figures.json")])
    monkeypatch.chdir(ROOT)

    with pytest.raises(SystemExit) as ended:
        main()

    told = capsys.readouterr()
    assert ended.value.code == 1
    assert "failed: kept_lists" in told.out
    assert "unrecognized arguments: --no-such-option" in told.err
    assert list(json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]) == ["prices"]


def test_a_benchmark_that_lacks_something_of_the_machine_is_skipped_aloud(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def lacking(command: list[str], **_options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, SKIPPED, "PostgreSQL is not installed\n")

    monkeypatch.setattr(one_command.subprocess, "run", lacking)
    monkeypatch.setattr(one_command, "machine_facts", dict)
    kept = tmp_path / "figures.json"
    monkeypatch.setattr(sys, "argv", ["benchmarks", "--only", "stored_lists", "--json", str(kept)])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 0
    assert "skipped: stored_lists: PostgreSQL is not installed" in capsys.readouterr().out
    body = json.loads(kept.read_text(encoding="utf-8"))
    assert (body["skipped"], body["failed"], body["figures"]) == (
        {"stored_lists": "PostgreSQL is not installed"},
        [],
        {},
    )


def test_storing_lists_is_skipped_where_postgresql_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(postgresql, "programs", lambda: None)
    monkeypatch.setattr(sys, "argv", ["stored_lists", "--figures", str(tmp_path / "figures.json")])

    with pytest.raises(SystemExit) as ended:
        stored_lists.main()

    assert ended.value.code == SKIPPED
    assert capsys.readouterr().out.startswith("PostgreSQL is not installed: ")
    assert not list(tmp_path.iterdir())


def test_every_benchmark_is_a_module_of_its_own() -> None:
    assert all((ROOT / "benchmarks" / f"{run.module}.py").is_file() for run in RUNS.values())
