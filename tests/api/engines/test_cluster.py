"""A Dask cluster as an engine: on this machine, and on machines of their own as network namespaces are."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, cast

import polars as pl
import pytest
from sqlalchemy import Engine

from api.cli import run
from api.engines.cluster_executor import ClusterExecutor
from api.engines.engine import engine_of
from api.engines.errors import EngineError
from api.engines.list_run import list_register, only_one_run
from api.engines.list_task import KINDS
from api.engines.spreading import spread
from features.partitions.applicant_files import cut
from tests.api.engines import jobs, list_jobs
from tests.api.engines.clusters import ENMUSUBI, PATIENCE, local_cluster, running_process
from tests.api.engines.conftest import FATAL, N, Register, lists_in
from tests.api.listings.conftest import LENGTHS, store_register, stored_rows
from tests.features.partitions.people import people
from tests.features.small_market import ON

if TYPE_CHECKING:
    from distributed import Client

HUB = "10.213.7.1"
IMPATIENT = "import sys; sys.stderr = sys.stdout; from api.engines import engine; engine._ANSWERS_WITHIN = 2.0; "
NO_NETWORK = "network namespaces cannot be made here: two machines are not tried (needs root and iproute2)"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """What ``enmusubi cluster`` says to type."""
    with local_cluster(workers=1) as address:
        yield address


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(cluster: str, tmp_path: Path) -> None:
    assert cluster.startswith("dask://127.0.0.1:")
    items, told = list(range(6)), list[int]()
    job = partial(jobs.squares_and_dies_once, tmp_path)

    assert spread(engine_of(cluster), job, items, done=told.append) == {item: item * item for item in items}
    assert (tmp_path / "died").exists()
    assert sorted(told) == items


def test_a_worker_of_a_cluster_that_is_killed_while_it_writes_lists_changes_no_byte(
    register: Register, cluster: str, tmp_path: Path
) -> None:
    task = register.task(tmp_path / "out")
    with only_one_run(task.folder):
        job = partial(list_jobs.lists_and_dies_once, task, tmp_path / "died", FATAL)
        spread(engine_of(cluster), job, register.partitions)
        found = list_register(task, register.partitions, engine_of("here"))

    assert (tmp_path / "died").exists()
    assert [one.was_there for one in found.partitions] == [True] * len(register.partitions)
    assert lists_in(task.folder) == register.expected


def test_an_error_of_a_clusters_worker_is_the_error_here(cluster: str) -> None:
    with pytest.raises(OSError, match=r"No space left on device: 'list\.parquet'"):
        spread(engine_of(cluster), jobs.fails, [1, 3, 5])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is read is the same (listings/test_storing)
def test_a_register_in_the_database_has_the_bytes_and_rows_of_one_process_in_several_and_on_a_cluster(
    engine: Engine, database_url: str, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", database_url)
    store_register(engine)

    def stored(name: str) -> tuple[dict[str, str], dict[str, list[tuple[object, ...]]]]:
        out = tmp_path / name.partition(":")[0]
        asked = "--from-database", "--to-database", "--engine", name, "--out", str(out)
        assert run(["rank", *LENGTHS, *asked]) == 0
        return lists_in(out), stored_rows(engine)

    files, rows = stored("here")
    assert stored("processes:2") == stored(cluster) == (files, rows)
    assert sum(name.startswith("places/") for name in files) == 3


class _LosesResults:
    """A client, and a future of it, whose connection breaks while a result is on its way."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def submit(self, _job: Callable[[], object], *, pure: bool) -> _LosesResults:
        assert not pure
        return self

    def add_done_callback(self, told: Callable[[_LosesResults], None]) -> None:
        told(self)

    def result(self) -> object:
        raise self._error


def test_a_result_on_its_way_when_the_connection_broke_is_lost_and_not_waited_for() -> None:
    from distributed.comm import CommClosedError  # noqa: PLC0415 - not for every process that collects the tests

    future = ClusterExecutor(cast("Client", _LosesResults(CommClosedError))).submit(jobs.squares, 3)

    assert isinstance(future.exception(timeout=0), CommClosedError)
    assert CommClosedError in engine_of("dask://127.0.0.1:1").lost


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.engines.engine._ANSWERS_WITHIN", 0.3)

    with pytest.raises(EngineError) as raised:
        spread(engine_of("dask://127.0.0.1:1"), jobs.squares, [1])
    assert str(raised.value) == (
        "no scheduler answers at dask://127.0.0.1:1; start one (enmusubi cluster) and try again"
    )


