"""Workers that a service starts: real processes, killed and told to stop.

``tests/api/test_crash.py`` shows that those of a killed service end by themselves.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from api.audit.entry import LOCAL
from api.cli import run as command_line
from api.jobs.queue import ask_for, read_job
from api.jobs.tables import JobRow, JobWorkerRow
from api.runs.verification_job import VERIFICATION, VerificationRequest
from api.storage.database import reading, writing
from tests.api.operation.processes import is_running

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

_PARENT = """
import time
from api.jobs.supervisor import supervised_workers
from api.settings import Settings
with supervised_workers(Settings()):
    print("started", flush=True)
    time.sleep(120)
"""


@contextmanager
def _parent(url: str) -> Generator[subprocess.Popen[str]]:
    environment = os.environ | {"ENMUSUBI_DATABASE_URL": url, "ENMUSUBI_JOBS": "worker"}
    process = subprocess.Popen([sys.executable, "-c", _PARENT], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        yield process
    finally:
        process.kill()
        process.communicate()


def _workers(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.exec(select(JobWorkerRow.id)))


def _asked(engine: Engine) -> str:
    """The id of a job that comes to its end at once."""
    request = VerificationRequest(run_id="r9")
    with writing(engine) as session:
        return ask_for(session, VERIFICATION, request, by=LOCAL, now=datetime.now(UTC)).id


def _job(engine: Engine, job_id: str) -> JobRow:
    with reading(engine) as session:
        return read_job(session, job_id)


def _wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(900):
        if holds():
            return
        time.sleep(0.05)
    raise TimeoutError


def test_a_killed_worker_is_replaced_and_a_stopped_service_leaves_none(engine: Engine, database_url: str) -> None:
    with _parent(database_url) as parent:
        _wait_for(lambda: len(_workers(engine)) == 1)
        (first,) = _workers(engine)
        os.kill(int(first.split(":")[1]), signal.SIGKILL)
        _wait_for(lambda: len(set(_workers(engine)) - {first}) == 1)
        (second,) = _workers(engine)  # the one that was killed is struck off
        asked = _asked(engine)
        _wait_for(lambda: _job(engine, asked).state == "failed")
        error = _job(engine, asked).error
        assert error is not None
        assert error["detail"] == "no run has the id r9"
        parent.send_signal(signal.SIGTERM)
        assert parent.wait(20) == -signal.SIGTERM  # the same as of a process that waits for nothing
    assert _workers(engine) == []
    assert not is_running(int(second.split(":")[1]))


def test_a_worker_alone_works_until_it_is_interrupted(engine: Engine, database_url: str) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main(['work'])"]
    process = subprocess.Popen(command, env=os.environ | {"ENMUSUBI_DATABASE_URL": database_url})
    try:
        asked = _asked(engine)
        _wait_for(lambda: _job(engine, asked).state == "failed")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        process.kill()
    assert _workers(engine) == []


def test_a_worker_alone_makes_no_database_and_names_one_it_cannot_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database_url: str
) -> None:
    monkeypatch.setattr("api.operation.logs.configure_logs", lambda *_: None)  # it is of this process, as is the next
    monkeypatch.setattr("os.nice", lambda _: 0)
    for url, reason in (("oracle://nobody", "it cannot be opened as one"), (f"{database_url}.no", "there is no file")):
        monkeypatch.setenv("ENMUSUBI_DATABASE_URL", url)
        assert command_line(["work"]) == 2
        told = capsys.readouterr().err
        assert told.startswith("enmusubi: ")
        assert (reason in told, told.count("\n")) == (True, 1)
