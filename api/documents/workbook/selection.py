"""Sheet 選考一覧表: one row an applicant, in order of reading, with columns for the panel's own hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from api.documents.about import NEVER_ASK
from api.documents.shapes import Candidate
from api.documents.workbook.cells import contribution_lines, finding_lines, question_lines, verdict_lines
from api.documents.workbook.sheet import Column, Paper, SheetWriter

__all__ = ["DECISIONS", "SELECTION_SHEET", "write_selection"]

SELECTION_SHEET = "選考一覧表"
DECISIONS = ("面接へ", "保留", "採用", "補欠", "不採用", "辞退")
_MARKS = ("5", "4", "3", "2", "1")
_COLUMNS = (
    Column("読む順", 6.5, "order"),
    Column("応募者ID", 10, "id"),
    Column("適合度\n（0〜1）", 8, "number"),
    Column("低", 5, "number"),
    Column("高", 5, "number"),
    Column("判定", 18),
    Column("内訳", 17),
    Column("合う点", 36),
    Column("足りない点", 22),
    Column("面接で聞くこと", 26),
    Column("委員1", 5.5, "hand", "hand_header"),
    Column("委員2", 5.5, "hand", "hand_header"),
    Column("委員3", 5.5, "hand", "hand_header"),
    Column("決定", 7.5, "hand", "hand_header"),
    Column("日付", 9.5, "day", "hand_header"),
)
_SCORE, _FIRST_PANEL, _LAST_PANEL, _DECISION, _DAY = 2, 10, 12, 13, 14
_UNSCORED = {"arrival": "届いた順", "wish": "順位づけを希望しない方（届いた順の位置）"}
_LEAST_ROW = 58.0  # room to write by hand
_PEOPLE_DECIDE = (
    "上から順に読むための一覧です。採否は人が決めます。適合度は記述の重なりで、能力の評価ではありません。"
    "委員は5〜1、決定は一覧から選びます。"
)


def write_selection(
    paper: Paper, candidates: Sequence[Candidate], *, heading: str, facts: str, titles: Mapping[str, str]
) -> None:
    """Write the sheet; without candidates it says so in words."""
    writer = SheetWriter(paper, SELECTION_SHEET, _COLUMNS)
    writer.banner(heading, "title")
    writer.banner(facts, "note")
    writer.banner(f"{_PEOPLE_DECIDE}{NEVER_ASK}", "note")
    header_row = writer.row
    writer.header()
    for order, candidate in enumerate(candidates, start=1):
        writer.line(_cells(order, candidate, titles), at_least=_LEAST_ROW)
    if not candidates:
        writer.banner("読む応募はありません。", "note")
    else:
        _add_bars(writer, header_row + 1)
        _add_choices(writer, header_row + 1)
    writer.finish(header_row=header_row, frozen_columns=2)


def _cells(order: int, candidate: Candidate, titles: Mapping[str, str]) -> tuple[str | float | None, ...]:
    is_scored = candidate.placed_by == "score"  # no figure beside somebody whom no figure has placed
    return (
        order,
        candidate.applicant_id,
        *((candidate.score, candidate.low, candidate.high) if is_scored else (None, None, None)),
        verdict_lines(candidate.verdicts),
        contribution_lines(candidate, titles) if is_scored else _UNSCORED[candidate.placed_by],
        finding_lines(candidate.reasons, nothing="記述からは見つかりません。書類を読んで確かめてください。"),
        finding_lines(candidate.gaps, nothing="記述からは見つかりません。"),
        question_lines(candidate.questions),
        *(None,) * 5,
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


def _add_choices(writer: SheetWriter, first: int) -> None:
    last = writer.row - 1
    marks: dict[str, object] = {
        "validate": "list",
        "source": list(_MARKS),
        "input_title": "委員の評価",
        "input_message": "5（とてもよい）〜1（合わない）。面接評価シートの段階と同じです。",
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
    writer.sheet.data_validation(first, _FIRST_PANEL, last, _LAST_PANEL, marks)
    writer.sheet.data_validation(first, _DECISION, last, _DECISION, decisions)
    writer.sheet.data_validation(first, _DAY, last, _DAY, day)
