"""Living facts and cautions of one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from api.documents.living import cautions, living_facts
from features.municipalities import find
from features.records import Posting

ON = date(2026, 11, 23)
NAGAWA = find("20304")


def labels(code: str, origin: str | None = None) -> dict[str, str]:
    return {fact.label: fact.words for fact in living_facts(find(code), origin_code=origin)}


def test_a_town_that_gained_people_is_not_told_to_lose_them() -> None:
    assert labels("01100")["人口"] == "1,973,395人（5年で1.1%増）"


def test_snow_from_a_distant_station_says_how_distant() -> None:
    notes = {fact.label: fact.note for fact in living_facts(find("32525"))}

    assert notes["雪"] == "西郷の平年値（約24 km離れた観測点）"


def test_an_unknown_snow_is_not_told_as_none() -> None:
    assert labels("47382")["雪"] == "近くに観測点がありません"


def test_an_island_has_a_crossing_and_no_railway() -> None:
    assert "島" in labels("46505") and "鉄道" not in labels("46505")


def test_the_sea_is_told_where_it_follows_and_never_guessed() -> None:
    told = {code: labels(code)["海"] for code in ("46505", "20304", "01459")}

    assert told == {
        "46505": "島なので、海に囲まれています",
        "20304": "海のない県です",
        "01459": "海までの距離：資料なし",
    }


def test_the_own_town_and_a_prefecture_as_a_body_have_no_distance() -> None:
    assert "今の住まいから" not in labels("01459", origin="01459")
    assert "今の住まいから" not in labels("01459", origin="13000")
    assert labels("13000", origin="01459") == {}


@pytest.mark.parametrize(
    ("changes", "topic", "words"),
    [
        ({"contract_type": "itaku_kojin"}, "contract", "業務委託です"),
        ({"vehicle": "own_car_required"}, "car", "自分の車が必要です"),
        ({"trial": "none"}, "place_link", "おためしやインターンの記載がありません"),
        ({"deadline": "2026-11-01"}, "deadline", "締切を過ぎています"),
        ({"as_of": "2026-09-01"}, "as_of", "記載は83日前のものです"),
    ],
)
def test_a_posting_that_needs_care_whoever_applies_is_told_with_what_to_do(
    make_posting: Callable[..., Posting], changes: dict[str, object], topic: str, words: str
) -> None:
    told = {found.topic: found.sentence for found in cautions(make_posting("20304", "p", **changes), NAGAWA, on=ON)}
    complete = {found.topic for found in cautions(make_posting("20304", "p"), NAGAWA, on=ON)}

    assert words in told[topic]
    assert topic not in complete


def test_an_island_is_told_as_one(make_posting: Callable[..., Posting]) -> None:
    assert "island" in {found.topic for found in cautions(make_posting("32525", "p"), find("32525"), on=ON)}
