"""面接評価シート as Excel: one sheet a member, and 集計 with the mean and the spread of what they gave."""

from __future__ import annotations

from datetime import date
from typing import Final

from xlsxwriter.utility import xl_rowcol_to_cell

from api.documents.interview_sheet.content import Interviewed, InterviewSheet
from api.documents.workbook.book import workbook_of
from api.documents.workbook.selection import mean_formula
from api.documents.workbook.sheet import Cell, Column, Formula, Paper, SheetWriter

__all__ = ["interview_workbook"]

_MERGED: Final = "集計"
_WORDS: Final = "評価の言葉"
_ITEM_AT: Final = 2
_HEADER_ROW: Final = 5  # the same on every member's sheet, so that 集計 finds every score
_LEAST_ROW: Final = 66.0


def interview_workbook(content: InterviewSheet, *, made: date) -> bytes:
    """The file: 委員1 …, 集計, 評価の言葉."""

    def write(paper: Paper) -> None:
        for number in range(1, content.n_members + 1):
            _write_member(paper, content, number)
        _write_merged(paper, content)
        _write_words(paper, content)

    return workbook_of("面接評価シート", made=made, footer=f"{content.title}　{content.footer}", write=write)


def _member_sheet(number: int) -> str:
    return f"委員{number}"


def _write_member(paper: Paper, content: InterviewSheet, number: int) -> None:
    columns = (
        Column("応募者ID", 11, "id"),
        Column("氏名", 11),
        *(Column(item.label, 8.5, "hand", "hand_header") for item in content.items),
        Column("平均", 6.5, "mean", "hand_header"),
        Column("必須条件\n（□ 証明を確かめた）", 19),
        Column("聞くこと", 36),
        Column("自由記述（開示の対象になりうる）", 36, "text", "hand_header"),
    )
    writer = SheetWriter(paper, _member_sheet(number), columns)
    writer.banner(f"面接評価シート　委員{number}　{content.title}", "title")
    writer.banner("委員名：　　　　　　　　　　　　　　面接の日：　　　　年　　月　　日", "note")
    writer.banner(content.guide + content.disclosed, "note")
    writer.banner("　".join(f"【{item.label}】{item.here}" for item in content.items), "note")
    writer.banner(f"尋ねない・書かない14項目（公正な採用選考）：{'／'.join(content.not_asked)}", "note")
    writer.header()
    for one in content.people:
        writer.line(_member_cells(writer.row, one, len(content.items)), at_least=_LEAST_ROW)
    if content.people:
        _add_points(writer, content)
    else:
        writer.banner("面接の対象の方はいません。", "note")
    writer.finish(header_row=_HEADER_ROW, frozen_columns=2)


def _member_cells(row: int, one: Interviewed, n_items: int) -> tuple[Cell, ...]:
    return (
        one.applicant_id,
        one.name,
        *(None,) * n_items,
        mean_formula(row, _ITEM_AT, _ITEM_AT + n_items - 1),
        "\n".join(one.must_haves) or "募集に記載なし",
        "\n".join(f"・{asked}" for asked in one.questions),
        None,
    )


def _add_points(writer: SheetWriter, content: InterviewSheet) -> None:
    for place, item in enumerate(content.items):
        points: dict[str, object] = {
            "validate": "list",
            "source": ["5", "4", "3", "2", "1"],
            "input_title": item.label,
            "input_message": f"5 {item.anchors[4]}\n3 {item.anchors[2]}\n1 {item.anchors[0]}",
            "error_message": "5, 4, 3, 2, 1 のどれかを選んでください。",
        }
        writer.sheet.data_validation(_HEADER_ROW + 1, _ITEM_AT + place, writer.row - 1, _ITEM_AT + place, points)


def _write_merged(paper: Paper, content: InterviewSheet) -> None:
    columns = (
        Column("応募者ID", 12, "id"),
        Column("氏名", 12),
        *(Column(f"{item.label}\n平均", 10, "mean") for item in content.items),
        *(Column(f"委員{number}\n平均", 8.5, "mean") for number in range(1, content.n_members + 1)),
        Column("全体の平均", 9, "mean"),
        Column("委員の差\n（最大−最小）", 11, "mean"),
        Column("標準偏差", 9, "mean"),
        Column("話し合いの記録（開示の対象になりうる）", 36, "text", "hand_header"),
    )
    writer = SheetWriter(paper, _MERGED, columns)
    writer.banner(f"面接評価の集計　{content.title}", "title")
    writer.banner(
        "各委員のシートから計算します。差の大きい方は、見た事実を持ち寄って話し合います。点の順は採否を決めません。"
        "委員のシートの行は並べ替えないでください。",
        "note",
    )
    header_row = writer.row
    writer.header()
    for place, one in enumerate(content.people):
        writer.line((one.applicant_id, one.name, *_merged_cells(writer.row, place, content), None), at_least=30.0)
    writer.finish(header_row=header_row, frozen_columns=2)


def _merged_cells(row: int, place: int, content: InterviewSheet) -> list[Formula]:
    n_items, members = len(content.items), range(1, content.n_members + 1)
    source = _HEADER_ROW + 1 + place
    by_item = [_mean_of([_cell(number, source, _ITEM_AT + k) for number in members]) for k in range(n_items)]
    by_member = [_mean_of([_span(number, source, n_items)]) for number in members]
    first = _ITEM_AT + n_items
    last = first + content.n_members - 1
    span = f"{xl_rowcol_to_cell(row, first)}:{xl_rowcol_to_cell(row, last)}"
    return [
        *by_item,
        *by_member,
        mean_formula(row, first, last),
        Formula(f'=IF(COUNT({span})<2,"",MAX({span})-MIN({span}))'),
        Formula(f'=IF(COUNT({span})<2,"",STDEV({span}))'),
    ]


def _cell(number: int, row: int, column: int) -> str:
    return f"'{_member_sheet(number)}'!{xl_rowcol_to_cell(row, column)}"


def _span(number: int, row: int, n_items: int) -> str:
    return f"{_cell(number, row, _ITEM_AT)}:{xl_rowcol_to_cell(row, _ITEM_AT + n_items - 1)}"


def _mean_of(places: list[str]) -> Formula:
    told = ",".join(places)
    return Formula(f'=IF(COUNT({told})=0,"",AVERAGE({told}))')


def _write_words(paper: Paper, content: InterviewSheet) -> None:
    columns = (Column("項目", 16, "label"), Column("この募集では", 32), *(Column(f"{k}", 21) for k in range(5, 0, -1)))
    writer = SheetWriter(paper, _WORDS, columns)
    writer.banner("評価の言葉（5段階）", "title")
    header_row = writer.row
    writer.header()
    for item in content.items:
        writer.line((item.label, item.here, *reversed(item.anchors)), at_least=40.0)
    writer.banner(content.footer, "note")
    writer.finish(header_row=header_row, frozen_columns=1)
