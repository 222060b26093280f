"""Licences: what a text names, what a licence implies, and where only the person can tell."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.taxonomy.licence_entries import licence_entry
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
        ("普通自動車免許", "英語検定準1級", "missing"),
        ("看護師", "看護師（保健師）", "held"),
        ("狩猟免許", "狩猟免許（わな・第一種銃猟）", "held"),
        ("保健師", "保健の免許状", "ask"),
    ],
)
def test_a_text_nobody_knows_is_asked_about_where_it_could_be_what_is_asked_for(
    required: str, stranger: str, expected: str
) -> None:
    assert standing(required, [stranger]) == expected


@pytest.mark.parametrize("name", ["普通自動車免許", "大型免許", "AT限定普通免許", "car_mt"])
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("（失効）", "ask"),
        ("（平成30年失効）", "ask"),
        ("（有効期限切れ）", "ask"),
        ("（停止中）", "ask"),
        ("　免停中", "ask"),
        ("は期限が切れています", "ask"),
        ("（以前持っていました）", "ask"),
        ("（取得予定）", "ask"),
        ("・来春取得見込み", "ask"),
        ("（未取得、教習所に通学中）", "ask"),
        ("（返納の手続を取りやめ、更新）", "ask"),
        ("（返納済み）", "missing"),
        ("を昨年自主返納しました", "missing"),
        ("（令和5年に返上）", "missing"),
        (" 取消", "missing"),
        ("（取り消し処分）", "missing"),
        ("なし", "missing"),
        ("：無", "missing"),
        ("は持っていません", "missing"),
    ],
)
def test_a_licence_that_is_said_to_be_lost_or_still_to_come_is_never_held(name: str, said: str, expected: str) -> None:
    assert standing("普通自動車免許", [name]) == "held"
    assert standing("普通自動車免許", [f"{name}{said}"]) == expected
    assert standing("看護師", [f"{name}{said}"]) == "missing"


@pytest.mark.parametrize(
    "text",
    [
        "原付は返納、普通免許あり",
        "普通自動車免許を持っていますが、大型は返納しました",
        "普通自動車免許（AT限定取消）",
        "普通免許AT限定なし",
        "大型自動車免許（一部取消）",
        "普通自動車免許 取消歴なし",
        "普通自動車免許（停止されたことはありません）",
    ],
)
def test_an_entry_that_says_more_than_that_one_licence_is_gone_never_shuts_the_door(text: str) -> None:
    assert standing("普通自動車免許", [text]) == "ask"


@pytest.mark.parametrize(
    "text", ["普通自動車免許（事故歴なし）", "普通自動車免許（更新中）", "普通免許あり", "普通免許（眼鏡等）"]
)
def test_what_does_not_touch_the_licence_leaves_it_held(text: str) -> None:
    assert standing("普通自動車免許", [text]) == "held"


@pytest.mark.parametrize("lost", ["免停中", "免許停止中", "運転免許は返納しました", "車の免許（失効）"])
def test_the_driving_licence_lost_without_its_class_puts_every_driving_licence_in_doubt(lost: str) -> None:
    for held in ([lost, "大型免許", "看護師"], ["看護師", "大型免許", lost]):
        assert [standing(code, held) for code in ("large", "car", "nurse")] == ["ask", "ask", "held"]


def test_a_licence_lost_takes_no_other_licence_away() -> None:
    assert standing("car", ["大型免許（取消）", "普通自動車免許"]) == "held"
    assert standing("large", ["大型免許（取消）", "普通自動車免許"]) == "missing"
    assert standing("気象予報士", ["気象予報士（返上）"]) == "missing"
    assert standing("気象予報士", ["気象予報士（受験予定）"]) == "ask"


@pytest.mark.parametrize("required", ["car", "car_mt", "large", "medium_2", "moped"])
@pytest.mark.parametrize(
    "text",
    [
        "車の免許",
        "くるまの運転免許",
        "クルマの免許証あり",
        "運転免許",
        "運転免許あり",
        "運転免許証（有）",
        "国際運転免許",
        "国際免許証",
        "外国の運転免許証",
        "車の運転ができます",
        "ドライバーズライセンス",
        "Driver's License",
    ],
)
def test_a_driving_licence_of_no_class_is_asked_about_at_every_class(text: str, required: str) -> None:
    assert standing(required, [text]) == "ask"
    assert standing("nurse", [text]) == standing("わな猟免許", [text]) == "missing"


@pytest.mark.parametrize("text", ["自動車免許", "自動車運転免許", "自動車の免許証"])
def test_a_car_licence_of_no_class_is_an_ordinary_one_and_may_be_a_higher_one(text: str) -> None:
    assert [standing(code, [text]) for code in ("car", "car_mt", "large", "nurse")] == ["held", "ask", "ask", "missing"]


NONE = [
    *(
        "なし",
        "無し",
        "無",
        "ない",
        "ありません",
        "（なし）",
        "特になし",
        "特に無し。",
        "特にありません",
        "取得なし",
        "該当なし",
    ),
    *(
        "資格なし",
        "免許・資格なし",
        "運転免許なし",
        "車の免許は持っていません",
        "現在は特になし",
        "未取得",
        "None",
        "―",
        "－",
    ),
]


@pytest.mark.parametrize("text", NONE)
@given(required=st.sampled_from([*CODES, "気象予報士"]), held=st.lists(st.sampled_from(CODES), max_size=3))
def test_an_entry_that_says_none_is_as_an_empty_list(text: str, required: str, held: list[str]) -> None:
    assert standing(required, [text]) == "missing"
    assert standing(required, [*held, text]) == standing(required, [text, *held]) == standing(required, held)


@pytest.mark.parametrize(
    "text",
    [
        "普通免許AT限定",
        "普通自動車免許・AT限定",
        "ＡＴ限定普通免許",
        "オートマ限定の普通免許",
        "普通（オートマ限定）",
        "普通車オートマ限定",
        "普通自動車第一種運転免許（オートマ車限定）",
        "AT車限定",
        "AT限定の運転免許（普通）",
        "オートマチック限定",
        "普通免許（ATのみ）",
        "普通自動車免許（AT車に限る）",
    ],
)
def test_every_way_to_say_automatic_only_is_the_same_licence(text: str) -> None:
    assert licence_code(text) == "car_at"
    assert standing("普通自動車免許", [text]) == "held"
    assert standing("普通自動車免許（MT）", [text]) == "missing"


@pytest.mark.parametrize(
    "text", ["普通免許（AT限定解除）", "普通免許AT限定なし", "普通免許AT限定不可", "中型（AT限定）"]
)
def test_a_limit_lifted_refused_or_of_another_class_is_not_automatic_only(text: str) -> None:
    assert licence_code(text) != "car_at"
    assert standing("普通自動車免許（MT）", [text]) == "ask"


def test_no_name_of_the_taxonomy_says_that_it_is_lost() -> None:
    names = {name for licence in licences().values() for name in (licence.code, licence.name, *licence.aliases)}
    assert {name: licence_entry(name) for name in names if licence_entry(name) != (name, "has")} == {}


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
