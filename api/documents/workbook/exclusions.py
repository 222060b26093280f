"""Sheet 対象外: who is left out of the order, by which rule, and on what source."""

from __future__ import annotations

from collections.abc import Sequence

from api.documents.shapes import Exclusion
from api.documents.text_width import clip
from api.documents.wording import mark_of, verdict_words
from api.documents.workbook.sheet import Column, Paper, SheetWriter

__all__ = ["EXCLUDED_SHEET", "write_exclusions"]

EXCLUDED_SHEET = "対象外"
_COLUMNS = (
    Column("応募者ID", 14, "id"),
    Column("判定", 34),
    Column("規則", 26),
    Column("説明", 66),
    Column("出典", 44),
    Column("確認した人", 14, "hand", "hand_header"),
)
_NOTE = (
    "規則に照らして読む順から外した応募です。特別交付税措置の対象外は、任用を禁じるものではありません"
    "（自主財源で任用できます）。規則と根拠を、人が確かめてください。"
)
_SENTENCE_WIDTH = 400


def write_exclusions(paper: Paper, excluded: Sequence[Exclusion], *, heading: str) -> None:
    """Write the sheet, one row a rule that is not met; without anyone it says so in words."""
    writer = SheetWriter(paper, EXCLUDED_SHEET, _COLUMNS)
    writer.banner(heading, "title")
    writer.banner(_NOTE, "note")
    header_row = writer.row
    writer.header()
    for out in excluded:
        for rule in out.rules:
            words = f"{mark_of(rule.verdict)} {verdict_words(rule)}"
            sentence, source = clip(rule.sentence, _SENTENCE_WIDTH), clip(rule.source, _SENTENCE_WIDTH)
            writer.line((out.id, words, rule.rule_id, sentence, source, None))
    if not excluded:
        writer.banner("対象外の応募はありません。", "note")
    writer.finish(header_row=header_row, frozen_columns=1)
