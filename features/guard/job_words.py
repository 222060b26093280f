"""Words for a job that tell a sex (看護婦, 営業マン), and the word that tells the job alone.

They stand in ``patterns/job_words.toml``.
A mark in their place would take the work with it; the neutral word keeps it and is the same for both of a pair.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from pydantic import BaseModel, ConfigDict

__all__ = ["JobWord", "job_words"]

# what follows a post that somebody held: 女将として, 女将を務め, 女将（6年）
_OWN_POST: Final = (
    r"として|を(?:務め|勤め|任され|経験|し(?:て|、|ま)|[0-9一二三四五六七八九十]{1,3}年)|でし|です|で(?:、|す|あ)|だった|になり|に就|歴|"
    r"業|見習|候補|の(?:仕事|経験|私)|[(、。]|$"
)


class JobWord(NamedTuple):
    """A half-open span of a text that tells a job with a sex, and the word that tells the job alone."""

    begin: int
    end: int
    neutral: str


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    neutral: str
    cue: tuple[str, ...]
    find: tuple[str, ...]


class _Job(NamedTuple):
    neutral: str
    cue: tuple[str, ...]
    pattern: re.Pattern[str]


def job_words(sentence: str) -> Iterator[JobWord]:
    """Every such word of a sentence; two may not overlap, because no word belongs to two jobs.

    Parameters
    ----------
    sentence : str
        In one width of letters (:mod:`features.guard.sentences`).

    Examples
    --------
    >>> [(word.neutral, word.begin, word.end) for word in job_words("男性看護師のあと、旅館の女将を務めました。")]
    [('看護師', 0, 5), ('経営者', 12, 14)]
    """
    for job in _jobs():
        if any(word in sentence for word in job.cue):
            yield from (JobWord(*found.span(), job.neutral) for found in job.pattern.finditer(sentence))


@lru_cache(maxsize=1)
def _jobs() -> tuple[_Job, ...]:
    text = files("features").joinpath("guard/patterns/job_words.toml").read_text(encoding="utf-8")
    rows = [_Row.model_validate(row) for row in tomllib.loads(text)["job"]]
    return tuple(_Job(row.neutral, row.cue, _pattern(row.find)) for row in rows)


def _pattern(find: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(find).replace("{own_post}", f"(?:{_OWN_POST})"))
