"""Regions by name."""

from __future__ import annotations

import pytest

from features.errors import MunicipalityError
from features.municipalities import prefecture_names
from features.reference import prefecture_table
from features.reference.regions import prefectures_of, region_names, verify_region


@pytest.mark.parametrize(
    ("name", "prefectures"),
    [
        ("北陸", {"富山県", "石川県", "福井県"}),
        ("甲信越", {"新潟県", "山梨県", "長野県"}),
        ("東海", {"岐阜県", "静岡県", "愛知県", "三重県"}),
        ("九州", {"福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県"}),
        ("沖縄", {"沖縄県"}),
        ("沖縄県", {"沖縄県"}),
        ("北海道", {"北海道"}),
        ("長野", {"長野県"}),
        ("東京都", {"東京都"}),
    ],
)
def test_a_region_is_its_prefectures(name: str, prefectures: set[str]) -> None:
    assert {prefecture_names()[code] for code in prefectures_of(name)} == prefectures


def test_regions_may_overlap_and_kansai_is_kinki() -> None:
    assert prefectures_of("北陸") & prefectures_of("中部")
    assert prefectures_of("関西") == prefectures_of("近畿")
    assert prefectures_of("九州・沖縄") == prefectures_of("九州") | prefectures_of("沖縄")
    assert len(prefectures_of("全国")) == 47


def test_the_eight_regions_are_those_of_the_prefecture_table() -> None:
    for region, rows in prefecture_table().group_by("region"):
        assert prefectures_of(str(region[0])) == set(rows["pref_code"].to_list())


def test_every_named_set_holds_known_prefectures() -> None:
    assert len(region_names()) == len(set(region_names()))
    for name in region_names():
        assert prefectures_of(name) <= set(prefecture_names())


def test_a_verified_name_comes_back_unchanged() -> None:
    assert verify_region("甲信越") == "甲信越"


def test_an_unknown_region_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MunicipalityError) as caught:
        verify_region("あちら")

    assert str(caught.value).startswith("no region has that name, expected a prefecture or one of 北海道、東北、")
    assert "あちら" not in str(caught.value)
