"""⑦ Suggestion letter: up to five places side by side for one applicant, and for nobody else."""

from __future__ import annotations

from api.documents.suggestion_letter.content import (
    ComparedPlace,
    SuggestionLetterContent,
    content_of_suggestion_letter,
    suggestion_letter_pdf,
    suggestion_letter_workbook,
)

__all__ = [
    "ComparedPlace",
    "SuggestionLetterContent",
    "content_of_suggestion_letter",
    "suggestion_letter_pdf",
    "suggestion_letter_workbook",
]
