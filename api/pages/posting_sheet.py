"""The quality sheet of a call as pages show it: what must go, what the host still lacks, what else is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from api.calls.quality import quality_of
from api.http.schemas import PostingQualityAnswer
from features.posting_quality import MustFix, QualityLine
from features.records import Posting

__all__ = ["PostingSheet", "sheet_of", "shown_sheet"]

_HOST: Final = ("instructs", "contact", "residents", "first_90_days")


@dataclass(frozen=True)
class PostingSheet:
    """One sheet.

    Attributes
    ----------
    score : float
    words : str
        What the score means.
    must_fix : sequence of MustFix
    host, gaps : sequence of QualityLine
        Lines that lack points, the largest lack first: readiness of the host, and everything else.
    """

    score: float
    words: str
    must_fix: Sequence[MustFix]
    host: Sequence[QualityLine]
    gaps: Sequence[QualityLine]


def sheet_of(posting: Posting, *, on: date) -> PostingSheet:
    """The sheet of a call, stored or being written.

    Examples
    --------
    >>> bare = Posting(posting_id="p1", program="kyoryokutai", municipality_code="01468", headcount=1)
    >>> sheet = sheet_of(bare, on=date(2026, 11, 25))
    >>> sheet.score, sheet.gaps[0].code, sheet.host[0].code
    (3.0, 'tasks', 'instructs')
    """
    return shown_sheet(PostingQualityAnswer.model_validate(quality_of(posting, on=on)))


def shown_sheet(answer: PostingQualityAnswer) -> PostingSheet:
    """What the API answers about a call, in the order in which it is worth reading."""
    lacking = sorted((line for line in answer.lines if line.advice is not None), key=lambda line: line.points - line.of)
    return PostingSheet(
        score=answer.score,
        words=answer.words,
        must_fix=answer.must_fix,
        host=[line for line in lacking if line.code in _HOST],
        gaps=[line for line in lacking if line.code not in _HOST],
    )
