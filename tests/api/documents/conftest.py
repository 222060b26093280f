"""Invented rankings and postings in the interchange form (ids only; real municipalities)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from features.records import Posting

Json = dict[str, Any]

TITLES = {
    "mission": "仕事の中身の近さ",
    "skills": "技能",
    "activities": "活動の希望",
    "links": "地域とのつながり",
    "career": "これまでの仕事",
    "availability": "着任の時期",
    "host": "受け入れの準備",
}
WEIGHTS = {
    "mission": 0.3,
    "skills": 0.2,
    "activities": 0.15,
    "links": 0.1,
    "career": 0.1,
    "availability": 0.1,
    "host": 0.05,
}
PROVENANCE: Json = {
    "operation": "rank",
    "on": "2026-11-23",
    "seed": 20261123,
    "inputs": {"records": "5f2d8e07c1a94b36" * 4},
    "rulesets": [{"id": "kyoryokutai/fy2026", "digest": "a3c1e09d77b2" * 5}],
    "weights": {"name": "default", "digest": "90be44f1c2d3" * 5},
    "reference": "2022-04-01",
    "code_version": "0.1.0",
}
COVERED: Json = {
    "rule_id": "region-cell-1-8",
    "kind": "region",
    "verdict": "covered",
    "source": "地域おこし協力隊推進要綱 別表（地域要件確認表、令和4年4月1日）",
    "sentence": "三大都市圏内の都市地域から、全部条件不利地域へ移る場合は対象になる見込みです。",
    "note": False,
}
DISTRICT: Json = COVERED | {
    "rule_id": "region-cell-6-8",
    "verdict": "needs_district",
    "sentence": "今の住まいが条件不利区域の外かどうかを、地区の名前で確かめてください。",
}
EXCLUDED: Json = COVERED | {
    "rule_id": "region-cell-9-8",
    "verdict": "not_covered",
    "sentence": "三大都市圏外の一部条件不利地域（区域内）から全部条件不利地域へ移る場合は、"
    "特別交付税措置の対象になりません。任用を禁じるものではありません。",
}
LICENCE: Json = {
    "rule_id": "must-licence",
    "kind": "licence",
    "verdict": "not_covered",
    "source": "募集要項 応募条件",
    "sentence": "普通自動車免許が応募条件ですが、記載がありません。",
}
_REASONS: list[Json] = [
    {
        "term": "mission",
        "title": "仕事の中身の近さ",
        "sentence": "「空き家を直して宿を開きたい」という計画が、遊休不動産の利活用と重なります。",
        "applicant_phrase": "空き家を直して宿を開きたい",
        "posting_phrase": "遊休不動産の利活用及び簡易宿所開業の伴走支援",
    },
    {
        "term": "skills",
        "title": "技能",
        "sentence": "歓迎する技能のうち2つを持っています。",
        "applicant_phrase": "大工仕事、宿泊施設の予約管理",
        "posting_phrase": "木工・内装の経験、宿泊業の経験",
    },
    {
        "term": "links",
        "title": "地域とのつながり",
        "sentence": "この町で働いたことがあります。",
        "applicant_phrase": "2025年夏に宿の手伝い（3週間）",
        "posting_phrase": None,
    },
]
_GAPS: list[Json] = [
    {
        "term": "availability",
        "title": "着任の時期",
        "sentence": "着任できる日が募集の開始日より2か月あとです。",
        "applicant_phrase": "2027年6月1日から",
        "posting_phrase": "2027年4月1日着任",
    },
]
_QUESTIONS: list[Json] = [
    {"term": None, "rule_id": "region-cell-6-8", "question": "住民票のある地区の名前を教えてください。"},
    {"term": "career", "rule_id": None, "question": "これまでの仕事のうち、この募集で使えそうなものは何ですか。"},
]


def _scored(position: int) -> Json:
    value = max(0.08, 0.81 - 0.07 * position)
    shares = {name: round(weight * value, 6) for name, weight in WEIGHTS.items()}
    score = round(sum(shares.values()), 6)
    line = {
        "score": score,
        "low": round(score * 0.9, 6),
        "high": round(min(1.0, score + 0.05 * (position % 3)), 6),
        "contributions": shares,
        "verdicts": [DISTRICT if position % 3 == 1 else COVERED],
        "reasons": _REASONS[: 3 - position % 3],
        "gaps": _GAPS if position % 2 else [],
        "questions": _QUESTIONS if position % 3 == 1 else _QUESTIONS[1:],
    }
    return deepcopy(line)


_GROUPS: Json = {
    "fits_you": [
        {"topic": "housing", "sentence": "一人で住む住まいが用意されています。", "question": None},
        {
            "topic": "links",
            "sentence": "この町で働いたことがあります。",
            "applicant_phrase": "2025年夏に宿の手伝い（3週間）",
        },
    ],
    "they_would_want_you": [
        {
            "topic": "mission",
            "sentence": "あなたの「空き家を直して宿を開きたい」という志望を任務で形にすることを期待しそうです。",
            "applicant_phrase": "空き家を直して宿を開きたい",
            "posting_phrase": "簡易宿所開業の伴走支援",
        },
    ],
    "may_go_wrong": [
        {
            "topic": "host",
            "sentence": "担当者との連絡は「ほとんどなし」となっています。",
            "question": "困ったときにだれに相談し、どのくらいの回数で会えますか。",
        },
    ],
}


def ranking_of(n_candidates: int, n_excluded: int = 2) -> Json:
    """A ranking of that size for posting ``p-459-01``."""
    return {
        "posting_id": "p-459-01",
        "candidates": [{"applicant_id": f"a-{1000 + k}"} | _scored(k) for k in range(n_candidates)],
        "excluded": [
            {"applicant_id": f"a-{9000 + k}", "rules": [EXCLUDED, LICENCE] if k % 2 else [EXCLUDED]}
            for k in range(n_excluded)
        ],
    }


def posting_at(municipality_code: str, posting_id: str, **changes: object) -> Posting:
    """A complete posting in that municipality."""
    content: Json = {
        "posting_id": posting_id,
        "program": "kyoryokutai",
        "subtypes": ["mission"],
        "municipality_code": municipality_code,
        "headcount": 3,
        "title": "空き家を生かした宿づくりと移住の相談",
        "mission_text": "遊休不動産の利活用及び簡易宿所開業の伴走支援。空き家の調査、持ち主との話し合い、改修の手伝い、"
        "移住を考える人の案内を行う。",
        "contract_type": "kaikei_nendo",
        "monthly_pay_yen": 233_000,
        "housing": "subsidy",
        "housing_subsidy_max_yen": 40_000,
        "vehicle": "lent",
        "side_job": "permission",
        "start_date": "2027-04-01",
        "deadline": "2026-12-25",
        "host": {"type": "hall_department", "contact_frequency": "weekly", "briefed_residents": False, "peers": 2},
        "trial": "otameshi",
        "as_of": "2026-11-01",
    }
    return Posting.model_validate(content | changes)


@pytest.fixture
def posting() -> Posting:
    return posting_at("01459", "p-459-01")


@pytest.fixture
def ranking() -> Json:
    return ranking_of(8)


@pytest.fixture
def make_ranking() -> Callable[..., Json]:
    return ranking_of


@pytest.fixture
def make_posting() -> Callable[..., Posting]:
    return posting_at


@pytest.fixture
def titles() -> dict[str, str]:
    return dict(TITLES)


@pytest.fixture
def weights() -> dict[str, float]:
    return dict(WEIGHTS)


@pytest.fixture
def provenance() -> Json:
    return dict(PROVENANCE)


@pytest.fixture
def postings() -> list[Posting]:
    places = ["01459", "32525", "46505", "26212", "20304", "47382"]
    island = {"host": None, "trial": None, "contract_type": "itaku_kojin", "mission_text": "観光の手伝い。"}
    return [posting_at(code, f"p-{code}-01", **(island if code in {"32525", "47382"} else {})) for code in places]


@pytest.fixture
def recommendation(postings: list[Posting]) -> Json:
    refused = {"rule_id": "wish-region-refused", "kind": "region", "verdict": "not_covered"}
    wish = refused | {"source": "本人の希望（行かない地域）", "sentence": "ご本人が希望しない地域です。"}
    return {
        "applicant_id": "a-1003",
        "postings": [{"posting_id": p.posting_id} | _scored(k) | deepcopy(_GROUPS) for k, p in enumerate(postings)],
        "excluded": [{"posting_id": f"p-out-{k}", "rules": [wish if k % 3 else EXCLUDED]} for k in range(7)],
    }