@contextmanager
def _scheduler_and_worker(port: int) -> Iterator[subprocess.Popen[str]]:
    """The scheduler, once a worker of it works."""
    python = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", f"tcp://127.0.0.1:{port}", "--no-nanny"]
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard", "--no-show"]
    with (
        running_process(*python, *options) as scheduler,
        running_process(*worker, "--nthreads", "1", "--no-dashboard", "--local-directory", gettempdir()),
    ):
        yield scheduler


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_a_run_whose_scheduler_is_killed_says_so_and_goes_on_when_there_is_one_again(
    register: Register, cluster: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out, port = tmp_path / "people", tmp_path / "out", _free_port()
    folder.mkdir()
    partitions = cut(people(N), folder, size=1)
    rank = ["rank", "--on", ON.isoformat(), "--places", "3", "--top", "20", "--out", str(out)]
    rank += ["--applicants", str(folder), "--postings", str(register.postings), "--engine"]
    impatient = sys.executable, "-c", IMPATIENT + ENMUSUBI, *rank, f"dask://127.0.0.1:{port}"
    with _scheduler_and_worker(port) as scheduler, running_process(*impatient) as driver:
        _wait_for(lambda: len(list(out.glob("everybody/*.parquet"))) >= 3)
        scheduler.kill()
        assert driver.wait(PATIENCE) == 2
        assert driver.stdout is not None
        told = driver.stdout.read().splitlines()[-1]
    before = {path: path.stat().st_mtime_ns for kind in KINDS for path in (out / kind).iterdir()}
    whole = [path for path in partitions if all(out / kind / path.name in before for kind in KINDS)]
    assert (
        told == f"enmusubi: no scheduler answers at dask://127.0.0.1:{port}; start one (enmusubi cluster) and try again"
    )
    assert 3 <= len(whole) < len(partitions)
    assert not (out / "lists.json").exists()

    assert run([*rank, cluster]) == 0
    assert f"うち {len(whole)} の区切りは前に作ったものと同じなので" in capsys.readouterr().out
    found = lists_in(out)
    for name in ("candidates.parquet", "unordered.parquet"):
        assert found[name] == register.expected[name]
    for path in (out / kind / one.name for kind in KINDS for one in whole):
        assert path.stat().st_mtime_ns == before[path]


@pytest.fixture
def machines() -> Iterator[tuple[str, str, str]]:
    """Three network namespaces that see each other and nothing else: a hub with the scheduler, and two workers'."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        pytest.skip(NO_NETWORK)
    tag = uuid.uuid4().hex[:6]
    names = (f"enm{tag}h", f"enm{tag}a", f"enm{tag}b")
    with ExitStack() as made:
        for name in names:
            if _ip("netns", "add", name).returncode:
                pytest.skip(NO_NETWORK)
            made.callback(_ip, "netns", "del", name)
        commands = ["link add hub type bridge", f"addr add {HUB}/24 dev hub", "link set hub up", "link set lo up"]
        results = [_ip("-n", names[0], *command.split()) for command in commands]
        for number, name in enumerate(names[1:], start=2):
            results += [
                _ip("-n", names[0], *f"link add v{number} type veth peer name eth netns {name}".split()),
                _ip("-n", names[0], *f"link set v{number} master hub up".split()),
                _ip("-n", name, *f"addr add 10.213.7.{number}/24 dev eth".split()),
                _ip("-n", name, "link", "set", "eth", "up"),
                _ip("-n", name, "link", "set", "lo", "up"),
            ]
        if any(result.returncode for result in results):
            pytest.skip(NO_NETWORK)
        yield names


def _ip(*words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([shutil.which("ip") or "ip", *words], check=False, capture_output=True)


def test_a_machine_killed_in_the_middle_changes_no_byte(
    register: Register, machines: tuple[str, str, str], tmp_path: Path
) -> None:
    folder, out = tmp_path / "people", tmp_path / "out"
    folder.mkdir()
    partitions = cut(people(N), folder, size=3)
    options = ["--applicants", folder, "--postings", register.postings, "--out", out, "--on", ON.isoformat()]
    options += ["--places", "3", "--top", "20", "--engine", f"dask://{HUB}:8786"]
    python = [sys.executable, "-m", "distributed.cli"]
    scheduler = [f"{python[2]}.dask_scheduler", "--host", HUB, "--port", "8786", "--no-dashboard", "--no-show"]
    worker = [f"{python[2]}.dask_worker", f"tcp://{HUB}:8786", "--no-nanny", "--nthreads", "1", "--no-dashboard"]
    with ExitStack() as running:
        running.enter_context(running_process(*_within(machines[0]), *python[:2], *scheduler))
        workers = [
            running.enter_context(running_process(*_within(name), *python[:2], *worker)) for name in machines[1:]
        ]
        rank = [*_within(machines[0]), sys.executable, "-c", ENMUSUBI, "rank", *map(str, options)]
        driver = running.enter_context(running_process(*rank))
        _wait_for(lambda: len(list(out.glob("unordered/*.parquet"))) >= 3)
        workers[0].kill()  # `ip netns exec` becomes the command, so this is the worker
        n_left = len(partitions) - len(list(out.glob("unordered/*.parquet")))
        assert driver.wait(PATIENCE) == 0

    assert n_left > 0
    assert workers[0].returncode == -signal.SIGKILL
    found = lists_in(out)
    for name in ("candidates.parquet", "unordered.parquet"):
        assert found[name] == register.expected[name]
    before = register.postings.parent / "out"
    assert _places(out).equals(_places(before))


def _within(name: str) -> tuple[str, ...]:
    return "ip", "netns", "exec", name


def _places(out: Path) -> pl.DataFrame:
    return pl.concat([pl.read_parquet(path) for path in sorted(out.glob("places/*.parquet"))])


def _wait_for(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)
