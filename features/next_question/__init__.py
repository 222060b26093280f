"""Which question, or which stay, would most likely change the first places of a list."""

from __future__ import annotations

from features.next_question.find import next_questions_for_applicant, next_questions_for_posting
from features.next_question.question import Kind, NextQuestion, NextQuestions, is_worth_asking

__all__ = [
    "Kind",
    "NextQuestion",
    "NextQuestions",
    "is_worth_asking",
    "next_questions_for_applicant",
    "next_questions_for_posting",
]
