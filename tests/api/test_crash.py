"""Service and workers are killed in the middle of 200 concurrent writes and of rounds.

Nothing acknowledged is lost, nothing is half there, and every round ends with the digest of an undisturbed one. The
workers of a killed service end by themselves.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from threading import Event, Lock

from sqlalchemy import Engine
from sqlmodel import col, select

from api.audit.tables import AuditRow
from api.audit.verification import verify
from api.jobs.tables import JobRow, JobWorkerRow
from api.runs.rounds import RoundJob, solve
from api.storage.database import reading, writing
from api.storage.history import records_at
from api.storage.stored_records import load_records_into
from api.storage.tables import RunInputRow, RunRow
from features.records import Records
from features.synthetic import sample_market
from tests.api.conftest import Json
from tests.api.operation.processes import is_running

WRITES, WRITERS = 400, 20
ACKNOWLEDGED_BEFORE = WRITES // 2 + 40  # the kill comes in the middle of the second half
PATIENCE = 300  # seconds; a busy machine is not a wrong answer
_SERVE = """
import uvicorn
from api.app import create_app
from api.jobs.supervisor import supervised_workers
from api.settings import Settings
settings = Settings()
with supervised_workers(settings):
    uvicorn.run(create_app(settings), port={port}, log_level="error")
