"""Sheet 選考一覧表: one row an applicant, in order of reading, with columns for the panel's own hand."""

from __future__ import annotations

from datetime import date
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from api.documents.selection_list.content import SelectionList, SelectionRow
from api.documents.workbook.names import name_formula
from api.documents.workbook.sheet import Cell, Column, Formula, Paper, SheetWriter, room_across

__all__ = ["DECISIONS", "SELECTION_SHEET", "mean_formula", "write_selection"]

SELECTION_SHEET = "選考一覧表"
DECISIONS = ("面接へ", "保留", "採用", "補欠", "不採用", "辞退")
_MARKS = ("5", "4", "3", "2", "1")
_READ = (
    Column("読む順", 4.5, "order"),
    Column("応募者ID", 8, "id"),
    Column("氏名", 8.5),
    Column("重なり\n0〜1", 6, "number"),
    Column("低", 4, "number"),
    Column("高", 4, "number"),
    Column("判定", 12),
    Column("必須条件", 12),
    Column("内訳", 13),
)
_WORDS: Final = (
    ("重なるところ", 0.42),
    ("足りないところ", 0.27),
    ("面接で聞くこと", 0.31),
)  # share what the others leave
_LEAST_WORDS: Final = 28.0
_SCORE, _FIRST_PANEL = 3, len(_READ) + len(_WORDS)
_LEAST_ROW = 58.0  # room to write by hand


def mean_formula(row: int, first: int, last: int) -> Formula:
    """The mean of what the panel has filled in between two columns of a row; empty while nobody has.

    Examples
    --------
    >>> mean_formula(4, 1, 3).text
    '=IF(COUNT(B5:D5)=0,"",AVERAGE(B5:D5))'
    """
    span = f"{xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last)}"
    return Formula(f'=IF(COUNT({span})=0,"",AVERAGE({span}))')


def write_selection(paper: Paper, content: SelectionList) -> None:
    """Write the sheet; without candidates it says so in words."""
    writer = SheetWriter(paper, SELECTION_SHEET, _columns(content.n_members))
    facts = "　".join(f"{label}: {words}" for label, words in content.facts)
    writer.banner(f"{SELECTION_SHEET}　{content.title}", "title")
    writer.banner(f"{content.count}　{facts}", "note")
    writer.banner("".join(content.notes), "note")
    header_row = writer.row
    writer.header()
    for row in content.rows:
        writer.line(_cells(writer.row, row, content), at_least=_LEAST_ROW)
    if not content.rows:
        writer.banner("読む応募はありません。", "note")
    else:
        _add_bars(writer, header_row + 1)
        _add_choices(writer, header_row + 1, content.n_members)
    writer.finish(header_row=header_row, frozen_columns=2)


def _columns(n_members: int) -> tuple[Column, ...]:
    panel = tuple(Column(f"委員{number}", 3.8, "hand", "hand_header") for number in range(1, n_members + 1))
    by_hand = (
        *panel,
        Column("平均", 4.5, "mean", "hand_header"),
        Column("決定", 6, "hand", "hand_header"),
        Column("日付", 8, "day", "hand_header"),
    )
    left = max(room_across((*_READ, *by_hand), n_more=len(_WORDS)), _LEAST_WORDS)
    return (*_READ, *(Column(title, left * share) for title, share in _WORDS), *by_hand)


def _cells(at: int, row: SelectionRow, content: SelectionList) -> tuple[Cell, ...]:
    last = _FIRST_PANEL + content.n_members - 1
    return (
        row.order,
        row.applicant_id,
        name_formula(at, n_people=len(content.rows), name=row.name),
        row.score,
        row.low,
        row.high,
        row.verdict,
        row.must_haves,
        row.parts,
        row.reasons,
        row.gaps,
        row.questions,
        *(None,) * content.n_members,
        mean_formula(at, _FIRST_PANEL, last),
        None,
        None,
    )


def _add_bars(writer: SheetWriter, first: int) -> None:
    bar: dict[str, object] = {
        "type": "data_bar",
        "bar_color": "#9DB7F9",
        "bar_solid": True,
        "min_type": "num",
        "min_value": 0,
        "max_type": "num",
        "max_value": 1,
    }
    writer.sheet.conditional_format(first, _SCORE, writer.row - 1, _SCORE, bar)


def _add_choices(writer: SheetWriter, first: int, n_members: int) -> None:
    last, mean = writer.row - 1, _FIRST_PANEL + n_members
    marks: dict[str, object] = {
        "validate": "list",
        "source": list(_MARKS),
        "input_title": "委員の評価",
        "input_message": "5〜1。面接評価シートの段階と同じです。",
        "error_message": "5, 4, 3, 2, 1 のどれかを選んでください。",
    }
    decisions: dict[str, object] = {
        "validate": "list",
        "source": list(DECISIONS),
        "error_message": "一覧から選んでください。",
    }
    day: dict[str, object] = {
        "validate": "date",
        "criteria": ">=",
        "value": date(2020, 1, 1),
        "error_message": "日付を 2026/4/1 の形で入れてください。",
    }
    writer.sheet.data_validation(first, _FIRST_PANEL, last, mean - 1, marks)
    writer.sheet.data_validation(first, mean + 1, last, mean + 1, decisions)
    writer.sheet.data_validation(first, mean + 2, last, mean + 2, day)
