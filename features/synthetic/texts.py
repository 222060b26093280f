"""The text bank: what a town hall writes in a call, and what a person writes in an application.

Every topic (a mission within an activity, or a field of 起業人) has its own sentences in ``texts/*.toml``. An
applicant's sentences come in two registers: ``near`` uses the words of the call, ``far`` says the same without sharing
one content noun with it, so that an engine that only counts common words misses a known share of the good pairs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, ValidationError

from features.errors import SyntheticError
from features.taxonomy.vocabulary import Activity, Field_, HostType

__all__ = [
    "ApplicantFrames",
    "PostingFrames",
    "Topic",
    "TrialWords",
    "applicant_frames",
    "company_topics",
    "filled",
    "fruit_of",
    "member_topics",
    "posting_frames",
    "two_of",
]

_MEMBER_FILES = ("land", "visitors", "settling", "learning", "care", "office")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Topic(_Frozen):
    """One mission with its sentences, occupations, skills and licences; ``place`` limits where it can happen."""

    key: str
    activity: Activity | None = None
    field: Field_ | None = None
    also: tuple[Activity, ...] = ()
    host: tuple[HostType, ...] = ("hall_department",)
    place: str | None = None
    languages: tuple[str, ...] = ()
    title: tuple[str, ...]
    issue: tuple[str, ...]
    task: tuple[str, ...]
    aim: tuple[str, ...]
    near: tuple[str, ...]
    far: tuple[str, ...]
    near_plan: tuple[str, ...]
    far_plan: tuple[str, ...]
    jobs: tuple[str, ...]
    skills: tuple[str, ...]
    licences: tuple[str, ...] = ()


class TrialWords(_Frozen):
    """What a call that is itself a try-out adds to its title and text."""

    title: str
    sentence: str


class PostingFrames(_Frozen):
    """Sentences of a call that fit every topic."""

    place: tuple[str, ...]
    island: tuple[str, ...]
    snow: tuple[str, ...]
    task: tuple[str, ...]
    task_free: tuple[str, ...]
    task_trial: tuple[str, ...]
    task_kigyojin: tuple[str, ...]
    host: tuple[str, ...]
    close: tuple[str, ...]
    close_kigyojin: tuple[str, ...]
    title: tuple[str, ...]
    title_kigyojin: tuple[str, ...]
    goal: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]
    trial: dict[str, TrialWords]


class ApplicantFrames(_Frozen):
    """Sentences of an application that fit every topic, and skills everybody may have."""

    open: tuple[str, ...]
    open_far: tuple[str, ...]
    close: tuple[str, ...]
    close_far: tuple[str, ...]
    plan_close: tuple[str, ...]
    plan_close_far: tuple[str, ...]
    skills: tuple[str, ...]


class _Frames(_Frozen):
    posting: PostingFrames
    applicant: ApplicantFrames
    company: ApplicantFrames
    fruit: dict[str, str]


class _Bank(_Frozen):
    topic: tuple[Topic, ...]


@lru_cache(maxsize=1)
def member_topics() -> tuple[Topic, ...]:
    """Topics of 協力隊 postings, in the order of the files."""
    return tuple(topic for name in _MEMBER_FILES for topic in _bank(f"topics_{name}.toml").topic)


@lru_cache(maxsize=1)
def company_topics() -> tuple[Topic, ...]:
    """Topics of 起業人 postings, one a field."""
    return _bank("fields.toml").topic


def posting_frames() -> PostingFrames:
    """Sentences of a call that fit every topic."""
    return _frames().posting


def applicant_frames(*, of_company: bool = False) -> ApplicantFrames:
    """Sentences of an application that fit every topic; people of companies do not move, so they have their own."""
    return _frames().company if of_company else _frames().applicant


def fruit_of(prefecture: str) -> str:
    """The fruit an orchard grows in a prefecture (2-digit code)."""
    return _frames().fruit.get(prefecture, "果樹")


def filled(sentence: str, words: Mapping[str, object]) -> str:
    """The sentence with every ``{word}`` replaced.

    Examples
    --------
    >>> filled("{name}は人口約{pop}人の{k}です。", {"name": "下川町", "pop": "3,100", "k": "町"})
    '下川町は人口約3,100人の町です。'
    """
    return sentence.format_map(words)


def two_of(options: Sequence[str], first: float, second: float) -> tuple[str, str]:
    """Two different options at two uniform numbers.

    Examples
    --------
    >>> two_of(["a", "b", "c"], 0.5, 0.9)
    ('b', 'a')
    """
    start = int(first * len(options))
    step = 1 + int(second * (len(options) - 1))
    return options[start], options[(start + step) % len(options)]


@lru_cache(maxsize=1)
def _frames() -> _Frames:
    return _Frames.model_validate(_read("frames.toml"))


def _bank(name: str) -> _Bank:
    try:
        return _Bank.model_validate(_read(name))
    except ValidationError as error:
        raise SyntheticError(f"text bank {name}: {error.error_count()} malformed entries") from error


def _read(name: str) -> dict[str, object]:
    return tomllib.loads(files("features.synthetic").joinpath("texts", name).read_text(encoding="utf-8"))
