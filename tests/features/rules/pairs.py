"""One person, one posting, and what the shipped rules say of them."""

from __future__ import annotations

from datetime import date

from features.records import Applicant, Posting
from features.rules import Eligibility, eligibility, shipped_rulesets

ON = date(2026, 11, 23)
SETAGAYA, SHIMOKAWA, AMA, ENIWA = "13112", "01468", "32525", "01231"


def person(
    programs: str = "kyoryokutai", *, origin: str | None = SETAGAYA, zone: str = "unknown", **facts: object
) -> Applicant:
    """An applicant of one programme; ``facts`` are of the selection profile, or of the record itself."""
    outer: dict[str, object] = {k: facts.pop(k) for k in ("months_served", "record_moved_on") if k in facts}
    place = None if origin is None else {"municipality_code": origin, "zone": zone}
    content = {"applicant_id": "a", "programs": [programs], "selection_profile": {"origin": place, **facts}, **outer}
    return Applicant.model_validate(content)


def post(code: str = SHIMOKAWA, program: str = "kyoryokutai", **facts: object) -> Posting:
    """A posting with one seat."""
    content = {"posting_id": "p", "program": program, "municipality_code": code, "headcount": 1, **facts}
    return Posting.model_validate(content)


def ask(applicant: Applicant, posting: Posting, on: date = ON, *, appointed: bool = False) -> Eligibility:
    """The verdict of the shipped rule files."""
    return eligibility(applicant, posting, on=on, rulesets=shipped_rulesets(), appointed=appointed)


def employee(code: str | None = SETAGAYA, **facts: object) -> dict[str, object]:
    """An employer, as an applicant's record names it."""
    return {"municipality_code": code, **facts}
