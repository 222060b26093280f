"""Where the term leads: goals by year, the first 90 days, and what comes after."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping

from features.posting_quality.mission import is_concrete
from features.posting_quality.patterns import pattern
from features.posting_quality.quality import Finding
from features.posting_quality.reading import Reading

__all__ = ["after_term", "first_90_days", "goals"]

_TOLD, _CONCRETE, _CLEAR_END = 0.3, 0.3, 0.4  # parts of one year's goal [A]
_NUMBERS = {"一": 1, "初": 1, "二": 2, "三": 3}


def goals(reading: Reading) -> Finding:
    """Each year of the term, at most three: a goal, concrete, with an end that can be seen."""
    years, most = _years(reading), _most_years(reading)
    by_year = _goals_by_year(reading.goals, most)
    if not by_year:
        return Finding(0.0, "年ごとの目標が書かれていません。")
    # a first term of one year is renewed as a rule: goals of later years count where they help
    share = max(_mean_share(by_year, years), _mean_share(by_year, most))
    missing = [f"{year}年目" for year in range(1, years + 1) if year not in by_year]
    weakest = min(by_year, key=lambda year: _share(by_year[year]))
    if share == 1:
        return Finding(share, "年ごとの目標が、確かめられる形で書かれています。", phrase=by_year[min(by_year)])
    if missing:
        told = f"目標が書かれていない年があります（{'、'.join(missing)}）。"
        return Finding(share, told, phrase=by_year[min(by_year)])
    told = f"{weakest}年目の目標は、終わったかどうかを確かめにくい書き方です。"
    return Finding(share, told, phrase=by_year[weakest])


def _mean_share(by_year: Mapping[int, str], years: int) -> float:
    return round(sum(_share(goal) for year, goal in by_year.items() if year <= years) / years, 6)


def _most_years(reading: Reading) -> int:
    return 2 if reading.posting.program == "kigyojin" else 3


def _years(reading: Reading) -> int:
    months, most = reading.posting.term_months, _most_years(reading)
    return most if not months else min(most, math.ceil(months / 12))


def _goals_by_year(told: tuple[str, ...], years: int) -> Mapping[int, str]:
    """The goal of each year; one that names no year belongs to the year of its place in the list."""
    found: dict[int, str] = {}
    for place, goal in enumerate(told, start=1):
        named = pattern("year").search(goal)
        year = _number(named.group("n")) if named else place
        if year <= years:
            found.setdefault(year, goal)
    return found


def _number(text: str) -> int:
    return _NUMBERS.get(text) or int(unicodedata.normalize("NFKC", text))


def _share(goal: str) -> float:
    told = pattern("year").sub("", goal)
    clear = any(pattern(name).search(told) for name in ("amount", "end_state"))
    concrete = is_concrete(told) or pattern("amount").search(told) is not None
    return _TOLD + _CONCRETE * concrete + _CLEAR_END * (clear and concrete)


def first_90_days(reading: Reading) -> Finding:
    """Full where a plan of weeks or months is told; less than half for a training or a hand-over without a plan."""
    if phrase := reading.quote("first_months"):
        return Finding(1.0, "着任してからの月ごとの進め方が書かれています。", phrase=phrase)
    if phrase := reading.quote("first_days"):
        return Finding(0.4, "着任したころの研修や順番にはふれていますが、月ごとの進め方はありません。", phrase=phrase)
    return Finding(0.0, "はじめの90日に何をするかが書かれていません。")


def after_term(reading: Reading) -> Finding:
    """Full where a way after the term is told; half for a hint."""
    if phrase := reading.quote("after_term"):
        return Finding(1.0, "任期のあとの道が書かれています。", phrase=phrase)
    mission = reading.mission
    told = (*mission.work, *mission.other, *mission.meetings)  # a lack of successors told as background is no way
    if phrase := reading.quote("after_hint", reading.goals) or reading.quote_in("after_hint", told):
        return Finding(0.5, "任期のあとにふれていますが、自治体が何を手伝うかは書かれていません。", phrase=phrase)
    return Finding(0.0, "任期のあとのことが書かれていません。")
