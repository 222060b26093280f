"""Sheets that are forms rather than tables: headings beside their answers, or one person a sheet.

A table is read by one row or one column of headings. Where further headings stand among its cells, what would be read
as a person is a row of labels, so such a sheet is not read at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Final

from features.intake.errors import IntakeError
from features.intake.header import Table
from features.intake.headings import heading_meant
from features.intake.sheet import Cell, is_blank, text_of

__all__ = ["verify_table"]

_LOOKED_AT: Final = 60
_LABELS: Final = 2  # one cell may be a word that some list has as a heading: 普通自動車免許
_MEND: Final = (
    "1行に1人（1件）の一覧表にし、「氏名」「住所」「志望動機」のような見出しを1行目に置いて取り込んでください"
    "（応募用紙は、左の列に見出しだけ、その右の列に1人分の答えだけなら読めます）。"
)


def verify_table(table: Table, others: Iterable[Table]) -> None:
    """Refuse a form that would be read as a table.

    Parameters
    ----------
    table : Table
        The one that would be read.
    others : iterable of Table
        Those of the other sheets that may be read.

    Raises
    ------
    IntakeError
        If headings stand among its entries, or it holds one person and other sheets hold one each.
    """
    entries = [row for _, row in islice(table.entries(), _LOOKED_AT) if any(not is_blank(cell) for cell in row)]
    own = [heading_meant(column.names[0]) if column.names else None for column in table.columns]
    labels = [_labels(row, own) for row in entries]
    if not table.is_turned:
        values = _columns_of_values(labels)
        taken = {name for name in own if name}
        labels = [{n: name for n, name in row.items() if n not in values and name not in taken} for row in labels]
    labelled = sum(len(set(row.values())) >= _LABELS for row in labels)
    if labelled and (table.is_turned or labelled > 0.5 * len(entries)):
        raise IntakeError(
            f"シート「{table.sheet.name}」は、見出しと答えが横に何組も並んだ用紙の形なので、読めません。", mend=_MEND
        )
    if table.is_turned and len(entries) == 1:
        _verify_only_one(table, others)


def _labels(row: Sequence[Cell], own: Sequence[str | None]) -> dict[int, str]:
    """Further headings that stand in an entry, by place.

    普通自動車免許 below 資格 is a value; the headings of the table itself may be its row of headings, repeated.
    """
    cells = {n: heading_meant(text_of(cell)) for n, cell in enumerate(row) if isinstance(cell, str)}
    return {n: name for n, name in cells.items() if name is not None and (n >= len(own) or own[n] != name)}


def _columns_of_values(labels: Sequence[Mapping[int, str]]) -> set[int]:
    """Columns in which one heading stands again and again, as 家賃補助 below 住まい: a form has others in each row."""
    found: dict[int, list[str]] = {}
    for row in labels:
        for n, name in row.items():
            found.setdefault(n, []).append(name)
    return {n for n, names in found.items() if len(names) > 2 and len(set(names)) == 1}


def _verify_only_one(table: Table, others: Iterable[Table]) -> None:
    headings = {column.heading for column in table.columns if column.heading}
    alike = [
        other.sheet.name
        for other in others
        if other.is_turned and len(headings & {column.heading for column in other.columns}) >= 0.8 * len(headings)
    ]
    if alike:
        names = "、".join((table.sheet.name, *alike)[:10])
        raise IntakeError(
            f"1枚のシートに1人ずつ書かれたブックなので、まとめては読めません（{names}）。",
            mend="1行に1人の一覧表にまとめるか、シートの名前を選んで1枚ずつ取り込んでください。",
        )
