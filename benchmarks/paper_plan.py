"""What ten million registrants and ten thousand postings cost on k cores: coefficients measured here, then sums.

``python -m benchmarks.paper_plan [--applicants 10000000] [--postings 10000] [--partition 10000] [--quick]``

Each stage of ``enmusubi rank --engine`` (:mod:`benchmarks.paper_stages`) is measured at three sizes, each in a process
of its own. The cost of a unit (a person, a pair, a row) is fitted to them, and the fourth, largest size is predicted
before it is measured; the error is printed. The plan adds the stages up: what every worker does once, what partitions
cost, shared by k cores in whole partitions, and what one process does at the end, the merge. CPU seconds of one thread
of this machine; a busy neighbour makes them longer.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks import figures
from benchmarks.figures import Figure
from benchmarks.fits import fit_costs
from benchmarks.paper_stages import PER_APPLICANT, PER_POSTING, measured

__all__ = ["Plan", "Register", "Stage", "merged_rows", "plan_of", "stages"]

CORES = 1, 2, 4, 8, 16, 32, 64
_SORTED_AT_ONCE = 4_000_000  # as features.partitions.merging has it
_MOST_OFF = 25.0  # per cent; the plan is no better than that


@dataclass(frozen=True)
class Stage:
    """One figure of a stage and what drives it.

    Attributes
    ----------
    name : str
    stage, field : str
        Of :mod:`benchmarks.paper_stages`: which to run, and which of its answers.
    drivers : callable
        From a size to the numbers that the figure is a sum over; the first is 1 where something is fixed.
    sizes : sequence of tuple of int
        Three to fit, and the last to predict.
    unit : str
    """

    name: str
    stage: str
    field: str
    drivers: Callable[..., Sequence[float]]
    sizes: Sequence[tuple[int, ...]]
    unit: str


@dataclass(frozen=True, kw_only=True)
class Register:
    """What is planned for: people, postings, and people of a partition."""

    applicants: int
    postings: int
    partition: int

    @property
    def n_partitions(self) -> int:
        """The last one may be smaller."""
        return -(-self.applicants // self.partition)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Costs of a whole register, in CPU seconds of one core, bytes and GiB.

    Attributes
    ----------
    once : float
        What every worker does before its first partition.
    reading, scoring, writing : float
        Of one partition.
    merge : float
        Of the process that ends the run.
    register_bytes, lists_bytes, result_bytes : float
        Files of the register, of all partitions' lists, and of the merged ones.
    worker_gib, merge_gib : float
        The most memory of a process.
    n_partitions : int
    """

    once: float
    reading: float
    scoring: float
    writing: float
    merge: float
    register_bytes: float
    lists_bytes: float
    result_bytes: float
    worker_gib: float
    merge_gib: float
    n_partitions: int

    @property
    def partition(self) -> float:
        """CPU seconds of one partition."""
        return self.reading + self.scoring + self.writing

    def seconds(self, cores: int) -> float:
        """From the start to the merged lists."""
        return self.once + -(-self.n_partitions // cores) * self.partition + self.merge

    @property
    def most_speed_up(self) -> float:
        """What no number of cores gets beyond."""
        return self.seconds(1) / (self.once + self.partition + self.merge)


def main() -> None:
    options = _options()
    register = Register(applicants=options.applicants, postings=options.postings, partition=options.partition)
    unit, found = _fitted(stages(is_quick=options.quick), measured if options.quick else _in_a_process)
    plan = plan_of(register, unit)
    _print(register, plan)
    figures.keep(options.figures, [*found, *_figures(plan)])


def _fitted(
    of: Sequence[Stage], run: Callable[[str, Sequence[int]], dict[str, float]]
) -> tuple[dict[str, np.ndarray], list[Figure]]:
    """What a unit of each driver costs, by the stage's name, and how far each prediction is off."""
    known, unit, found = dict[tuple[str, tuple[int, ...]], dict[str, float]](), dict[str, np.ndarray](), []
    for one in of:
        for sizes in one.sizes:
            if (one.stage, sizes) not in known:
                known[one.stage, sizes] = run(one.stage, sizes)
        given = [one.drivers(*sizes) for sizes in one.sizes]
        got = [known[one.stage, sizes][one.field] for sizes in one.sizes]
        unit[one.name] = fit_costs(given[:-1], got[:-1])
        predicted = float(unit[one.name] @ np.asarray(given[-1]))
        off, size = predicted / got[-1] - 1, " × ".join(f"{n:,}" for n in one.sizes[-1])
        told = f"predicted {predicted:11.4g}, found {got[-1]:11.4g} {one.unit}: {off:+.1%}"
        print(f"{one.name:<20} at {size:<14} {told}", flush=True)
        found.append(Figure(name=f"plan, {one.name} at {size}: off", value=abs(off) * 100, unit="%", most=_MOST_OFF))
    return unit, found


def stages(*, is_quick: bool = False) -> list[Stage]:
    """Return what is measured: small sizes where it is only to be seen that it runs."""
    if is_quick:
        ones, rows = [(5,), (10,), (15,), (20,)], [(20,), (40,), (60,), (80,)]
        pairs, merges = [(40, 20), (80, 20), (80, 40), (100, 60)], [(2, 20), (3, 40), (4, 20), (4, 80)]
    else:
        ones, rows = [(100,), (200,), (400,), (800,)], [(1_000,), (2_000,), (4_000,), (10_000,)]
        pairs = [(500, 250), (1_000, 250), (1_000, 500), (2_000, 1_000)]
        merges = [(30, 1_000), (20, 2_000), (40, 1_000), (40, 4_000)]
    return [
        Stage("calls", "calls", "seconds", _one_more, ones, "CPU s"),
        Stage("people", "people", "seconds", _one_more, ones, "CPU s"),
        Stage("register's bytes", "people", "bytes", _one_more, ones, "bytes"),
        Stage("pairs", "pairs", "seconds", lambda n, m: (n * m, n * PER_APPLICANT + m * PER_POSTING), pairs, "CPU s"),
        Stage("memory of a worker", "pairs", "peak_gib", lambda n, m: (1.0, n, m), pairs, "GiB"),
        Stage("places", "rows", "places_seconds", _one_more, rows, "CPU s"),
        Stage("places' bytes", "rows", "places_bytes", _one_more, rows, "bytes"),
        Stage("candidates", "rows", "candidates_seconds", _one_more, rows, "CPU s"),
        Stage("candidates' bytes", "rows", "candidates_bytes", _one_more, rows, "bytes"),
        Stage("merge", "merge", "seconds", lambda p, m: (p * m * PER_POSTING, merged_rows(p, m)), merges, "CPU s"),
        Stage("memory of the merge", "merge", "peak_gib", lambda _, m: (1.0, m), merges, "GiB"),
    ]


def _one_more(n: int) -> tuple[float, float]:
    """Something that is fixed, and something for each."""
    return 1.0, n


def merged_rows(n_parts: int, n_postings: int, *, most: int = _SORTED_AT_ONCE) -> float:
    """Return how many rows the merge sorts: late in a register few of a part's can still be among the best.

    Examples
    --------
    >>> merged_rows(2, 10, most=10_000), merged_rows(2, 10, most=1_000)
    (4000.0, 6000.0)
    """
    whole = float(n_postings * PER_POSTING)
    waiting, total, n_seen = 0.0, 0.0, 0
    for part in range(1, n_parts + 1):
        waiting += whole / max(n_seen, 1)
        if waiting > most or part == n_parts:
            total += waiting + (whole if n_seen else 0.0)
            waiting, n_seen = 0.0, part
    return total


def plan_of(register: Register, unit: dict[str, np.ndarray]) -> Plan:
    """Add up what a register costs, given what a unit of each driver of :func:`stages` does."""
    n, m, parts = register.partition, register.postings, register.n_partitions
    drivers = {one.name: one.drivers for one in stages(is_quick=True)}

    def cost(name: str, *size: int) -> float:
        return float(unit[name] @ np.asarray(drivers[name](*size), dtype=np.float64))

    candidates_bytes = cost("candidates' bytes", m)
    return Plan(
        once=cost("calls", m),
        reading=cost("people", n),
        scoring=cost("pairs", n, m),
        writing=cost("places", n) + cost("candidates", m),
        merge=cost("merge", parts, m) + cost("candidates", m),
        register_bytes=parts * cost("register's bytes", n),
        lists_bytes=parts * (cost("places' bytes", n) + candidates_bytes),
        result_bytes=parts * cost("places' bytes", n) + candidates_bytes,
        worker_gib=cost("memory of a worker", n, m),
        merge_gib=cost("memory of the merge", parts, m),
        n_partitions=parts,
    )


def _print(register: Register, plan: Plan) -> None:
    print(f"\n{register.applicants:,} people × {register.postings:,} postings, partitions of {register.partition:,}")
    whole = plan.partition * plan.n_partitions
    shares = {"reading": plan.reading, "scores and lists": plan.scoring, "writing lists": plan.writing}
    print(f"calls, once a worker      {plan.once:12,.0f} CPU s")
    for name, seconds in shares.items():
        print(
            f"{name:<26}{seconds * plan.n_partitions:12,.0f} CPU s, {seconds / plan.partition:6.1%}, "
            f"{seconds / register.partition * 1e3:.3f} ms a person"
        )
    print(f"merge, one process        {plan.merge:12,.0f} CPU s, {plan.merge / whole:.1%} of the partitions")
    for name, n_bytes in {
        "register": plan.register_bytes,
        "lists of partitions": plan.lists_bytes,
        "lists that stay": plan.result_bytes,
    }.items():
        print(f"{name:<26}{n_bytes / 1e9:12,.1f} GB")
    print(f"memory of a worker {plan.worker_gib:.1f} GiB, of the merge {plan.merge_gib:.1f} GiB\n")
    print("| cores | hours | against one | of the cores' worth | merge's share | shared folder, MB/s |")
    print("|---|---|---|---|---|---|")
    for k in CORES:
        seconds, gain = plan.seconds(k), plan.seconds(1) / plan.seconds(k)
        rate = (plan.register_bytes + plan.lists_bytes) / (seconds - plan.merge) / 1e6
        print(
            f"| {k} | {seconds / 3600:.2f} | {gain:.1f} × | {gain / k:.0%} | {plan.merge / seconds:.1%} | {rate:.1f} |"
        )
    print(f"\nno number of cores gets beyond {plan.most_speed_up:,.0f} ×")


def _figures(plan: Plan) -> list[Figure]:
    found = [Figure(name=f"plan, {k} cores", value=plan.seconds(k) / 3600, unit="hours") for k in (1, 32)]
    found += [
        Figure(name="plan, merge", value=plan.merge / 3600, unit="hours"),
        Figure(name="plan, memory of a worker", value=plan.worker_gib, unit="GiB"),
        Figure(name="plan, lists of partitions", value=plan.lists_bytes / 1e9, unit="GB"),
    ]
    return found


def _in_a_process(stage: str, sizes: Sequence[int]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.paper_stages", stage, *map(str, sizes)]
    environment = os.environ | {"POLARS_MAX_THREADS": "1"}
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment).stdout
    answer: dict[str, float] = json.loads(found)
    return answer


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--applicants", type=int, default=10_000_000)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--partition", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="sizes that only show that it runs, in one process")
    figures.add_option(parser)
    return parser.parse_args()


if __name__ == "__main__":
    main()
