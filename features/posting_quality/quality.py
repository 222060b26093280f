"""The quality sheet of a call: lines with points, advice and the phrase each rests on."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["Finding", "MustFix", "PostingQuality", "QualityLine", "Standing"]

Standing: TypeAlias = Literal["ほぼ十分", "補うとよい", "多くを書き足すとよい", "公開前に直す"]


class Finding(NamedTuple):
    """What one check found: the share of the line's points, in words, and what to add where it is below 1."""

    share: float
    sentence: str
    advice: str | None = None
    phrase: str | None = None


@dataclass(frozen=True)
class QualityLine:
    """One line of the sheet.

    Attributes
    ----------
    code, title : str
        Key and printed name of the check.
    points, of : float
        Points, out of how many.
    sentence : str
        What was found.
    advice : str or None
        What to add; ``None`` exactly where nothing is missing.
    phrase : str or None
        The piece of the call's own text the finding rests on, word for word.
    source : str
        Why the line is there.
    """

    code: str
    title: str
    points: float
    of: float
    sentence: str
    advice: str | None
    phrase: str | None
    source: str


@dataclass(frozen=True)
class MustFix:
    """Something that may not stay in a call: what may not be asked, or somebody's personal data.

    Attributes
    ----------
    item : str
        Code of what is asked (those of :mod:`features.guard`), or ``photograph`` where one is
        asked for, or ``mobile``, ``private_mail``, ``name`` where somebody's own is told.
    title, sentence, advice, source : str
    phrase : str
        The words of the call.
    key : str
        Names the finding where it is answered: the item and a digest of the phrase, so another text is another finding.
    """

    item: str
    title: str
    sentence: str
    advice: str
    phrase: str
    source: str
    key: str


@dataclass(frozen=True)
class PostingQuality:
    """The sheet of one call.

    Attributes
    ----------
    posting_id : str
    score : float
        Sum of the points, 0 to 100.
    words : Standing
        What the score means; 公開前に直す where something must be fixed, whatever the points, and nowhere else.
    must_fix : tuple of MustFix
    lines : tuple of QualityLine
        In the order of the sheet.
    """

    posting_id: str
    score: float
    words: Standing
    must_fix: tuple[MustFix, ...]
    lines: tuple[QualityLine, ...]

    def gaps(self) -> tuple[QualityLine, ...]:
        """The lines that lack points, the largest lack first; equal ones keep the order of the sheet."""
        return tuple(sorted((line for line in self.lines if line.advice is not None), key=_gained))

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        return asdict(self)


def _gained(line: QualityLine) -> float:
    return line.points - line.of
