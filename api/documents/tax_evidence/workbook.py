"""The evidence file: 集計, a sheet for each fiscal year and programme, 募集・団体の経費, 上限と根拠, この資料について.

Sheets that add up stand before what they rest on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from xlsxwriter.utility import xl_col_to_name

from api.documents.sectioned import UNCONFIRMED
from api.documents.tax_evidence.content import TaxEvidenceContent
from api.documents.tax_evidence.figures import NO_CEILING
from api.documents.tax_evidence.items import cost_items
from api.documents.tax_evidence.year_sheet import Formats, YearTotals, write_year
from api.documents.wording import date_ja
from api.documents.workbook.book import workbook_of
from api.documents.workbook.sheet import Column, Paper, SheetWriter
from api.documents.workbook.styles import FONT

__all__ = ["tax_evidence_workbook"]

_TITLE: Final = "特別交付税措置の基礎資料"
_CELL: Final = {"font_name": FONT, "font_size": 9, "valign": "top", "border": 1, "border_color": "#999999"}
_CONFIDENCE: Final = {"H": "公式の文書", "M": "公表資料（要確認）", "L": "報道等（要確認）", "U": UNCONFIRMED}
_OMITTED: Final = "この資料に載せていない人がいます。"
_ABOUT: Final = (
    "特別交付税措置に事前の申請はありません。年度が終わってから実績で算定されます。この資料は、その根拠を手元にそろえるものです。",
    "上限は対象経費の上限であり、交付される額ではありません。",
    "「未確認」は、公式の額や扱いを確かめられていないことを表します。推し量った数字は入れていません。",
    "報償費等が分からない人（募集に月額の記載がなく、実績も入れていない人）の合計・対象・負担は「未確認」です。0円ではありません。",
    "措置率のある上限（起業人の受入準備など）は、上限までの経費に措置率を掛けた額が措置の対象です。",
    "対象（最大）は、報償費等と活動経費をそれぞれの上限まで、合わせて合計の上限まで数えたものです。報償費等を上乗せしても合計の上限は増えません。",
    "年度途中の着任・退任のとき上限を月割りするかは未確認です。計算は年度の上限のままなので「最大」です。",
    "地域要件の証明は、だれがいつ何を確かめたかだけを載せています。証明書類の写しは残していません。",
    "氏名は載せていません。IDと氏名の対応表は別に管理してください。",
)


def tax_evidence_workbook(content: TaxEvidenceContent) -> bytes:
    """The file as ``.xlsx``; sums are formulas, so figures put in later are counted."""
    footer = f"{_TITLE}　{content.foot}"
    return workbook_of(_TITLE, made=content.made, footer=footer, write=partial(_write, content=content))


def _write(paper: Paper, *, content: TaxEvidenceContent) -> None:
    formats = Formats(
        yen=paper.workbook.add_format({**_CELL, "align": "right", "num_format": "#,##0"}),
        sum=paper.workbook.add_format({**_CELL, "align": "right", "num_format": "#,##0", "bg_color": "#F2F2F2"}),
        rate=paper.workbook.add_format({**_CELL, "align": "center", "num_format": "0.0#"}),
        day=paper.workbook.add_format({**_CELL, "align": "center", "num_format": "yyyy/mm/dd"}),
    )
    summary = SheetWriter(paper, "集計", _SUMMARY)  # stands first; its formulas point at the sheets behind it
    totals = [write_year(paper, year, formats, office=content.office) for year in content.years]
    _write_summary(summary, totals, formats, content)
    _write_recruiting(paper, content, formats)
    _write_ceilings(paper, content, formats)
    about = SheetWriter(paper, "この資料について", (Column("番号", 7, "order"), Column("内容", 120)))
    about.banner("この資料について", "title")
    header_row = about.row
    about.header()
    codes = _rule_codes(content)
    made = f"作成: {content.foot}{f'　上限の規則の番号: {codes}' if codes else ''}"
    for number, sentence in enumerate((*_ABOUT, made), start=1):
        about.line((number, sentence))
    about.finish(header_row=header_row, frozen_columns=1)


_SUMMARY: Final = (
    Column("年度・制度", 30, "label"),
    Column("人数", 12),
    Column("経費の合計（円）", 24, "hand"),
    Column("対象（最大、円）", 24, "hand"),
    Column("市町村の負担（少なくとも、円）", 30, "hand"),
)


def _write_summary(
    writer: SheetWriter, totals: Sequence[YearTotals], formats: Formats, content: TaxEvidenceContent
) -> None:
    writer.banner(f"特別交付税措置の基礎資料　集計　{content.office}".rstrip("　"), "title")
    writer.banner(
        f"{date_ja(content.made)}現在。数字は各年度のシートから計算しています。募集・団体の経費は含みません。", "note"
    )
    header_row = writer.row
    writer.header()
    for total in totals:
        writer.line((total.sheet, total.n_members, None, None, None))
        writer.sheet.write_number(writer.row - 1, 1, total.n_members, formats.yen)
        for place, (cell, value) in enumerate(zip(total.cells, total.values, strict=True), start=2):
            writer.sheet.write_formula(writer.row - 1, place, f"={cell}", formats.sum, value)
    if not totals:
        writer.banner("着任した人の記録はありません。", "note")
    writer.finish(header_row=header_row, frozen_columns=1)
    for reason, ids in content.omitted:
        writer.banner(f"{_OMITTED}{reason}: {'、'.join(ids)}", "note")
    writer.print_all()


def _write_recruiting(paper: Paper, content: TaxEvidenceContent, formats: Formats) -> None:
    """A row an item, a column a year, blank for hands, with a SUM under each."""
    labels = [label for label, _ceilings in content.body_ceilings]
    year_width = min(20.0, 72 / max(len(labels), 1))  # all of them on one page in a type that can be read
    columns = (
        Column("項目", 38, "label"),
        *(Column(f"{label}（円）", year_width, "hand", "hand_header") for label in labels),
    )
    writer = SheetWriter(paper, "募集・団体の経費", (*columns, Column("支出の証拠（伝票番号など）", 38)))
    writer.banner("募集・団体の経費（1人ごとでないもの）", "title")
    writer.banner(
        "隊員経験者が募集の企画に加わった経費も、募集の経費として分けて書きます。上限は「上限と根拠」を見てください。",
        "note",
    )
    header_row = writer.row
    writer.header()
    for item in cost_items().recruiting.items:
        writer.line((item, *(None for _label in labels), None))
        for place in range(1, len(labels) + 1):
            writer.sheet.write_blank(writer.row - 1, place, None, formats.yen)
    last = writer.row - 1
    writer.finish(header_row=header_row, frozen_columns=1)
    writer.line(("計", *(None for _label in labels), None))
    for place in range(1, len(labels) + 1):
        name = xl_col_to_name(place)
        writer.sheet.write_formula(
            writer.row - 1, place, f"=SUM({name}{header_row + 2}:{name}{last + 1})", formats.sum, 0
        )
    writer.sheet.print_area(0, 0, writer.row - 1, len(labels) + 1)


@dataclass(frozen=True)
class _CeilingLine:
    """One line of 上限と根拠."""

    of: str
    label: str
    yen: int | None
    rate: float | None
    confidence: str
    source: str


def _ceiling_lines(content: TaxEvidenceContent) -> Iterator[_CeilingLine]:
    for year in content.years:
        of = f"{year.label} {cost_items().of(year.program).title}（1人）"
        for one in year.ceilings:
            yield _CeilingLine(of, one.label, one.yen, None, one.confidence, one.source)
    for label, ceilings in content.body_ceilings:
        for body in ceilings:
            yield _CeilingLine(f"{label}（{body.of}）", body.label, body.yen, body.rate, body.confidence, body.source)


def _write_ceilings(paper: Paper, content: TaxEvidenceContent, formats: Formats) -> None:
    columns = (
        Column("年度・対象", 22, "label"),
        Column("上限", 38),
        Column("額（円）", 12, "hand"),
        Column("措置率", 7, "hand"),
        Column("確からしさ", 15),
        Column("出典", 52),
    )
    writer = SheetWriter(paper, "上限と根拠", columns)
    writer.banner("上限と根拠", "title")
    header_row = writer.row
    writer.header()
    lines = list(_ceiling_lines(content))
    for one in lines:
        writer.line((one.of, one.label, None, None, _CONFIDENCE[one.confidence], one.source))
        for place, figure, nothing, form in (
            (2, one.yen, UNCONFIRMED, formats.yen),
            (3, one.rate, NO_CEILING, formats.rate),
        ):
            if figure is None:
                writer.sheet.write_string(writer.row - 1, place, nothing, form)
            else:
                writer.sheet.write_number(writer.row - 1, place, figure, form)
    if not lines:
        writer.banner("この期間の規則ファイルはありません。", "note")
    writer.finish(header_row=header_row, frozen_columns=1)


def _rule_codes(content: TaxEvidenceContent) -> str:
    """The rules' own codes, for whoever looks them up in the rule files."""
    told = [one.rule_id for year in content.years for one in year.ceilings]
    told += [one.rule_id for _label, ceilings in content.body_ceilings for one in ceilings]
    return "、".join(dict.fromkeys(told))
