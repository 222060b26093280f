"""The list of what there is: each kind, what it needs, and who may ask for it by the table of permissions."""

from __future__ import annotations

from typing import Final

from api.accounts.permissions import permissions
from api.accounts.roles import ROLES
from api.documents.kinds import DocumentKind
from api.documents.registry import DOCUMENTS
from api.documents.served.schemas import FOLLOW_UP_KINDS, OFFICE_KINDS, DocumentList, KindAnswer
from api.documents.served.wanted import PANEL_KINDS, WHOLE_KINDS, needed_by

__all__ = ["PATH", "document_list"]

PATH: Final = "/api/v1/documents"


def document_list() -> DocumentList:
    """Every kind in the order of the registry.

    Examples
    --------
    >>> (letter,) = [one for one in document_list().documents if one.name == "suggestion-letter"]
    >>> letter.roles, letter.needs
    (['applicant'], ['applicant_id'])
    """
    return DocumentList(documents=[_answer(kind) for kind in DOCUMENTS.values()])


def _answer(kind: DocumentKind) -> KindAnswer:
    extents = permissions().operations[_operation(kind.name)].extents
    return KindAnswer(
        name=kind.name,
        title=kind.title,
        formats=list(kind.formats),
        needs=needed_by(kind),
        takes=_taken(kind.name),
        roles=[role for role in ROLES if extents[role] != "never"],
        methods=["GET", "POST"] if kind.name in OFFICE_KINDS else ["GET"],
    )


def _operation(name: str) -> str:
    return f"GET {PATH}/{'{kind}' if name in OFFICE_KINDS else name}"


def _taken(name: str) -> list[str]:
    taken = ["format", "on"]
    if name in FOLLOW_UP_KINDS:
        return [*taken, "posting_id", "municipality_code"]
    if name == "ai-notice":
        taken.append("posting_id")
    if name in OFFICE_KINDS and name not in WHOLE_KINDS:
        taken.append("applicant_id")
    return [*taken, "members"] if name in PANEL_KINDS else taken
