"""Every figure of scale, one after the other, in one table.

``python -m benchmarks [--quick] [--only NAME ...] [--json FILE] [--verbose]``

Each benchmark runs in a process of its own, so that its peak of memory is its own, and leaves its figures for the table
(:mod:`benchmarks.figures`): value, ratio to a peer or a limit of the same run, what is wanted, and whether it is met.
Allow half an hour and a machine that does nothing else. ``--quick`` runs all of them at sizes that only show
that they run, in one to three minutes, so nothing is wanted of its figures; ``--only`` runs some. Exit status 1 where a
benchmark failed; a figure that is not met is told in the table, and below it what was skipped and for want of what.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import SKIPPED, Figure, read, table
from benchmarks.machine import machine_facts

__all__ = ["RUNS", "Run"]


class Run(NamedTuple):
    """One benchmark with its arguments, in full and to show that it runs."""

    module: str
    whole: str
    quick: str


RUNS: dict[str, Run] = {
    "top_k": Run("top_k", "", "--applicants 400 --block 200 --postings 300 --peer-rows 50"),
    "million": Run("top_k", "--large --threads 2", "--large --applicants 400 --block 200 --postings 300"),
    "curve": Run("top_k_curve", "--largest 10", "--largest 8 --postings 2000 --times 1"),
    "engines": Run("spread_engine", "", "--applicants 40 --postings 10 --partition 20 --turns 1 --engines processes"),
    "round": Run("national_round", "", "--applicants 500 --postings 50 --length 10"),
    "listed_round": Run("listed_round", "", "--applicants 500 --postings 50 --length 10 --partition 200"),
    "prices": Run(
        "assignment_by_prices",
        "--applicants 100000 --postings 10000 --width 64 --without-table",
        "--applicants 500 --postings 50",
    ),
    "kept_lists": Run("kept_lists", "", "--applicants 500 --postings 60 --changes 100"),
    "changed_records": Run("changed_records", "", "--applicants 40 --postings 20 --changes 10"),
    "stored_lists": Run(
        "stored_lists",
        "",
        "--applicants 200 --postings 20 --places 10 --candidates 20 --people 20 --turns 1",
    ),
    "start_up": Run("start_up", "--repeats 3", "--repeats 1 --without-service"),
    "reading": Run("reading", "", "--applicants 20 --postings 10"),
    "plan": Run("paper_plan", "", "--quick"),
}


def main() -> None:
    options = _options()
    facts, names, found = machine_facts(), options.only or list(RUNS), dict[str, list[Figure]]()
    failed, skipped = list[str](), dict[str, str]()
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names, start=1):
            began = time.perf_counter()
            print(f"[{number}/{len(names)}] {name} …", end=" ", file=sys.stderr, flush=True)
            done = _run(RUNS[name], Path(folder) / f"{name}.json", options)
            print(f"{time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
            if done.returncode == SKIPPED:
                skipped[name] = done.stdout.strip()
            elif done.returncode:
                failed.append(name)
            else:
                found[name] = _read(Path(folder) / f"{name}.json", is_quick=options.quick)
    _print(facts, [one for figures in found.values() for one in figures], failed, skipped)
    if options.json is not None:
        kept = {
            "machine": facts,
            "is_quick": options.quick,
            "failed": failed,
            "skipped": skipped,
            "figures": {
                name: [asdict(one) | {"is_met": one.is_met} for one in figures] for name, figures in found.items()
            },
        }
        options.json.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(1 if failed else 0)


def _run(run: Run, path: Path, options: argparse.Namespace) -> subprocess.CompletedProcess[str]:
    """One benchmark, ended; what it printed is told where it failed."""
    arguments = (run.quick if options.quick else run.whole).split()
    command = [sys.executable, "-m", f"benchmarks.{run.module}", *arguments, "--figures", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if options.verbose or done.returncode not in {0, SKIPPED}:
        print(f"\n{done.stdout}", file=sys.stderr)
    return done


def _read(path: Path, *, is_quick: bool) -> list[Figure]:
    """The figures of one benchmark; of sizes that only show that it runs nothing is wanted."""
    figures = read(path)
    return [replace(one, least=None, most=None) for one in figures] if is_quick else figures


def _print(facts: dict[str, str], figures: list[Figure], failed: list[str], skipped: dict[str, str]) -> None:
    for name, fact in facts.items():
        print(f"- {name}: {fact}")
    print(f"\n{table(figures)}")
    wanted = [one.is_met for one in figures if one.is_met is not None]
    if wanted:
        print(f"\n{sum(wanted)} of {len(wanted)} as wanted")
    for name, reason in skipped.items():
        print(f"\nskipped: {name}: {reason}")
    if failed:
        print(f"\nfailed: {', '.join(failed)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="sizes that only show that everything runs")
    parser.add_argument("--only", nargs="+", choices=sorted(RUNS), metavar="NAME", help=", ".join(RUNS))
    parser.add_argument("--json", type=Path, help="file to keep the figures in")
    parser.add_argument("--verbose", action="store_true", help="print what each benchmark prints")
    return parser.parse_args()


if __name__ == "__main__":
    main()
