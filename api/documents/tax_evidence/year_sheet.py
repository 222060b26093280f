"""One fiscal year of one programme: a row a member, days and sums as formulas, the ceilings in reach of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from api.documents.sectioned import UNCONFIRMED
from api.documents.tax_evidence.content import EvidenceRow, EvidenceYear
from api.documents.tax_evidence.figures import Amount, RowFigures, figures_of, sum_of
from api.documents.tax_evidence.items import cost_items
from api.documents.workbook.sheet import Cell, Column, Formula, Paper, SheetWriter

__all__ = ["Formats", "YearTotals", "sheet_name", "write_year"]

_LEAD: Final = (
    Column("隊員等ID", 9, "id"),
    Column("募集・契約", 10),
    Column("始まり", 8.5, "day"),
    Column("終わり\n(予定含む)", 8.5, "day"),
    Column("日数", 4.5),
    Column("月数", 4.5),
    Column("対象\n月数", 5),
)
_FIRST, _LAST, _DAYS = 2, 3, 4
_NOTE: Final = (
    "白い欄に支給・支出の実績（円）を入れると、計・対象・負担が計算されます。"
    "報償費等の数字は募集の月額による予定です。実績に置き換えてください。"
    "報償費等が空欄の間は、合計・対象・負担を「未確認」とします。"
    "「未確認」の上限は、公式の額を確かめて数字に入れ替えると計算に入ります。"
)


@dataclass(frozen=True)
class Formats:
    """Formats of figures that the shared styles do not have: put in by hand, computed, shares of one, and days."""

    yen: Format
    sum: Format
    rate: Format
    day: Format


@dataclass(frozen=True)
class YearTotals:
    """Where the totals of a sheet stand (spending, covered, remaining), and their values now."""

    sheet: str
    n_members: int
    cells: tuple[str, str, str]
    values: tuple[Amount, Amount, Amount]


@dataclass(frozen=True)
class _Places:
    """Numbers of the columns of figures, from that of pay on."""

    pay: int
    n_items: int

    @property
    def items(self) -> range:
        return range(self.pay + 1, self.spent)

    @property
    def spent(self) -> int:
        return self.pay + 1 + self.n_items

    @property
    def total(self) -> int:
        return self.spent + 1

    @property
    def again(self) -> int:
        """Whose row it is, once more: the first column of the second page."""
        return self.spent + 2

    @property
    def limits(self) -> range:
        return range(self.spent + 3, self.spent + 6)

    @property
    def covered(self) -> int:
        return self.spent + 6

    @property
    def remains(self) -> int:
        return self.spent + 7


def sheet_name(year: EvidenceYear) -> str:
    """``令和7年度 協力隊``."""
    return f"{year.label} {cost_items().of(year.program).title}"


def write_year(paper: Paper, year: EvidenceYear, formats: Formats, *, office: str) -> YearTotals:
    """Write the sheet; where its totals stand is returned for the summary."""
    items = cost_items().of(year.program)
    places = _Places(len(_LEAD), len(items.activity))
    writer = SheetWriter(paper, sheet_name(year), _columns(items.pay, items.activity), bands=(places.again,))
    writer.banner(
        f"特別交付税措置の基礎資料　{sheet_name(year)}（{year.fiscal_year}年度）　{office}".rstrip("　"), "title"
    )
    writer.banner(_NOTE, "note")
    header_row = writer.row
    writer.header()
    figures = [figures_of(row, items.activity) for row in year.rows]
    for row, one in zip(year.rows, figures, strict=True):
        writer.line(_words(row, places, writer.row))
        _write_figures(writer, row, one, places, formats)
    writer.finish(header_row=header_row, frozen_columns=1)  # the filter leaves the totals where they are
    values = _write_totals(writer, figures, places, formats, first=header_row + 1)
    writer.sheet.print_area(0, 0, writer.row - 1, places.remains + 2)
    at = writer.row - 1
    cells = (
        f"'{sheet_name(year)}'!{xl_rowcol_to_cell(at, places.total)}",
        f"'{sheet_name(year)}'!{xl_rowcol_to_cell(at, places.covered)}",
        f"'{sheet_name(year)}'!{xl_rowcol_to_cell(at, places.remains)}",
    )
    return YearTotals(sheet_name(year), len({row.member_id for row in year.rows}), cells, values)


def _columns(pay: str, activity: Sequence[str]) -> tuple[Column, ...]:
    return (
        *_LEAD,
        Column(pay, 8.5, "hand"),
        *(Column(item, 7.7, "hand", "hand_header") for item in activity),
        Column("活動経費\n計", 8.5, "hand"),
        Column("合計", 9, "hand"),
        Column("隊員等ID", 12, "id"),
        Column("上限\n報償費等", 10, "hand"),
        Column("上限\n活動経費", 10, "hand"),
        Column("上限\n合計", 10, "hand"),
        Column("対象\n（最大）", 10, "hand"),
        Column("市町村の\n負担（最少）", 11, "hand"),
        Column("地域要件の証明", 34, "beside_figure"),
        Column("備考", 30),
    )


def _words(row: EvidenceRow, places: _Places, at: int) -> tuple[Cell, ...]:
    covered = UNCONFIRMED if row.covered_months is None else row.covered_months
    figures = (None,) * (places.total - places.pay + 1)
    limits = (None,) * (places.remains - places.again)
    return (
        row.member_id,
        f"{row.posting_id}\n{row.contract}",
        None,
        None,
        None,
        row.months,
        covered,
        *figures,
        Formula(f"={xl_rowcol_to_cell(at, 0)}", row.member_id),
        *limits,
        row.proof,
        row.remark,
    )


def _write_figures(
    writer: SheetWriter, row: EvidenceRow, figures: RowFigures, places: _Places, formats: Formats
) -> None:
    at, sheet = writer.row - 1, writer.sheet

    def cell(column: int) -> str:
        return xl_rowcol_to_cell(at, column)

    sheet.write_datetime(at, _FIRST, row.first, formats.day)
    sheet.write_datetime(at, _LAST, row.last, formats.day)
    days = (row.last - row.first).days + 1
    sheet.write_formula(at, _DAYS, f"={cell(_LAST)}-{cell(_FIRST)}+1", formats.yen, days)
    for place, amount in zip((places.pay, *places.items), (figures.pay, *figures.activity), strict=True):
        if amount is None:
            sheet.write_blank(at, place, None, formats.yen)
        else:
            sheet.write_number(at, place, amount, formats.yen)
    reach = f"{cell(places.items[0])}:{cell(places.items[-1])}"
    sheet.write_formula(at, places.spent, f"=SUM({reach})", formats.sum, figures.spent)
    both = f"IF(ISNUMBER({cell(places.pay)}),{cell(places.pay)}+{cell(places.spent)}"
    sheet.write_formula(at, places.total, f'={both},"{UNCONFIRMED}")', formats.sum, figures.total)
    for place, limit in zip(places.limits, figures.limits, strict=True):
        _write_amount(writer, place, limit, formats.yen)
    if figures.counted == "by_ceilings":
        sheet.write_formula(at, places.covered, _covered(figures, places, at), formats.sum, figures.covered)
    else:
        _write_amount(writer, places.covered, figures.covered, formats.sum)
    total, part = cell(places.total), cell(places.covered)
    formula = f'=IF(AND(ISNUMBER({total}),ISNUMBER({part})),{total}-{part},"{UNCONFIRMED}")'
    sheet.write_formula(at, places.remains, formula, formats.sum, figures.remains)


def _write_amount(writer: SheetWriter, place: int, amount: Amount, form: Format) -> None:
    if isinstance(amount, int):
        writer.sheet.write_number(writer.row - 1, place, amount, form)
    else:
        writer.sheet.write_string(writer.row - 1, place, amount, form)


def _covered(figures: RowFigures, places: _Places, at: int) -> str:
    """What is covered at most, from the row's own ceilings: a confirmed figure put there computes it."""
    paid, spent = xl_rowcol_to_cell(at, places.pay), xl_rowcol_to_cell(at, places.spent)
    most_paid, most_spent, most = (xl_rowcol_to_cell(at, place) for place in places.limits)
    if figures.has_one_ceiling:
        return f'=IF(COUNT({paid},{most})=2,MIN({paid}+{spent},{most}),"{UNCONFIRMED}")'
    known = f"COUNT({paid},{most_paid}:{most})=4"
    by_parts = f"MIN({paid},{most_paid})+MIN({spent},{most_spent})"
    return f'=IF({known},MIN({by_parts},{most}),"{UNCONFIRMED}")'


