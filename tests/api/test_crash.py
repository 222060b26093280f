"""The service is killed in the middle of 200 concurrent writes: nothing acknowledged is lost, nothing is half there."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Lock

from starlette.testclient import TestClient

from api.app import create_app
from api.settings import Settings

WRITES, WRITERS, ACKNOWLEDGED_BEFORE = 200, 20, 40
_SERVE = "import uvicorn; from api.app import create_app; uvicorn.run(create_app(), port={port}, log_level='error')"


@contextmanager
def _service(url: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = door.getsockname()[1]
    environment = os.environ | {"ENMUSUBI_DATABASE_URL": url}
    process = subprocess.Popen([sys.executable, "-c", _SERVE.format(port=port)], env=environment)
    try:
        _wait_for(port)
        yield process, port
    finally:
        process.kill()
        process.wait()


def _wait_for(port: int) -> None:
    for _ in range(600):
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
    applied = {"application_id": f"x{number}", "applicant_id": f"a{number}", "posting_id": f"p{number}"}
    applicant = {"applicant_id": f"a{number}", "programs": ["kyoryokutai"]}
    return json.dumps({"applicants": [applicant], "postings": [posting], "applications": [applied]}).encode()


class _Writers:
    """Many writers at once who note what was acknowledged; the first refusal of a connection ends each of them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._lock = Lock()
        self.acknowledged: set[int] = set()
        self.are_under_way = Event()

    def store(self, numbers: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            for number in numbers:
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


def test_a_kill_in_the_middle_of_200_writes_loses_nothing_acknowledged_and_leaves_nothing_half(
    database_url: str,
) -> None:
    with _service(database_url) as (process, port), ThreadPoolExecutor(WRITERS) as pool:
        writers = _Writers(port)
        share = WRITES // WRITERS
        for first in range(0, WRITES, share):
            pool.submit(writers.store, range(first, first + share))
        assert writers.are_under_way.wait(60)
        process.send_signal(signal.SIGKILL)
    acknowledged = writers.acknowledged
    assert ACKNOWLEDGED_BEFORE <= len(acknowledged) < WRITES  # the kill came in the middle

    with TestClient(create_app(Settings(database_url=database_url))) as client:
        stored = {
            kind: {int(one[key][1:]) for one in client.get(f"/api/v1/{kind}?limit=1000").json()[kind]}
            for kind, key in (
                ("applicants", "applicant_id"),
                ("postings", "posting_id"),
                ("applications", "application_id"),
            )
        }
        assert stored["applicants"] == stored["postings"] == stored["applications"]
        assert acknowledged <= stored["applicants"]
        answer = client.post("/api/v1/records", content=_document(WRITES), headers={"content-type": "application/json"})
        assert answer.status_code == 201
