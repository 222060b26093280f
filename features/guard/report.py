"""How often the free text of a profile tells an item, without repeating what it tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from features.guard.items import ITEM_JA
from features.guard.masking import sensitive_spans
from features.records import SelectionProfile

__all__ = ["FIELD_NAMES_JA", "FoundItem", "report", "sentence"]

FIELD_NAMES_JA: Final[Mapping[str, str]] = MappingProxyType(
    {"motivation_text": "志望動機", "plan_text": "活動の計画", "occupations": "職歴", "skills": "技能"}
)


@dataclass(frozen=True)
class FoundItem:
    """How many spans of a field tell an item."""

    field: str
    item: str
    count: int


def report(profile: SelectionProfile) -> tuple[FoundItem, ...]:
    """What the free text of a profile tells, by field and item in their printed order; never the text itself.

    Examples
    --------
    >>> report(SelectionProfile(motivation_text="32歳です。", skills=("写真",)))
    (FoundItem(field='motivation_text', item='age', count=1),)
    """
    counted = ((field, Counter(_items(texts))) for field, texts in _texts(profile))
    return tuple(FoundItem(field, item, count[item]) for field, count in counted for item in ITEM_JA if count[item])


def sentence(found: FoundItem) -> str:
    """What a page prints of it.

    Examples
    --------
    >>> sentence(FoundItem("motivation_text", "age", 1))
    '志望動機に、年齢にふれる記述が1か所ありました。読む順には使っていません。'
    """
    where, what = FIELD_NAMES_JA[found.field], ITEM_JA[found.item]
    return f"{where}に、{what}にふれる記述が{found.count}か所ありました。読む順には使っていません。"


def _texts(profile: SelectionProfile) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield "motivation_text", (profile.motivation_text or "",)
    yield "plan_text", (profile.plan_text or "",)
    yield "occupations", profile.occupations or ()
    yield "skills", profile.skills or ()


def _items(texts: tuple[str, ...]) -> Iterator[str]:
    return (span.item for text in texts for span in sensitive_spans(text))
