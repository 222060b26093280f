"""Processes of this project that tests start and end, and a Dask cluster of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["ENMUSUBI", "PATIENCE", "local_cluster", "running_process"]

ROOT = Path(__file__).resolve().parents[3]
OPTIONS = {
    "PYTHONPATH": str(ROOT),
    "OPENBLAS_NUM_THREADS": "1",
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "10s",  # a scheduler may ask a dead worker for what it had done
}
ENMUSUBI = "import sys; from api.cli import main; main(sys.argv[1:])"
PATIENCE = 60.0


@contextmanager
def running_process(*command: str) -> Generator[subprocess.Popen[str]]:
    """A process of this project that is ended with everything it started."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        env=os.environ | OPTIONS,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def local_cluster(*, workers: int) -> Generator[str]:
    """What ``enmusubi cluster`` says to type."""
    options = "--workers", str(workers), "--port", "0"
    with running_process(sys.executable, "-c", ENMUSUBI, "cluster", *options) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
