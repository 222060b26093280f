"""Every kind of document: what it is called, what it needs, in which formats it comes, and who writes it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from api.documents.ai_notice.kind import AI_NOTICE
from api.documents.briefing.kind import BRIEFING
from api.documents.calendar.kind import INTERVIEW_DATES
from api.documents.decision_record.kind import DECISION_RECORD
from api.documents.errors import DocumentError
from api.documents.handover.kind import HANDOVER
from api.documents.interview_sheet.kind import INTERVIEW_SHEET
from api.documents.kinds import DocumentKind, Material, Writer
from api.documents.letters.kind import LETTERS
from api.documents.region_check.kind import REGION_CHECK
from api.documents.reminders.kind import REMINDERS
from api.documents.selection_list.kind import SELECTION_LIST
from api.documents.suggestion_letter.kind import SUGGESTION_LETTER
from api.documents.tax_evidence.kind import TAX_EVIDENCE

__all__ = ["DOCUMENTS", "document_kind", "verify_kind", "write_document"]

_KINDS: Final = (
    SELECTION_LIST,
    INTERVIEW_SHEET,
    REGION_CHECK,
    DECISION_RECORD,
    *LETTERS,
    INTERVIEW_DATES,
    BRIEFING,
    TAX_EVIDENCE,
    SUGGESTION_LETTER,
    HANDOVER,
    AI_NOTICE,
    REMINDERS,
)
DOCUMENTS: Final[Mapping[str, DocumentKind]] = MappingProxyType({kind.name: kind for kind in _KINDS})


def document_kind(name: str) -> DocumentKind:
    """The kind with that name.

    Raises
    ------
    DocumentError
        If there is none; the message names the known ones.

    Examples
    --------
    >>> document_kind("selection-list").title, document_kind("selection-list").formats
    ('選考一覧表', ('xlsx', 'pdf'))
    """
    found = DOCUMENTS.get(name)
    if found is None:
        raise DocumentError(f"document is {name}, expected one of {', '.join(DOCUMENTS)}")
    return found


def verify_kind(name: str, form: str) -> None:
    """Refuse a kind or a format that is not there.

    Raises
    ------
    DocumentError
        Naming the known ones.
    """
    _writer(document_kind(name), form)


def write_document(name: str, form: str, material: Material) -> bytes:
    """A document of that kind in that format.

    Raises
    ------
    DocumentError
        If the kind or the format is unknown, or the material lacks what the kind needs.
    """
    kind = document_kind(name)
    write = _writer(kind, form)
    _verify_needs(kind, material)
    return write(material)


def _writer(kind: DocumentKind, form: str) -> Writer:
    writer = next((write for known, write in kind.writers.items() if known == form), None)
    if writer is None:
        known = ", ".join(kind.formats)
        raise DocumentError(f"format of {kind.name} is {form or 'not named'}, expected one of {known}")
    return writer


def _verify_needs(kind: DocumentKind, material: Material) -> None:
    given = {"posting": material.posting_id is not None, "interviews": bool(material.interviews)}
    missing = [need for need in kind.needs if not given[need]]
    if missing:
        raise DocumentError(f"document {kind.name} needs {' and '.join(missing)}")
