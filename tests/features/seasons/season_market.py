"""Small seasons for tests: who applied where, on which day, with which outcome."""

from __future__ import annotations

from typing import Any

from features.records import Records
from tests.features.small_market import FOREST, SCHOOL, applicant, posting, records

FORESTER = {"motivation_text": "間伐と木材の利用に関わりたいです。", "desired_activities": ["agri_forest_fish"]}
TEACHER = {"motivation_text": "高校生の学習支援と探究の授業に関わりたいです。", "desired_activities": ["education"]}


def forest(posting_id: str = "p1", **parts: Any) -> dict[str, Any]:
    """A call for foresters in 下川町."""
    return posting(posting_id, "01468", mission_text=FOREST, activities=["agri_forest_fish"], **parts)


def school(posting_id: str = "p2", **parts: Any) -> dict[str, Any]:
    """A call for teachers in 海士町."""
    return posting(posting_id, "32525", mission_text=SCHOOL, activities=["education"], **parts)


def application(applicant_id: str, posting_id: str, day: str | None, status: str = "received") -> dict[str, Any]:
    """One application; its id is made of both sides'."""
    when = {} if day is None else {"received_at": day}
    an_id = f"{applicant_id}-{posting_id}"
    row = {"application_id": an_id, "applicant_id": applicant_id, "posting_id": posting_id, "status": status}
    return row | when


def season(*, people: dict[str, dict[str, Any]], calls: list[dict[str, Any]], rows: list[Any], **more: Any) -> Records:
    """Records of people by id, calls and applications."""
    return records(
        applicants=[applicant(an_id, **parts) for an_id, parts in people.items()],
        postings=calls,
        applications=[application(*row) for row in rows],
        **more,
    )
