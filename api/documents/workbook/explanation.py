"""Sheets この表について and 点の内訳: what the order means, what made it, and every number behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.documents.about import HOW_TO_READ, provenance_rows, weight_rows
from api.documents.shapes import Candidate, Provenance
from api.documents.wording import posting_facts
from api.documents.workbook.sheet import Column, Paper, SheetWriter
from api.interviews.items import score_items
from features.records import Posting

__all__ = ["ABOUT_SHEET", "BREAKDOWN_SHEET", "write_about", "write_breakdown"]

ABOUT_SHEET = "この表について"
BREAKDOWN_SHEET = "点の内訳"
_ABOUT_COLUMNS = (Column("項目", 34, "label"), Column("内容", 72))


def write_about(
    paper: Paper,
    posting: Posting,
    *,
    titles: Mapping[str, str],
    weights: Mapping[str, float],
    provenance: Provenance,
) -> None:
    """Write how to read the table, the posting's conditions, the weights and the provenance."""
    writer = SheetWriter(paper, ABOUT_SHEET, _ABOUT_COLUMNS, is_portrait=True)
    writer.banner(ABOUT_SHEET, "title")
    header_row = writer.row
    writer.header()
    for number, sentence in enumerate((*HOW_TO_READ, score_items().reminder), start=1):
        writer.line((f"読み方 {number}", sentence))
    for label, words in posting_facts(posting):
        writer.line((f"募集　{label}", words))
    for title, share in weight_rows(weights, titles):
        writer.line((f"項目の重み　{title}", share))
    for label, words in provenance_rows(provenance):
        writer.line((f"作成　{label}", words))
    writer.finish(header_row=header_row, frozen_columns=1)
    writer.print_on_one_page()


def write_breakdown(paper: Paper, candidates: Sequence[Candidate], *, titles: Mapping[str, str]) -> None:
    """Write every contribution of every candidate a score has placed; a row's contributions add up to its score."""
    names = list(dict.fromkeys(name for candidate in candidates for name in candidate.contributions))
    columns = (
        Column("読む順", 7, "order"),
        Column("応募者ID", 14, "id"),
        Column("重なり", 9, "number"),
        *(Column(titles.get(name, name), 11, "number") for name in names),
    )
    writer = SheetWriter(paper, BREAKDOWN_SHEET, columns)
    writer.banner("点の内訳（足すと重なりになります）", "title")
    header_row = writer.row
    writer.header()
    for order, candidate in enumerate(candidates, start=1):
        if candidate.placed_by != "score":
            continue
        parts = [candidate.contributions.get(name) for name in names]
        writer.line((order, candidate.applicant_id, candidate.score, *parts))
    writer.finish(header_row=header_row, frozen_columns=2)
