"""The items that are not judged, and a span of text that tells one.

Sources: 公正な採用選考の基本 (厚生労働省), 職業安定法5条の5 and its guideline (平成11年告示141号),
労働施策総合推進法9条 (age), 男女雇用機会均等法5条 (sex).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

__all__ = ["ITEM_JA", "Sensitive", "disjoint"]

ITEM_JA: Final[Mapping[str, str]] = MappingProxyType(
    {
        "birthplace": "本籍・出生地",
        "family": "家族",
        "housing": "住宅の状況",
        "household_environment": "生活環境・家庭環境",
        "religion": "宗教",
        "party": "支持政党",
        "creed": "人生観・生活信条",
        "respected_person": "尊敬する人物",
        "thought": "思想",
        "union": "労働組合・学生運動など",
        "reading": "購読新聞・愛読書",
        "background_check": "身元調査",
        "papers": "不必要な書類",
        "criminal_record": "犯罪歴・賞罰",
        "health": "健康状態",
        "age": "年齢",
        "sex": "性別",
        "nationality": "国籍",
        "name": "氏名",
        "school": "学校名",
    }
)


class Sensitive(NamedTuple):
    """A half-open span of a text and the item it tells or asks for, a key of :data:`ITEM_JA`."""

    item: str
    begin: int
    end: int


def disjoint(spans: Iterable[Sensitive]) -> tuple[Sensitive, ...]:
    """The same characters in order and without overlap.

    What begins first keeps them; of those the longest, then the first given.

    Examples
    --------
    >>> disjoint([Sensitive("sex", 4, 6), Sensitive("age", 0, 5)])
    (Sensitive(item='age', begin=0, end=5), Sensitive(item='sex', begin=5, end=6))
    """
    kept: list[Sensitive] = []
    for span in sorted(spans, key=lambda span: (span.begin, -span.end)):
        begin = max(span.begin, kept[-1].end if kept else 0)
        if begin < span.end:
            kept.append(Sensitive(span.item, begin, span.end))
    return tuple(kept)
