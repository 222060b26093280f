"""The network is cut and everything works; it is not cut and nobody is reached. There is no telemetry."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pytest

from tests.api.operation.offline_day import FAR

ROOT = Path(__file__).resolve().parents[3]
OFFLINE = Path(__file__).with_name("offline")
CUTS = (("unshare", "--net"), ("unshare", "--user", "--map-root-user", "--net"))
OWN = re.compile(
    r"socket\.\w+\t(\('(127(\.\d+){3}|::1)', .*\)|'(localhost|127(\.\d+){3}|::1)'|None|b?'[^']*\.sock[^']*'|\"?'?/.*)"
)


@dataclass(frozen=True)
class _Day:
    is_cut: bool
    found: dict[str, Any]
    reached: list[str]


def _cut() -> Sequence[str]:
    """The command that starts another in a network of its own, with no way out of it; empty where there is none."""
    for command in CUTS:
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0:
            return command
    return ()


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> _Day:
    """The demo and the service, used by processes that note whom they call; the network is cut where it can be."""
    folder, cut = tmp_path_factory.mktemp("day"), _cut()
    record = folder / "reached"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(OFFLINE), str(ROOT)]), "REACHED_RECORD": str(record)}
    script = [sys.executable, "-m", "tests.api.operation.offline_day", str(folder), "cut" if cut else "open"]
    done = subprocess.run([*cut, *script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    reached = record.read_text(encoding="utf-8").splitlines()
    return _Day(bool(cut), cast("dict[str, Any]", json.loads(done.stdout)), reached)


def test_everything_works_where_there_is_no_network_at_all(day: _Day) -> None:
    if not day.is_cut:
        pytest.skip("no network namespace here: unshare (util-linux) as root, or user namespaces, would be needed")
    assert day.found["far"] == str(errno.ENETUNREACH)  # it really was cut
    assert day.found["demo"] == 0, day.found["said"]
    assert any(name.endswith(".xlsx") for name in day.found["papers"])
    assert set(day.found["answers"]) == {200}


def test_nobody_beyond_this_machine_is_looked_up_or_called(day: _Day) -> None:
    assert len(day.reached) > len(day.found["answers"])  # the calls over loopback were noted
    beyond = [line for line in day.reached if not OWN.fullmatch(line)]
    assert beyond == [f"socket.connect\t{FAR!r}"] * day.is_cut  # the probe that shows that the network is cut


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('192.0.2.1', 443), 0.01)",
        "import urllib.request; urllib.request.urlopen('http://statistics.invalid', timeout=0.01)",
        "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'', ('192.0.2.1', 53))",
    ],
)
def test_whoever_is_called_would_be_noted(code: str, tmp_path: Path) -> None:
    record = tmp_path / "reached"
    environment = os.environ | {"PYTHONPATH": str(OFFLINE), "REACHED_RECORD": str(record)}
    subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert [line for line in record.read_text(encoding="utf-8").splitlines() if not OWN.fullmatch(line)]
