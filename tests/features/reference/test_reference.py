"""The reference tables repeat the totals that their sources publish."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from importlib.resources import files

import polars as pl
import pytest

from features.municipalities import check_digit
from features.reference import municipality_table, prefecture_table, reference_text, region_table, ward_table
from features.rules import shipped_rulesets

TABLE = municipality_table()
METRO = {"11", "12", "13", "14", "21", "23", "24", "26", "27", "28", "29"}
EXCEPTIONS = [
    "越生町",
    "小川町",
    "吉見町",
    "銚子市",
    "栄町",
    "多古町",
    "芝山町",
    "白子町",
    "長柄町",
    "箱根町",
    "美濃市",
    "井手町",
    "上郡町",
    "上牧町",
]


def counts(column: str) -> Mapping[object, int]:
    return Counter(TABLE[column].to_list())


def test_there_are_1741_municipalities_with_valid_check_digits() -> None:
    assert TABLE.height == TABLE["code"].n_unique() == 1741
    assert all(code6 == code + check_digit(code) for code, code6 in TABLE.select("code", "code6").iter_rows())
    assert TABLE["code"].is_sorted()


def test_cities_towns_villages_and_wards_are_as_many_as_published() -> None:
    assert counts("type") == {"市": 792, "町": 743, "村": 183, "区": 23}


def test_disadvantaged_municipalities_are_as_many_as_published() -> None:
    assert counts("disadvantaged") == {"full": 819, "partial": 292, "none": 630}


def test_kaso_municipalities_are_as_many_as_published() -> None:
    assert counts("kaso") == {"full": 713, "partial": 158, "deemed": 14, None: 1741 - 885}
    assert TABLE["kaso_graduate"].sum() == 43
    partial = TABLE.filter(pl.col("kaso") == "partial")
    assert partial["kaso_areas"].null_count() == 0
    assert partial.filter(pl.col("disadvantaged") == "full").height == 14


def test_the_ten_categories_are_as_large_as_in_the_ministrys_table() -> None:
    sizes = {1: 319, 2: 8, 3: 301, 4: 2, 5: 102, 6: 41, 7: 2, 8: 717, 9: 241, 10: 8}

    assert counts("kyoryokutai_category") == sizes
    assert sum(size for category, size in sizes.items() if category >= 3) == 1414
    assert 1414 + prefecture_table().height == 1461


def test_every_category_follows_from_metropolis_kind_and_designation() -> None:
    by_facts: dict[tuple[bool, str, bool], int] = {
        (c.metro, c.kind, c.designated): c.id
        for ruleset in shipped_rulesets()
        if ruleset.id == "kyoryokutai/fy2026" and ruleset.region_table
        for c in ruleset.region_table.category
    }
    kinds = {"full": "A", "partial": "P", "none": "U"}
    for row in TABLE.iter_rows(named=True):
        metro = row["metro3_pref"] == 1 and row["metro3_exception"] == 0
        facts = metro, kinds[row["disadvantaged"]], row["designated_city"] == 1
        assert by_facts[facts] == row["kyoryokutai_category"], row["code"]


def test_the_metropolis_is_eleven_prefectures_less_fourteen_urban_towns() -> None:
    assert set(TABLE.filter(pl.col("metro3_pref") == 1)["pref_code"].to_list()) == METRO
    exceptions = TABLE.filter(pl.col("metro3_exception") == 1)
    assert sorted(exceptions["name"].to_list()) == sorted(EXCEPTIONS)
    assert set(exceptions["disadvantaged"].to_list()) == {"none"}
    assert set(exceptions["pref_code"].to_list()) <= METRO


def test_wards_of_tokyo_are_category_1_and_wakayama_has_one_urban_city() -> None:
    assert TABLE.filter(pl.col("type") == "区")["kyoryokutai_category"].to_list() == [1] * 23
    wakayama = TABLE.filter(pl.col("pref_code") == "30")
    assert wakayama.filter(pl.col("disadvantaged") == "none")["name"].to_list() == ["和歌山市"]
    assert wakayama.filter(pl.col("disadvantaged") == "full").height == wakayama.height - 1


@pytest.mark.parametrize(
    ("column", "total"), [("pop_2010", 128_057_352), ("pop_2015", 127_094_745), ("pop_2020", 126_146_099)]
)
def test_population_sums_to_the_census(column: str, total: int) -> None:
    assert TABLE[column].sum() == total


def test_prefectures_sum_up_their_municipalities() -> None:
    sums = TABLE.group_by("pref_code").agg(pl.len(), pl.col("pop_2020").sum()).sort("pref_code")
    prefectures = prefecture_table()

    assert sums["len"].to_list() == prefectures["municipalities"].to_list()
    assert sums["pop_2020"].to_list() == prefectures["pop_2020"].to_list()
    assert all(
        code6 == code + "000" + check_digit(code + "000")
        for code, code6 in prefectures.select("pref_code", "code6").iter_rows()
    )


def test_twenty_designated_cities_have_171_wards_today() -> None:
    cities = TABLE.filter(pl.col("designated_city") == 1)["code"].to_list()
    wards = ward_table()

    assert len(cities) == 20
    assert set(wards["city_code"].to_list()) == set(cities)
    assert wards.filter(pl.col("abolished_on").is_null()).height == 171
    assert all(city < ward and ward[:2] == city[:2] for ward, city in wards.select("code", "city_code").iter_rows())


def test_codes_are_text_in_every_table() -> None:
    frames = (TABLE, prefecture_table(), ward_table(), region_table())
    for frame in frames:
        assert all(
            frame[name].dtype == pl.String for name in frame.columns if name.endswith(("code", "code6", "codes"))
        )


def test_every_file_and_every_column_is_explained_in_the_readme() -> None:
    readme = files("features.reference").joinpath("README.md").read_text(encoding="utf-8")
    names = set(re.findall(r"`([^`]+)`", readme))

    assert {f.name for f in files("features.reference").iterdir() if f.name.endswith(".csv")} <= names
    for name in ("municipalities.csv", "prefectures.csv", "wards.csv", "regions.csv"):
        missing = [column for column in reference_text(name).partition("\n")[0].split(",") if column not in names]
        assert not missing, f"{name}: {missing}"


def test_files_are_utf8_with_line_feeds_and_no_mark() -> None:
    for name in ("municipalities.csv", "prefectures.csv", "wards.csv", "regions.csv", "region_matrix.csv"):
        content = files("features.reference").joinpath(name).read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in content
        assert content.endswith(b"\n")
