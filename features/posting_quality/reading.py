"""A call as the checks see it: its record, the day, its mission read once, and phrases of its text to quote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from features.municipalities import Municipality, find
from features.posting_quality.mission import Mission, Span, read_mission
from features.posting_quality.patterns import pattern
from features.records import Posting
from features.text import phrase_span

__all__ = ["Reading", "read_posting"]


@dataclass(frozen=True)
class Reading:
    """One call on one day.

    Attributes
    ----------
    posting : Posting
    on : date
    mission : Mission
        Empty where the call has no mission text.
    goals : tuple of str
        The goals, or the pieces of the mission that speak of a year where none are listed.
    """

    posting: Posting
    on: date
    mission: Mission
    goals: tuple[str, ...]

    @property
    def place(self) -> Municipality:
        """The municipality of the call."""
        return find(self.posting.municipality_code)

    @property
    def texts(self) -> tuple[str, ...]:
        """Every free text of the call, as written."""
        posting = self.posting
        lists = (posting.goals, posting.required_skills, posting.preferred_skills, posting.selection_steps)
        return (posting.title or "", self.mission.text, *(text for texts in lists for text in texts or ()))

    def quote(self, name: str, texts: Iterable[str] | None = None) -> str | None:
        """The phrase around the first place of pattern ``name`` in ``texts`` (the mission and the goals)."""
        for text in (self.mission.text, *self.goals) if texts is None else texts:
            if found := pattern(name).search(text):
                return quoted(text, found)
        return None

    def quote_in(self, name: str, spans: Iterable[Span]) -> str | None:
        """The phrase around the first place of pattern ``name`` inside pieces of the mission."""
        for begin, end in spans:
            if found := pattern(name).search(self.mission.text, begin, end):
                return quoted(self.mission.text, found)
        return None


def read_posting(posting: Posting, *, on: date) -> Reading:
    """Read a call."""
    text = posting.mission_text or ""
    return Reading(posting, on, read_mission(text), posting.goals or tuple(_years_in(text)))


def quoted(text: str, found: re.Match[str]) -> str:
    """The phrase of ``text`` around a match."""
    begin, end = phrase_span(text, *found.span())
    return text[begin:end]


def _years_in(text: str) -> Iterator[str]:
    for found in pattern("year").finditer(text):
        yield quoted(text, found)
