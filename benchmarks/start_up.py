"""How soon the command line answers in a fresh process, and what an idle service holds in memory.

    python -m benchmarks.start_up [--repeats 5] [--settle 30] [--without-service]

Every process is started anew, the kinds in turn, so that a busy machine burdens all alike; medians of wall and CPU
seconds stand beside their ratio to ``python -c pass`` and to ``import numpy``, below which nothing that scores can be.
The memory is that of the service and of all it started, once with an empty database and once with the sample market,
after ``--settle`` seconds without a request: ``RSS`` counts what processes share in each, ``PSS`` once.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from benchmarks import figures
from benchmarks.figures import Figure
from benchmarks.load.stage import served
from features.synthetic import sample_date, sample_market

_COMMAND = "from api.cli import main; main()"
_SMALL = ("--applicants", "fixtures/small/applicants.json", "--postings", "fixtures/small/postings.json")
_RANK = (_COMMAND, "rank", *_SMALL, "--on", "2026-11-25", "--json")
_STARTS: Mapping[str, Sequence[str]] = {
    "python -c pass": ("pass",),
    "import numpy": ("import numpy",),
    "import matching": ("import matching",),
    "enmusubi --help": (_COMMAND, "--help"),
    "enmusubi rank --help": (_COMMAND, "rank", "--help"),
    "enmusubi rank, one call of the sample files": (*_RANK, "--posting", "p01"),
    "enmusubi rank, all 12 calls": _RANK,
}
_WANTED = {"import matching": 0.3, "enmusubi --help": 0.5, "enmusubi rank, all 12 calls": 2.0}
_WANTED_MB = 400


@dataclass(frozen=True)
class Taken:
    """Wall and CPU seconds of one process."""

    wall: float
    cpu: float


def main() -> None:
    """Print every figure with its ratios and with what is wanted of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--settle", type=float, default=30)
    parser.add_argument("--without-service", action="store_true")
    figures.add_option(parser)
    options = parser.parse_args()
    found = _starts(options.repeats)
    if not options.without_service:
        found += [_idle(is_sample=sample, settle=options.settle) for sample in (False, True)]
    figures.keep(options.figures, found)


def _starts(repeats: int) -> list[Figure]:
    taken = {name: list[Taken]() for name in _STARTS}
    for arguments in _STARTS.values():
        _started(arguments)  # files and compiled modules are in the machine's memory from here on
    for _ in range(repeats):
        for name, arguments in _STARTS.items():
            taken[name].append(_started(arguments))
    middles = {name: Taken(median(t.wall for t in all_), median(t.cpu for t in all_)) for name, all_ in taken.items()}
    bare, numpy = middles["python -c pass"], middles["import numpy"]
    print(f"{'':45} {'wall s':>7} {'CPU s':>7} {'× pass':>8} {'× numpy':>8}  wanted")
    for name, one in middles.items():
        ratios = f"{one.cpu / bare.cpu:8.1f} {one.cpu / numpy.cpu:8.2f}"
        wanted = f"≤ {_WANTED[name]} s" if name in _WANTED else ""
        print(f"{name:45} {one.wall:7.2f} {one.cpu:7.2f} {ratios}  {wanted}")
    return [
        Figure(
            name=name,
            value=one.wall,
            unit="s",
            ratio=one.wall / numpy.wall,
            against="`import numpy`",
            most=_WANTED.get(name),
        )
        for name, one in middles.items()
    ]


def _started(arguments: Sequence[str]) -> Taken:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", *arguments], check=True, capture_output=True)
    wall, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _idle(*, is_sample: bool, settle: float) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        url, log = f"sqlite:///{Path(folder) / 'enmusubi.db'}", Path(folder) / "service.log"
        if is_sample:
            _fill(url)
        with served(url, workers=1, today=sample_date(), log=log) as service:
            time.sleep(settle)
            held = [_memory_mb(pid) for pid in _family(service.pid)]
    rss, pss = sum(rss for rss, _ in held), sum(pss for _, pss in held)
    own = " + ".join(f"{rss:.0f}" for rss, _ in held)
    told = "sample market" if is_sample else "empty database"
    print(f"idle service, {told:15} RSS {rss:5.0f} MB ({own}), PSS {pss:5.0f} MB  wanted ≤ {_WANTED_MB} MB")
    return Figure(name=f"idle service, {told}, PSS", value=pss, unit="MB", most=_WANTED_MB)


def _fill(url: str) -> None:
    engine = database_engine(url)
    migrate(engine)
    with writing(engine) as session:
        load_records_into(session, sample_market())
    engine.dispose()


def _family(pid: int) -> Iterator[int]:
    """A process and all it started, whichever of its threads did."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from _family(int(child))


def _memory_mb(pid: int) -> tuple[float, float]:
    """RSS and PSS of a process in MB of 10⁶ bytes."""
    rss = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    pss = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return rss / 1e6, pss / 1e6


if __name__ == "__main__":
    main()
