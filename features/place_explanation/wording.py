"""``wording.toml``: every sentence and question that is said to an applicant about a place."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from features.posting_quality.criteria import Form

__all__ = ["Ask", "Expects", "Wording", "place_wording"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Nothing(_Part):
    fits_you: str
    they_would_want_you: str
    may_go_wrong: str
    may_go_wrong_question: str


class Expects(_Part):
    """What the other side may hope for: with the words of both records, of the applicant alone, or with none."""

    both: str | None = None
    own: str | None = None
    otherwise: str = Field(alias="else")


class Ask(_Part):
    """What to ask where the applicant's own score found a gap."""

    term: str
    question: str
    is_living: bool = False


class _Said(_Part):
    sentence: str
    question: str


class _Host(_Part):
    contact: _Said
    residents: _Said
    peers: _Said


class _Mission(_Part):
    missing: _Said
    vague: _Said
    thin: _Said


class _Clash(_Part):
    question: str


class _Unsaid(_Said):
    points: dict[Form, tuple[str, ...]]
    names: dict[str, str]


class Wording(_Part):
    """The whole table."""

    most: int
    few_tasks: int
    most_unsaid: int
    nothing: _Nothing
    expects: dict[str, Expects]
    ask: tuple[Ask, ...]
    host: _Host
    mission: _Mission
    clash: _Clash
    unsaid: _Unsaid


@lru_cache(maxsize=1)
def place_wording() -> Wording:
    """The table of sentences and questions."""
    text = files("features.place_explanation").joinpath("wording.toml").read_text(encoding="utf-8")
    return Wording.model_validate(tomllib.loads(text))
