"""Rules of a national market: 10,000 applicants × 3,300 postings, as tables against one pair at a time.

    .venv/bin/python benchmarks/rules.py [APPLICANTS POSTINGS]

Prints the time to judge, the time for every pair's verdict, and the ratio to asking pair by pair (a sample of pairs,
scaled). Reading records is not timed.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from features.municipalities import table
from features.records import Applicant, Posting
from features.rules import VERDICTS, eligibility, judge, shipped_rulesets
from features.tables import applicant_table, posting_table

ON = date(2026, 11, 23)
EVERY = slice(None)
SAMPLED_PAIRS = 200
REPEATS = 5


def best_of(task: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        task()
        times.append(time.perf_counter() - start)
    return min(times)


def draw_applicants(n: int, rng: np.random.Generator) -> list[Applicant]:
    codes = table()["code"].to_list()
    licences = ["普通自動車免許", "普通自動車免許（AT限定）", "大型", "わな猟免許", "気象予報士", "二級小型船舶操縦士"]
    found = []
    for k in range(n):
        origin = {
            "municipality_code": str(rng.choice(codes)),
            "zone": str(rng.choice(["inside", "outside", "unknown"])),
        }
        profile: dict[str, object] = {
            "origin": origin,
            "licences": [str(x) for x in rng.choice(licences, size=rng.integers(0, 4), replace=False)],
            "languages": [{"code": "en", "cefr": str(rng.choice(["A2", "B1", "B2", "C1"]))}],
            "days_per_month": int(rng.integers(2, 22)),
            "hours_per_month": int(rng.integers(8, 160)),
        }
        if rng.random() < 0.05:
            profile["exception"] = {
                "kind": "former_member",
                "months": int(rng.integers(6, 37)),
                "months_since_end": int(rng.integers(0, 24)),
                "municipality_code": str(rng.choice(codes)),
            }
        is_company = rng.random() < 0.1
        if is_company:
            profile["employer"] = {
                "municipality_code": str(rng.choice(codes)),
                "tenure_months": int(rng.integers(0, 200)),
            }
            profile["subtypes"] = ["dispatch", "sidejob"][: int(rng.integers(1, 3))]
        content = {
            "applicant_id": f"a{k}",
            "programs": ["kigyojin"] if is_company else ["kyoryokutai"],
            "selection_profile": profile,
        }
        found.append(Applicant.model_validate(content))
    return found


def draw_postings(m: int, rng: np.random.Generator) -> list[Posting]:
    codes = table()["code"].to_list()
    found = []
    for k in range(m):
        program = "kigyojin" if rng.random() < 0.1 else "kyoryokutai"
        content = {
            "posting_id": f"p{k}",
            "program": program,
            "municipality_code": str(rng.choice(codes)),
            "zone": str(rng.choice(["inside", "outside", "unknown"])),
            "headcount": 1,
            "term_months": int(rng.choice([6, 12, 24, 36, 48])),
            "start_date": date(2027, 1, 1) + timedelta(days=30 * int(rng.integers(0, 12))),
            "required_licences": [["普通自動車免許"], ["car_mt"], [], ["大型", "わな猟免許"]][int(rng.integers(0, 4))],
            "required_languages": [{"code": "en", "cefr": "B2"}] if rng.random() < 0.1 else None,
            "min_days_per_month": int(rng.integers(2, 18)) if rng.random() < 0.3 else None,
            "own_funds": bool(rng.random() < 0.02),
        }
        found.append(Posting.model_validate(content))
    return found


def main(n: int = 10_000, m: int = 3_300) -> None:
    rng = np.random.default_rng(2026)
    people, calls = draw_applicants(n, rng), draw_postings(m, rng)
    applicants, postings = applicant_table(people), posting_table(calls)
    rulesets = shipped_rulesets()
    verdicts = judge(applicants, postings, on=ON, rulesets=rulesets)  # reads the reference tables, once
    codes = verdicts.codes(EVERY, EVERY)
    judged = best_of(lambda: judge(applicants, postings, on=ON, rulesets=rulesets))
    combined = best_of(lambda: judge(applicants, postings, on=ON, rulesets=rulesets).codes(EVERY, EVERY)) - judged
    pairs = list(zip(rng.integers(0, n, SAMPLED_PAIRS), rng.integers(0, m, SAMPLED_PAIRS), strict=True))
    start = time.perf_counter()
    single = [eligibility(people[i], calls[j], on=ON, rulesets=rulesets).verdict for i, j in pairs]
    one_by_one = (time.perf_counter() - start) / SAMPLED_PAIRS * n * m
    verdicts.findings(0, 0)  # lays out the related pairs, once a market
    start = time.perf_counter()
    for i, j in pairs:
        verdicts.findings(int(i), int(j))
    told = (time.perf_counter() - start) / SAMPLED_PAIRS
    agree = [VERDICTS[codes[i, j]] for i, j in pairs] == single
    counts = np.bincount(codes.ravel(), minlength=len(VERDICTS))
    together, peak = judged + combined, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{n:,} applicants x {m:,} postings on {os.cpu_count()} cores")
    print(f"judge (states of all rules)       {judged:8.3f} s")
    print(f"codes (verdict of every pair)     {combined:8.3f} s   {n * m / combined / 1e6:,.0f} million pairs/s")
    print(f"together                          {together:8.3f} s")
    print(f"pair by pair (from {SAMPLED_PAIRS} pairs)    {one_by_one:8.0f} s   {one_by_one / together:,.0f} x slower")
    print(f"findings of one pair              {told * 1e6:8.0f} us")
    print(f"sampled pairs agree: {agree}; peak memory {peak:,.0f} MiB")
    print(", ".join(f"{word} {count / codes.size:.1%}" for word, count in zip(VERDICTS, counts, strict=True)))


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:3]))
