"""An office's invented years: people with and without a link to the place, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from features.records import Records
from features.staying.outcome_files import Outcome, OutcomeFile
from tests.features.small_market import applicant, posting, records

__all__ = ["LOOKED", "TOWNS", "YEARS", "office_outcomes", "office_records"]

TOWNS = ("01468", "32525", "20202", "05202", "39201", "43202")
YEARS = (2022, 2023, 2024)
LOOKED = date(2026, 11, 20)
_EACH = 48  # people a year, half of whom are placed


@lru_cache(maxsize=1)
def office_records() -> Records:
    """A call a town and year; everybody applies to two, and half have a link with both towns."""
    rng = np.random.default_rng(1)
    people, applications = list[dict[str, Any]](), list[dict[str, Any]]()
    for year in YEARS:
        for k in range(_EACH):
            an_id, towns = f"a{year}-{k:02d}", rng.permutation(len(TOWNS))[:2]
            is_linked = k % 2 == 0
            links = [{"municipality_code": TOWNS[t], "kind": "worked"} for t in towns] if is_linked else []
            wish = ["education"] if rng.random() < 0.5 else ["agri_forest_fish"]
            people.append(applicant(an_id, links=links, desired_activities=wish))
            applications += [
                {"application_id": f"x{an_id}-{t}", "applicant_id": an_id, "posting_id": f"p{year}-{t}"} for t in towns
            ]
    calls = [
        posting(f"p{year}-{t}", code, headcount=4, activities=["education"], start_date=f"{year}-04-01")
        for year in YEARS
        for t, code in enumerate(TOWNS)
    ]
    return records(applicants=people, postings=calls, applications=applications)


@lru_cache(maxsize=1)
def office_outcomes() -> tuple[Outcome, ...]:
    """Each call takes four of its applicants by lot; those with a link seldom leave, the others often."""
    rng, found = np.random.default_rng(2), list[Outcome]()
    asked = office_records().applications
    for call in office_records().postings:
        taken = {one.applicant_id for one in found}
        free = [
            one.applicant_id for one in asked if one.posting_id == call.posting_id and one.applicant_id not in taken
        ]
        start = date(int(call.posting_id[1:5]), 4, 1)
        for an_id in rng.permutation(free)[:4].tolist():
            is_linked = int(an_id[-2:]) % 2 == 0
            leaves = rng.random() < (0.1 if is_linked else 0.6)
            left_on = start + timedelta(days=int(rng.integers(30, 360))) if leaves else None
            told = {"there_on": None if leaves else LOOKED, "left_on": left_on}
            found.append(Outcome(applicant_id=an_id, posting_id=call.posting_id, started_on=start, **told))
    return OutcomeFile(outcomes=tuple(found)).outcomes
