"""Sheet 名簿: where an office writes names beside the ids, and switches them on or off in the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from api.documents.workbook.sheet import Column, Formula, Paper, SheetWriter

__all__ = ["NAMES_SHEET", "name_formula", "write_names"]

NAMES_SHEET: Final = "名簿"
_SHOWN, _HIDDEN = "氏名も", "IDだけ"
_COLUMNS = (Column("応募者ID", 20, "id"), Column("氏名（役場で記入）", 34, "hand", "hand_header"))
_SWITCH_ROW, _HEADER_ROW = 2, 3
_NOTE = (
    "氏名はこのファイルの中だけにあります。氏名を伏せて読むときは、下の「一覧に出すもの」をIDだけにします。"
    "応募者IDの列は変えないでください。"
)


def name_formula(row: int, *, n_people: int, name: str) -> Formula:
    """The name beside the id in column B of ``row`` (0 is the first), where names are switched on.

    It finds the name by the id of its own row, so the list may be sorted and filtered.
    """
    table = f"'{NAMES_SHEET}'!$A${_HEADER_ROW + 2}:$B${_HEADER_ROW + 1 + max(n_people, 1)}"
    switch = f"'{NAMES_SHEET}'!$B${_SWITCH_ROW + 1}"
    found = f'IFERROR(VLOOKUP(B{row + 1},{table},2,FALSE)&"","")'
    return Formula(f'=IF({switch}="{_SHOWN}",{found},"")', name)


def write_names(paper: Paper, ids: Sequence[str], names: Mapping[str, str]) -> None:
    """Write the sheet; names are switched on where the office has given any."""
    writer = SheetWriter(paper, NAMES_SHEET, _COLUMNS, is_portrait=True)
    writer.banner("名簿", "title")
    writer.banner(_NOTE, "note")
    writer.line(("一覧に出すもの", _SHOWN if any(names.get(one) for one in ids) else _HIDDEN))
    writer.sheet.data_validation(
        _SWITCH_ROW,
        1,
        _SWITCH_ROW,
        1,
        {"validate": "list", "source": [_HIDDEN, _SHOWN], "error_message": "一覧から選んでください。"},
    )
    writer.header()
    for one in ids:
        writer.line((one, names.get(one) or None))
    writer.finish(header_row=_HEADER_ROW, frozen_columns=1)
    writer.print_on_one_page()
