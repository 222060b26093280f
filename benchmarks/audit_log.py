"""Verify a log of a million entries: entries a second against the bare hashing of the same texts, and the memory.

    .venv/bin/python -m benchmarks.audit_log [--entries 1000000] [--appends 500]

The peer reads the rows with the driver and hashes them, without looking at what they say. ``--appends`` times what one
entry costs a request.
"""

from __future__ import annotations

import argparse
import sqlite3
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from api.audit.chain import GENESIS, chained
from api.audit.entry import LOCAL, Entry, Use, Versions, subject
from api.audit.trail import append
from api.audit.verification import verify
from api.storage.database import database_engine, writing
from api.storage.schema_revision import migrate

_DIGEST = "5f" * 32


def _use(number: int) -> Use:
    return Use(
        action="ranked",
        purpose="selection",
        on=(subject("posting", [f"p{number % 450}"]), subject("applicant", [f"a{number + k}" for k in range(8)])),
        inputs={"records": _DIGEST},
        outputs={"lines": _DIGEST, "excluded": _DIGEST},
        versions=Versions(code="0.1.0", weights=_DIGEST, rulesets={"kyoryokutai/fy2026": _DIGEST}),
    )


def _rows(count: int) -> Iterator[tuple[int, str, str, str, str]]:
    at, previous = "2026-11-26T02:08:15.477403Z", GENESIS
    text = Entry(**dict(_use(7)), sequence=1, at=at, actor=LOCAL, seal="sha256").text()
    before, after = text.split('"sequence":1,')
    for number in range(1, count + 1):
        entry = f'{before}"sequence":{number},{after}'
        found = chained(previous, entry.encode())
        yield number, at, previous, entry, found
        previous = found


def _fill(path: Path, count: int) -> None:
    with sqlite3.connect(path) as db:
        db.executemany("INSERT INTO audit (sequence, at, previous, entry, hash) VALUES (?, ?, ?, ?, ?)", _rows(count))
        last = "SELECT 1, sequence, hash, 0 FROM audit ORDER BY sequence DESC LIMIT 1"
        db.execute(f"INSERT INTO audithead (id, sequence, hash, purged_through) {last}")
    db.close()


def _verified(engine: Engine, count: int) -> float:
    begin = time.process_time()
    found = verify(engine)
    seconds = time.process_time() - begin
    assert (found.finding, found.entries) == (None, count)
    return seconds


def _bare(path: Path) -> float:
    begin, previous = time.process_time(), GENESIS
    with sqlite3.connect(path) as db:
        for before, entry, found in db.execute("SELECT previous, entry, hash FROM audit ORDER BY sequence"):
            assert before == previous
            previous = chained(previous, entry.encode())
            assert previous == found
    db.close()
    return time.process_time() - begin


def _peak(engine: Engine) -> float:
    tracemalloc.start()
    verify(engine)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return peak


def _appends(engine: Engine, count: int) -> float:
    begin = time.process_time()
    for number in range(count):
        with writing(engine) as session:
            append(session, _use(number), actor=LOCAL)
    return (time.process_time() - begin) / count


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--appends", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        engine = database_engine(f"sqlite:///{path}")
        migrate(engine)
        _fill(path, options.entries)
        bare, found = _bare(path), _verified(engine, options.entries)
        size = path.stat().st_size / options.entries
        print(f"{options.entries:,} entries, {size:.0f} bytes each in the file")
        print(f"verify {found:.1f} CPU s, {options.entries / found:,.0f} entries/s; bare hashing {bare:.1f}: ", end="")
        print(f"{found / bare:.1f} x")
        print(f"one appended entry {1e3 * _appends(engine, options.appends):.2f} CPU ms")
        engine.dispose()
        for count in (options.entries // 100, options.entries // 10):
            short = Path(folder) / f"{count}.db"
            engine = database_engine(f"sqlite:///{short}")
            migrate(engine)
            _fill(short, count)
            print(f"peak of verify at {count:,} entries: {_peak(engine):.1f} MiB of Python objects")
            engine.dispose()


if __name__ == "__main__":
    main()
