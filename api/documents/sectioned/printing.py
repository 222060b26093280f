"""A document of sections as PDF."""

from __future__ import annotations

from datetime import date

from api.documents.printed import print_pdf
from api.documents.sectioned.sections import Cell, Facts, Section, SectionedDocument, Words
from api.documents.wording import date_ja

__all__ = ["print_sections"]


def print_sections(document: SectionedDocument) -> bytes:
    """The document on A4, headings repeated on every page a table runs over."""
    content: dict[str, object] = {
        "title": document.title,
        "lead": list(document.lead),
        "foot": document.foot,
        "flipped": document.is_landscape,
        "dense": document.is_dense,
        "sections": [_section(section) for section in document.sections],
    }
    return print_pdf("sectioned", content)


def _section(section: Section) -> dict[str, object]:
    if isinstance(section, Words):
        return {
            "kind": "words",
            "title": section.title,
            "sentences": list(section.sentences),
            "numbered": section.numbered,
        }
    if isinstance(section, Facts):
        rows = [list(row) for row in section.rows]
        return {"kind": "facts", "title": section.title, "rows": rows, "note": section.note}
    return {
        "kind": "table",
        "title": section.title,
        "heads": [column.title for column in section.columns],
        "shares": [column.share for column in section.columns],
        "kinds": [column.kind for column in section.columns],
        "rows": [[_printed(cell) for cell in row] for row in section.rows],
        "note": section.note,
        "nothing": section.nothing,
    }


def _printed(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, date):
        return date_ja(cell)
    return cell if isinstance(cell, str) else f"{cell:,}"
