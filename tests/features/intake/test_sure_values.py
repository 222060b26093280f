"""Cells that used to be read as something they do not say: now read, left unknown with a remark, or refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.intake import ImportOptions, IntakeError, plan_import
from features.intake.limits import Limits
from features.intake.trial import verify_readable
from features.intake.values import READERS, About, Read
from features.intake.workbook import open_workbook
from fixtures.intake.writers import xlsx


def _read(reader: str, cell: str | float, heading: str = "", *, from_1904: bool = False) -> tuple[object, str]:
    found = READERS[reader](cell, About(heading=heading, counts_from_1904=from_1904))
    return (found.value if isinstance(found, Read) else "refused"), found.code


@pytest.mark.parametrize(
    ("cell", "required", "code"),
    [
        ("不問", (), ""),
        ("免許不要", (), ""),
        ("なし", (), ""),
        ("要普通免許（AT可）", ("car",), ""),
        ("普通免許必須、狩猟免許あれば尚可", ("car",), "licence_wished"),
        ("看護師または保健師", ("看護師または保健師",), "licence_alternatives"),
        ("看護師/保健師", ("看護師または保健師",), "licence_alternatives"),
        ("自動車免許を有する者（AT限定可）", ("自動車免許(AT限定可)",), "licence_no_class"),
        ("第一種普通自動車運転免許又は準中型", ("普通自動車運転免許または準中型",), "licence_alternatives"),
        ("普通自動車免許（AT限定不可）", ("car_mt",), ""),
        ("健康な方", None, "licence_unread"),
        ("気象予報士", ("気象予報士",), "licence_as_written"),
        ("普通自動車免許（取得見込み可）", ("car",), "licence_planned"),
    ],
)
def test_only_what_a_call_requires_is_required(cell: str, required: object, code: str) -> None:
    assert _read("required_licences", cell, "必要な資格") == (required, code)


@pytest.mark.parametrize(
    ("cell", "pay", "code"),
    [
        ("185.000円", 185_000, ""),
        ("１８万五千円", 185_000, ""),
        ("十八万五千円", 185_000, ""),
        ("25万円以内", None, "pay_upper_only"),
        ("上限25万円", None, "pay_upper_only"),
        ("〜200,000円", None, "pay_upper_only"),
        ("月額25万円（上限）", None, "pay_upper_only"),
        ("手取り18万円", "refused", "pay_net"),
        ("2350000", None, "pay_implausible"),
        ("200万円", None, "pay_implausible"),
        ("1,850,000", None, "pay_implausible"),
        ("18.5万円", 185_000, ""),
        ("16万6千円～20万円", 166_000, "range_lower"),
        ("経験による", None, "pay_by_person"),
        ("経験・能力を考慮して決定します", None, "pay_by_person"),
        ("町の規程による", None, "pay_by_person"),
        ("月額18万円（経験による）", 180_000, ""),
        ("無報酬", "refused", "yen_nothing"),
        ("報酬なし", "refused", "yen_nothing"),
        ("無給（交通費のみ）", "refused", "yen_nothing"),
        ("0円", 0, ""),
    ],
)
def test_pay_is_what_is_sure_of_it(cell: str, pay: object, code: str) -> None:
    assert _read("monthly_yen", cell, "月額報酬") == (pay, code)


@pytest.mark.parametrize(
    ("reader", "cell", "value", "code"),
    [
        ("last_day", "第1次:R8.12.25 第2次:R9.1.31", "refused", "date_several"),
        ("first_day", "令和9年4月1日 又は 令和9年7月1日", "refused", "date_several"),
        ("last_day", "R8.12.1～R9.1.31", date(2027, 1, 31), ""),
        ("first_day", "4/1/2027", "refused", "date_year_last"),
        ("first_day", "即日", None, "date_any"),
        ("first_day", "いつでも可", None, "date_any"),
        ("first_day", "採用決定後1か月", None, "date_any"),
        ("first_day", "来春", None, "date_any"),
        ("first_day", "来年の春ごろ", None, "date_any"),
        ("first_day", "年明け以降", None, "date_any"),
        ("first_day", "なるべく早く", None, "date_any"),
        ("first_day", "卒業後", None, "date_any"),
        ("last_day", "来春", "refused", "date_unreadable"),
        ("last_day", "なし", None, "date_open"),
        ("last_day", "決まり次第終了", None, "date_open"),
        ("last_day", "定員に達し次第", None, "date_open"),
        ("last_day", "受付終了", "refused", "date_over"),
        ("months", "令和9年4月1日～令和12年3月31日", 36, "months_between"),
        ("months", "令和9年4月15日～令和12年3月31日", "refused", "months_not_whole"),
        ("months", "委嘱の日から1年", 12, ""),
        ("months", "2年目以降は更新", "refused", "months_unreadable"),
        ("months", "年度末まで", None, "months_to_year_end"),
        ("months", "委嘱の日から当該年度の3月31日まで（更新あり）", None, "months_to_year_end"),
        ("months", "年度末まで（最長3年）", 36, ""),
        ("months", "3月31日まで", "refused", "months_unreadable"),
        ("months", "3月末まで", "refused", "months_unreadable"),
        ("last_day", "年度末まで", "refused", "date_no_year"),
        ("first_day", "令和9年度", "refused", "date_year_only"),
        ("first_day", "令和９年度（2027年度）", "refused", "date_year_only"),
        ("first_day", "R9年度当初から", "refused", "date_year_only"),
        ("first_day", "2027年春頃", "refused", "date_year_only"),
        ("last_day", "令和9年度末まで", "refused", "date_year_only"),
        ("day", "2027年度", "refused", "date_year_only"),
        ("hours_per_week", "35時間未満", None, "bound_only"),
        ("hours_per_week", "週35時間以内", None, "bound_only"),
        ("hours_per_week", "週37時間30分未満（休憩を除く）", None, "bound_only"),
        ("hours_per_week", "週35時間を超えない範囲", None, "bound_only"),
        ("hours_per_week", "最大週35時間", None, "bound_only"),
        ("hours_per_week", "〜35時間", None, "bound_only"),
        ("hours_per_week", "35時間（上限）", None, "bound_only"),
        ("hours_per_week", "1日7時間以内、週5日", None, "bound_only"),
        ("hours_per_week", "1日7時間、週5日以内", None, "bound_only"),
        ("hours_per_week", "週30時間以上", 30.0, "range_lower"),
        ("hours_per_week", "週30時間超", 30.0, "range_lower"),
        ("hours_per_week", "週30～35時間", 30.0, "range_lower"),
        ("hours_per_week", "週30時間～35時間", 30.0, "range_lower"),
        ("days_per_month", "月4～6日", 4.0, "range_lower"),
        ("days_per_month", "月4日～6日", 4.0, "range_lower"),
        ("hours_per_month", "月20～40時間", 20.0, "range_lower"),
        ("months", "1～3年", "refused", "months_several"),
        ("months", "1～3年（最長3年）", 36, "months_longest"),
        ("hours_per_week", "週35時間程度", 35.0, ""),
        ("hours_per_week", "週35時間（1日7時間以内）", 35.0, ""),
        ("hours_per_week", "35時間未満（週31時間）", None, "bound_only"),
        ("hours_per_week", "1日7時間半、週5日", 37.5, "hours_multiplied"),
        ("hours_per_week", "1日24時間、週7日", 168.0, "hours_multiplied"),
        ("hours_per_week", "1日24.5時間、週5日", "refused", "hours_too_many"),
        ("hours_per_week", "1日1,000時間、週5日", "refused", "hours_too_many"),
        ("days_per_month", "1,000日", "refused", "days_too_many"),
        ("days_per_month", "-4日", "refused", "number_negative"),
        ("days_per_month", "▲4日", "refused", "number_negative"),
        ("hours_per_month", "月20時間未満", None, "bound_only"),
        ("hours_per_month", "月125時間以内", 125.0, ""),
        ("days_per_month", "月4日未満", None, "bound_only"),
        ("days_per_month", "月4日以上", 4.0, ""),
        ("months", "1年未満", None, "bound_only"),
        ("months", "3年以上", 36, ""),
        ("last_day", "来年3月末", "refused", "date_no_year"),
        ("headcount", "若干名", "refused", "headcount_vague"),
        ("headcount", "10000", "refused", "headcount_too_many"),
        ("headcount", "最大3名", 3, "range_upper"),
        ("headcount", "十名", 10, ""),
    ],
)
def test_answers_that_offices_write_are_read_or_asked_about(reader: str, cell: str, value: object, code: str) -> None:
    assert _read(reader, cell) == (value, code)


@pytest.mark.parametrize(
    ("reader", "cell", "code"),
    [
        ("monthly_yen", "9" * 31, "number_too_long"),
        ("monthly_yen", "九" * 400 + "万円", "number_too_long"),
        ("yearly_yen", "1" + ",000" * 200 + "円", "number_too_long"),
        ("yen", 10**400, "number_too_long"),
        ("count", "9" * 400 + "～" + "9" * 400, "number_too_long"),
        ("minutes", "9" * 1_990 + "分", "number_too_long"),
        ("months", "9" * 1_999 + "年", "number_too_long"),
        ("monthly_yen", "月" * 1_999 + "円", "yen_unreadable"),
        ("monthly_yen", "月" * 2_000 + "円", "value_too_long"),
        ("licences", "取得有" * 11_000, "value_too_long"),
        ("required_licences", "・" * 32_000, "value_too_long"),
        ("yen", "9" * 30, ""),
        ("yen", 10**29, ""),
        ("licences", "普通自動車免許" + "…" * 12 + "1種", "licence_no_class"),
    ],
)
def test_a_cell_or_a_number_longer_than_any_value_is_asked_about(reader: str, cell: str | int, code: str) -> None:
    assert READERS[reader](cell, About()).code == code


@pytest.mark.parametrize(
    ("reader", "cell", "how"),
    [
        ("first_day", "令和9年度", "令和9年4月1日"),
        ("last_day", "令和9年度", "令和10年3月31日"),
        ("monthly_yen", "無報酬", "0円"),
        ("yen", "なし", "0円"),
        ("hours_per_week", "35時間未満", "週31時間"),
    ],
)
def test_what_is_no_value_is_told_how_to_write_it(reader: str, cell: str, how: str) -> None:
    found = READERS[reader](cell, About())

    assert how in (found.remark if isinstance(found, Read) else found.mend)


def test_numbers_of_days_count_from_the_day_the_workbook_says() -> None:
    assert _read("day", 44651.0, from_1904=True) == (date(2026, 4, 1), "")
    assert _read("day", 46113.0) == (date(2026, 4, 1), "")


def test_a_workbook_that_crashes_its_reader_is_refused_here_without_a_word_on_the_terminal(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(IntakeError, match="ファイルが壊れています"):
        open_workbook(Path(__file__).with_name("crashing.xls").read_bytes(), Limits())

    assert capfd.readouterr() == ("", "")


def test_a_whole_workbook_passes_the_trial() -> None:
    verify_readable(xlsx({"応募者": [["氏名"], ["架空"]]}), mend="")


def test_rows_that_tell_nobody_are_refused_and_stay_refused() -> None:
    text = "氏名,住所,志望動機\n,大阪市北区,森で働きたい。\n架空花子,大阪市北区,海で働きたい。"
    plan = plan_import(text.encode(), name="応募者.csv")
    again = plan_import(text.encode(), name="応募者.csv", options=ImportOptions(known=plan.records))

    for one in (plan, again):
        assert [(issue.row, issue.code) for issue in one.refused] == [(2, "nobody_told")]
    assert again.counts()["unchanged"] == 1


def test_a_row_whose_name_and_address_cannot_be_read_is_told_so() -> None:
    text = "氏名,メールアドレス,住所,志望動機\n=1+1,x@y,大阪市北区,森で働きたい。"
    (refused,) = plan_import(text.encode(), name="応募者.csv").refused

    assert refused.code == "nobody_told"
    assert refused.reason.startswith("「氏名」、「メールアドレス」に書かれたものが、その形として読めません。")
    assert "x@y" not in refused.reason + refused.mend
