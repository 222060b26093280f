"""Which document is wanted, and whether its kind takes what was named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, TypeAlias

from api.documents.calendar.slots import InterviewSlot
from api.documents.kinds import DocumentKind, Format
from api.documents.registry import DOCUMENTS
from api.documents.served.errors import DocumentAskedError
from api.documents.served.schemas import NamedNeed, PaperAsked, PaperOrder

__all__ = ["PANEL_KINDS", "WHOLE_KINDS", "Place", "Wanted", "needed_by", "paper_wanted", "verified"]

Place: TypeAlias = Literal["query", "body"]
PANEL_KINDS: Final = frozenset({"selection-list", "interview-sheet"})
WHOLE_KINDS: Final = frozenset({"selection-list", "briefing", "handover", "ai-notice"})  # never about one person


@dataclass(frozen=True)
class Wanted:
    """One document of the service.

    Attributes
    ----------
    kind : DocumentKind
    format : Format
    posting_id, applicant_id, municipality_code : str, optional
        What it is about.
    on : date, optional
        The day the rules are asked about; today where absent.
    members : int
    names : mapping of applicant id to name
    interviews : tuple of InterviewSlot
    """

    kind: DocumentKind
    format: Format
    posting_id: str | None = None
    applicant_id: str | None = None
    municipality_code: str | None = None
    on: date | None = None
    members: int = 3
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    interviews: tuple[InterviewSlot, ...] = ()


def needed_by(kind: DocumentKind) -> list[NamedNeed]:
    """What must be named for a kind.

    Examples
    --------
    >>> needed_by(DOCUMENTS["interview-letter"]), needed_by(DOCUMENTS["suggestion-letter"])
    (['posting_id', 'interviews'], ['applicant_id'])
    """
    if kind.name == "suggestion-letter":
        return ["applicant_id"]
    found: list[NamedNeed] = ["posting_id"] if "posting" in kind.needs else []
    return [*found, "interviews"] if "interviews" in kind.needs else found


def verified(name: str, form: Format | None, place: Place) -> tuple[DocumentKind, Format]:
    """The kind and the format, which is the first of the kind's where none is named.

    Raises
    ------
    DocumentAskedError
        If the kind has no such format.
    """
    kind = DOCUMENTS[name]
    if form is not None and form not in kind.formats:
        known = ", ".join(kind.formats)
        raise DocumentAskedError(f"{place}.format", f"{name} has no format {form}, expected one of {known}")
    return kind, form or kind.formats[0]


def paper_wanted(name: str, asked: PaperAsked | PaperOrder, place: Place) -> Wanted:
    """A paper of an office, as it was asked for.

    Raises
    ------
    DocumentAskedError
        If the kind needs what is not named, or does not take what is.
    """
    kind, form = verified(name, asked.format, place)
    given = {"posting_id": asked.posting_id, "interviews": isinstance(asked, PaperOrder) and asked.interviews}
    for need in needed_by(kind):
        if not given[need]:
            by_post = "; send them by POST" if need == "interviews" and place == "query" else ""
            raise DocumentAskedError(f"{place}.{need}", f"{name} needs {need}{by_post}")
    if asked.applicant_id is not None and name in WHOLE_KINDS:
        raise DocumentAskedError(f"{place}.applicant_id", f"{name} is never about one person")
    if "members" in asked.model_fields_set and name not in PANEL_KINDS:
        raise DocumentAskedError(f"{place}.members", f"{name} has no panel")
    return Wanted(
        kind,
        form,
        posting_id=asked.posting_id,
        applicant_id=asked.applicant_id,
        on=asked.on,
        members=asked.members,
        names=asked.names if isinstance(asked, PaperOrder) else {},
        interviews=asked.interviews if isinstance(asked, PaperOrder) else (),
    )
