"""A day with the service and the demo, over loopback alone; run as a script, where there may be no network at all.

Prints one JSON object: what was answered, and whether anything beyond this machine could be reached.
"""

from __future__ import annotations

import fcntl
import json
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.api.operation.processes import ENMUSUBI, Running, running

SMALL = ("--applicants", "16", "--postings", "6")
FAR = ("192.0.2.1", 443)  # a documentation address: nobody is there, but a route to it is
_UP, _LOOPBACK_UP = 0x1, 0x8914  # IFF_UP, SIOCSIFFLAGS


def raise_loopback() -> None:
    """A new network namespace has a loopback interface that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _LOOPBACK_UP, struct.pack("16sh", b"lo", _UP))


def error_of_reaching_far() -> str | None:
    """The error of a first packet to another machine; ``None`` where it can be sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            any_socket.connect(FAR)
        except OSError as error:
            return type(error).__name__ if error.errno is None else str(error.errno)
    return None


def day(folder: Path) -> dict[str, Any]:
    """Demo, then the service on the market that it drew: lists and recommendations."""
    out = folder / "demo"
    demo = subprocess.run([*ENMUSUBI, "demo", "--out", str(out), *SMALL], capture_output=True, text=True, check=False)
    told: dict[str, Any] = {"demo": demo.returncode, "said": demo.stderr[-500:]}
    if demo.returncode != 0:
        return told
    with _served(folder, out / "market.json") as service:
        postings = json.loads(service.get("/api/v1/postings?limit=1")[1])["postings"]
        applicants = json.loads(service.get("/api/v1/applicants?limit=1")[1])["applicants"]
        paths = [
            "/health/ready",
            "/api/v1/openapi.json",
            "/api/v1/eligibility?program=kyoryokutai&origin=13112&destination=01468",
            f"/api/v1/postings/{postings[0]['posting_id']}/candidates?top=5",
            f"/api/v1/applicants/{applicants[0]['applicant_id']}/recommendations?top=5",
            "/api/v1/metrics",
        ]
        answers = [service.get(path)[0] for path in paths]
    return told | {"papers": sorted(path.name for path in out.iterdir()), "answers": answers}


@contextmanager
def _served(folder: Path, market: Path) -> Generator[Running]:
    with running(folder, "--port", "0", "--no-sample", sign_in="off") as service:
        for _ in range(600):
            with suppress(OSError):
                if service.get("/health/ready")[0] == 200:
                    break
            time.sleep(0.1)
        connection = service.connection()
        connection.request("POST", "/api/v1/records", market.read_bytes(), {"Content-Type": "application/json"})
        assert connection.getresponse().status == 201
        connection.close()
        yield service


if __name__ == "__main__":
    if sys.argv[2] == "cut":
        raise_loopback()
    found = {"far": error_of_reaching_far()} if sys.argv[2] == "cut" else {}
    sys.stdout.write(json.dumps(found | day(Path(sys.argv[1]))) + "\n")
