"""``settings.toml``: what may be asked of whom, how much a stay shows, and every word that is said about it."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from features.terms.term import Audience

__all__ = ["Asked", "Follows", "Says", "Settings", "Stay", "Unknown", "next_question_settings"]

Unknown: TypeAlias = Literal["last", "open", "never"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Stay(_Part):
    """A kind of stay, and which part of the variance of the true fit it shows."""

    name: str
    seen: float = Field(ge=0, le=1)


class Asked(_Part):
    """How one term is asked about; a term that the file does not name is asked of the applicant only."""

    applicant: Unknown = "last"
    posting: Literal["given", "open"] = "given"
    posting_unset: int | None = None
    as_said: bool = False
    applicant_answer: str | None = None
    posting_answer: str | None = None
    applicant_topic: str | None = None
    posting_topic: str | None = None
    own: str | None = None
    town: str | None = None
    call: str | None = None
    finer: bool = False
    stay: bool = False


class Says(_Part):
    """What is said to one reader: the condition of a sentence by kind of question."""

    unit: str
    applicant: str
    posting: str
    trial: str
    trial_question: str


class Follows(_Part):
    """What follows from an answer."""

    several: str
    one: str
    seldom: str
    order: str
    seldom_order: str


class Settings(_Part):
    """The whole table."""

    most_answers: int = Field(ge=2)
    unseen: float = Field(gt=0)
    fewest_people: int = Field(ge=1)
    fit_spread: float = Field(ge=0)
    stay: dict[Literal["otameshi", "intern"], Stay]
    term: dict[str, Asked]
    says: dict[Audience, Says]
    follows: Follows

    def asked(self, term: str) -> Asked:
        """How a term is asked about."""
        return self.term.get(term, Asked())


@lru_cache(maxsize=1)
def next_question_settings() -> Settings:
    """The settings that ship with the engine.

    Examples
    --------
    >>> settings = next_question_settings()
    >>> settings.stay["otameshi"].seen < settings.stay["intern"].seen
    True
    """
    text = files("features.next_question").joinpath("settings.toml").read_text(encoding="utf-8")
    return Settings.model_validate(tomllib.loads(text))
