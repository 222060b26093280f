"""Hypothesis strategies for applicants and postings: every key known, empty or missing, texts that share some words."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

from hypothesis import strategies as st

from features.records import Applicant, Posting
from features.taxonomy.vocabulary import (
    Activity,
    ContactFrequency,
    Field_,
    HostType,
    Housing,
    HousingNeed,
    LinkKind,
    Program,
    SideJob,
    Vehicle,
)

# Sapporo, Shimokawa, Iiyama, Aogashima (an island), Naha, Itoigawa, and Hokkaido as a body
CODES = ("01100", "01468", "20213", "13402", "47201", "15216", "01000")
TEXTS = (
    "観光の仕事をしてきました。空き家の改修も手伝いました。",
    "有機農業を学び、野菜を育てたい。英語は苦手です。",
    "ワイン用の葡萄を栽培し、観光客に案内する仕事です。",
    "SNSと動画で町の暮らしを伝えます、写真も撮ります",
    "よろしくお願いします",
    "農業ではなく森林の管理に関わりたい\n狩猟の免許を持っています",
    "",
    "  ",
)
SKILLS = ("普通自動車運転免許", "Excelの基本操作", "動画編集", "狩猟免許", "やる気のある方", "英語は苦手")
OCCUPATIONS = ("旅行会社の営業", "システムエンジニア", "看護師", "画家のモデル", "農業法人で栽培")
REGIONS = ("北陸", "長野県", "北海道", "沖縄", "九州")


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def _some(values: tuple[str, ...], most: int = 3) -> st.SearchStrategy[Any]:
    return _maybe(st.lists(st.sampled_from(values), max_size=most, unique=True))


def _one(literal: object) -> st.SearchStrategy[Any]:
    return _maybe(st.sampled_from(get_args(literal)))


_dates = st.dates(date(2025, 1, 1), date(2028, 12, 31))
_origins = st.fixed_dictionaries({"municipality_code": st.sampled_from(CODES[:-1])})
_links = st.lists(
    st.fixed_dictionaries({"municipality_code": st.sampled_from(CODES), "kind": st.sampled_from(get_args(LinkKind))}),
    max_size=3,
)
_selection = st.fixed_dictionaries(
    {
        "origin": _maybe(_origins),
        "occupations": _some(OCCUPATIONS),
        "skills": _some(SKILLS),
        "licences": _some(SKILLS[:1]),
        "desired_activities": _some(get_args(Activity), most=22),
        "available_from": _maybe(_dates),
        "motivation_text": _maybe(st.sampled_from(TEXTS)),
        "plan_text": _maybe(st.sampled_from(TEXTS)),
        "links": _maybe(_links),
    }
)
private_wishes = st.fixed_dictionaries(
    {
        "regions_wanted": _some(REGIONS),
        "regions_refused": _some(REGIONS),
        "min_monthly_pay_yen": _maybe(st.integers(0, 400_000)),
        "housing_need": _one(HousingNeed),
        "snow_ok": _maybe(st.booleans()),
        "island_ok": _maybe(st.booleans()),
        "car_ok": _maybe(st.booleans()),
        "needs": _maybe(
            st.fixed_dictionaries(
                {
                    "hospital_minutes": _maybe(st.integers(0, 600)),
                    "high_school": _maybe(st.booleans()),
                    "nursery": _maybe(st.booleans()),
                    "broadband": _maybe(st.booleans()),
                }
            )
        ),
        "place_weight": _maybe(st.floats(0, 1)),
    }
)
exceptions = _maybe(
    st.sampled_from(
        [
            {"kind": "overseas"},
            {"kind": "jet", "months": 24, "months_since_end": 3},
            {"kind": "former_member", "months": 30, "months_since_end": 8, "municipality_code": "01468"},
        ]
    )
)
_postings = st.fixed_dictionaries(
    {
        "program": st.sampled_from(get_args(Program)),
        "municipality_code": st.sampled_from(CODES),
        "title": _maybe(st.sampled_from(TEXTS)),
        "mission_text": _maybe(st.sampled_from(TEXTS)),
        "goals": _some(SKILLS),
        "activities": _some(get_args(Activity)),
        "fields": _some(get_args(Field_)),
        "monthly_pay_yen": _maybe(st.integers(0, 400_000)),
        "housing": _one(Housing),
        "vehicle": _one(Vehicle),
        "side_job": _one(SideJob),
        "start_date": _maybe(_dates),
        "required_skills": _some(SKILLS),
        "preferred_skills": _some(SKILLS),
        "host": _maybe(
            st.fixed_dictionaries(
                {
                    "type": _one(HostType),
                    "contact_frequency": _one(ContactFrequency),
                    "briefed_residents": _maybe(st.booleans()),
                    "peers": _maybe(st.integers(0, 5)),
                }
            )
        ),
    }
)


def applicant(number: int = 0, *, private: dict[str, Any] | None = None, **profile: Any) -> Applicant:
    """One applicant with the given selection profile and private wishes."""
    content = {
        "applicant_id": f"a{number}",
        "programs": ["kyoryokutai"],
        "selection_profile": profile,
        "private_preferences": private or {},
    }
    return Applicant.model_validate(content)


def posting(number: int = 0, **content: Any) -> Posting:
    """One posting in Shimokawa unless another code is given."""
    known = {"posting_id": f"p{number}", "program": "kyoryokutai", "municipality_code": "01468", "headcount": 1}
    return Posting.model_validate(known | content)


@st.composite
def people(draw: st.DrawFn, least: int = 1) -> list[Applicant]:
    """A few applicants."""
    profiles = draw(st.lists(st.tuples(_selection, private_wishes), min_size=least, max_size=4))
    return [applicant(number, private=wishes, **profile) for number, (profile, wishes) in enumerate(profiles)]


@st.composite
def calls(draw: st.DrawFn, least: int = 1) -> list[Posting]:
    """A few postings."""
    contents = draw(st.lists(_postings, min_size=least, max_size=4))
    return [posting(number, **content) for number, content in enumerate(contents)]
