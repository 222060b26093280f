"""How soon the command line answers in a fresh process, and what an idle service holds in memory.

    python -m benchmarks.start_up [--repeats 5] [--settle 75] [--without-service]

Every process is started anew, the kinds in turn, so that a busy machine burdens all alike; medians of wall and CPU
seconds stand beside their ratio to ``python -c pass`` and to ``import numpy``, below which nothing that scores can be.
The memory is that of the service and of all it started, once with an empty database and once with the sample market,
once ``--settle`` seconds went by without work: everybody is read and every list explained by then, and after a minute
the service gives back what it does not use. ``RSS`` counts what processes share in each, ``PSS`` once; of that, ``own``
is no page of a file, which the machine could take back at any time.
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
_WANTED = {"import matching": 0.3, "enmusubi --help": 0.5, "enmusubi rank, one call of the sample files": 2.0}
_WANTED_MB = 400
_BUSY = 0.1  # of a processor: looking for changes takes less, reading anybody more
_PATIENCE = 1_200.0


@dataclass(frozen=True)
class Taken:
    """Wall and CPU seconds of one process."""

    wall: float
    cpu: float


def main() -> None:
    """Print every figure with its ratios and with what is wanted of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--settle", type=float, default=75)
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
            _wait_until_idle(service.pid, settle)
            held = [_memory_mb(pid) for pid in _family(service.pid)]
    rss, pss, own = (sum(parts) for parts in zip(*held, strict=True))
    each = " + ".join(f"{rss:.0f}" for rss, _, _ in held)
    told = "sample market" if is_sample else "empty database"
    figures_told = f"RSS {rss:5.0f} MB ({each}), PSS {pss:5.0f} MB, own {own:5.0f} MB"
    print(f"idle service, {told:15} {figures_told}  wanted ≤ {_WANTED_MB} MB")
    return Figure(name=f"idle service, {told}, PSS", value=pss, unit="MB", most=_WANTED_MB)


def _wait_until_idle(pid: int, settle: float) -> None:
    """Until a while went by in which the processes did next to nothing."""
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        before = _cpu_seconds(pid)
        time.sleep(settle)
        if _cpu_seconds(pid) - before < _BUSY * settle:
            return
    raise SystemExit(f"the service still works after {_PATIENCE:.0f} seconds")


def _cpu_seconds(pid: int) -> float:
    """Of a process and all it started, by now."""
    ticks = 0
    for one in _family(pid):
        after_name = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / os.sysconf("SC_CLK_TCK")


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


def _memory_mb(pid: int) -> tuple[float, float, float]:
    """RSS, PSS and what of that is no page of a file, of a process in MB of 10⁶ bytes."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    parts = {name: int(rest.split()[0]) * 1024 / 1e6 for name, _, rest in (line.partition(":") for line in lines[1:])}
    return parts["Rss"], parts["Pss"], parts["Pss_Anon"]


if __name__ == "__main__":
    main()
