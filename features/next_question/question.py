"""The next questions of a list, and the sentences that tell what an answer would do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import floor
from typing import Literal, TypeAlias

from features.next_question.settings import Settings
from features.scoring import Side

__all__ = ["Kind", "NextQuestion", "NextQuestions", "follows_from", "is_worth_asking"]

Kind: TypeAlias = Literal["applicant", "posting", "trial"]
_SELDOM, _LIKELY, _ABOUT_ONE = 0.05, 0.5, 0.75
_WORTH = 0.005  # the smallest chance that is not told as 0 %


@dataclass(frozen=True)
class NextQuestion:
    """One question or stay, and what it would make of the top of the list.

    Attributes
    ----------
    kind : "applicant", "posting" or "trial"
        Who answers: the applicant, the town about one posting, or a stay there.
    term : str or None
        The term it settles, the first one where it settles several; ``None`` for a stay.
    applicant_id, posting_id : str or None
        Of whom or of what it is asked, where that is one line of the list; ``None`` where it is whose list it is.
    question : str
        What to ask, said to the reader of the list.
    chance_of_change : float
        Probability that other lines stand in the top after the answer.
    chance_of_order : float
        The same, a change of order among the same lines included.
    replaced : float
        Expected number of lines of the top that are replaced.
    gain : float
        How much the mean score of the best after the answer is expected to exceed that of today's top.
    sentence : str
        What an answer would do, in plain words.
    """

    kind: Kind
    term: str | None
    applicant_id: str | None
    posting_id: str | None
    question: str
    chance_of_change: float
    chance_of_order: float
    replaced: float
    gain: float
    sentence: str


@dataclass(frozen=True)
class NextQuestions:
    """What to ask next about one list, what changes its top most likely first.

    Attributes
    ----------
    side : "applicant" or "coordinator"
        Who reads the list.
    id : str
        The applicant or posting whose list it is.
    top : int
        Lines that count as the top.
    questions : tuple of NextQuestion
        A question that can change nothing is left out.
    """

    side: Side
    id: str
    top: int
    questions: tuple[NextQuestion, ...]

    def to_json(self) -> dict[str, object]:
        """The interchange form."""
        own = "applicant_id" if self.side == "applicant" else "posting_id"
        return {own: self.id, "top": self.top, "next_questions": [_line(asked, own) for asked in self.questions]}


def is_worth_asking(chance_of_change: float) -> bool:
    """Whether people are told of a question: its answer changes who stands in the top more than hardly ever.

    Examples
    --------
    >>> is_worth_asking(0.12), is_worth_asking(0.001)
    (True, False)
    """
    return chance_of_change >= _WORTH


def follows_from(settings: Settings, side: Side, top: int, worth: tuple[float, float, float]) -> str:
    """The end of a sentence: what an answer makes of the top.

    Parameters
    ----------
    settings : Settings
    side : "applicant" or "coordinator"
    top : int
    worth : (float, float, float)
        Chance of change, chance of another order, expected number of lines that are replaced.

    Examples
    --------
    >>> from features.next_question.settings import next_question_settings
    >>> follows_from(next_question_settings(), "applicant", 5, (0.9, 1.0, 1.3))
    '上位5件のうち1件ほどが入れ替わる見込みです。'
    """
    words, unit, (chance, order, replaced) = settings.follows, settings.says[side].unit, worth
    if chance <= 0:
        return (words.order if order >= _LIKELY else words.seldom_order).format(top=top, unit=unit)
    if replaced >= _ABOUT_ONE:
        return words.several.format(top=top, unit=unit, replaced=floor(replaced + 0.5))
    if chance < _SELDOM:
        return words.seldom.format(top=top, unit=unit)
    return words.one.format(top=top, unit=unit, tenths=max(1, floor(10 * chance + 0.5)))


def _line(asked: NextQuestion, own: str) -> dict[str, object]:
    return {name: value for name, value in asdict(asked).items() if name != own}
