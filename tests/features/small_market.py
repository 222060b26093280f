"""A small market for tests of rankings and rounds: invented people, real municipalities."""

from __future__ import annotations

from datetime import date
from typing import Any

from features.records import Records

ON = date(2026, 11, 25)


def applicant(applicant_id: str, origin: str = "13112", **parts: Any) -> dict[str, Any]:
    """A resident of 世田谷区 who could go anywhere the programme reaches."""
    private = parts.pop("private_preferences", {})
    profile = {"origin": {"municipality_code": origin, "zone": "outside"}, "licences": [], "languages": []} | parts
    return {
        "applicant_id": applicant_id,
        "programs": ["kyoryokutai"],
        "selection_profile": profile,
        "private_preferences": private,
    }


def posting(posting_id: str, municipality_code: str = "01468", **parts: Any) -> dict[str, Any]:
    """An open call of 下川町 with one seat."""
    return {
        "posting_id": posting_id,
        "program": "kyoryokutai",
        "municipality_code": municipality_code,
        "headcount": 1,
        "required_licences": [],
        "required_languages": [],
    } | parts


def records(**parts: Any) -> Records:
    """Validated records."""
    return Records.model_validate(parts)


FOREST = "森林の間伐と作業道の整備を担い、木材の利用を広げます。"
SCHOOL = "公営塾で高校生の学習を支援し、探究の授業を企画します。"


def two_by_two(**extra: Any) -> Records:
    """A forester and a teacher, a forest and a school."""
    return records(
        applicants=[
            applicant(
                "a1", motivation_text="間伐と木材の利用に関わりたいです。", desired_activities=["agri_forest_fish"]
            ),
            applicant(
                "a2", motivation_text="高校生の学習支援と探究の授業に関わりたいです。", desired_activities=["education"]
            ),
        ],
        postings=[
            posting("p1", "01468", mission_text=FOREST, activities=["agri_forest_fish"]),
            posting("p2", "32525", mission_text=SCHOOL, activities=["education"]),
        ],
        **extra,
    )
