"""Living facts of a place in words, and what to ask before saying yes: for the applicant's own page.

Facts come from the reference table with the year or the station they were taken at; distances are straight lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isnan

from features.municipalities import LANDLOCKED, Municipality, distances_km
from features.records import Posting

__all__ = ["Caution", "LivingFact", "cautions", "living_facts"]

_TRUSTED_STATION_KM = 20  # beyond it the snow of the nearest station says little about the town
_DEEP_SNOW_DAYS = 30
_NEAR_KM = 10
_STALE_DAYS = 30


@dataclass(frozen=True)
class LivingFact:
    """One fact: what it is about, the fact, and where it was taken."""

    label: str
    words: str
    note: str = ""


@dataclass(frozen=True)
class Caution:
    """Something to make sure of, and its topic (one of those of :class:`features.place_explanation.Remark`)."""

    topic: str
    sentence: str


def living_facts(town: Municipality, *, origin_code: str | None = None) -> tuple[LivingFact, ...]:
    """Facts about living in ``town``; what the table does not know is left out.

    Parameters
    ----------
    town : Municipality
        A prefecture as a body has no facts.
    origin_code : str, optional
        Where the applicant lives now; adds the distance from there.

    Examples
    --------
    >>> from features.municipalities import find
    >>> living_facts(find("01459"))[0].words
    '9,668人（5年で6.1%減）'
    """
    return tuple(_facts(town, origin_code))


def _facts(town: Municipality, origin_code: str | None) -> Iterator[LivingFact]:
    if origin_code is not None and origin_code != town.code:
        away = distances_km([origin_code], [town.code]).item()
        if not isnan(away):  # either may be a prefecture as a body
            yield LivingFact("今の住まいから", f"約{away:,.0f} km", "役所間の直線")
    if not town.facts:
        return
    yield LivingFact("人口", _population(town), "2020年国勢調査")
    yield _snow(town)
    yield _sea(town)
    if town.facts["temp_jan_c"] is not None:
        temperatures = f"1月 {_number(town, 'temp_jan_c'):.1f}℃、8月 {_number(town, 'temp_aug_c'):.1f}℃"
        yield LivingFact("平均気温", temperatures, f"{town.facts['climate_station']}の平年値")
    medical = f"病院 {_count(town, 'hospitals')}、診療所 {_count(town, 'clinics')}、医師 {_count(town, 'doctors')}人"
    yield LivingFact("医療", medical)
    yield LivingFact("学校", f"小学校 {_count(town, 'elementary_schools')}、高校 {_count(town, 'high_schools')}")
    yield LivingFact("買い物", f"小売店 {_count(town, 'retail_shops')}")
    if town.facts["land"] == "island":
        yield LivingFact("島", "海を渡る移動があります", "橋のある島を含む")
    else:
        away = _number(town, "rail_km")
        near = f"{away:.1f}" if away < _NEAR_KM else f"{away:.0f}"
        yield LivingFact("鉄道", f"{town.facts['rail_station']}駅 約{near} km", "役所からの直線")


def _population(town: Municipality) -> str:
    people, change = f"{_count(town, 'pop_2020')}人", town.facts["pop_change_2015_2020_pct"]
    if change is None:
        return people
    return f"{people}（5年で{abs(float(change)):.1f}%{'減' if float(change) < 0 else '増'}）"


def _snow(town: Municipality) -> LivingFact:
    fall, station = town.facts["snowfall_annual_cm"], town.facts["snow_station"]
    if fall is None or station is None:
        return LivingFact("雪", "近くに観測点がありません", "雪の少ない地域か離島")
    away = _number(town, "snow_station_km")
    distant = f"（約{away:.0f} km離れた観測点）" if away > _TRUSTED_STATION_KM else ""
    depth = f"深さ50 cm以上の日 {_number(town, 'days_snow_depth_50cm'):.0f}日"
    return LivingFact("雪", f"1年の降雪 {float(fall):,.0f} cm、{depth}", f"{station}の平年値{distant}")


def cautions(posting: Posting, town: Municipality, *, on: date) -> tuple[Caution, ...]:
    """What to make sure of in any case, whoever the applicant is; each says what to do.

    What may go wrong for one applicant is told by :mod:`features.place_explanation`.

    Parameters
    ----------
    posting : Posting
    town : Municipality
        Where it is.
    on : date
        Date of the run: an old posting is said to be old.
    """
    found = (
        *(_member_cautions(posting) if posting.program == "kyoryokutai" else ()),
        *_posting_cautions(posting, on),
        *_place_cautions(town),
    )
    return tuple(Caution(topic, sentence) for topic, sentence in found)


def _member_cautions(posting: Posting) -> Iterator[tuple[str, str]]:
    if posting.contract_type in {"itaku_kojin", "itaku_hojin"}:
        yield (
            "contract",
            "業務委託です。社会保険や経費の扱いが雇用とは異なります。契約書の案を見せてもらってください。",
        )
    if posting.vehicle == "own_car_required":
        yield "car", "自分の車が必要です。燃料費や冬タイヤの負担を聞いてください。"
    if posting.vehicle == "none":
        yield "car", "車両の貸与はありません。活動に使う車をどうするかを聞いてください。"
    if posting.trial in {None, "none"}:
        yield "place_link", "おためしやインターンの記載がありません。決める前に一度訪ねられるかを聞いてください。"


def _posting_cautions(posting: Posting, on: date) -> Iterator[tuple[str, str]]:
    if posting.deadline is not None and posting.deadline < on:
        yield "deadline", "締切を過ぎています。まだ受け付けているかを確かめてください。"
    elif posting.as_of is not None and (on - posting.as_of).days > _STALE_DAYS:
        yield "as_of", f"記載は{(on - posting.as_of).days}日前のものです。変わっていないかを確かめてください。"


def _place_cautions(town: Municipality) -> Iterator[tuple[str, str]]:
    if town.facts.get("land") == "island":
        yield "island", "島です。船や飛行機の欠航、通院、引っ越しの費用を確かめてください。"
    days, station_km = town.facts.get("days_snow_depth_50cm"), town.facts.get("snow_station_km")
    if days is not None and station_km is not None and float(days) >= _DEEP_SNOW_DAYS:
        told = f"雪の深い日が年に約{float(days):.0f}日あります。"
        yield "snow", f"{told}除雪をだれがするか、住まいの暖房費を聞いてください。"


def _sea(town: Municipality) -> LivingFact:
    """What follows from the table: it holds no coast, so most distances are not known, and none is guessed."""
    if town.facts["land"] == "island":
        return LivingFact("海", "島なので、海に囲まれています", "橋のある島を含む")
    if town.code[:2] in LANDLOCKED:
        return LivingFact("海", "海のない県です")
    return LivingFact("海", "海までの距離：資料なし", "海岸線の資料がないため、計算していません")


def _number(town: Municipality, fact: str) -> float:
    return float(town.facts[fact] or 0)


def _count(town: Municipality, fact: str) -> str:
    value = town.facts[fact]
    return "不明" if value is None else f"{float(value):,.0f}"
