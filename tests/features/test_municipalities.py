"""Municipalities by code and by name, their facts and distances."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.errors import MunicipalityError
from features.municipalities import (
    check_digit,
    distances_km,
    facts_of,
    find,
    prefecture_names,
    reference_vintage,
    resolve_code,
    table,
)
from features.reference import municipality_table, ward_table

CODES = municipality_table()["code"].to_list()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("13112", "13112"),
        ("131121", "13112"),
        ("01100", "01100"),
        ("011002", "01100"),
        ("01101", "01100"),
        ("14150", "14150"),
        ("14151", "14150"),
        ("14118", "14100"),
        ("14137", "14130"),
        ("40137", "40130"),
        ("40109", "40100"),
        ("22131", "22130"),
        ("22138", "22130"),
        ("27128", "27100"),
        ("01000", "01000"),
        ("010006", "01000"),
    ],
)
def test_a_code_is_read_as_its_municipality(written: str, code: str) -> None:
    assert resolve_code(written) == code


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("011003", "municipality code 011003 has check digit 3, expected 2"),
        ("99999", "municipality code 99999 is not in the reference table of 2022-04-01"),
        ("13199", "municipality code 13199 is not in the reference table of 2022-04-01"),
        ("01111", "municipality code 01111 is not in the reference table of 2022-04-01"),
        ("48000", "municipality code 48000 is not in the reference table of 2022-04-01"),
        ("1100", "municipality code 1100 is not of 5 digits, or 6 with the check digit"),
        ("", "municipality code of 0 characters is not of 5 digits, or 6 with the check digit"),
        ("０１１００", "municipality code of 5 characters is not of 5 digits, or 6 with the check digit"),
        ("山田太郎です", "municipality code of 6 characters is not of 5 digits, or 6 with the check digit"),
    ],
)
def test_an_unknown_code_is_refused_without_repeating_a_persons_text(written: str, message: str) -> None:
    with pytest.raises(MunicipalityError) as caught:
        resolve_code(written)

    assert str(caught.value) == message


@given(st.sampled_from(CODES))
def test_a_code_with_its_check_digit_is_the_same_place(code: str) -> None:
    assert resolve_code(code + check_digit(code)) == code


@given(st.sampled_from(CODES), st.integers(1, 9))
def test_a_wrong_check_digit_is_never_read(code: str, shift: int) -> None:
    wrong = str((int(check_digit(code)) + shift) % 10)

    with pytest.raises(MunicipalityError, match="has check digit"):
        resolve_code(code + wrong)


@pytest.mark.parametrize("code", CODES[::29])
def test_every_full_name_finds_its_code(code: str) -> None:
    row = facts_of([code], ["pref", "name", "district"]).row(0, named=True)

    assert find(row["pref"] + row["name"]).code == code
    assert find(row["pref"] + (row["district"] or "") + row["name"]).code == code
    assert find(row["name"], prefecture=row["pref"]).code == code


def test_all_full_names_are_different_after_folding() -> None:
    names = {find(pref + name).code for pref, name in table().select("pref", "name").iter_rows()}

    assert len(names) == 1741


@pytest.mark.parametrize(
    ("written", "full_name"),
    [
        ("龍ヶ崎市", "茨城県龍ケ崎市"),
        ("龍ケ崎市", "茨城県龍ケ崎市"),
        ("茅ケ崎市", "神奈川県茅ヶ崎市"),
        ("関ヶ原町", "岐阜県関ケ原町"),
        ("梼原町", "高知県檮原町"),
        ("檮原町", "高知県檮原町"),
        ("鯵ヶ沢町", "青森県鰺ヶ沢町"),
        ("塩釜市", "宮城県塩竈市"),
        (" 北海道　下川町 ", "北海道下川町"),
        ("上川郡下川町", "北海道下川町"),
        ("横浜市青葉区", "神奈川県横浜市"),
        ("神奈川県横浜市青葉区", "神奈川県横浜市"),
        ("世田谷区", "東京都世田谷区"),
        ("長野県", "長野県"),
        ("01000", "北海道"),
        ("131121", "東京都世田谷区"),
    ],
)
def test_common_writings_of_a_name_meet(written: str, full_name: str) -> None:
    assert find(written).full_name == full_name


@pytest.mark.parametrize(
    ("name", "holders"),
    [
        ("府中市", "東京都府中市 (13206), 広島県府中市 (34208)"),
        ("伊達市", "北海道伊達市 (01233), 福島県伊達市 (07213)"),
        ("池田町", "北海道池田町 (01644), 福井県池田町 (18382), 長野県池田町 (20481), 岐阜県池田町 (21404)"),
    ],
)
def test_an_ambiguous_name_is_an_error_that_lists_who_has_it(name: str, holders: str) -> None:
    with pytest.raises(MunicipalityError) as caught:
        find(name)

    assert str(caught.value) == f"the name is shared by {holders}; add the prefecture"


def test_every_shared_name_is_ambiguous_and_none_is_inside_its_prefecture() -> None:
    shared = table().filter(pl.col("name").is_duplicated())

    assert shared.height == 57
    for name, pref, code in shared.select("name", "pref", "code").iter_rows():
        with pytest.raises(MunicipalityError, match=code):
            find(name)
        assert find(name, prefecture=pref).code == code


def test_a_wards_name_alone_may_mean_several_cities() -> None:
    with pytest.raises(MunicipalityError, match=r"北海道札幌市 \(01100\).*東京都北区 \(13117\)"):
        find("北区")
    assert find("北区", prefecture="東京").code == "13117"
    assert find("中央区", prefecture="14").code == "14150"


def test_an_unknown_name_is_refused_with_near_names_and_without_itself() -> None:
    with pytest.raises(MunicipalityError) as caught:
        find("下川群町")

    assert str(caught.value).startswith("no municipality has that name; near names: ")
    assert "下川群町" not in str(caught.value)
    with pytest.raises(MunicipalityError, match=r"^no municipality has that name in 沖縄県"):
        find("下川町", prefecture="沖縄")
    with pytest.raises(MunicipalityError, match=r"^no prefecture has that name or code"):
        find("下川町", prefecture="蝦夷")


def test_a_municipality_tells_its_facts() -> None:
    shimokawa = find("北海道下川町")

    assert (shimokawa.code, shimokawa.category, shimokawa.kind) == ("01468", 8, "A")
    assert (shimokawa.is_metro, shimokawa.is_designated, shimokawa.type) == (False, False, "町")
    assert shimokawa.facts["pop_2020"] == 3126
    assert float(shimokawa.facts["snowfall_annual_cm"] or 0) > 500
    with pytest.raises(TypeError):
        shimokawa.facts["pop_2020"] = 0  # type: ignore[index]


def test_an_exception_town_is_not_metropolitan_and_a_prefecture_has_no_category() -> None:
    assert not find("銚子市").is_metro
    assert find("千葉市").is_metro
    prefecture = find("13000")
    assert (prefecture.full_name, prefecture.type, prefecture.category, prefecture.kind) == (
        "東京都",
        "都道府県",
        None,
        None,
    )


def test_facts_keep_the_order_of_the_codes_and_unknown_places_are_null() -> None:
    found = facts_of(["13112", None, "01468", "01000", "13112"], ["pop_2020", "name"])

    assert found["name"].to_list() == ["世田谷区", None, "下川町", None, "世田谷区"]
    assert found.columns == ["pop_2020", "name"]


def test_codes_are_a_column_too_and_an_unknown_column_is_refused() -> None:
    assert facts_of(["01468"], ["code"])["code"].to_list() == ["01468"]
    with pytest.raises(MunicipalityError, match=r"^the reference table has no column broadband$"):
        facts_of(["01468"], ["broadband"])


def test_distances_are_great_circles_between_halls() -> None:
    found = distances_km(["01100", "13104"], ["13104", "47201", "01000"])

    assert found.shape == (2, 3)
    assert found[0, 0] == pytest.approx(831, abs=1)  # Sapporo - Shinjuku
    assert found[1, 0] == 0
    assert math.isnan(found[0, 2])


def test_a_hall_outside_its_village_is_replaced_by_the_villages_centre() -> None:
    outside = table().filter(pl.col("office_outside") == 1)["name"].to_list()

    assert sorted(outside) == sorted(["竹富町", "三島村", "十島村"])
    toshima = find("十島村")
    assert toshima.latitude == toshima.facts["center_lat"]


def test_the_same_table_has_the_same_vintage() -> None:
    assert reference_vintage() == reference_vintage()
    assert reference_vintage().startswith("2022-04-01 sha256:")


def test_a_ward_never_hides_a_municipality() -> None:
    assert not set(ward_table()["code"].to_list()) & set(CODES)
    assert len(prefecture_names()) == 47
