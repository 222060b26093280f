"""A file as sheets, and the sheet that holds the table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import Final, NamedTuple

from features.intake.delimited import open_delimited
from features.intake.errors import IntakeError
from features.intake.foreign import verify_no_other_kind
from features.intake.forms import verify_table
from features.intake.header import Table, find_table
from features.intake.limits import Limits
from features.intake.sheet import Sheet
from features.intake.workbook import is_workbook, open_workbook

__all__ = ["Chosen", "Opened", "chosen_table", "opened"]


_WORKBOOKS: Final = frozenset({".xlsx", ".xlsm", ".xls"})


class Opened(NamedTuple):
    """The sheets of a file, its format (xlsx, xls, csv), the writing of a text file, and what to tell of it."""

    format: str
    encoding: str
    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...]
    counts_from_1904: bool = False


class Chosen(NamedTuple):
    """The table that is read, and the names of the other sheets."""

    table: Table
    others: tuple[str, ...]


def opened(content: bytes, name: str, limits: Limits) -> Opened:
    """The sheets of a file; its content says what it is, not its name.

    Raises
    ------
    IntakeError
        If it is empty, too large, locked, broken or of another kind.
    """
    if not content:
        raise IntakeError("空のファイルです。", mend="保存し直してから取り込んでください。")
    if len(content) > limits.size:
        most = limits.size // 1024**2
        raise IntakeError(
            f"ファイルが大きすぎます（{most} MB まで）。", mend="写真などを除くか、ファイルを分けてください。"
        )
    verify_no_other_kind(content)
    if not is_workbook(content):
        sheet, encoding = open_delimited(content, name=PurePath(name).stem, limits=limits)
        if PurePath(name).suffix.lower() in _WORKBOOKS and find_table(sheet) is None:
            raise IntakeError(
                "Excel のファイルとして読めません。壊れているか、中身が別の形式です。",
                mend="元のファイルを Excel で開けるか確かめ、「Excel ブック (*.xlsx)」で保存し直してください。",
            )
        return Opened("csv", encoding, (sheet,), ())
    book = open_workbook(content, limits)
    notes: list[str] = []
    if book.has_macros:
        notes.append("マクロが入っていますが、動かさずに表の値だけを読みました。")
    if book.hidden:
        notes.append(f"非表示のシートは読んでいません: {'、'.join(book.hidden)}")
    return Opened("xlsx" if content.startswith(b"PK") else "xls", "", book.sheets, tuple(notes), book.counts_from_1904)


def chosen_table(sheets: Sequence[Sheet], wanted: str | None, *, own: frozenset[str] = frozenset()) -> Chosen:
    """The table with the most known headings, the first of equals; of the sheet ``wanted`` where one is named.

    ``own`` are folded headings that the office uses beside the known ones.

    Raises
    ------
    IntakeError
        If no sheet has that name, none holds a row of headings, or the sheet is a form of another shape.
    """
    looked_at = [sheet for sheet in sheets if wanted in (None, sheet.name)]
    if not looked_at and wanted is not None:
        names = "、".join(sheet.name for sheet in sheets) or "なし"
        raise IntakeError("その名前のシートがありません。", mend=f"ある名前: {names}")
    found = [table for sheet in looked_at if (table := find_table(sheet, own=own)) is not None]
    if not found:
        raise IntakeError(
            "表の見出しが見つかりません。",
            mend="「氏名」「住所」「志望動機」や「募集人数」「活動内容」のような見出しの行を、表の上に置いてください。",
        )
    best = max(found, key=lambda table: table.score)
    verify_table(best, [table for table in found if table is not best])
    return Chosen(best, tuple(sheet.name for sheet in sheets if sheet is not best.sheet))
