"""The closed values of the interchange format, with the words a page prints for them."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

__all__ = [
    "ACTIVITY_JA",
    "CEFR_JA",
    "CEFR_OF_JLPT",
    "CEFR_ORDER",
    "FIELD_JA",
    "JAPANESE",
    "LANGUAGE_JA",
    "Activity",
    "ApplicationStatus",
    "Cefr",
    "ContactFrequency",
    "ContractType",
    "Field_",
    "HostType",
    "Housing",
    "HousingNeed",
    "LinkKind",
    "PostingState",
    "PostingSubtype",
    "Program",
    "SideJob",
    "Subtype",
    "Trial",
    "Vehicle",
    "Zone",
    "language_words",
]

Program: TypeAlias = Literal["kyoryokutai", "kigyojin"]
Zone: TypeAlias = Literal["inside", "outside", "unknown"]
Subtype: TypeAlias = Literal["dispatch", "sidejob", "senior"]
PostingSubtype: TypeAlias = Literal["dispatch", "sidejob", "senior", "mission", "free_mission", "startup"]
ContractType: TypeAlias = Literal["kaikei_nendo", "itaku_kojin", "itaku_hojin"]
Housing: TypeAlias = Literal["provided", "subsidy", "introduced", "none"]
Vehicle: TypeAlias = Literal["lent", "own_car_paid", "own_car_required", "bicycle_ok", "none"]
SideJob: TypeAlias = Literal["yes", "permission", "no"]
HousingNeed: TypeAlias = Literal["single", "couple", "family", "none"]
HostType: TypeAlias = Literal[
    "hall_department",
    "tourism_body",
    "farm_or_individual",
    "npo_or_company",
    "residents_association",
    "school_or_board",
]
ContactFrequency: TypeAlias = Literal["daily", "weekly", "monthly", "rarely", "undefined"]
LinkKind: TypeAlias = Literal["visited", "event", "trial", "worked", "remote", "volunteered"]
Trial: TypeAlias = Literal["none", "otameshi", "intern"]
PostingState: TypeAlias = Literal["draft", "open", "closed"]
ApplicationStatus: TypeAlias = Literal[
    "received", "screened", "interview", "offered", "declined", "accepted", "withdrawn", "closed"
]
Cefr: TypeAlias = Literal["A1", "A2", "B1", "B2", "C1", "C2", "native"]
Activity: TypeAlias = Literal[
    "agri_forest_fish",
    "community",
    "product_development",
    "information_pr",
    "tourism_planning",
    "migration",
    "tourism_service",
    "education",
    "event",
    "product_sales",
    "culture_sports",
    "lodging_operation",
    "vacant_house",
    "environment_wildlife",
    "traditional_craft",
    "elderly_support",
    "research",
    "administration",
    "health_medical",
    "disaster_safety",
    "digital",
    "other",
]
Field_: TypeAlias = Literal[
    "municipal_dx",
    "tourism",
    "local_products",
    "regional_economy",
    "migration",
    "gx",
    "medical_welfare",
    "transport",
    "furusato_tax",
    "information_pr",
    "sports",
    "other",
]

CEFR_ORDER: Final[tuple[Cefr, ...]] = ("A1", "A2", "B1", "B2", "C1", "C2", "native")

# JLPT has no official one-to-one CEFR level per grade; the lower bound is taken, so nobody is overrated.
CEFR_OF_JLPT: Final[dict[str, Cefr]] = {"N1": "C1", "N2": "B2", "N3": "B1", "N4": "A2", "N5": "A1"}

JAPANESE: Final[dict[str, str]] = {
    "kyoryokutai": "地域おこし協力隊",
    "kigyojin": "地域活性化起業人",
    "dispatch": "企業派遣型",
    "sidejob": "副業型",
    "senior": "シニア型",
    "mission": "ミッション型",
    "free_mission": "フリーミッション型",
    "startup": "起業型",
    "kaikei_nendo": "会計年度任用職員",
    "itaku_kojin": "個人委託",
    "itaku_hojin": "法人委託",
    "provided": "住居あり",
    "subsidy": "家賃補助",
    "introduced": "住居の紹介",
    "lent": "車両の貸与",
    "own_car_paid": "自家用車（借上げ）",
    "own_car_required": "自家用車が必要",
    "bicycle_ok": "自転車で可",
    "permission": "許可制",
    "visited": "訪問",
    "event": "催しへの参加",
    "trial": "おためし・インターン",
    "worked": "勤務",
    "remote": "遠隔での協働",
    "volunteered": "ボランティア",
    "otameshi": "おためし地域おこし協力隊",
    "intern": "地域おこし協力隊インターン",
    "daily": "毎日",
    "weekly": "週1回以上",
    "monthly": "月1回程度",
    "rarely": "ほとんどなし",
    "undefined": "未定",
    "hall_department": "役場の担当課",
    "tourism_body": "観光協会・DMO",
    "farm_or_individual": "農家・個人事業主",
    "npo_or_company": "NPO・企業",
    "residents_association": "住民組織",
    "school_or_board": "学校・教育委員会",
}

LANGUAGE_JA: Final[dict[str, str]] = {
    "ja": "日本語",
    "en": "英語",
    "zh": "中国語",
    "ko": "韓国語",
    "fr": "フランス語",
    "de": "ドイツ語",
    "es": "スペイン語",
    "pt": "ポルトガル語",
    "it": "イタリア語",
    "ru": "ロシア語",
    "vi": "ベトナム語",
    "th": "タイ語",
    "id": "インドネシア語",
}
"""Languages that are told by name; another one by its code."""

CEFR_JA: Final[dict[str, str]] = {"native": "日常の言葉"}
"""Levels that are told in words: people are asked which language they live in, and never for a mother tongue."""

ACTIVITY_JA: Final[dict[str, str]] = {
    "agri_forest_fish": "農林水産業",
    "community": "地域コミュニティ活動",
    "product_development": "産品の生産・加工・開発",
    "information_pr": "情報発信・PR",
    "tourism_planning": "観光資源の企画",
    "migration": "移住・交流の促進",
    "tourism_service": "観光サービス",
    "education": "教育・学習支援",
    "event": "イベントの企画・運営",
    "product_sales": "産品の流通・販売",
    "culture_sports": "文化・スポーツ",
    "lodging_operation": "宿泊施設の運営",
    "vacant_house": "空き家・空き店舗",
    "environment_wildlife": "環境保全・鳥獣対策",
    "traditional_craft": "伝統産業・技術伝承",
    "elderly_support": "高齢者の見守り・生活支援",
    "research": "調査・研究",
    "administration": "行政事務・マネジメント",
    "health_medical": "保健・医療",
    "disaster_safety": "防災・防犯",
    "digital": "デジタル",
    "other": "その他",
}

FIELD_JA: Final[dict[str, str]] = {
    "municipal_dx": "自治体DX",
    "tourism": "観光",
    "local_products": "地域産品",
    "regional_economy": "地域経済・雇用",
    "migration": "移住・関係人口",
    "gx": "脱炭素（GX）",
    "medical_welfare": "医療・福祉",
    "transport": "地域交通",
    "furusato_tax": "ふるさと納税",
    "information_pr": "情報発信",
    "sports": "スポーツ",
    "other": "その他",
}


def language_words(code: str, cefr: str) -> str:
    """A language with its level, as pages, papers and sentences of rules tell it.

    Examples
    --------
    >>> language_words("en", "B2"), language_words("id", "native")
    ('英語 B2', 'インドネシア語 日常の言葉')
    """
    return f"{LANGUAGE_JA.get(code, code)} {CEFR_JA.get(cefr, cefr)}"
