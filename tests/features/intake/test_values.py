"""Cells as offices write them: what each means, and what is refused rather than guessed."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.intake.sheet import Cell
from features.intake.values import READERS, About, Read, Unreadable
from features.municipalities import table
from features.taxonomy.vocabulary import LANGUAGE_JA, language_words


def _read(reader: str, cell: Cell, heading: str = "", **about: str) -> object:
    found = READERS[reader](cell, About(heading=heading, **about))
    return found.value if isinstance(found, Read) else found.code


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("令和8年4月1日", date(2026, 4, 1)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("Ｒ８．４．１", date(2026, 4, 1)),
        ("R08.04.01", date(2026, 4, 1)),
        ("令8/4/1", date(2026, 4, 1)),
        ("r8-4-1", date(2026, 4, 1)),
        ("2026年4月1日（水）", date(2026, 4, 1)),
        ("令和8年（2026年）4月1日", date(2026, 4, 1)),
        ("2026.4.1", date(2026, 4, 1)),
        ("2026/04/01", date(2026, 4, 1)),
        ("20260401", date(2026, 4, 1)),
        (20260401.0, date(2026, 4, 1)),
        (46113, date(2026, 4, 1)),
        (46113.5, date(2026, 4, 1)),
        ("2026-04-01 10:30", date(2026, 4, 1)),
        (datetime(2026, 4, 1, 9, 30), date(2026, 4, 1)),
        ("令和元年4月30日", "date_outside_era"),
        ("平成33年4月1日", "date_outside_era"),
        ("令和8年2月30日", "date_impossible"),
        ("4月1日", "date_no_year"),
        ("26/4/1", "date_short_year"),
        ("8.4.1", "date_short_year"),
        ("令和8年4月", "date_month_only"),
        ("来年の春", "date_no_year"),
        ("2026/4/1〜2026/5/1", "date_several"),
        ("未定", None),
        ("応相談", None),
        (time(9, 0), "date_unreadable"),
    ],
)
def test_a_date_is_read_in_every_writing_and_never_completed(cell: Cell, meant: object) -> None:
    assert _read("day", cell) == meant


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("令和7年11月1日～令和8年1月30日（必着）", date(2026, 1, 30)),
        ("令和7年11月1日から令和8年1月30日まで", date(2026, 1, 30)),
        ("2025/11/1-2026/1/30", date(2026, 1, 30)),
        ("2026.12.25 17時", date(2026, 12, 25)),
        ("2026.12.2 5時", date(2026, 12, 2)),
        ("2026/12/25　17時必着", date(2026, 12, 25)),
        ("2026/12/25 5pm", date(2026, 12, 25)),
        ("R8.12.25 17 時", date(2026, 12, 25)),
        ("2026年12月25日（金）17時必着", date(2026, 12, 25)),
        ("2026.12.1～2026.12.25 17時", date(2026, 12, 25)),
        ("12/25 17:00", "date_no_year"),
        ("12/25 17時", "date_no_year"),
        ("2026年12月 5時", "date_month_only"),
        ("2026-01-30", date(2026, 1, 30)),
        ("令和7年11月1日～1月30日", "date_no_end"),
        ("令和8年1月", "date_month_only"),
        ("昭和63年1月2日", "date_too_old"),
        ("随時", None),
    ],
)
def test_a_deadline_is_the_end_of_its_span(cell: Cell, meant: object) -> None:
    assert _read("last_day", cell) == meant


@pytest.mark.parametrize(
    ("cell", "heading", "meant"),
    [
        ("月額185,000円", "", 185_000),
        ("１８５，０００円", "", 185_000),
        ("18.5万円", "", 185_000),
        ("18万5千円", "", 185_000),
        ("18万5000円", "", 185_000),
        ("185千円", "", 185_000),
        (185.0, "報酬（月額・千円）", 185_000),
        ("18.5", "月額（万円）", 185_000),
        (185000.0, "月額報酬", 185_000),
        ("¥185,000", "", 185_000),
        ("185,000円～220,000円", "", 185_000),
        ("18～20万円", "", 180_000),
        ("月額200,000円（賞与年2回）", "", 200_000),
        ("20万円以上", "", 200_000),
        ("18.5", "", "yen_no_unit"),
        (-200000.0, "", "number_negative"),
        ("▲20万円", "", "number_negative"),
        ("￥-185000", "", "number_negative"),
        ("月額-185,000円", "", "number_negative"),
        ("月額▲185,000円", "", "number_negative"),
        ("１か月 −185,000円", "", "number_negative"),
        ("▲月額185,000円", "", "number_negative"),
        ("－　月額185,000円", "", 185_000),
        ("報酬-月額185,000円", "", 185_000),
        ("(185,000)", "", "number_in_brackets"),
        ("（月額）185,000円", "", 185_000),
        ("180,000-200,000円", "", 180_000),
        ("月額18万円/月-20万円/月", "", 180_000),
        ("行-1級 185,000円", "", 185_000),
        ("¥185,000-", "", 185_000),
        ("時給1,200円", "", "pay_other_span"),
        ("日額9,000円", "", "pay_other_span"),
        ("年額3,200,000円", "", "pay_other_span"),
        ("町の規定による", "", None),
        ("応相談", "", None),
    ],
)
def test_pay_is_read_in_yen_a_month_or_refused(cell: Cell, heading: str, meant: object) -> None:
    assert _read("monthly_yen", cell, heading) == meant


@pytest.mark.parametrize(
    ("reader", "cell", "heading", "meant"),
    [
        ("months", "-3年", "", "number_negative"),
        ("hours_per_week", "△35時間", "", "number_negative"),
        ("minutes", "マイナス30分", "", "number_negative"),
        ("headcount", "２名", "", 2),
        ("headcount", "1～2名", "", 1),
        ("headcount", "各1名", "", 1),
        ("headcount", "三名", "", 3),
        ("headcount", 0.0, "", "headcount_zero"),
        ("headcount", "若干名", "", "headcount_vague"),
        ("headcount", "1.5", "", "number_unreadable"),
        ("months", "3年", "", 36),
        ("months", "３か年", "", 36),
        ("months", "1年6ヶ月", "", 18),
        ("months", "36カ月", "", 36),
        ("months", "1年（最長3年まで更新）", "", 36),
        ("months", 36.0, "任期（月）", 36),
        ("months", 3.0, "任期", "months_no_unit"),
        ("months", "令和9年3月31日まで", "", "months_unreadable"),
        ("hours_per_week", "週35時間", "", 35.0),
        ("hours_per_week", "38時間45分", "", 38.75),
        ("hours_per_week", "1日7.5時間×週5日", "", 37.5),
        ("hours_per_week", "月150時間", "", "hours_other_span"),
        ("hours_per_week", 37.5, "週の勤務時間", 37.5),
        ("hours_per_week", "8時30分から17時15分", "", "hours_unreadable"),
        ("hours_per_week", "200時間", "", "hours_too_many"),
        ("hours_per_month", "月125時間以内", "", 125.0),
        ("days_per_month", "月4日", "", 4.0),
        ("days_per_month", "4日/月", "", 4.0),
        ("days_per_month", "週2日", "", "days_per_week"),
        ("days_per_month", 40.0, "", "days_too_many"),
        ("minutes", "30分以内", "", 30),
        ("minutes", "1時間30分", "", 90),
        ("rank", "第一希望", "", 1),
        ("rank", "0", "", "rank_unreadable"),
    ],
)
def test_numbers_keep_their_units(reader: str, cell: Cell, heading: str, meant: object) -> None:
    assert _read(reader, cell, heading) == meant


@pytest.mark.parametrize(
    "words",
    [
        ("有", "あり", "はい", "○", "可", "yes", "TRUE", "1", "希望する", "同意します", "済", "✓", "Ｙｅｓ", "する"),
    ],
)
def test_yes_has_many_spellings(words: tuple[str, ...]) -> None:
    assert [_read("yes_no", word) for word in words] == [True] * len(words)


@pytest.mark.parametrize(
    "words",
    [
        (
            "無",
            "なし",
            "いいえ",
            "×",
            "不可",
            "no",
            "FALSE",
            "0",
            "希望しない",
            "同意しない",
            "未",
            "しない",
            "ＮＯ",
            "不要",
        )
    ],
)
def test_no_has_many_spellings(words: tuple[str, ...]) -> None:
    assert [_read("yes_no", word) for word in words] == [False] * len(words)


@pytest.mark.parametrize("cell", ["△", "どちらでも", "場合による", "2"])
def test_neither_yes_nor_no_is_not_decided(cell: str) -> None:
    assert _read("yes_no", cell) == "yes_no_unreadable"


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("東京都世田谷区三軒茶屋1-2-3", "13112"),
        ("〒155-0031　東京都　世田谷区", "13112"),
        ("世田谷区", "13112"),
        ("長野 伊那市", "20209"),
        ("長野市", "20201"),
        ("京都市左京区", "26100"),
        ("東京都府中市宮西町", "13206"),
        ("北海道上川郡下川町幸町63", "01468"),
        ("下川町", "01468"),
        ("下川", "01468"),
        ("ニセコ町", "01395"),
        ("龍ケ崎市", "08208"),
        ("四日市市", "24202"),
        ("市川三郷町", "19346"),
        ("余市町", "01408"),
        ("町田市", "13209"),
        ("浦和市", "11100"),
        ("埼玉県大宮市", "11100"),
        ("新潟県古志郡山古志村", "15202"),
        ("浜松市浜北区", "22130"),
        (1468.0, "01468"),
        ("014681", "01468"),
        ("府中市", "place_ambiguous"),
        ("伊達市", "place_ambiguous"),
        ("港区", "place_ambiguous"),
        ("〒999-9999", "place_postal_only"),
        ("長野県", "place_prefecture_only"),
        ("99999", "place_code_unknown"),
        ("架空市", "place_unknown"),
        ("不明", None),
    ],
)
def test_a_place_is_read_or_refused_with_its_candidates(cell: Cell, meant: object) -> None:
    assert _read("municipality", cell) == meant


def test_an_ambiguous_place_names_its_candidates() -> None:
    found = READERS["municipality"]("伊達市", About())

    assert isinstance(found, Unreadable)
    assert found.candidates == ("北海道伊達市", "福島県伊達市")


@pytest.mark.parametrize("start", ["", "〒123-4567 "])
def test_every_municipality_is_read_from_its_full_name(start: str) -> None:
    rows = table().select("code", "pref", "district", "name").iter_rows()
    wrong = [
        code
        for code, pref, district, name in rows
        if {_read("municipality", f"{start}{pref}{between}{name}字架空1") for between in {"", district or ""}} != {code}
    ]

    assert wrong == []


def test_what_is_kept_of_an_address_has_no_house_number() -> None:
    found = READERS["municipality"]("長野県松本市大字見本100番地2 架空荘101", About())

    assert isinstance(found, Read)
    assert found.aside == "大字見本"


@pytest.mark.parametrize(
    ("reader", "cell", "meant"),
    [
        ("contract_type", "会計年度任用職員（パートタイム）", "kaikei_nendo"),
        ("contract_type", "業務委託（雇用関係なし）", "itaku_kojin"),
        ("contract_type", "受入団体と雇用契約", "itaku_hojin"),
        ("contract_type", "会計年度任用職員または業務委託", "value_several"),
        ("contract_type", "その他", "value_unknown"),
        ("housing", "町営住宅を貸与（無料）", "provided"),
        ("housing", "家賃補助あり（上限5万円）", "subsidy"),
        ("housing", "空き家バンクを紹介", "introduced"),
        ("housing", "各自で確保", "none"),
        ("housing", "家賃補助なし、住宅貸与", "provided"),
        ("housing", "住宅貸与または家賃補助", "value_several"),
        ("vehicle", "公用車を使用", "lent"),
        ("vehicle", "自家用車持込", "own_car_required"),
        ("side_job", "要許可", "permission"),
        ("side_job", "不可", "no"),
        ("trial", "インターンあり", "intern"),
        ("zone", "区域内", "inside"),
        ("status", "書類選考通過", "screened"),
        ("status", "内定辞退", "withdrawn"),
        ("state", "募集終了", "closed"),
        ("host_type", "企画観光課", "hall_department"),
        ("host_type", "一般社団法人架空観光協会", "value_several"),
        ("housing_need", "家族向け（3LDK）", "family"),
    ],
)
def test_closed_values_are_read_from_the_words_offices_use(reader: str, cell: Cell, meant: object) -> None:
    assert _read(reader, cell) == meant


@pytest.mark.parametrize(
    ("cell", "heading", "meant"),
    [
        ("普通自動車運転免許(AT限定)", "資格", ("car_at",)),
        ("普通自動車免許、看護師", "資格", ("car", "nurse")),
        ("特になし", "資格", ()),
        ("○", "普通自動車免許", ("car",)),
        ("有", "運転免許の有無", ("運転免許",)),
        ("AT限定", "普通免許", ("car_at",)),
        ("架空検定1級", "資格", ("架空検定1級",)),
        ("無", "普通自動車免許", None),
        ("有", "資格", "licence_unnamed"),
    ],
)
def test_licences_are_codes_where_the_taxonomy_knows_them(cell: Cell, heading: str, meant: object) -> None:
    assert _read("licences", cell, heading) == meant


@pytest.mark.parametrize(
    ("cell", "heading", "meant"),
    [
        ("英語B2", "語学", [("en", "B2")]),
        ("B1", "英語", [("en", "B1")]),
        ("日本語能力試験N2", "語学", [("ja", "B2")]),
        ("JLPT N1、英語 C1", "語学", [("ja", "C1"), ("en", "C1")]),
        ("フランス語（ネイティブ）", "語学", [("fr", "native")]),
        ("英検2級", "語学", "language_no_level"),
        ("TOEIC 800", "英語", "language_no_level"),
        ("日常会話", "英語", "language_no_level"),
        ("なし", "語学", []),
    ],
)
def test_languages_need_a_level_that_a_table_maps(cell: Cell, heading: str, meant: object) -> None:
    found = _read("languages", cell, heading)

    assert (found if isinstance(found, str) else [(one["code"], one["cefr"]) for one in found or ()]) == meant  # type: ignore[attr-defined]


def test_a_language_is_read_back_from_the_name_it_is_told_by() -> None:
    for level in ("B1", "native"):
        told = {code: _read("languages", language_words(code, level)) for code in LANGUAGE_JA}

        assert told == {code: ({"code": code, "cefr": level},) for code in LANGUAGE_JA}


@pytest.mark.parametrize(
    "text", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1", "-2+3", "<script>", "{{7*7}}", "'; DROP TABLE"]
)
def test_texts_that_look_like_commands_stay_texts(text: str) -> None:
    assert _read("text", text) == text


_ANY = st.one_of(
    st.text(max_size=60),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**12), 10**12),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.text(alphabet="0123456789年月日万千円〜～-./,時間分週令和平成昭RHSn名人（） 　", max_size=24),
)


@given(cell=_ANY, heading=st.text(max_size=12))
def test_no_reader_fails_on_any_cell(cell: Cell, heading: str) -> None:
    for reader in READERS.values():
        found = reader(cell, About(heading=heading))
        assert isinstance(found, Read | Unreadable)


@pytest.mark.parametrize(
    "mark", [*"9元年月日既にまだ特(（)）・/-～,、。. 　A○✕", "既に", "まだ", "令和", "平成9年", "免許", "返納"]
)
def test_no_reader_stays_with_a_cell_that_says_the_same_again_and_again(mark: str) -> None:
    # a pattern that parts such a row in every way there is would be at it for years
    for reader in READERS.values():
        for cell in (f"名{mark * 60}名", f"{mark * 60}名", mark * 60, f"{mark * 2_000}円"):
            assert isinstance(reader(cell, About(heading="見出し")), Read | Unreadable)


@given(cell=st.text(min_size=1, max_size=40))
def test_a_reason_never_repeats_the_cell(cell: str) -> None:
    mark = f"秘密{cell}秘密"
    for reader in READERS.values():
        found = reader(mark, About(heading="見出し"))
        said = found.remark if isinstance(found, Read) else found.reason + found.mend
        assert "秘密" not in said
