"""The real command in a process of its own, as an operator starts it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any, cast
from urllib.parse import urlsplit

ENMUSUBI = (sys.executable, "-W", "error", "-c", "from api.cli import main; main()")


@dataclass
class Running:
    """A service that answers, and what it has printed and logged so far."""

    process: subprocess.Popen[str]
    told: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.told[-1].removesuffix("/api/v1/openapi.json")

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        with closing(self.connection()) as connection:
            connection.request("GET", path, headers=dict(headers or {}))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=180)

    def stop(self, seconds: float = 60) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def events(self) -> list[dict[str, Any]]:
        return [cast("dict[str, Any]", json.loads(line)) for line in self.logged]


@contextmanager
def running(folder: Path, *options: str, before: Sequence[str] = (), **settings: str) -> Iterator[Running]:
    """``enmusubi serve`` with a database in ``folder``; ``before``: the command that starts it in another place."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ENMUSUBI_")}
    environment |= {f"ENMUSUBI_{name.upper()}": value for name, value in settings.items()}
    environment.setdefault("ENMUSUBI_DATABASE_URL", f"sqlite:///{folder / 'enmusubi.db'}")
    command = [*before, *ENMUSUBI, "serve", *options]
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1
    )
    service = Running(process)
    reader = Thread(target=_keep, args=(process.stderr, service.logged))
    reader.start()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            service.told.append(line.rstrip("\n"))
            if line.endswith("openapi.json\n"):
                break
        yield service
    finally:
        process.kill()
        process.wait()
        reader.join(10)
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def is_running(process: int) -> bool:
    """Whether a process is there, whoever started it."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _keep(stream: Any, lines: list[str]) -> None:
    lines.extend(line.rstrip("\n") for line in iter(stream.readline, ""))
