"""Lists that follow a market's changes, against a full pass over the changed market.

``python -m benchmarks.kept_lists [--applicants 100000] [--postings 10000] [--width 64] [--changes 1000]``

One change in a hundred is a posting's, the others are applicants'. A change is a drawn vector in place of another: no
terms, rules or texts, which :mod:`benchmarks.changed_records` has. Prints changes a minute, how much cheaper one is
than a full pass in the same run, and whether the lists at the end are those of a full pass; exit status 1 where they
are not.
"""

from __future__ import annotations

import argparse
import sys
import time

import numpy as np

from benchmarks import figures
from benchmarks.drawn_sides import vectors
from benchmarks.figures import Figure
from matching.ranking import ApplicantBlock, ApplicantSide, Postings, PostingSide, top_k
from matching.ranking.kept_lists import KeptLists
from matching.ranking.side_changes import copied, with_applicant, with_posting

_WANTED = 1_000  # changes a minute
_WHAT = "drawn vectors, no terms, rules or texts"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--applicants", type=int, default=100_000)
    parser.add_argument("--postings", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--changes", type=int, default=1_000)
    figures.add_option(parser)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    everyone = ApplicantBlock(0, ApplicantSide(vectors(rng, options.applicants, options.width)))
    postings = Postings(PostingSide(vectors(rng, options.postings, options.width)))
    kept, taken = KeptLists(everyone, postings), {"applicant": list[float](), "posting": list[float]()}
    everyone = copied(everyone)
    kept.change_applicant(_record(rng, 0, options.width, everyone))  # kernels are compiled before anything is measured
    for number in range(options.changes):
        kind = "posting" if number % 100 == 99 else "applicant"
        if kind == "posting":
            call, at = Postings(PostingSide(vectors(rng, 1, options.width))), int(rng.integers(options.postings))
            started = time.perf_counter()
            kept.change_posting(at, call)
            taken[kind].append(time.perf_counter() - started)
            postings = with_posting(postings, at, call)
        else:
            record = _record(rng, int(rng.integers(options.applicants)), options.width, everyone)
            started = time.perf_counter()
            kept.change_applicant(record)
            taken[kind].append(time.perf_counter() - started)
    started = time.perf_counter()
    found = top_k([everyone], postings)
    whole, total = time.perf_counter() - started, sum(map(sum, taken.values()))
    is_same = all(
        np.array_equal(one.items, other.items) and np.array_equal(one.units, other.units)
        for one, other in ((kept.applicants, found.applicants), (kept.postings, found.postings))
    )
    print(f"{options.applicants:,} applicants, {options.postings:,} postings, {options.changes:,} changes of {_WHAT}")
    print(f"{options.changes / total * 60:,.0f} changes a minute (wanted {_WANTED:,}); a full pass takes {whole:.1f} s")
    for kind, times in taken.items():
        if times:
            middle = float(np.median(times))
            print(
                f"{kind:9s} {middle * 1e3:8.1f} ms, slowest {max(times) * 1e3:8.1f} ms, {whole / middle:8.0f} x cheaper"
            )
    print("lists are those of a full pass" if is_same else "LISTS DIFFER from those of a full pass")
    figures.keep(options.figures, _figures(options, taken, whole))
    sys.exit(0 if is_same else 1)


def _figures(options: argparse.Namespace, taken: dict[str, list[float]], whole: float) -> list[Figure]:
    a_minute = options.changes / sum(map(sum, taken.values())) * 60
    found = [Figure(name=f"changes that lists follow ({_WHAT})", value=a_minute, unit="a minute", least=_WANTED)]
    for kind, times in taken.items():
        if times:
            middle = float(np.median(times))
            ratio = middle / whole
            found.append(
                Figure(
                    name=f"one {kind} changed ({_WHAT})",
                    value=middle * 1e3,
                    unit="ms",
                    ratio=ratio,
                    against="a full pass",
                )
            )
    return found


def _record(rng: np.random.Generator, row: int, width: int, everyone: ApplicantBlock) -> ApplicantBlock:
    record = ApplicantBlock(row, ApplicantSide(vectors(rng, 1, width)))
    with_applicant(everyone, record)
    return record


if __name__ == "__main__":
    main()
