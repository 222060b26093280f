"""Sheet 対象外: who is left out of the order, by which rule, and on what source."""

from __future__ import annotations

from collections.abc import Sequence

from api.documents.selection_list.content import EXCLUDED_NOTE, ExcludedRow
from api.documents.workbook.sheet import Column, Paper, SheetWriter

__all__ = ["EXCLUDED_SHEET", "write_exclusions"]

EXCLUDED_SHEET = "対象外"
_COLUMNS = (
    Column("応募者ID", 14, "id"),
    Column("判定", 26),
    Column("規則", 12),
    Column("説明", 54),
    Column("出典", 36),
    Column("確認した人", 14, "hand", "hand_header"),
)


def write_exclusions(paper: Paper, excluded: Sequence[ExcludedRow], *, heading: str) -> None:
    """Write the sheet, one row a rule that is not met; without anyone it says so in words."""
    writer = SheetWriter(paper, EXCLUDED_SHEET, _COLUMNS)
    writer.banner(heading, "title")
    writer.banner(EXCLUDED_NOTE, "note")
    header_row = writer.row
    writer.header()
    for out in excluded:
        writer.line((out.applicant_id, out.verdict, out.rule_id, out.sentence, out.source, None))
    if not excluded:
        writer.banner("対象外の応募はありません。", "note")
    writer.finish(header_row=header_row, frozen_columns=1)
