"""Living facts and cautions of one place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from api.documents.living import cautions, living_facts
from features.municipalities import find
from features.records import Posting

ON = date(2026, 11, 23)


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


def test_the_own_town_and_a_prefecture_as_a_body_have_no_distance() -> None:
    assert "今の住まいから" not in labels("01459", origin="01459")
    assert "今の住まいから" not in labels("01459", origin="13000")
    assert labels("13000", origin="01459") == {}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"contract_type": "itaku_kojin"}, "業務委託です"),
        ({"monthly_pay_yen": None}, "報酬の記載がありません"),
        ({"vehicle": "own_car_required"}, "自分の車が必要です"),
        ({"trial": "none"}, "おためしやインターンの記載がありません"),
        ({"mission_text": "お手伝い。"}, "仕事の中身の記載が短めです"),
        ({"deadline": "2026-11-01"}, "締切を過ぎています"),
        ({"as_of": "2026-09-01"}, "記載は83日前のものです"),
        ({"host": {"contact_frequency": "rarely"}}, "担当者と話す頻度が決まっていません"),
        ({"host": {"peers": 0}}, "同じ時期の隊員がいません"),
        ({"host": None}, "地域の人への説明が済んだという記載がありません"),
    ],
)
def test_a_posting_that_leaves_something_open_is_told_with_what_to_do(
    make_posting: Callable[..., Posting], changes: dict[str, object], words: str
) -> None:
    told = "".join(cautions(make_posting("20304", "p", **changes), find("20304"), on=ON))
    complete = "".join(
        cautions(
            make_posting("20304", "p", host={"contact_frequency": "weekly", "briefed_residents": True, "peers": 2}),
            find("20304"),
            on=ON,
        )
    )

    assert words in told
    assert words not in complete
