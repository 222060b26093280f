"""Lists of a register on one and on two workers: what the second brings, beside what the machine has to give.

``python -m benchmarks.spread_engine [--applicants 4000] [--postings 400] [--partition 100] [--engines dask processes]``

The people are those of the sample market, with their texts, cut into partitions. Each engine lists them all with one
worker and with two, turn about, ``--turns`` times; medians. The limit is printed from the same run: how much faster two
processes do a bare float32 product than one does, each on one thread. Two hyperthreads of one core give far less than
2 there, and no engine can give more. Dask's workers have read the calls before the clock starts; processes are new for
every run, so their time holds their start and their reading of the calls.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from api.engines.engine import engine_of
from api.engines.list_run import list_register, only_one_run
from api.engines.list_task import task_for
from benchmarks import figures
from benchmarks.figures import Figure
from features.json_files.record_files import dump_records
from features.partitions.applicant_files import cut
from features.records import Records
from features.synthetic import sample_date, sample_market
from features.weights import default_weights

_WORKERS = 1, 2
_SIDE, _PRODUCTS = 1_536, 12


def main() -> None:
    """Run the benchmark."""
    options = _options()
    records = sample_market(n_applicants=options.applicants, n_postings=options.postings, n_company_people=0)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "applicants").mkdir()
        partitions = cut(records.applicants, folder / "applicants", size=options.partition)
        (folder / "postings.json").write_text(dump_records(Records(postings=records.postings)), encoding="utf-8")
        print(
            f"{len(records.applicants):,} applicants x {len(records.postings):,} postings, {len(partitions)} partitions"
        )
        print(f"processors {os.cpu_count()}; seconds, medians of {options.turns}\n")
        print(f"{'':<34}{'one worker':>12}{'two workers':>12}{'ratio':>8}{'spread':>16}")
        digests: set[str] = set()
        runs: dict[str, Callable[[int], float]] = {"limit: bare float32 product": _product}
        with _clusters(options.engines) as addresses:
            for engine in options.engines:
                listing = partial(_list, folder, partitions, engine, addresses, digests)
                if engine == "dask":
                    for n in _WORKERS:
                        listing(n)  # every worker reads the calls and loads the kernels
                runs[f"lists, {engine}"] = listing
            times = _turns(runs, options.turns)
        for label, seconds in times.items():
            one, two = (statistics.median(seconds[n]) for n in _WORKERS)
            ratios = sorted(a / b for a, b in zip(seconds[1], seconds[2], strict=True))
            print(f"{label:<34}{one:12.2f}{two:12.2f}{one / two:8.2f}{ratios[0]:10.2f}-{ratios[-1]:.2f}")
    figures.keep(options.figures, _figures(times))
    if len(digests) != 1:
        raise SystemExit(f"the runs left {len(digests)} different lists, expected the same bytes from all")
    print(f"\nevery run left the same bytes: {digests.pop()[:16]}")


def _figures(times: dict[str, dict[int, list[float]]]) -> list[Figure]:
    """How much faster two workers are than one; the first line is what the machine has to give."""
    gains = {label: statistics.median(one[1]) / statistics.median(one[2]) for label, one in times.items()}
    (limit, most), *lists = gains.items()
    return [
        Figure(name=f"two workers, {limit}", value=most, unit="times one"),
        *(
            Figure(
                name=f"two workers, {label}",
                value=gain,
                unit="times one",
                ratio=gain / most,
                against="what two processes gain in a product",
                least=1.7,
            )
            for label, gain in lists
        ),
    ]


def _turns(runs: dict[str, Callable[[int], float]], n_turns: int) -> dict[str, dict[int, list[float]]]:
    """Seconds by what ran and number of workers; whatever else the machine does meets all alike."""
    times: dict[str, dict[int, list[float]]] = {label: {n: [] for n in _WORKERS} for label in runs}
    for _ in range(n_turns):
        for label, run in runs.items():
            for n in _WORKERS:
                times[label][n].append(run(n))
    return times


def _product(n_workers: int) -> float:
    """Seconds of the same number of products, shared by so many processes."""
    with ProcessPoolExecutor(n_workers, mp_context=get_context("spawn")) as pool:
        list(pool.map(_multiply, [1] * n_workers))  # they have started
        began = time.perf_counter()
        list(pool.map(_multiply, [_PRODUCTS // n_workers] * n_workers))
        return time.perf_counter() - began


def _multiply(n_products: int) -> float:
    one = np.ones((_SIDE, _SIDE), np.float32)
    with threadpool_limits(1):
        return float(sum((one @ one)[0, 0] for _ in range(n_products)))


def _list(  # noqa: PLR0917
    folder: Path,
    partitions: Sequence[Path],
    engine: str,
    addresses: dict[int, str],
    digests: set[str],
    n_workers: int,
) -> float:
    name = addresses[n_workers] if engine == "dask" else f"processes:{n_workers}"
    weights, postings = default_weights(), folder / "postings.json"
    with tempfile.TemporaryDirectory(dir=folder) as out, only_one_run(Path(out)):
        task = task_for(Path(out), postings, weights=weights, on=sample_date(), per_applicant=50, per_posting=200)
        began = time.perf_counter()
        list_register(task, partitions, engine_of(name))
        seconds = time.perf_counter() - began
        digests.add(hashlib.sha256((Path(out) / "lists.json").read_bytes()).hexdigest())
    return seconds


@contextmanager
def _clusters(engines: Sequence[str]) -> Iterator[dict[int, str]]:
    """A cluster of one worker and one of two, side by side: the one that is not asked is idle."""
    if "dask" not in engines:
        yield {}
        return
    from distributed import LocalCluster  # noqa: PLC0415 - an extra

    def cluster(n: int) -> LocalCluster:
        return LocalCluster(
            n_workers=n,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            scheduler_port=0,
            dashboard_address="127.0.0.1:0",
        )

    with cluster(1) as one, cluster(2) as two:
        found = {1: one.scheduler_address, 2: two.scheduler_address}
        yield {n: f"dask://{address.partition('://')[2]}" for n, address in found.items()}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int, default=4_000)
    parser.add_argument("--postings", type=int, default=400)
    parser.add_argument("--partition", type=int, default=100)
    parser.add_argument("--engines", nargs="+", choices=("dask", "processes"), default=["dask", "processes"])
    parser.add_argument("--turns", type=int, default=3)
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