def _write_totals(
    writer: SheetWriter, figures: Sequence[RowFigures], places: _Places, formats: Formats, *, first: int
) -> tuple[Amount, Amount, Amount]:
    """The last row: a SUM a column; where one row is unconfirmed or blank the sums that need it say so."""
    last = writer.row - 1
    words: dict[int, str] = {0: "計", places.again: "計"}
    writer.line([words.get(place) for place in range(places.remains + 3)])
    total, covered = sum_of([one.total for one in figures]), sum_of([one.covered for one in figures])
    remains = sum_of([one.remains for one in figures])
    by_column: dict[int, Amount] = {
        places.pay: sum_of([UNCONFIRMED if one.pay is None else one.pay for one in figures]),
        **{place: sum(one.activity[k] or 0 for one in figures) for k, place in enumerate(places.items)},
        places.spent: sum(one.spent for one in figures),
        places.total: total,
        places.covered: covered,
        places.remains: remains,
    }
    for column, value in by_column.items():
        name = xl_col_to_name(column)
        reach = f"{name}{first + 1}:{name}{last + 1}"
        formula = f"=SUM({reach})"
        if column in {places.pay, places.total, places.covered, places.remains}:
            formula = f'=IF(COUNT({reach})=ROWS({reach}),SUM({reach}),"{UNCONFIRMED}")'
        writer.sheet.write_formula(writer.row - 1, column, formula, formats.sum, value)
    return total, covered, remains
