"""A round over the lists of a whole register, as ``enmusubi match --lists`` runs it, against bare reading of its files.

``python -m benchmarks.listed_round [--applicants 100000] [--postings 10000] [--length 50] [--partition 10000]``

Lists are drawn, not scored: everybody lists ``--length`` calls with random scores of both sides, and calls have one to
five seats. The files are those that ``enmusubi rank --engine`` leaves, digests and all. Timed are reading them, each
held against its digest, and building the market; then ties, the mechanism and every check; then writing the result.
The limit is the bytes of the same files, hashed and parsed to columns that nobody uses. Exit status 1 where a listed
pair blocks the matching; pairs in no list are not in the files.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl

from api.canonical import digest_of
from api.engines.list_files import ListFiles
from api.engines.list_run import VERSION
from api.engines.list_task import KINDS
from api.files import write_text
from api.runs.listed_record import listed_record
from benchmarks import figures
from benchmarks.figures import Figure
from benchmarks.limits import peak_gib
from features.json_files.record_files import dump_records
from features.partitions.parquet_files import write_whole
from features.records import Posting, Records
from features.rounds.listed import ListedResult, run_listed_round
from features.rounds.listed_market import open_listed_round
from features.synthetic import sample_date

T = TypeVar("T")
_LIMIT = "bare reading of the files"


def main() -> None:
    """Run the benchmark."""
    options = _options()
    with tempfile.TemporaryDirectory() as name:
        small = argparse.Namespace(applicants=60, postings=20, length=5, partition=30)
        _draw(Path(name) / "small", small)  # kernels are compiled before anything is measured
        _round(Path(name) / "small", {})
        _draw(Path(name) / "lists", options)
        steps = dict[str, float]()
        result = _round(Path(name) / "lists", steps)
    report = result.report()
    for step, seconds in steps.items():
        print(f"{step:36s} {seconds:8.2f} s {seconds / steps[_LIMIT]:7.2f} x {_LIMIT}")
    print(
        f"{report['people']:,} people, {report['listed_pairs']:,} listed pairs, {report['matched']:,} placed on "
        f"{report['seats']:,} seats; {report['blocking_pairs']} blocking pairs among them; peak {peak_gib():.2f} GiB"
    )
    figures.keep(options.figures, _figures(steps, result))
    sys.exit(0 if report["blocking_pairs"] == 0 else 1)


def _round(folder: Path, steps: dict[str, float]) -> ListedResult:
    """The result, and the seconds of each step."""

    def timed(name: str, step: Callable[[], T]) -> T:
        started = time.perf_counter()
        done = step()
        steps[name] = time.perf_counter() - started
        return done

    lists = ListFiles(folder)
    timed(_LIMIT, lambda: _read_bare(folder))
    opened = timed(
        "files read and checked, market",
        lambda: open_listed_round(
            lists.parts(lambda: None), lists.postings(), on=lists.on, list_length=lists.list_length, held=lists.held()
        ),
    )
    result = timed("ties, mechanism and its checks", lambda: run_listed_round(opened))
    timed("placements, seats and record", lambda: _write(result, lists, folder / "round"))
    return result


def _read_bare(folder: Path) -> None:
    for kind in KINDS:
        for path in (folder / kind).iterdir():
            content = path.read_bytes()
            hashlib.sha256(content)
            pl.read_parquet(BytesIO(content))


def _write(result: ListedResult, lists: ListFiles, out: Path) -> None:
    out.mkdir()
    frames = {"placements.parquet": result.placements(), "seats.parquet": result.seats()}
    files = {name: write_whole(frame, out / name, made_from=lists.digest) for name, frame in frames.items()}
    record = listed_record(result, lists, seed=0, lottery="single", files=files)
    write_text(out / "run.json", json.dumps(record))


def _draw(folder: Path, options: argparse.Namespace) -> None:
    """Lists of everybody in files, as a run leaves them, with random scores."""
    rng = np.random.default_rng(0)
    for kind in KINDS:
        (folder / kind).mkdir(parents=True)
    calls = np.array([f"p{number:06}" for number in range(options.postings)])
    names, files = list[str](), dict[str, str]()
    for number, first in enumerate(range(0, options.applicants, options.partition)):
        people = np.array([f"a{row:08}" for row in range(first, min(first + options.partition, options.applicants))])
        names.append(f"part-{number:06}.parquet")
        for kind, frame in _drawn_part(rng, people, calls, min(options.length, calls.size)).items():
            files[f"{kind}/{names[-1]}"] = write_whole(frame, folder / kind / names[-1], made_from="drawn")
    nobody = pl.DataFrame(schema={"applicant_id": pl.String})
    files["accepted.parquet"] = write_whole(nobody, folder / "accepted.parquet", made_from="drawn")
    body: dict[str, object] = {
        "version": VERSION,
        "on": sample_date().isoformat(),
        "options": {"per_applicant": options.length},
        "inputs": {"postings": _write_calls(rng, calls, folder), "partitions": dict.fromkeys(names, "drawn")},
        "held": {"seats_taken": {}, "households": 0},
        "files": files,
        "code": "drawn",
        "rulesets": [],
        **{name: {"drawn": True} for name in ("weights", "reading", "reference")},
    }
    write_text(folder / "lists.json", json.dumps(body | {"digest": digest_of(body)}))


def _drawn_part(
    rng: np.random.Generator, people: np.ndarray, calls: np.ndarray, length: int
) -> dict[str, pl.DataFrame]:
    first = rng.integers(calls.size, size=(people.size, 1))
    listed = {
        "applicant_id": np.repeat(people, length),
        "posting_id": calls[(first + np.arange(length)) % calls.size].ravel(),
    }
    own = -np.sort(-rng.random((people.size, length)), axis=1).ravel()
    place = np.tile(np.arange(1, length + 1, dtype=np.int32), people.size)
    nobody = pl.DataFrame({"applicant_id": people[:0]})
    return {
        "places": pl.DataFrame({**listed, "place": place, "score": own}),
        "candidates": nobody,
        "unordered": nobody,
        "priorities": pl.DataFrame({**listed, "score": rng.random(own.size)}).sort("applicant_id", "posting_id"),
        "everybody": pl.DataFrame({"applicant_id": people}),
    }


def _write_calls(rng: np.random.Generator, calls: np.ndarray, folder: Path) -> str:
    seats = rng.integers(1, 6, calls.size)
    postings = tuple(
        Posting(posting_id=an_id, program="kyoryokutai", municipality_code="01468", headcount=n)
        for an_id, n in zip(calls.tolist(), seats.tolist(), strict=True)
    )
    text = dump_records(Records(postings=postings))
    write_text(folder / "postings.json", text)
    return hashlib.sha256(text.encode()).hexdigest()


def _figures(steps: dict[str, float], result: ListedResult) -> list[Figure]:
    whole = sum(seconds for step, seconds in steps.items() if step != _LIMIT)
    found = [
        Figure(name=f"round over lists, {step}", value=seconds, unit="s", ratio=seconds / steps[_LIMIT], against=_LIMIT)
        for step, seconds in (*steps.items(), ("whole", whole))
    ]
    n_blocking = len(result.found.blocking)
    return [
        *found,
        Figure(name="round over lists, blocking pairs among the listed", value=n_blocking, unit="", most=0),
        Figure(name="round over lists, peak memory with drawing them", value=peak_gib(), unit="GiB"),
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int, default=100_000)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--length", type=int, default=50)
    parser.add_argument("--partition", type=int, default=10_000)
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
