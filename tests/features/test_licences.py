"""Licences: what a text names, what a licence implies, and where only the person can tell."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.taxonomy.licences import fold_licence, licence_code, licence_name, licences, standing

CODES = list(licences())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("普通自動車免許", "car"),
        ("普通自動車運転免許", "car"),
        ("普通自動車第一種運転免許", "car"),
        ("普通自動車運転免許（ＡＴ限定可）", "car"),
        ("普通自動車免許（AT限定）", "car_at"),
        ("普通自動車免許証", "car"),
        ("要普通自動車免許", "car"),
        ("car", "car"),
        ("大型二種免許", "large_2"),
        ("第1種銃猟免許", "hunting_gun_1"),
        ("1級小型船舶操縦士", "boat_1"),
        ("一級小型船舶操縦士免許", "boat_1"),
        ("宅建", "real_estate"),
        ("日商簿記２級", "bookkeeping_2"),
        ("気象予報士", None),
        ("", None),
    ],
)
def test_a_text_names_its_licence(text: str, code: str | None) -> None:
    assert licence_code(text) == code


def test_no_writing_names_two_licences_and_every_name_names_its_own() -> None:
    holders = defaultdict(set)
    for code, licence in licences().items():
        for name in (licence.name, *licence.aliases):
            holders[fold_licence(name)].add(code)

    assert {name: codes for name, codes in holders.items() if len(codes) > 1} == {}
    assert all(licence_code(licence.name) == code for code, licence in licences().items())


def test_every_code_that_is_pointed_at_exists() -> None:
    for licence in licences().values():
        assert {*licence.implies, *licence.may_be, *licence.settles} <= set(CODES), licence.code


def test_a_chain_of_implications_is_followed_to_its_end() -> None:
    for lower in ("large", "medium_2", "medium", "semi_medium", "car_2", "car_mt", "car_at", "car", "moped"):
        assert standing(lower, ["large_2"]) == "held", lower


@pytest.mark.parametrize(
    ("required", "held", "expected"),
    [
        ("car", ["car_at"], "held"),
        ("car", ["car_mt"], "held"),
        ("普通自動車免許（AT限定可）", ["普通自動車免許"], "held"),
        ("car_mt", ["car_at"], "missing"),
        ("car_mt", ["普通自動車免許"], "ask"),
        ("car_mt", ["普通自動車免許", "普通自動車免許（AT限定）"], "missing"),
        ("car_mt", ["準中型自動車免許"], "held"),
        ("semi_medium", ["car_mt"], "missing"),
        ("semi_medium", ["medium_8t"], "ask"),
        ("large", ["medium"], "missing"),
        ("medium", ["large"], "held"),
        ("motorcycle", ["car_mt"], "missing"),
        ("boat_2", ["boat_1"], "held"),
        ("boat_1", ["boat_2"], "missing"),
        ("boat_1", ["小型船舶操縦士"], "ask"),
        ("hunting_gun_2", ["hunting_gun_1"], "held"),
        ("hunting", ["わな猟免許"], "held"),
        ("わな猟免許", ["狩猟免許"], "ask"),
        ("nurse", ["assistant_nurse"], "missing"),
        ("準中型自動車免許", ["準中型自動車免許（5t限定）"], "ask"),
        ("中型自動車免許", ["中型自動車免許（8t限定）"], "ask"),
        ("中型自動車免許", ["準中型自動車免許"], "missing"),
        ("建築士（一級または二級）", ["二級建築士"], "held"),
        ("建築士（一級または二級）", ["普通自動車免許"], "missing"),
        ("保健師又は看護師", ["看護師"], "held"),
        ("保健師又は看護師", ["保育士"], "missing"),
    ],
)
def test_a_higher_licence_holds_the_lower_and_never_the_other_way(
    required: str, held: list[str], expected: str
) -> None:
    assert standing(required, held) == expected


@given(st.sampled_from(CODES))
def test_unknown_is_asked_and_an_empty_list_is_none(required: str) -> None:
    assert standing(required, None) == "ask"
    assert standing(required, []) == "missing"
    assert standing(required, [required]) == "held"


@given(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=4))
def test_a_text_nobody_knows_never_takes_or_gives_what_it_cannot_name(required: str, held: list[str]) -> None:
    assert standing(required, [*held, "ねこずき"]) == standing(required, held)


@pytest.mark.parametrize(
    ("required", "stranger", "expected"),
    [
        ("普通自動車免許", "自動車のめんきょ", "ask"),
        ("中型自動車免許", "中型トラックの免許", "ask"),
        ("普通自動車免許", "森林インストラクター", "missing"),
        ("保健師", "保健の免許状", "ask"),
    ],
)
def test_a_text_nobody_knows_is_asked_about_where_it_could_be_what_is_asked_for(
    required: str, stranger: str, expected: str
) -> None:
    assert standing(required, [stranger]) == expected


@given(st.lists(st.sampled_from(CODES), min_size=1, max_size=4))
def test_a_requirement_outside_the_taxonomy_is_met_only_word_for_word(held: list[str]) -> None:
    assert standing("気象予報士", [*held, "気象予報士"]) == "held"
    assert standing("気象予報士", held) == "ask"


@given(st.sampled_from(CODES), st.lists(st.sampled_from(CODES), max_size=4), st.sampled_from(CODES))
def test_one_more_licence_never_takes_one_away(required: str, held: list[str], more: str) -> None:
    if standing(required, held) == "held":
        assert standing(required, [*held, more]) == "held"


def test_a_code_is_printed_by_its_name_and_an_unknown_text_as_it_is() -> None:
    assert licence_name("large") == "大型自動車免許"
    assert licence_name("気象予報士") == "気象予報士"
