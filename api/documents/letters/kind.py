"""Letters among the kinds of documents.

A letter tells what was decided and never decides: it is written to whom the records have at that step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from functools import partial
from typing import Final

from api.documents.calendar.kind import slots_of
from api.documents.calendar.slots import InterviewSlot
from api.documents.decision_record.content import choice_of, decision_day
from api.documents.decision_record.kind import decisions_about
from api.documents.errors import DocumentError
from api.documents.kinds import DocumentKind, Material, Need
from api.documents.letters.content import SUBJECTS, Letter, LetterKind, letter
from api.documents.letters.workbook import letters_workbook
from api.documents.place_title import place_title
from api.documents.printed import print_pdf
from features.records import Application
from features.taxonomy.vocabulary import ApplicationStatus

__all__ = ["LETTERS", "letter_states"]

_RECORD_FIRST: Final = "record the step first, on the page of the application or as status in the file of records"
_NOBODY_JA: Final = (
    "この通知を出す段階の応募がありません。先に、応募の画面か記録のファイルの status で段階を記録してください"
)
_AT: Final[Mapping[LetterKind, tuple[ApplicationStatus, ...]]] = {
    "offer": ("offered",),
    "not_chosen": ("closed",),
    "interview": ("screened", "interview"),
}


def letter_states(name: str) -> tuple[ApplicationStatus, ...]:
    """Where an application must be for a document to be written about it; none for what is no letter.

    Examples
    --------
    >>> letter_states("offer-letter"), letter_states("handover")
    (('offered',), ())
    """
    return next((states for kind, states in _AT.items() if _name(kind) == name), ())


def _letters(kind: LetterKind, material: Material) -> tuple[Letter, ...]:
    slots = {slot.applicant_id: slot for slot in slots_of(material)} if kind == "interview" else {}
    found = [one for one in material.applications if _is_at(kind, one, slots)]
    if not found:
        told = f"no application to posting {material.posting.posting_id} that is meant is {' or '.join(_AT[kind])}"
        raise DocumentError(f"{_NOBODY_JA} ({told}; {_RECORD_FIRST})")
    return tuple(_letter(kind, one, material, slots.get(one.applicant_id)) for one in found)


def _people(kind: LetterKind, material: Material) -> tuple[str, ...]:
    slots = {slot.applicant_id: slot for slot in slots_of(material)} if kind == "interview" else {}
    return tuple(one.applicant_id for one in material.applications if _is_at(kind, one, slots))


def _is_at(kind: LetterKind, application: Application, slots: Mapping[str, InterviewSlot]) -> bool:
    """Whether the letter is for this application.

    Raises
    ------
    DocumentError
        If somebody has an interview whose application is not so far.
    """
    is_at = application.status in _AT[kind]
    if kind != "interview":
        return is_at
    if application.applicant_id in slots and not is_at:
        told = f"application {application.application_id} has an interview and is {application.status}"
        raise DocumentError(f"{told}, expected {' or '.join(_AT[kind])}; {_RECORD_FIRST}")
    return application.applicant_id in slots


def _letter(kind: LetterKind, application: Application, material: Material, slot: InterviewSlot | None) -> Letter:
    applicant = material.applicant(application.applicant_id)
    consent = applicant.consent
    return letter(
        kind,
        application,
        material.posting,
        name=material.names.get(applicant.applicant_id, ""),
        day=_day(kind, material, application),
        slot=slot,
        is_ordered=consent is None or consent.automated_order is not False,
    )


def _day(kind: LetterKind, material: Material, application: Application) -> date | None:
    """The day of the decision; an invitation is dated by the run."""
    if kind == "interview":
        return material.market.on
    choice = choice_of(decisions_about(material, application.application_id))
    is_meant = choice is not None and (choice.state == "offered") == (kind == "offer")
    return decision_day(choice).date() if choice is not None and is_meant else None


def _name(kind: LetterKind) -> str:
    return f"{kind.replace('_', '-')}-letter"


def _workbook(kind: LetterKind, material: Material) -> bytes:
    footer = place_title(material.posting)
    return letters_workbook(_letters(kind, material), made=material.market.on, footer=footer)


def _paper(kind: LetterKind, material: Material) -> bytes:
    letters = [asdict(one) for one in _letters(kind, material)]
    return print_pdf("letters", {"title": SUBJECTS[kind], "letters": letters})


def _kind(kind: LetterKind, title: str) -> DocumentKind:
    workbook: Callable[[Material], bytes] = partial(_workbook, kind)
    paper: Callable[[Material], bytes] = partial(_paper, kind)
    needs: tuple[Need, ...] = ("posting", "interviews") if kind == "interview" else ("posting",)
    return DocumentKind(
        name=_name(kind),
        title=title,
        needs=needs,
        writers={"xlsx": workbook, "pdf": paper},
        people=partial(_people, kind),
    )


LETTERS: Final = (
    _kind("offer", "採用の通知"),
    _kind("not_chosen", "不採用の通知"),
    _kind("interview", "面接の案内"),
)
