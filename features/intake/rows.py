"""One row of a table as the values of its fields, with everything that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from features.intake.catalogue import FieldEntry
from features.intake.header import Table
from features.intake.issues import Issue
from features.intake.mapping import ColumnUse
from features.intake.sheet import Cell, column_letters, is_blank, text_of
from features.intake.values import READERS, About, Read, Reading, Unreadable

__all__ = ["RowReading", "Skipped", "read_rows"]

_NOTE: Final = re.compile(r"^\s*(?:[※*＊注]|[(（]?注[)）:：]|以上|備考|出典|作成|凡例|[（(]?参考)")
_TOTAL: Final = re.compile(r"^(?:合計|小計|総計|計|平均|件数)")
_EXAMPLE: Final = re.compile(r"[(（\[【「]?(?:記入|入力)?(?:例|見本|サンプル)[)）\]】」:：0-9０-９]*")
_PREFECTURES: Final = ("origin_prefecture", "municipality_prefecture", "company_prefecture")
_LONGEST_SHOWN: Final = 200
_LONGEST_KEPT: Final = 60  # characters of a cell whose reading is kept for the rows below
_MOST_KEPT: Final = 4_096  # such cells of a column


@dataclass(frozen=True)
class Skipped:
    """A row that holds no record, and why."""

    row: int
    column: str
    reason: str


class _Column:
    """Reads the cells of a column: what many rows say is read once."""

    def __init__(self, entry: FieldEntry, about: About) -> None:
        self._reader = READERS[entry.reader]
        self._about = about
        self._kept: dict[str, Reading] = {}

    def read(self, cell: Cell, prefecture: str | None) -> Reading:
        """The value of a cell, in a row whose prefecture another column may have told."""
        if prefecture is not None:
            return self._reader(cell, replace(self._about, prefecture=prefecture))
        if not isinstance(cell, str) or len(cell) > _LONGEST_KEPT:
            return self._reader(cell, self._about)
        found = self._kept.get(cell)
        if found is None:
            found = self._reader(cell, self._about)
            if len(self._kept) < _MOST_KEPT:
                self._kept[cell] = found
        return found


class _Part(NamedTuple):
    entry: FieldEntry
    heading: str
    value: Any


@dataclass(frozen=True)
class RowReading:
    """What a row tells.

    Attributes
    ----------
    number : int
        Of the row in Excel (of the column, in a turned form).
    values : mapping of str to object
        By field; ``None`` where the row says that it is not known. A blank cell gives no key.
    asides : mapping of str to str
        What a cell tells beside its value, by field.
    refusals, remarks : tuple of Issue
        What keeps the row out, and what a person should know.
    """

    number: int
    values: Mapping[str, Any]
    asides: Mapping[str, str]
    refusals: tuple[Issue, ...]
    remarks: tuple[Issue, ...]


def read_rows(table: Table, uses: Sequence[ColumnUse], about: About) -> Iterator[RowReading | Skipped]:
    """Every row that is not blank, in order."""
    read = [use for use in uses if use.use == "read"]
    # a place is read with the prefecture that another column of its row tells
    read.sort(key=lambda use: use.entry is None or use.entry.name not in _PREFECTURES)
    columns = [
        None if use.entry is None else _Column(use.entry, replace(about, heading=use.column.heading)) for use in read
    ]
    headings = {text for column in table.columns for text in column.names[:1]}
    for number, row in table.entries():
        filled = [text_of(cell) for cell in row if not is_blank(cell)]
        if not filled:
            continue
        reason = _no_record(filled, headings) or _nothing_read(row, read)
        if reason:
            row_number, column = (1, column_letters(number - 1)) if table.is_turned else (number, "")
            yield Skipped(row_number, column, reason)
        else:
            yield _read(table, number, row, read, columns)


def _no_record(filled: Sequence[str], headings: set[str]) -> str:
    first = filled[0]
    if len(filled) <= 2 and _NOTE.match(first):
        return "注記の行です。"
    if _TOTAL.match(first):
        return "合計の行です。"
    if any(_EXAMPLE.fullmatch(text) for text in filled[:2]):
        return "記入例の行です。"
    if len(filled) > 1 and sum(text in headings for text in filled) >= 0.8 * len(filled):
        return "見出しの繰り返しです。"
    return ""


def _nothing_read(row: Sequence[Cell], read: Sequence[ColumnUse]) -> str:
    is_empty = all(use.column.index >= len(row) or is_blank(row[use.column.index]) for use in read)
    return "読む列に何も書かれていない行です。" if is_empty else ""


def _read(
    table: Table, number: int, row: Sequence[Cell], read: Sequence[ColumnUse], columns: Sequence[_Column | None]
) -> RowReading:
    parts: dict[str, list[_Part]] = {}
    asides: dict[str, str] = {}
    refusals: list[Issue] = []
    remarks: list[Issue] = []
    prefecture: str | None = None
    for use, column in zip(read, columns, strict=True):
        cell = row[use.column.index] if use.column.index < len(row) else ""
        if use.entry is None or column is None or is_blank(cell):
            remarks += _without_value(table, number, use)
            continue
        entry = use.entry
        reading = column.read(cell, prefecture)
        if isinstance(reading, Unreadable) or reading.code:
            refused, remarked = _issues(table, number, use, cell, reading)
            refusals += refused
            remarks += remarked
        if isinstance(reading, Unreadable):
            continue
        if reading.aside:
            asides[entry.name] = reading.aside
        if entry.name in _PREFECTURES and reading.value not in (None, "abroad"):
            prefecture = str(reading.value)
        parts.setdefault(entry.name, []).append(_Part(entry, use.column.heading, reading.value))
    refusals += _beyond(table, number, row)
    remarks += _ended_early(table, number, row, read)
    values = {name: _combined(found) for name, found in parts.items()}
    return RowReading(number, values, asides, tuple(refusals), tuple(remarks))


def _issues(table: Table, number: int, use: ColumnUse, cell: Cell, reading: Reading) -> tuple[list[Issue], list[Issue]]:
    """What a cell says that keeps its row out, and what a person should know of it."""
    if isinstance(reading, Read):
        return [], [_remark(table, number, use, cell, reading)]
    issue = _issue(table, number, use, cell, reading)
    if use.entry is not None and use.entry.unreadable == "refuse":
        return [issue], []
    # of columns that changed places a note speaks once
    return [], [] if use.swapped_with else [issue]


def _without_value(table: Table, number: int, use: ColumnUse) -> list[Issue]:
    """A formula whose value the file does not hold, which passes for an empty cell."""
    index = use.column.index
    place = (index + table.sheet.top, number - 1) if table.is_turned else (number - 1, index + table.sheet.left)
    if place not in table.sheet.facts.without_value:
        return []
    row, column = _place(table, number, use)
    field = use.entry.name if use.entry else ""
    reason = "式が書かれていますが、計算した値がファイルに残っていないので、空のマスとして扱いました。"
    mend = "Excel で開いて保存し直すか、値を直接書いてください。"
    return [Issue(row, column, use.column.heading, field, "", "formula_no_value", reason, mend)]


def _beyond(table: Table, number: int, row: Sequence[Cell]) -> list[Issue]:
    """Cells behind the last heading, as a comma inside a cell makes them: nothing stands where it should."""
    width = len(table.columns)
    cells = [(n, text_of(cell)) for n, cell in enumerate(row[width:], width) if not is_blank(cell)]
    if not cells:
        return []
    place = column_letters(cells[0][0] + table.sheet.left)
    shown = "、".join(text for _, text in cells)[:_LONGEST_SHOWN]
    reason = f"見出しの数（{len(table.columns)}）より多くのマスがあり、どの項目か決められません。"
    mend = (
        'マスの中のコンマなどで列がずれていないか確かめ、そのマスを引用符（"）で囲むか Excel ブックで保存してください。'
    )
    return [Issue(number, place, "", "", shown, "cells_beyond", reason, mend)]


def _ended_early(table: Table, number: int, row: Sequence[Cell], read: Sequence[ColumnUse]) -> list[Issue]:
    if table.is_turned or all(use.column.index < len(row) for use in read):
        return []
    reason = f"この行は{len(row)}番目のマスで終わっていて、見出しの数（{len(table.columns)}）に足りません。"
    return [Issue(number, "", "", "", "", "row_short", reason, "途中で改行されていないか確かめてください。")]


def _combined(parts: Sequence[_Part]) -> Any:
    """The value of a field that several columns tell; a column that says nothing takes nothing back."""
    told = [part for part in parts if part.value is not None]
    if len(told) < 2:
        return told[0].value if told else None
    if told[0].entry.several == "text":
        return "\n".join(f"【{part.heading.split('／')[-1]}】\n{part.value}" for part in told)
    values: dict[str, Any] = {repr(value): value for part in told for value in part.value}
    return tuple(values.values())


def _issue(table: Table, number: int, use: ColumnUse, cell: Cell, found: Unreadable) -> Issue:
    row, column = _place(table, number, use)
    code, reason, mend = found.code, found.reason, found.mend
    if use.swapped_with:
        code = "columns_swapped"
        reason = f"見出しと中身が合いません。{use.swapped_with}の列と入れ替わっているようです。"
        mend = "列の中身を入れ替えるか、取り込みの画面で項目を選び直してください。"
    return Issue(
        row=row,
        column=column,
        heading=use.column.heading,
        field=use.entry.name if use.entry else "",
        value=text_of(cell)[:_LONGEST_SHOWN],
        code=code,
        reason=reason,
        mend=mend,
        candidates=found.candidates,
    )


def _remark(table: Table, number: int, use: ColumnUse, cell: Cell, found: Read) -> Issue:
    row, column = _place(table, number, use)
    return Issue(
        row=row,
        column=column,
        heading=use.column.heading,
        field=use.entry.name if use.entry else "",
        value=text_of(cell)[:_LONGEST_SHOWN],
        code=found.code,
        reason=found.remark,
    )


def _place(table: Table, number: int, use: ColumnUse) -> tuple[int, str]:
    return (int(use.column.place), column_letters(number - 1)) if table.is_turned else (number, use.column.place)
