"""The 選考一覧表, opened again with another reader."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook

from api.documents import DocumentError, ranking_workbook
from api.documents.selection_list.content import selection_list
from api.documents.shapes import read_provenance, read_ranking
from features.records import Posting

Json = dict[str, Any]
Make = Callable[..., bytes]

SHEETS = ["選考一覧表", "対象外", "この表について", "点の内訳", "名簿"]
HEADINGS = [
    "読む順",
    "応募者ID",
    "氏名",
    "重なり\n0〜1",
    "低",
    "高",
    "判定",
    "必須条件",
    "内訳",
    "重なるところ",
    "足りないところ",
    "面接で聞くこと",
]
NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
INJECTIONS = ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "{=1+1}", "http://example.invalid/x", "\tTab"]


@pytest.fixture
def make(posting: Posting, titles: dict[str, str], provenance: Json) -> Make:
    def build(ranking: Json, **changes: Any) -> bytes:
        options: dict[str, Any] = {"posting": posting, "titles": titles, "provenance": provenance} | changes
        return ranking_workbook(ranking, **options)

    return build


def rows_of(content: bytes, sheet: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def body_of(content: bytes, sheet: str, first_heading: str) -> list[list[Any]]:
    rows = rows_of(content, sheet)
    header = next(place for place, row in enumerate(rows) if row[0] == first_heading)
    return rows[header + 1 :]


def sheet_xml(content: bytes, number: int) -> ElementTree.Element:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))


def test_the_sheets_stand_in_their_order(make: Make, ranking: Json) -> None:
    assert CalamineWorkbook.from_filelike(BytesIO(make(ranking))).sheet_names == SHEETS


def test_one_row_an_applicant_in_order_of_reading(make: Make, ranking: Json) -> None:
    rows = body_of(make(ranking), "選考一覧表", "読む順")

    assert [row[0] for row in rows] == list(range(1, 9))
    assert [row[1] for row in rows] == [f"a-{1000 + k}" for k in range(8)]
    for row, candidate in zip(rows, ranking["candidates"], strict=True):
        assert row[3:6] == [candidate["score"], candidate["low"], candidate["high"]]


def test_the_headings_are_those_of_the_panel(make: Make, ranking: Json) -> None:
    header = next(row for row in rows_of(make(ranking), "選考一覧表") if row[0] == "読む順")

    assert header == [*HEADINGS, "委員1", "委員2", "委員3", "平均", "決定", "日付"]


def test_the_panel_columns_are_blank(make: Make, ranking: Json) -> None:
    assert all(row[12:] == [""] * 6 for row in body_of(make(ranking), "選考一覧表", "読む順"))


def formulas(content: bytes, number: int) -> dict[str, str]:
    cells = sheet_xml(content, number).findall(".//x:c[x:f]", NS)
    return {str(cell.get("r")): cell.findtext("x:f", "", NS) for cell in cells}


def test_the_only_formulas_are_the_panels_mean_and_the_name_of_the_rows_id(make: Make, ranking: Json) -> None:
    found = formulas(make(ranking), 1)

    assert set(found) == {f"{column}{row}" for column in "CP" for row in range(5, 13)}
    assert found["P5"] == 'IF(COUNT(M5:O5)=0,"",AVERAGE(M5:O5))'
    assert found["C5"] == 'IF(\'名簿\'!$B$3="氏名も",IFERROR(VLOOKUP(B5,\'名簿\'!$A$5:$B$12,2,FALSE)&"",""),"")'
    assert all(formulas(make(ranking), number) == {} for number in range(2, len(SHEETS) + 1))


def test_names_stand_beside_the_ids_where_the_office_gives_them_and_can_be_switched_off(
    make: Make, ranking: Json
) -> None:
    content = make(ranking, names={"a-1001": "見本 花"})
    switch = rows_of(content, "名簿")[2]

    assert [row[2] for row in body_of(content, "選考一覧表", "読む順")][:2] == ["", "見本 花"]
    assert switch == ["一覧に出すもの", "氏名も"]
    assert [row[:2] for row in body_of(content, "名簿", "応募者ID")][:2] == [["a-1000", ""], ["a-1001", "見本 花"]]


def test_without_names_the_list_shows_ids_alone(make: Make, ranking: Json) -> None:
    content = make(ranking)

    assert rows_of(content, "名簿")[2] == ["一覧に出すもの", "IDだけ"]
    assert {row[2] for row in body_of(content, "選考一覧表", "読む順")} == {""}


def test_must_haves_are_ticked_as_the_records_say_and_leave_a_box_for_who_sees_the_proof(
    make: Make, ranking: Json, posting: Posting
) -> None:
    asked = {"rule_id": "must-licence", "kind": "licence", "verdict": "needs_review", "sentence": "聞いてください。"}
    ranking["candidates"][1]["verdicts"] = [asked]
    licence = posting.model_copy(update={"required_licences": ("普通自動車免許",), "required_skills": ("木工",)})

    ticks = [row[7] for row in body_of(make(ranking, posting=licence), "選考一覧表", "読む順")]

    assert ticks[0] == "□ ○ 普通自動車免許\n□ ？ 技能 木工"
    assert ticks[1] == "□ △ 普通自動車免許\n□ ？ 技能 木工"


def test_the_panel_is_as_large_as_it_is(make: Make, ranking: Json) -> None:
    header = next(row for row in rows_of(make(ranking, n_members=5), "選考一覧表") if row[0] == "読む順")

    assert header[12:18] == ["委員1", "委員2", "委員3", "委員4", "委員5", "平均"]


def test_no_score_stands_without_words(make: Make, ranking: Json) -> None:
    ranking["candidates"][0] |= {"reasons": [], "gaps": [], "questions": [], "verdicts": []}

    first = body_of(make(ranking), "選考一覧表", "読む順")[0]

    assert all(first[column] for column in (6, 7, 8, 9, 10, 11))


def test_verdicts_are_told_in_words_with_their_rule(make: Make, ranking: Json) -> None:
    verdicts = [row[6] for row in body_of(make(ranking), "選考一覧表", "読む順")]

    assert verdicts[0] == "○ 特別交付税措置の対象になる見込み\n［地域要件］"
    assert verdicts[1] == "△ 地区の確認が必要\n［地域要件］"


def test_the_excluded_are_told_that_nothing_forbids_appointing_them(make: Make, ranking: Json) -> None:
    rows = body_of(make(ranking), "対象外", "応募者ID")

    assert [row[0] for row in rows] == ["a-9000", "a-9001", "a-9001"]
    assert rows[0][1] == "× 特別交付税措置の対象外（任用を禁じるものではありません）"
    assert rows[0][2] == "地域要件"
    assert "地域要件確認表" in rows[0][4]
    assert rows[2][1] == "× 募集の条件を満たさない"


def test_no_code_of_a_rule_stands_in_the_tables(make: Make, ranking: Json) -> None:
    content = make(ranking)

    for sheet in ("選考一覧表", "対象外"):
        words = [str(cell) for row in rows_of(content, sheet) for cell in row]
        assert not [cell for cell in words if "region-" in cell or "must-" in cell]


def test_applications_that_are_over_are_said_to_be_left_out(make: Make, ranking: Json) -> None:
    assert (
        "選考を終えた応募（辞退・取下げ・不採用）2人は載せていません"
        in rows_of(make(ranking, n_ended=2), "選考一覧表")[1][0]
    )
    assert "選考を終えた" not in rows_of(make(ranking), "選考一覧表")[1][0]


def test_only_excel_speaks_of_choosing_from_a_list(
    ranking: Json, posting: Posting, titles: dict[str, str], provenance: Json
) -> None:
    told = {
        is_printed: "".join(
            selection_list(
                read_ranking(ranking, posting_id=posting.posting_id),
                posting=posting,
                titles=titles,
                provenance=read_provenance(provenance),
                names={},
                n_members=3,
                is_printed=is_printed,
            ).notes
        )
        for is_printed in (True, False)
    }

    assert "一覧から選びます" in told[False] and "一覧から選びます" not in told[True]
    assert "手で書き入れます" in told[True]


def test_contributions_on_the_last_sheet_add_up_to_the_score(make: Make, ranking: Json) -> None:
    for row in body_of(make(ranking), "点の内訳", "読む順"):
        assert sum(row[3:]) == pytest.approx(row[2], abs=1e-6)


def test_the_workbook_says_how_to_read_it_and_what_made_it(
    make: Make, ranking: Json, weights: dict[str, float]
) -> None:
    about = dict(body_of(make(ranking, weights=weights), "この表について", "項目"))

    assert "採否を決めるのは人です" in about["読み方 1"]
    assert about["項目の重み　仕事の中身の近さ"] == "30.0 %"
    assert about["作成　基準日"] == "2026年11月23日"
    assert about["作成　規則"].startswith("kyoryokutai/fy2026（a3c1e09d77b2")


def test_the_same_run_gives_the_same_bytes(make: Make, make_ranking: Callable[..., Json]) -> None:
    assert make(make_ranking(8)) == make(make_ranking(8))


def test_the_file_is_dated_by_the_run(make: Make, ranking: Json) -> None:
    with zipfile.ZipFile(BytesIO(make(ranking))) as archive:
        assert b"2026-11-23T00:00:00Z" in archive.read("docProps/core.xml")
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("text", INJECTIONS)
def test_what_a_person_wrote_never_becomes_a_formula_or_a_link(
    make: Make, ranking: Json, posting: Posting, text: str
) -> None:
    finding = {"term": "mission", "title": text, "sentence": text, "applicant_phrase": text, "posting_phrase": None}
    ranking["candidates"][0] |= {"applicant_id": text, "gaps": [finding]}
    ranking["excluded"][0]["applicant_id"] = text

    content = make(ranking, posting=posting.model_copy(update={"title": text}), titles={"mission": text})

    assert body_of(content, "選考一覧表", "読む順")[0][1] == text
    for number in range(1, len(SHEETS) + 1):
        root = sheet_xml(content, number)
        assert all(text not in (formula.text or "") for formula in root.findall(".//x:c/x:f", NS))
        assert root.findall(".//x:hyperlink", NS) == []


def test_the_sheet_prints_on_a4_landscape_one_page_wide_with_repeated_headings(make: Make, ranking: Json) -> None:
    content = make(ranking)
    root = sheet_xml(content, 1)
    setup, pane = root.find(".//x:pageSetup", NS), root.find(".//x:pane", NS)
    assert setup is not None and pane is not None
    with zipfile.ZipFile(BytesIO(content)) as archive:
        workbook = archive.read("xl/workbook.xml").decode()

    assert (setup.get("paperSize"), setup.get("orientation"), setup.get("fitToHeight")) == ("9", "landscape", "0")
    assert (pane.get("xSplit"), pane.get("ySplit"), pane.get("state")) == ("2", "4", "frozen")
    assert "選考一覧表'!$4:$4" in workbook or "選考一覧表!$4:$4" in workbook
    assert root.find(".//x:autoFilter", NS) is not None


def test_marks_decision_and_day_are_chosen_not_typed_freely(make: Make, ranking: Json) -> None:
    found = {
        node.get("sqref"): node.get("type") for node in sheet_xml(make(ranking), 1).findall(".//x:dataValidation", NS)
    }

    assert found == {"M5:O12": "list", "Q5:Q12": "list", "R5:R12": "date"}


def test_an_empty_ranking_says_so_in_words(make: Make, make_ranking: Callable[..., Json]) -> None:
    content = make(make_ranking(0, 0))

    assert [row[0] for row in body_of(content, "選考一覧表", "読む順")] == ["読む応募はありません。"]
    assert [row[0] for row in body_of(content, "対象外", "応募者ID")] == ["対象外の応募はありません。"]
    assert body_of(content, "点の内訳", "読む順") == []


def test_five_hundred_candidates_are_all_there(make: Make, make_ranking: Callable[..., Json]) -> None:
    assert len(body_of(make(make_ranking(500)), "選考一覧表", "読む順")) == 500


def test_a_row_never_grows_beyond_what_excel_shows(make: Make, ranking: Json) -> None:
    endless = "とても長い記述" * 2000
    finding = {
        "term": "mission",
        "title": "仕事",
        "sentence": endless,
        "applicant_phrase": endless,
        "posting_phrase": endless,
    }
    ranking["candidates"][0] |= {"reasons": [finding] * 5, "questions": [{"question": endless}] * 5}

    heights = [float(row.get("ht", 0)) for row in sheet_xml(make(ranking), 1).findall(".//x:row", NS)]

    assert max(heights) <= 409


def test_a_longer_text_makes_a_taller_row(make: Make, make_ranking: Callable[..., Json]) -> None:
    short, long = make_ranking(1), make_ranking(1)
    long["candidates"][0]["reasons"][0]["sentence"] = "記述の重なりを詳しく述べる文。" * 12

    def height(content: bytes) -> float:
        return float(sheet_xml(content, 1).findall(".//x:row", NS)[4].get("ht", 0))

    assert height(make(long)) > height(make(short))


def test_characters_outside_the_basic_plane_survive(make: Make, ranking: Json, posting: Posting) -> None:
    ranking["candidates"][0]["applicant_id"] = "𠮷-𩸽-1"

    content = make(ranking, posting=posting.model_copy(update={"title": "𠮷野の宿づくり🏡"}))

    assert body_of(content, "選考一覧表", "読む順")[0][1] == "𠮷-𩸽-1"
    assert "𠮷野の宿づくり🏡" in rows_of(content, "選考一覧表")[0][0]


def test_a_prefecture_as_a_body_has_a_workbook_too(
    make: Make, ranking: Json, make_posting: Callable[..., Posting]
) -> None:
    content = make(ranking, posting=make_posting("20000", "p-459-01"))

    assert rows_of(content, "選考一覧表")[0][0].startswith("選考一覧表　長野県　")


def test_a_title_that_names_its_town_is_not_given_the_name_twice(make: Make, ranking: Json, posting: Posting) -> None:
    content = make(ranking, posting=posting.model_copy(update={"title": "北海道美瑛町 宿づくり"}))

    assert rows_of(content, "選考一覧表")[0][0] == "選考一覧表　北海道美瑛町 宿づくり"


def test_a_ranking_of_another_form_is_refused(make: Make) -> None:
    with pytest.raises(DocumentError, match=r"ranking\.posting_id"):
        make({"candidates": []})


def test_no_figure_stands_beside_who_wants_no_automated_order(make: Make, ranking: Json) -> None:
    ranking["candidates"][1]["placed_by"] = "wish"
    content = make(ranking)
    row = body_of(content, "選考一覧表", "読む順")[1]
    breakdown = [line[1] for line in body_of(content, "点の内訳", "読む順")]

    assert row[:6] == [2, ranking["candidates"][1]["applicant_id"], "", "", "", ""]
    assert row[8] == "順位づけを希望しない方（届いた順の位置）"
    assert ranking["candidates"][1]["applicant_id"] not in breakdown
    assert ranking["candidates"][0]["applicant_id"] in breakdown
