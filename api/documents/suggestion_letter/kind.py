"""The suggestion letter among the kinds of documents."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from api.documents.errors import DocumentError
from api.documents.kinds import DocumentKind, Material
from api.documents.suggestion_letter.content import (
    SuggestionLetterContent,
    content_of_suggestion_letter,
    suggestion_letter_pdf,
    suggestion_letter_workbook,
)
from api.documents.told_seats import with_told_seats
from features.lists.ranking import recommend
from features.market.arrival_order import ListOrder
from features.records import Application

__all__ = ["SUGGESTION_LETTER"]

_NAME: Final = "suggestion-letter"
_ASKED: Final = 10  # more than are told, so that the letter can say how many others there are


def _content(material: Material) -> SuggestionLetterContent:
    """The named applicant's letter; nobody else's wishes are read.

    Raises
    ------
    DocumentError
        If no applicant is named: a letter is one person's own.
    """
    if material.applicant_id is None:
        raise DocumentError(f"document {_NAME} needs applicant; name one by the id")
    applicant, market = material.applicant(material.applicant_id), material.market
    wants_no_order = applicant.consent is not None and applicant.consent.automated_order is False
    order: ListOrder = "arrival" if wants_no_order else "score"
    taken: defaultdict[str, list[Application]] = defaultdict(list)
    for one in market.records.applications:
        taken[one.posting_id].append(one)
    return content_of_suggestion_letter(
        recommend(market, applicant.applicant_id, top=_ASKED, order=order, among=material.among).to_json(),
        postings=[with_told_seats(one, taken[one.posting_id]) for one in market.records.postings],
        provenance=material.proof(_NAME),
        applicant=applicant,
        name=material.names.get(applicant.applicant_id, ""),
    )


SUGGESTION_LETTER: Final = DocumentKind(
    name=_NAME,
    title="募集のご提案（本人用）",
    needs=(),
    writers={
        "xlsx": lambda material: suggestion_letter_workbook(_content(material)),
        "pdf": lambda material: suggestion_letter_pdf(_content(material)),
    },
    people=lambda material: () if material.applicant_id is None else (material.applicant_id,),
)
