"""A filled market in which every text that a person or a town wrote carries the mark of its own record."""

from __future__ import annotations

from typing import Any, Final

__all__ = ["ACCOUNTS", "IDS", "MARKS", "RECORDS", "marks_in", "seen_by"]

Json = dict[str, Any]
_OWN, _OTHER = "01468", "32525"  # the coordinator's town and another one


def _mark(an_id: str) -> str:
    return f"印{an_id}印"


def _posting(posting_id: str, town: str, **more: object) -> Json:
    mark = _mark(posting_id)
    return {
        "posting_id": posting_id,
        "program": "kyoryokutai",
        "municipality_code": town,
        "headcount": 2,
        "title": f"林業 {mark}",
        "mission_text": f"森林整備と木材の利用を進める {mark}",
        "goals": [mark],
        "activities": ["agri_forest_fish"],
        "required_licences": [mark],
        "required_skills": [mark],
        "preferred_skills": [mark],
        "selection_steps": [mark],
        **more,
    }


def _applicant(applicant_id: str) -> Json:
    mark = _mark(applicant_id)
    return {
        "applicant_id": applicant_id,
        "programs": ["kyoryokutai"],
        "selection_profile": {
            "origin": {"municipality_code": "13112", "zone": "outside"},
            "desired_activities": ["agri_forest_fish"],
            "occupations": [mark],
            "skills": [mark],
            "licences": [mark],
            "motivation_text": f"山の仕事に憧れています {mark}",
            "plan_text": mark,
        },
        "private_preferences": {"regions_wanted": ["北海道"], "snow_ok": True, "min_monthly_pay_yen": 180_000},
        "consent": {"purposes": [mark], "share_with": [mark]},
    }


RECORDS: Final[Json] = {
    "postings": [_posting("p1", _OWN), _posting("p2", _OTHER), _posting("p0", _OTHER, state="draft")],
    "applicants": [_applicant(f"a{number}") for number in range(1, 5)],
    "applications": [
        {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "wish_rank": 1},
        {"application_id": "x2", "applicant_id": "a2", "posting_id": "p2", "wish_rank": 1},
    ],
    "households": [{"household_id": "h1", "members": ["a3", "a4"], "joint_preferences": [["p1", "p2"]]}],
    "companies": [{"company_id": "c1", "name": _mark("c1"), "industry": _mark("c1"), "people": ["a4"]}],
}
ACCOUNTS: Final[dict[str, Json]] = {
    "applicant": {"applicant_id": "a1"},
    "coordinator": {"municipality_code": _OWN},
    "supporter": {"prefecture_code": _OWN[:2]},
    "researcher": {},
    "auditor": {},
    "administrator": {},
}
IDS: Final[dict[str, tuple[str, ...]]] = {
    "posting_id": ("p1", "p2", "p0"),
    "applicant_id": ("a1", "a2", "a3", "a4"),
    "application_id": ("x1", "x2"),
    "household_id": ("h1",),
    "company_id": ("c1",),
    "account_id": ("id-coordinator", "id-spare"),
    "municipality_code": (_OWN, _OTHER),
    "code": (_OWN, _OTHER),
    "kind": ("selection-list", "region-check"),
}
MARKS: Final = frozenset(
    _mark(an_id) for name in ("posting_id", "applicant_id", "company_id") for an_id in IDS[name]
) | {_mark("consent"), _mark("account")}


def marks_in(text: str) -> set[str]:
    """The marks that stand in a text, also where JSON wrote them as escapes."""
    return {mark for mark in MARKS if mark in text or mark.encode("unicode_escape").decode() in text}


def seen_by(role: str) -> frozenset[str]:
    """The marks that an answer to this role may hold at all, written down apart from the code that decides it."""
    published = {_mark("p1"), _mark("p2")}
    own_town = {_mark("p1"), _mark("a1"), _mark("consent")}
    seen = {
        "signed_out": set[str](),
        "applicant": published | {_mark("a1"), _mark("account")},
        "coordinator": own_town | {_mark("account")},
        "supporter": own_town | {_mark("account")},
        "researcher": published | {_mark("account")},
        "auditor": {_mark("account"), _mark("consent")},
        "administrator": {_mark("account"), _mark("consent"), _mark("c1")},
        "off": set(MARKS),
    }
    return frozenset(seen[role])
