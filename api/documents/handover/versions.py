"""What a call was before: each version with the fields that the next one changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, cast

from api.documents.sectioned import Cell
from api.documents.text_width import clip
from api.documents.wording import date_ja
from features.records import Posting
from features.taxonomy.licences import licence_name
from features.taxonomy.vocabulary import ACTIVITY_JA, FIELD_JA, JAPANESE, language_words

__all__ = ["FIELD_LABELS", "PostingVersion", "version_rows"]

_VALUE_WIDTH: Final = 600
_NOTHING: Final = "（なし）"
FIELD_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "program": "制度",
        "municipality_code": "市町村コード",
        "headcount": "募集人数",
        "subtypes": "型",
        "zone": "区域",
        "title": "題名",
        "mission_text": "任務",
        "goals": "目標",
        "activities": "活動の種類",
        "fields": "分野",
        "contract_type": "契約",
        "monthly_pay_yen": "月額（円）",
        "bonus": "賞与",
        "housing": "住まい",
        "housing_subsidy_max_yen": "家賃補助の上限（円）",
        "vehicle": "車両",
        "hours_per_week": "週の時間",
        "side_job": "副業",
        "term_months": "任期（月）",
        "min_days_per_month": "月の日数",
        "min_hours_per_month": "月の時間",
        "min_onsite_days_per_month": "現地の日数",
        "start_date": "着任",
        "deadline": "締切",
        "required_licences": "必要な免許",
        "required_languages": "必要な言語",
        "required_skills": "必要な技能",
        "preferred_skills": "歓迎する技能",
        "selection_steps": "選考の手順",
        "trial": "おためし・インターン",
        "host": "受入体制",
        "as_of": "記載の時点",
        "own_funds": "自主財源",
        "state": "公開の状態",
        "seats_left": "残りの人数",
        "agreed_burden_yen_year": "年の負担額（円）",
    }
)
"""Japanese name of every field of a call but its id and its version."""
_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **JAPANESE,
        **FIELD_JA,
        **ACTIVITY_JA,
        "draft": "下書き",
        "open": "募集中",
        "closed": "終了",
        "none": "なし",
        "yes": "できる",
        "no": "できない",
        "inside": "条件不利区域の内",
        "outside": "条件不利区域の外",
        "unknown": "不明",
        "True": "はい",
        "False": "いいえ",
    }
)
_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "type": "受入団体",
        "contact_frequency": "担当者との連絡",
        "briefed_residents": "住民への説明",
        "peers": "ほかの隊員（人）",
    }
)
_DAYS: Final = frozenset({"start_date", "deadline", "as_of"})
_FREE_TEXT: Final = frozenset({"title", "mission_text", "goals", "selection_steps", "preferred_skills"})


@dataclass(frozen=True)
class PostingVersion:
    """A call as it was up to a day (:func:`api.storage.history.history_of`); ``posting`` is ``None`` once erased."""

    until: date
    posting: Posting | None


def version_rows(before: Sequence[PostingVersion], now: Posting) -> tuple[tuple[Cell, ...], ...]:
    """One row a changed field: the day, the field, what it was and what it became.

    Parameters
    ----------
    before : sequence of PostingVersion
        Oldest first.
    now : Posting
    """
    later = [*(version.posting for version in before), now][1:]
    return tuple(row for version, after in zip(before, later, strict=True) for row in _changes(version, after))


def _changes(version: PostingVersion, after: Posting | None) -> Iterator[tuple[Cell, ...]]:
    if version.posting is None or after is None:
        yield version.until, "内容", "消去済み", "消去済み" if after is None else "今の内容"
        return
    old, new = version.posting.model_dump(mode="json"), after.model_dump(mode="json")
    for field, label in FIELD_LABELS.items():
        if old[field] != new[field]:
            yield version.until, label, _told(field, old[field]), _told(field, new[field])


def _told(field: str, value: object) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, dict):
        return clip(_parts(field, cast("dict[str, object]", value)), _VALUE_WIDTH) or _NOTHING
    if isinstance(value, list):
        return clip("、".join(_told(field, one) for one in cast("list[object]", value)), _VALUE_WIDTH) or _NOTHING
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return clip(_text(field, str(value)), _VALUE_WIDTH)


def _parts(field: str, named: Mapping[str, object]) -> str:
    if field == "required_languages":
        return language_words(str(named["code"]), str(named["cefr"]))
    return "、".join(f"{_PARTS.get(key, key)}: {_told(field, one)}" for key, one in named.items() if one is not None)


def _text(field: str, text: str) -> str:
    if field in _DAYS:
        return date_ja(date.fromisoformat(text))
    if field in _FREE_TEXT:
        return text
    return licence_name(text) if field == "required_licences" else _WORDS.get(text, text)
