"""The lexicon of careers: which activities and fields an occupation is used in (``occupations.toml``)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = ["Career", "careers", "careers_of", "mentions"]


@dataclass(frozen=True)
class Career:
    """One group of occupations.

    Attributes
    ----------
    name : str
        Key in the lexicon.
    activities, fields : tuple of str
        Codes the career is used in.
    words, mission : re.Pattern
        What names it in an occupation; what asks for it in a posting's text.
    """

    name: str
    activities: tuple[str, ...]
    fields: tuple[str, ...]
    words: re.Pattern[str]
    mission: re.Pattern[str]


@lru_cache(maxsize=1)
def careers() -> tuple[Career, ...]:
    """Every career of the lexicon, in the order of the file."""
    content = tomllib.loads(files("features").joinpath("terms/occupations.toml").read_text(encoding="utf-8"))
    return tuple(
        Career(name, tuple(c["activities"]), tuple(c["fields"]), _any_of(c["words"]), _any_of(c["mission"]))
        for name, c in content.items()
    )


@lru_cache(maxsize=65_536)
def careers_of(occupation: str) -> tuple[int, ...]:
    """Numbers of the careers that an occupation as written belongs to; empty where the lexicon knows none.

    Examples
    --------
    >>> [careers()[number].name for number in careers_of("旅行会社の営業（５年）")]
    ['sales', 'tourism']
    """
    folded = unicodedata.normalize("NFKC", occupation).casefold()
    return tuple(number for number, career in enumerate(careers()) if career.words.search(folded))


def mentions(text: str) -> dict[int, tuple[int, int]]:
    """Careers a posting's text asks for, each with the span of the first word that says so.

    Offsets are of ``text`` as written, so full-width Latin letters are not read.

    Examples
    --------
    >>> [careers()[number].name for number in mentions("空き家バンクの運営")]
    ['construction']
    """
    folded = text.translate(_LOWER)
    found = ((number, career.mission.search(folded)) for number, career in enumerate(careers()))
    return {number: mark.span() for number, mark in found if mark is not None}


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    # a Latin word inside another one ("it" in "site") is not that word
    alone = [rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word) for word in words]
    return re.compile("|".join(alone))
