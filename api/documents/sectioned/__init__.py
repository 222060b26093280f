"""Documents made of sections: one content, written as one Excel sheet or several, or as a PDF, with the same words."""

from __future__ import annotations

from api.documents.sectioned.one_sheet import one_sheet
from api.documents.sectioned.printing import print_sections
from api.documents.sectioned.sections import (
    UNCONFIRMED,
    Cell,
    Facts,
    Section,
    SectionedDocument,
    Table,
    TableColumn,
    Words,
)
from api.documents.sectioned.sheets import sheets

__all__ = [
    "UNCONFIRMED",
    "Cell",
    "Facts",
    "Section",
    "SectionedDocument",
    "Table",
    "TableColumn",
    "Words",
    "one_sheet",
    "print_sections",
    "sheets",
]
