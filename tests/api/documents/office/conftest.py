"""An invented office: one posting, four applicants, decisions and interviews."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from api.decisions.schemas import DecisionAnswer
from api.documents.calendar.slots import InterviewSlot
from api.documents.kinds import Material
from features.market.scored_market import ScoredMarket, read_market
from features.records import Records
from features.weights import default_weights

Json = dict[str, Any]
ON = date(2026, 11, 25)
PRIVATE = {"regions_wanted": ["沖縄県"], "min_monthly_pay_yen": 187_654, "needs": {"hospital_minutes": 77}}
POSTING: Json = {
    "posting_id": "p1",
    "program": "kyoryokutai",
    "subtypes": ["mission"],
    "municipality_code": "01468",
    "zone": "inside",
    "headcount": 2,
    "title": "森づくりの担い手",
    "mission_text": "町有林の間伐と植林、木工体験の企画を行う。",
    "goals": ["1年目：安全講習を修了する", "3年目：木工体験を自主運営する"],
    "activities": ["agri_forest_fish"],
    "contract_type": "kaikei_nendo",
    "term_months": 36,
    "start_date": "2027-04-01",
    "required_licences": ["普通自動車免許"],
    "required_skills": ["刈払機"],
}


def person(applicant_id: str, **profile: object) -> Json:
    base: Json = {
        "origin": {"municipality_code": "13112", "zone": "outside"},
        "licences": ["普通自動車免許"],
        "plan_text": "1年目に安全講習を受け、2年目から間伐の計画を学び、3年目に木工体験を開く。",
    }
    return {
        "applicant_id": applicant_id,
        "programs": ["kyoryokutai"],
        "selection_profile": base | profile,
        "private_preferences": PRIVATE,
    }


def records(**changes: object) -> Records:
    content: Json = {
        "applicants": [
            person("a1"),
            person("a2", licences=None),
            person("a3", origin={"municipality_code": "20201", "zone": "unknown"}),
            person("a4", origin=None, exception={"kind": "overseas"}),
        ],
        "postings": [POSTING],
        "applications": [
            {"application_id": "x1", "applicant_id": "a1", "posting_id": "p1", "status": "offered"},
            {"application_id": "x2", "applicant_id": "a2", "posting_id": "p1", "status": "closed"},
            {"application_id": "x3", "applicant_id": "a3", "posting_id": "p1", "status": "interview"},
            {"application_id": "x4", "applicant_id": "a4", "posting_id": "p1", "status": "screened"},
        ],
    }
    return Records.model_validate_json(json.dumps(content | changes))


def market_of(found: Records) -> ScoredMarket:
    return read_market(found, on=ON, weights=default_weights())


def decision(number: int, application_id: str, state: str, **changes: object) -> DecisionAnswer:
    content: Json = {
        "decision_id": f"{application_id}-{number}",
        "application_id": application_id,
        "number": number,
        "state": state,
        "label": {"offered": "内定（返事待ち）", "not_chosen": "採用に至らず", "accepted": "承諾"}.get(state, "面接"),
        "status": {"offered": "offered", "not_chosen": "closed", "accepted": "accepted"}.get(state, "interview"),
        "from_state": "interview",
        "after": None,
        "corrects": None,
        "decided_at": f"2026-12-0{number}T15:30:00Z",
        "by": {"account_id": "k1", "role": "coordinator"},
        "reason": None,
        "override": False,
        "flags": [],
        "in_list": {
            "order": "score",
            "on": "2026-12-01",
            "placed_by": "score",
            "rank": 2,
            "n_listed": 4,
            "score": 0.614,
            "verdict": "covered",
            "unmet": [],
            "n_ahead": 1,
            "provenance": "ab12" * 16,
        },
    }
    return DecisionAnswer.model_validate(content | changes)


@pytest.fixture(scope="session")
def market() -> ScoredMarket:
    return market_of(records())


@pytest.fixture
def decisions() -> tuple[DecisionAnswer, ...]:
    return (
        decision(1, "x1", "interview"),
        decision(2, "x1", "offered", reason="間伐の経験を面接で確かめた。", override=True, flags=["passed_over"]),
        decision(1, "x2", "not_chosen", reason="任務に要る作業の経験を確かめられなかった。"),
    )


@pytest.fixture
def interviews() -> tuple[InterviewSlot, ...]:
    return (
        InterviewSlot(
            applicant_id="a3",
            posting_id="p1",
            starts_at=datetime(2026, 12, 5, 13, 30),
            place="下川町役場 3階; 第2会議室, 奥",
        ),
        InterviewSlot(applicant_id="a4", posting_id="p1", starts_at=datetime(2026, 12, 5, 9, 0), minutes=30),
    )


@pytest.fixture
def material(
    market: ScoredMarket, decisions: tuple[DecisionAnswer, ...], interviews: tuple[InterviewSlot, ...]
) -> Callable[..., Material]:
    def build(**changes: Any) -> Material:
        given: Json = {"market": market, "posting_id": "p1", "decisions": decisions, "interviews": interviews}
        return Material(**(given | changes))

    return build
