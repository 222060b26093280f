"""⑥ 特別交付税 evidence: days, sums as formulas, ceilings with their source, nothing from an unknown figure."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from api.documents import DocumentError
from api.documents.tax_evidence import (
    Member,
    RegionProof,
    TaxEvidenceContent,
    YearCosts,
    content_of_tax_evidence,
    tax_evidence_workbook,
)
from api.documents.tax_evidence.figures import RowFigures
from features.records import Posting

Json = dict[str, Any]
Call = Callable[..., Posting]
Rows = Callable[[bytes, str], list[list[Any]]]
PAY, SPENT, TOTAL, COVERED, REMAINS, PROOF, REMARK = 7, 15, 16, 21, 22, 23, 24
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


@pytest.fixture
def members(make_call: Call) -> list[Member]:
    kigyojin = Posting.model_validate(
        {
            "posting_id": "k1",
            "program": "kigyojin",
            "municipality_code": "01468",
            "headcount": 1,
            "subtypes": ["dispatch"],
            "agreed_burden_yen_year": 6_000_000,
            "term_months": 24,
        }
    )
    costs = {2025: YearCosts(3_600_000, {"住居": 1_500_000, "車両・旅費": 700_000})}
    proof = RegionProof("pf1", date(2025, 3, 28), True, "13112", "outside")
    return [
        Member("x1", "a1", make_call(), date(2025, 4, 1), proof=proof, costs=costs),
        Member("x2", "a2", make_call(), date(2024, 10, 15), left_on=date(2026, 4, 10)),
        Member("x3", "a3", make_call(own_funds=True), date(2025, 6, 1)),
        Member("x4", "a4", kigyojin, date(2024, 7, 1)),
    ]


@pytest.fixture
def content(members: list[Member], provenance: Json) -> TaxEvidenceContent:
    return content_of_tax_evidence(members, provenance=provenance, office="北海道下川町")


def body(rows: list[list[Any]]) -> dict[str, list[Any]]:
    header = next(place for place, row in enumerate(rows) if row[0] == "隊員等ID")
    return {row[0]: row for row in rows[header + 1 :]}


def test_a_sheet_stands_for_each_fiscal_year_and_programme_up_to_the_day(content: TaxEvidenceContent) -> None:
    book = CalamineWorkbook.from_filelike(BytesIO(tax_evidence_workbook(content)))

    assert book.sheet_names == [
        "集計",
        "令和6年度 協力隊",
        "令和6年度 起業人",
        "令和7年度 協力隊",
        "令和7年度 起業人",
        "令和8年度 協力隊",
        "令和8年度 起業人",
        "募集・団体の経費",
        "上限と根拠",
        "この資料について",
    ]


def test_days_of_a_year_are_counted_with_both_ends(content: TaxEvidenceContent, rows_of: Rows) -> None:
    rows = body(rows_of(tax_evidence_workbook(content), "令和6年度 協力隊"))

    assert rows["a2"][2:7] == [date(2024, 10, 15), date(2025, 3, 31), 168, 6, 6]


def test_pay_and_activities_are_covered_up_to_their_own_ceilings_and_the_total(
    content: TaxEvidenceContent, rows_of: Rows
) -> None:
    row = body(rows_of(tax_evidence_workbook(content), "令和7年度 協力隊"))["a1"]

    assert (row[PAY], row[SPENT], row[TOTAL]) == (3_600_000, 2_200_000, 5_800_000)
    assert (row[COVERED], row[REMAINS]) == (5_500_000, 300_000)
    assert row[PROOF] == "東京都世田谷区　条件不利区域の外\n2025年3月28日確認　証明 pf1"


def test_an_unknown_ceiling_leaves_the_figure_and_the_sum_unconfirmed(
    content: TaxEvidenceContent, rows_of: Rows
) -> None:
    rows = body(rows_of(tax_evidence_workbook(content), "令和8年度 協力隊"))

    assert rows["a1"][18:23] == ["未確認"] * 5
    assert rows["計"][COVERED] == rows["計"][REMAINS] == "未確認"


def test_what_the_town_pays_itself_is_listed_and_not_covered(content: TaxEvidenceContent, rows_of: Rows) -> None:
    row = body(rows_of(tax_evidence_workbook(content), "令和7年度 協力隊"))["a3"]

    assert (row[COVERED], row[REMAINS]) == (0, 2_330_000)
    assert row[REMARK] == "自主財源の募集（措置の対象外）"


def test_days_after_the_last_month_that_begins_are_not_lost(content: TaxEvidenceContent, rows_of: Rows) -> None:
    # from 15 October to 10 April: the last month begins on 15 March, ten days lie in the next year
    row = body(rows_of(tax_evidence_workbook(content), "令和8年度 協力隊"))["a2"]

    assert row[2:7] == [date(2026, 4, 1), date(2026, 4, 10), 10, 0, "未確認"]
    assert row[REMARK] == "この年度は日数だけ。扱いを確認"


def test_months_after_the_covered_ones_are_told_apart(make_call: Call, provenance: Json, rows_of: Rows) -> None:
    earlier = Member("x9", "a9", make_call(), date(2024, 4, 1), left_on=date(2026, 3, 31), months_used=30)
    content = tax_evidence_workbook(content_of_tax_evidence([earlier], provenance=provenance))

    assert body(rows_of(content, "令和6年度 協力隊"))["a9"][REMARK] == "12か月のうち6か月が対象。分け方を確認"
    assert body(rows_of(content, "令和6年度 協力隊"))["a9"][COVERED] == "未確認"
    assert body(rows_of(content, "令和7年度 協力隊"))["a9"][COVERED] == 0


def test_sums_and_differences_are_formulas(
    content: TaxEvidenceContent, formulas_of: Callable[[bytes, str], dict[str, str]]
) -> None:
    workbook = tax_evidence_workbook(content)
    found = formulas_of(workbook, "令和7年度 協力隊")

    assert found["E4"] == "D4-C4+1"
    assert found["P4"] == "SUM(I4:O4)"
    assert found["Q4"] == 'IF(ISNUMBER(H4),H4+P4,"未確認")'
    assert found["R4"] == "A4"
    assert found["V4"] == 'IF(COUNT(H4,S4:U4)=4,MIN(MIN(H4,S4)+MIN(P4,T4),U4),"未確認")'
    assert found["W4"] == 'IF(AND(ISNUMBER(Q4),ISNUMBER(V4)),Q4-V4,"未確認")'
    assert found["I7"] == "SUM(I4:I6)"
    assert found["Q7"] == 'IF(COUNT(Q4:Q6)=ROWS(Q4:Q6),SUM(Q4:Q6),"未確認")'
    assert formulas_of(workbook, "集計")["C6"] == "'令和7年度 協力隊'!Q7"
    assert formulas_of(workbook, "募集・団体の経費")["B14"] == "SUM(B4:B13)"


def test_recruiting_costs_have_a_line_for_planning_by_former_members(
    content: TaxEvidenceContent, rows_of: Rows
) -> None:
    rows = rows_of(tax_evidence_workbook(content), "募集・団体の経費")

    assert ["募集の企画（隊員経験者の参画を含む）", "", "", "", ""] in rows


def test_ceilings_stand_with_rule_source_and_confidence(content: TaxEvidenceContent, rows_of: Rows) -> None:
    rows = rows_of(tax_evidence_workbook(content), "上限と根拠")
    pay = next(row for row in rows if row[0] == "令和7年度 協力隊（1人）" and row[1].startswith("報償費等"))
    recruit = next(row for row in rows if row[0] == "令和7年度（団体）" and "募集" in row[1])

    prepare = next(
        row for row in rows if row[0] == "令和7年度（団体）" and "受入準備" in row[1] and "企業派遣型" in row[1]
    )
    project = next(row for row in rows if row[0] == "令和7年度（1人）" and "提案した事業" in row[1])

    assert pay[2:5] == [3_500_000, "—", "公表資料（要確認）"]
    assert recruit[2:5] == ["未確認", "—", "未確認"]
    assert prepare[2:4] == project[2:4] == [1_000_000, 0.5]  # facts/programs §6: 100 × 0.5


def test_codes_of_rules_stand_beside_what_made_the_paper_and_nowhere_else(
    content: TaxEvidenceContent, rows_of: Rows
) -> None:
    workbook = tax_evidence_workbook(content)
    about = [row[1] for row in rows_of(workbook, "この資料について")]

    assert "kyo-ceiling-2025" in about[-1] and "kig-preparation" in about[-1] and about[-1].startswith("作成: ")
    for sheet in ("集計", "令和7年度 協力隊", "募集・団体の経費", "上限と根拠"):
        words = [cell for row in rows_of(workbook, sheet) for cell in row if isinstance(cell, str)]
        assert not [cell for cell in words if "kyo-" in cell or "kig-" in cell]


def test_the_programmes_never_share_a_ceiling(content: TaxEvidenceContent, rows_of: Rows) -> None:
    row = body(rows_of(tax_evidence_workbook(content), "令和6年度 起業人"))["a4"]

    assert row[7:13] == [4_500_000, "", "", 0, 4_500_000, "a4"]
    assert row[13:18] == ["—", "—", 5_600_000, 4_500_000, 0]


def test_a_missing_proof_is_said_to_be_unconfirmed_and_a_failed_one_to_have_failed(
    make_call: Call, provenance: Json, rows_of: Rows
) -> None:
    failed = RegionProof("pf2", date(2025, 3, 1), False)
    members = [
        Member("x1", "a1", make_call(), date(2025, 4, 1)),
        Member("x2", "a2", make_call(), date(2025, 4, 1), proof=failed),
    ]
    rows = body(
        rows_of(tax_evidence_workbook(content_of_tax_evidence(members, provenance=provenance)), "令和7年度 協力隊")
    )

    assert rows["a1"][PROOF] == "未確認"
    assert rows["a2"][PROOF] == "確認できず（2025年3月1日　証明 pf2）"


def test_nobody_placed_is_said_in_words(provenance: Json, rows_of: Rows) -> None:
    rows = rows_of(tax_evidence_workbook(content_of_tax_evidence([], provenance=provenance)), "集計")

    assert rows[-1][0] == "着任した人の記録はありません。"


def test_a_placement_that_cannot_be_told_is_named(make_call: Call, provenance: Json) -> None:
    endless = Member("x1", "a1", make_call(term_months=None), date(2025, 4, 1))
    backwards = Member("x2", "a2", make_call(), date(2025, 4, 1), left_on=date(2025, 3, 1))

    with pytest.raises(DocumentError, match="posting p1 has no term_months, expected one to tell when placement x1"):
        content_of_tax_evidence([endless], provenance=provenance)
    with pytest.raises(DocumentError, match="placement x2 ends on 2025-03-01, before its start 2025-04-01"):
        content_of_tax_evidence([backwards], provenance=provenance)


def test_a_row_that_cannot_be_told_is_named_and_the_others_stand(
    make_call: Call, members: list[Member], provenance: Json, rows_of: Rows
) -> None:
    ancient = Member("x8", "a8", make_call(), date(2020, 3, 31), left_on=date(2025, 12, 31))
    either = members[3].posting.model_copy(update={"subtypes": ("dispatch", "sidejob")})
    unsaid = Member("x9", "a9", either, date(2025, 4, 1))
    paper = tax_evidence_workbook(
        content_of_tax_evidence([*members, ancient, unsaid], provenance=provenance, omitted=["a7"])
    )
    told = [row[0] for row in rows_of(paper, "集計")]

    assert [line for line in told if "載せていない人がいます" in line] == [
        "この資料に載せていない人がいます。着任の日か任期の記載がない人"
        "（着任後の記録に着任の日を、募集に任期を入れると載ります）: a7",
        "この資料に載せていない人がいます。2020年4月1日より前に着任した人（この日からの年度だけを扱っています）: a8",
        "この資料に載せていない人がいます。起業人の型（企業派遣型・副業型・シニア型）が一つに決まらない人"
        "（応募者の記録に型を入れると載ります）: a9",
    ]
    assert list(body(rows_of(paper, "令和7年度 協力隊"))) == ["a2", "a1", "a3", "計"]


def test_pay_that_nobody_knows_is_unconfirmed_in_the_row_and_in_every_sum(
    make_call: Call, provenance: Json, rows_of: Rows
) -> None:
    unknown = make_call(posting_id="p9", monthly_pay_yen=None)
    paid = {2025: YearCosts(2_400_000)}
    rows = [
        Member("x1", "a1", make_call(), date(2025, 4, 1)),
        Member("x2", "a2", unknown, date(2025, 4, 1)),
        Member("x3", "a3", unknown.model_copy(update={"own_funds": True}), date(2025, 4, 1)),
    ]
    paper = tax_evidence_workbook(content_of_tax_evidence(rows, provenance=provenance))
    found = body(rows_of(paper, "令和7年度 協力隊"))

    assert found["a2"][PAY] == "" and found["a2"][SPENT] == 0
    assert [found["a2"][place] for place in (TOTAL, COVERED, REMAINS)] == ["未確認"] * 3
    assert [found["a3"][place] for place in (TOTAL, COVERED, REMAINS)] == ["未確認", 0, "未確認"]
    assert [found["計"][place] for place in (PAY, TOTAL, COVERED, REMAINS)] == ["未確認"] * 4
    assert next(row for row in rows_of(paper, "集計") if row[0] == "令和7年度 協力隊")[1:] == [3, *["未確認"] * 3]

    known = [Member("x2", "a2", unknown, date(2025, 4, 1), costs=paid)]
    paper = tax_evidence_workbook(content_of_tax_evidence(known, provenance=provenance))
    assert body(rows_of(paper, "令和7年度 協力隊"))["計"][TOTAL] == 2_400_000


def test_a_burden_that_nobody_knows_is_unconfirmed(members: list[Member], provenance: Json, rows_of: Rows) -> None:
    call = members[3].posting.model_copy(update={"agreed_burden_yen_year": None})
    paper = tax_evidence_workbook(
        content_of_tax_evidence([Member("x1", "a1", call, date(2025, 4, 1))], provenance=provenance)
    )

    assert body(rows_of(paper, "令和7年度 起業人"))["a1"][11] == "未確認"


def test_years_before_the_rule_files_have_the_ceilings_of_the_rule_book(
    make_call: Call, provenance: Json, rows_of: Rows
) -> None:
    call = make_call(monthly_pay_yen=240_000)
    paper = tax_evidence_workbook(
        content_of_tax_evidence([Member("x1", "a1", call, date(2021, 10, 1))], provenance=provenance)
    )

    assert body(rows_of(paper, "令和3年度 協力隊"))["a1"][18:23] == [2_700_000, 2_000_000, 4_700_000, 1_440_000, 0]
    assert body(rows_of(paper, "令和5年度 協力隊"))["a1"][18:23] == [2_800_000, 2_000_000, 4_800_000, 2_800_000, 80_000]
    lines = [row for row in rows_of(paper, "上限と根拠") if row[0] == "令和4年度 協力隊（1人）"]
    assert lines[0][2:5] == [2_800_000, "—", "公表資料（要確認）"] and "令和5年度とする資料" in lines[0][5]


def test_a_company_s_person_of_a_year_without_a_rule_file_has_one_ceiling_which_is_unconfirmed(
    members: list[Member], provenance: Json, rows_of: Rows
) -> None:
    paper = tax_evidence_workbook(
        content_of_tax_evidence([Member("x1", "a1", members[3].posting, date(2022, 4, 1))], provenance=provenance)
    )

    assert body(rows_of(paper, "令和4年度 起業人"))["a1"][13:18] == ["—", "—", "未確認", "未確認", "未確認"]


def test_an_id_never_becomes_a_formula(
    make_call: Call, provenance: Json, formulas_of: Callable[[bytes, str], dict[str, str]]
) -> None:
    member = Member("=1+1", "=cmd|' /C calc'!A0", make_call(posting_id="=2+2"), date(2025, 4, 1))
    workbook = tax_evidence_workbook(content_of_tax_evidence([member], provenance=provenance))

    assert "A4" not in formulas_of(workbook, "令和7年度 協力隊") and "B4" not in formulas_of(
        workbook, "令和7年度 協力隊"
    )


@pytest.mark.parametrize(
    ("pay", "activity", "covered"),
    [(3_000_000, 2_500_000, 5_000_000), (4_000_000, 2_500_000, 5_500_000), (0, 100, 100), (1_000_000, 0, 1_000_000)],
)
def test_a_higher_pay_does_not_raise_the_total(pay: int, activity: int, covered: int) -> None:
    figures = RowFigures(pay, (activity, None), (3_500_000, 2_000_000, 5_500_000), "by_ceilings")

    assert figures.covered == covered
    assert figures.remains == pay + activity - covered


def test_the_same_members_in_another_order_give_the_same_bytes(members: list[Member], provenance: Json) -> None:
    one, other = (content_of_tax_evidence(order, provenance=provenance) for order in (members, members[::-1]))

    assert tax_evidence_workbook(one) == tax_evidence_workbook(other)


@pytest.mark.slow
def test_a_spreadsheet_program_computes_the_figures_that_stand_there(
    members: list[Member], make_call: Call, provenance: Json, tmp_path: Path, rows_of: Rows
) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed: formulas are not computed anew")
    settings = tmp_path / "profile" / "user"
    settings.mkdir(parents=True)
    (settings / "registrymodifications.xcu").write_text(_ALWAYS, encoding="utf-8")
    unpaid = Member("x5", "a5", make_call(monthly_pay_yen=None), date(2024, 4, 1))
    workbook = tax_evidence_workbook(content_of_tax_evidence([*members, unpaid], provenance=provenance))
    (tmp_path / "before.xlsx").write_bytes(workbook)
    run = [soffice, f"-env:UserInstallation=file://{tmp_path / 'profile'}", "--headless", "--convert-to", "ods"]
    subprocess.run([*run, "--outdir", str(tmp_path), str(tmp_path / "before.xlsx")], check=True, capture_output=True)
    after = CalamineWorkbook.from_filelike(BytesIO((tmp_path / "before.ods").read_bytes()))

    for name in ("集計", "令和6年度 起業人", "令和7年度 協力隊", "令和8年度 協力隊"):
        told = [row[:23] for row in rows_of(workbook, name)]
        assert [row[:23] for row in after.get_sheet_by_name(name).to_python(skip_empty_area=False)] == told
