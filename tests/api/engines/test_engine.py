"""Engines by name, and what becomes of work whose worker dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from api.engines.engine import engine_of
from api.engines.errors import EngineError
from api.engines.spreading import spread
from tests.api.engines import jobs


@pytest.mark.parametrize(
    "name",
    [
        *("", "there", "processes", "processes:0", "processes:1025", "processes:-1", "processes:٣", "dask://"),
        *("dask://host", "dask://host:x", "dask://a b:1", "tcp://host:1", "dask://host:1/path", "dask://host:123456"),
    ],
)
def test_an_engine_that_is_not_known_is_refused_with_those_that_are(name: str) -> None:
    with pytest.raises(EngineError) as raised:
        engine_of(name)
    assert str(raised.value) == (
        f"engine is {name}, expected here, processes:N with N from 1 to 1024, or dask://HOST:PORT"
    )


def test_dask_where_it_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)

    with pytest.raises(EngineError, match=r"needs Dask: pip install -c constraints\.txt '\.\[dask\]'$"):
        engine_of("dask://127.0.0.1:8786")


def test_work_done_here_is_told_piece_by_piece() -> None:
    told: list[int] = []

    assert spread(engine_of("here"), jobs.squares, [3, 1, 2], done=told.append) == {3: 9, 1: 1, 2: 4}
    assert sorted(told) == [1, 2, 3]


def test_work_that_fails_by_itself_stops_all_and_nothing_is_begun_after_it() -> None:
    begun: list[int] = []

    def job(item: int) -> int:
        begun.append(item)
        return jobs.fails(item)

    with pytest.raises(OSError, match="No space left"):
        spread(engine_of("here"), job, [1, 3, 5])
    assert begun == [1, 3]


def test_a_killed_process_loses_nothing_and_what_was_done_is_not_done_again(tmp_path: Path) -> None:
    items, told = list(range(6)), list[int]()
    job = partial(jobs.squares_and_dies_once, tmp_path)

    assert spread(engine_of("processes:1"), job, items, done=told.append) == {item: item * item for item in items}
    assert (tmp_path / "died").exists()
    assert [int(line) for line in (tmp_path / "done").read_text().splitlines()] == items
    assert sorted(told) == items


def test_work_that_kills_every_worker_is_given_up_after_three_and_named() -> None:
    with pytest.raises(EngineError) as raised:
        spread(engine_of("processes:1"), jobs.dies, [7])
    assert str(raised.value) == (
        "workers of processes:1 died 3 times without finishing one of 1 pieces, the first of them 7; "
        "they may lack memory: use smaller pieces or fewer workers"
    )


@pytest.mark.parametrize("end", [subprocess.Popen.kill, subprocess.Popen.terminate])
def test_workers_end_with_the_process_that_began_them(end: Callable[[subprocess.Popen[bytes]], None]) -> None:
    with subprocess.Popen([sys.executable, "-m", jobs.__name__], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        workers = [int(parent.stdout.readline()) for _ in range(2)]
        end(parent)
        try:
            parent.communicate(timeout=20)  # the pipe is at its end when nobody can write into it any more
        finally:
            for worker in workers:
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)


def test_an_error_in_a_process_is_the_error_here() -> None:
    with pytest.raises(OSError, match=r"No space left on device: 'list\.parquet'"):
        spread(engine_of("processes:1"), jobs.fails, [3])
