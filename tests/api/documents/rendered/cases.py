"""Invented offices whose papers are looked at: an ordinary call, one applicant, sixty, long words, little known."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from api.decisions.schemas import DecisionAnswer
from api.decisions.states import State, state_table
from api.documents.calendar.slots import InterviewSlot
from api.documents.handover.versions import PostingVersion
from api.documents.kinds import Material
from api.documents.tax_evidence.members import RegionProof
from api.outcomes.placements import Placement
from api.outcomes.tables import OutcomeRow
from features.market.scored_market import read_market
from features.records import Posting, Records
from features.weights import default_weights

__all__ = ["CASES", "ON"]

Json = dict[str, Any]
ON: Final = date(2026, 11, 26)
_SURNAMES: Final = [
    "青木",
    "石川",
    "上田",
    "遠藤",
    "岡本",
    "加藤",
    "木村",
    "小林",
    "斎藤",
    "清水",
    "鈴木",
    "高橋",
    "中村",
    "西村",
    "橋本",
    "平野",
    "松本",
    "森田",
    "山口",
    "渡辺",
]
_GIVEN: Final = ["あおい", "一樹", "美咲", "健太", "由紀", "直人", "彩", "翔太", "恵", "亮"]
_PLANS: Final = (
    "1年目に安全講習を受け、2年目から間伐の計画を学び、3年目に木工体験を開く。",
    "宿泊業で8年、予約の管理と接客を担当した。町の空き家を調べ、持ち主と話し合いながら宿として開きたい。",
    "農産物の加工と販売を手がけてきた。地元の野菜で新しい商品を作り、直売所とインターネットで売る道を作りたい。",
    "学校で木育の授業をした経験がある。子どもたちと森を歩く催しを続け、町の外の家族にも来てもらう。",
    "",
)
_LICENCES: Final[tuple[list[str] | None, ...]] = (
    ["普通自動車免許"],
    ["普通自動車免許", "大型特殊自動車免許"],
    [],
    None,
)
_ORIGINS: Final = (
    {"municipality_code": "13112", "zone": "outside"},
    {"municipality_code": "27100", "zone": "outside"},
    {"municipality_code": "20201", "zone": "unknown"},
    {"municipality_code": "14100", "zone": "outside"},
    {"municipality_code": "01459", "zone": "inside"},
)
_STATUSES: Final = ("offered", "closed", "interview", "screened", "accepted", "received", "interview", "closed")
_CALL: Final[Json] = {
    "posting_id": "p01",
    "program": "kyoryokutai",
    "subtypes": ["mission"],
    "municipality_code": "01468",
    "zone": "inside",
    "headcount": 2,
    "title": "森づくりの担い手",
    "mission_text": "町有林の間伐と植林、木工体験の企画を行う。森の案内と、学校での木育の授業も担当する。",
    "goals": ["1年目：安全講習を修了する", "2年目：間伐の計画を立てる", "3年目：木工体験を自主運営する"],
    "activities": ["agri_forest_fish", "education"],
    "contract_type": "kaikei_nendo",
    "monthly_pay_yen": 233_000,
    "housing": "subsidy",
    "housing_subsidy_max_yen": 40_000,
    "vehicle": "lent",
    "side_job": "permission",
    "term_months": 36,
    "start_date": "2026-04-01",
    "deadline": "2026-11-10",
    "required_licences": ["普通自動車免許"],
    "required_skills": ["刈払機"],
    "preferred_skills": ["木工", "接客"],
    "selection_steps": ["書類", "面接"],
    "trial": "otameshi",
    "host": {"type": "hall_department", "contact_frequency": "weekly", "briefed_residents": True, "peers": 3},
    "as_of": "2026-10-01",
    "version": 3,
}
_LITTLE: Final[Json] = {
    "posting_id": "p01",
    "program": "kyoryokutai",
    "municipality_code": "01468",
    "headcount": 1,
}
_LONG_WORDS: Final = (
    "高齢化が進む山間部の十二集落を対象に、空き家の調査と所有者への聞き取り、片付けの手配、改修の計画づくり、"
    "移住を考えている方への案内と暮らしの相談、集落の行事や共同作業の手伝い、農産物の加工品の企画と販売までを、"
    "町の移住定住推進室、地域の自治会、受入団体である特定非営利活動法人と分担しながら進めていただきます。"
)
_LONG_CALL: Final[Json] = {
    **_CALL,
    "posting_id": "kyoryokutai-2026-iju-teiju-suishin-coordinator-0001",
    "municipality_code": "05201",
    "title": "集落支援と空き家活用を通じた移住定住の推進および関係人口づくりを担う"
    "地域コーディネーター（中山間地域担当・第二次募集）",
    "mission_text": _LONG_WORDS * 3,
    "goals": [f"{year}年目：{_LONG_WORDS[:90]}" for year in (1, 2, 3)],
    "required_licences": [
        "普通自動車免許",
        "大型特殊自動車免許",
        "二級小型船舶操縦士免許",
        "中型自動車第一種運転免許（8トン限定を含む）",
    ],
    "required_skills": ["表計算ソフトを用いた集計・資料作成（関数を用いた実務の経験が1年以上あること）", "刈払機"],
    "selection_steps": ["書類選考", "オンライン面接", "現地での面接とおためし協力隊（二泊三日）への参加"],
}


def _applicant(number: int, **changes: object) -> Json:
    profile: Json = {
        "origin": _ORIGINS[number % len(_ORIGINS)],
        "occupations": [("林業", "宿の運営", "食品の加工", "学校の教員", "事務")[number % 5]],
        "skills": [("刈払機", "木工"), ("接客",), ("商品の企画", "販売"), ("授業の計画",), ()][number % 5],
        "licences": _LICENCES[number % len(_LICENCES)],
        "desired_activities": [["agri_forest_fish"], ["lodging_operation"], ["product_sales"], ["education"], []][
            number % 5
        ],
        "available_from": "2026-04-01",
        "motivation_text": "山の仕事を長く続けたい。" if number % 2 else "",
        "plan_text": _PLANS[number % len(_PLANS)],
    }
    return {
        "applicant_id": f"a{number:02}",
        "programs": ["kyoryokutai"],
        "selection_profile": profile | changes,
        "private_preferences": {
            "regions_wanted": ["北海道"],
            "min_monthly_pay_yen": 200_000,
            "housing_need": "single",
            "snow_ok": True,
            "needs": {"hospital_minutes": 40},
            "place_weight": 0.4,
        },
    }


def _application(number: int, person: Json, call: Json, status: str) -> Json:
    day = ON - timedelta(days=60 - number % 50)
    return {
        "application_id": f"x-{person['applicant_id']}",
        "applicant_id": person["applicant_id"],
        "posting_id": call["posting_id"],
        "received_at": day.isoformat(),
        "status": status,
    }


def _step(application_id: str, number: int, state: State, day: date, **changes: object) -> DecisionAnswer:
    words = state_table().states[state]
    content: Json = {
        "decision_id": f"{abs(hash((application_id, number))) % 16**12:024x}",
        "application_id": application_id,
        "number": number,
        "state": state,
        "label": words.label,
        "status": words.status,
        "from_state": "seen",
        "after": None,
        "corrects": None,
        "decided_at": datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
        "by": {"account_id": None, "role": "coordinator"},
        "reason": None,
        "override": False,
        "flags": [],
        "in_list": {
            "order": "score",
            "on": "2026-11-12",
            "placed_by": "score",
            "rank": 2,
            "n_listed": 8,
            "score": 0.614,
            "verdict": "covered",
            "unmet": [],
            "n_ahead": 1,
            "provenance": "ab12" * 16,
        },
    }
    return DecisionAnswer.model_validate(content | changes)


def _decisions(applications: list[Json], reason: str) -> tuple[DecisionAnswer, ...]:
    found: list[DecisionAnswer] = []
    for one in applications:
        an_id, status = one["application_id"], one["status"]
        if status in {"interview", "offered", "accepted", "closed"}:
            found.append(_step(an_id, 1, "seen", date(2026, 11, 11)))
        if status == "offered":
            found.append(
                _step(an_id, 2, "offered", date(2026, 11, 20), reason=reason, override=True, flags=["passed_over"])
            )
        if status == "closed":
            found.append(_step(an_id, 2, "not_chosen", date(2026, 11, 20), reason=reason))
        if status == "accepted":
            found.append(_step(an_id, 2, "offered", date(2026, 11, 15), reason=reason))
            found.append(_step(an_id, 3, "accepted", date(2026, 11, 19), by={"account_id": None, "role": "applicant"}))
    return tuple(found)


def _outcome(application_id: str, months: int, **found: Any) -> OutcomeRow:
    return OutcomeRow(
        id=f"{application_id}-{months}",
        application_id=application_id,
        months=months,
        number=1,
        found_on=ON,
        started_on=date(2026, 4, 1),
        role="coordinator",
        recorded_at=datetime(2026, 7, 2, tzinfo=UTC),
        **found,
    )


def _elsewhere() -> list[Json]:
    """Calls of other towns, for the letter to an applicant."""
    towns = (
        ("01459", "丘の農と観光をつなぐ"),
        ("20201", "古民家の宿を開く"),
        ("39201", "ゆずの加工と販売"),
        ("32525", "島の暮らしの案内"),
    )
    return [
        {
            **_CALL,
            "posting_id": f"q{number:02}",
            "municipality_code": code,
            "title": title,
            "deadline": "2027-02-28",
            "start_date": "2027-04-01",
            "required_licences": [],
            "required_skills": [],
        }
        for number, (code, title) in enumerate(towns, start=1)
    ]


def _material(
    call: Json, people: list[Json], *, statuses: tuple[str, ...], names: Mapping[str, str], reason: str, place: str
) -> Material:
    posting_id = call["posting_id"]
    applications = [_application(k, one, call, statuses[k % len(statuses)]) for k, one in enumerate(people)]
    records = Records.model_validate_json(
        json.dumps({"applicants": people, "postings": [call, *_elsewhere()], "applications": applications})
    )
    at = [one for one in applications if one["status"] in {"screened", "interview"}]
    first = datetime(2026, 12, 5, 9, 0)
    accepted = [one for one in applications if one["status"] == "accepted"]
    before = Posting.model_validate({**call, "version": 2, "headcount": 1, "deadline": "2026-10-31"})
    return Material(
        market=read_market(records, on=ON, weights=default_weights()),
        posting_id=posting_id,
        names=names,
        decisions=_decisions(applications, reason),
        interviews=tuple(
            InterviewSlot(
                applicant_id=one["applicant_id"],
                posting_id=posting_id,
                starts_at=first + timedelta(minutes=45 * k),
                place=place,
            )
            for k, one in enumerate(at[:8])
        ),
        n_members=3,
        placements=tuple(
            Placement(
                one["application_id"],
                one["applicant_id"],
                posting_id,
                date(2026, 4, 1),
                {
                    3: _outcome(one["application_id"], 3, state="there"),
                    6: _outcome(one["application_id"], 6, state="left", left_on=date(2026, 9, 30), exit_code="host")
                    if k % 2
                    else _outcome(one["application_id"], 6, state="there"),
                },
            )
            for k, one in enumerate(accepted)
        ),
        versions=(PostingVersion(date(2026, 10, 20), before),),
        region_proofs={
            one["application_id"]: RegionProof(
                "b1", date(2026, 3, 25), is_confirmed=True, municipality_code="13112", zone="outside"
            )
            for one in accepted[:1]
        },
    )


def _named(people: list[Json]) -> dict[str, str]:
    return {one["applicant_id"]: f"{_SURNAMES[k % 20]} {_GIVEN[k % 10]}" for k, one in enumerate(people)}


def _ordinary() -> Material:
    people = [_applicant(number) for number in range(1, 9)]
    return _material(
        _CALL,
        people,
        statuses=_STATUSES,
        names=_named(people),
        reason="間伐の経験を面接で確かめた。安全講習の修了証の写しを受け取った。",
        place="下川町役場 3階 第2会議室",
    )


def _one() -> Material:
    return _material(_CALL, [_applicant(1)], statuses=("interview",), names={}, reason="", place="")


def _sixty() -> Material:
    people = [_applicant(number) for number in range(1, 61)]
    return _material(
        _CALL,
        people,
        statuses=_STATUSES,
        names=_named(people),
        reason="任務に要る作業の経験を面接で確かめた。",
        place="下川町役場",
    )


def _long() -> Material:
    people = [
        {
            **_applicant(
                number,
                plan_text=_LONG_WORDS * 5,
                motivation_text=_LONG_WORDS * 4,
                skills=[_LONG_WORDS[:120], "刈払機", "木工"],
            ),
            "applicant_id": f"oubosha-2026-iju-teiju-{number:04}",
        }
        for number in range(1, 7)
    ]
    names = {
        one["applicant_id"]: "勅使河原 寿限無寿限無五劫之助長久命長助・マクシミリアン アレクサンドロヴィチ"
        for one in people
    }
    return _material(
        _LONG_CALL,
        people,
        statuses=_STATUSES,
        names=names,
        reason=_LONG_WORDS * 4,
        place="由利本荘市役所鳥海総合支所 二階 大会議室（正面玄関からお入りになり、受付でお名前をお知らせください）",
    )


def _little() -> Material:
    people: list[Json] = [
        {"applicant_id": f"a{number}", "programs": ["kyoryokutai"], "selection_profile": {}} for number in range(1, 6)
    ]
    return _material(
        _LITTLE,
        people,
        statuses=("offered", "closed", "interview", "received", "accepted"),
        names={},
        reason="",
        place="",
    )


CASES: Final[Mapping[str, Callable[[], Material]]] = {
    "ordinary": _ordinary,
    "one": _one,
    "sixty": _sixty,
    "long": _long,
    "little": _little,
}
"""What is looked at, by name."""