"""


@contextmanager
def _service(url: str) -> Generator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    environment = os.environ | {"ENMUSUBI_DATABASE_URL": url, "ENMUSUBI_JOBS": "worker"}
    environment["ENMUSUBI_JOB_LEASE_SECONDS"] = "3"
    process = subprocess.Popen([sys.executable, "-c", _SERVE.format(port=port)], env=environment)
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(10 * PATIENCE):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing listens at port {port}")


def _document(number: int) -> bytes:
    """Three records that belong together: a person, a posting and the application."""
    posting = {"posting_id": f"p{number}", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    applied = {"application_id": f"x{number}", "applicant_id": f"w{number}", "posting_id": f"p{number}"}
    applicant = {"applicant_id": f"w{number}", "programs": ["kyoryokutai"]}
    return json.dumps({"applicants": [applicant], "postings": [posting], "applications": [applied]}).encode()


class _Writers:
    """Many writers at once who note what was acknowledged; the first refusal of a connection ends each of them.

    Each waits before the second half of its writes until it is told to go on.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = Lock()
        self._goes_on = Event()
        self.acknowledged: set[int] = set()
        self.are_under_way = Event()

    def go_on(self) -> None:
        self._goes_on.set()

    def store(self, numbers: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            for number in numbers:
                if number == numbers[len(numbers) // 2]:
                    self._goes_on.wait(PATIENCE)
                headers = {"content-type": "application/json"}
                connection.request("POST", "/api/v1/records", _document(number), headers)
                answer = connection.getresponse()
                answer.read()
                with self._lock:
                    if answer.status != 201:  # refused, so not acknowledged
                        continue
                    self.acknowledged.add(number)
                    if len(self.acknowledged) >= ACKNOWLEDGED_BEFORE:
                        self.are_under_way.set()
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()


def _store_in_the_background(pool: ThreadPoolExecutor, port: int) -> _Writers:
    writers = _Writers(port)
    share = WRITES // WRITERS
    for first in range(0, WRITES, share):
        pool.submit(writers.store, range(first, first + share))
    return writers


def _verify_writes(port: int, acknowledged: set[int]) -> None:
    stored = {
        kind: {int(one[key][1:]) for one in _every(port, kind) if one[key].startswith(letter)}
        for kind, key, letter in (
            ("applicants", "applicant_id", "w"),
            ("postings", "posting_id", "p"),
            ("applications", "application_id", "x"),
        )
    }
    assert stored["applicants"] == stored["postings"] == stored["applications"]
    assert acknowledged <= stored["applicants"]


def _every(port: int, kind: str) -> list[Json]:
    found: list[Json] = _told(port, "GET", f"{kind}?limit=1000")[1][kind]
    return found


def _ask(port: int, seed: int) -> str:
    """The id of a round that was acknowledged."""
    body = json.dumps({"seed": seed, "mechanism": ("deferred-acceptance", "optimal-assignment")[seed % 2]})
    status, told = _told(port, "POST", "runs", body.encode())
    assert status == 202, told
    return str(told["run_id"])


def _told(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, Json]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as connection:
        connection.request(method, f"/api/v1/{path}", body, {"content-type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def _jobs(engine: Engine) -> list[JobRow]:
    with reading(engine) as session:
        return list(session.exec(select(JobRow).order_by(col(JobRow.asked_at))))


def _wait_until(engine: Engine, holds: Callable[[list[JobRow]], bool]) -> list[JobRow]:
    for _ in range(20 * PATIENCE):
        jobs = _jobs(engine)
        if holds(jobs):
            return jobs
        time.sleep(0.05)
    raise TimeoutError(str([(job.state, job.attempts) for job in jobs]))


def _worker_of_a_running_job(engine: Engine, *, attempt: int) -> int:
    """The process that works on a job, caught in the middle of it."""

    def caught(jobs: list[JobRow]) -> list[str]:
        return [job.worker or "" for job in jobs if job.state == "running" and job.attempts >= attempt]

    return int(caught(_wait_until(engine, lambda jobs: bool(caught(jobs))))[0].split(":")[1])


def _undisturbed(engine: Engine, job: JobRow) -> str:
    asked = RoundJob.model_validate(job.request)
    with reading(engine) as session:
        records = records_at(session, asked.inputs.revision)
    return str(solve(records, asked)["digest"])


def test_nothing_acknowledged_is_lost_and_rounds_end_as_undisturbed_whoever_is_killed(
    database_url: str, engine: Engine
) -> None:
    market = sample_market()
    with writing(engine) as session:
        load_records_into(session, Records(applicants=market.applicants[:30], postings=market.postings[:10]))
    with _service(database_url) as (process, port), ThreadPoolExecutor(WRITERS) as pool:
        asked = [_ask(port, seed) for seed in range(3)]
        os.kill(_worker_of_a_running_job(engine, attempt=1), signal.SIGKILL)
        writers = _store_in_the_background(pool, port)
        second = _worker_of_a_running_job(engine, attempt=2)  # started by the service, and at once
        writers.go_on()
        assert writers.are_under_way.wait(PATIENCE)
        process.send_signal(signal.SIGKILL)
        _kill(second)
    assert ACKNOWLEDGED_BEFORE <= len(writers.acknowledged) < WRITES  # the kill came in the middle

    gone = _workers(engine)
    with _service(database_url) as (_, port):
        asked.append(_ask(port, 3))
        jobs = _wait_until(engine, lambda jobs: all(job.state == "done" for job in jobs))
        _verify_writes(port, writers.acknowledged)
        assert _told(port, "POST", "records", _document(WRITES))[0] == 201
        (worker,) = _workers(engine) - gone
    _wait_until(engine, lambda _: worker not in _workers(engine))
    _wait_until(engine, lambda _: not is_running(int(worker.split(":")[1])))
    assert [job.id for job in jobs] == asked
    assert max(job.attempts for job in jobs) >= 2
    _verify_runs(engine, jobs)


def _workers(engine: Engine) -> set[str]:
    with reading(engine) as session:
        return set(session.exec(select(JobWorkerRow.id)))


def _kill(process: int) -> None:
    """Kill a process, unless it came to its end a moment ago."""
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _verify_runs(engine: Engine, jobs: list[JobRow]) -> None:
    """Each job stored one run, whole and as if nothing had happened, and is on record once."""
    with reading(engine) as session:
        digests = {row.id: row.digest for row in session.exec(select(RunRow))}
        kept = set(session.exec(select(RunInputRow.run_id)))
        noted = [entry for entry in session.exec(select(AuditRow.entry)) if '"action":"run"' in entry]
    assert digests == {job.id: _undisturbed(engine, job) for job in jobs}
    assert kept == set(digests)
    assert len(noted) == len(jobs)
    assert verify(engine).finding is None
