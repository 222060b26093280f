"""One entry of somebody's licences: the name it writes, and whether it says the licence is gone, lapsed or planned."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Final, Literal, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Entry", "Mark", "driving_of_no_class", "licence_entry"]

Mark: TypeAlias = Literal["has", "none", "unsaid", "gone", "lapsed", "planned"]

_LONGEST_GONE: Final = 200  # characters: finding the end of a name among many words of time takes their square
_BLANKS: Final = re.compile(r"[\s、,。.]+")
_ENDING: Final = re.compile(r"(?:[ぁ-ん]|中|済|処分|状態|予定)*\)?")
_Patterns: TypeAlias = Annotated[tuple[str, ...], Field(min_length=1)]


class Entry(NamedTuple):
    """The name an entry writes, without what it says of it, and what it says.

    ``none`` says that the person has no licence at all, ``unsaid`` names none although there may be one (別紙のとおり),
    ``gone`` that this one is not theirs (any more), ``lapsed`` that it was and may be again, ``planned`` that it is
    still to come, ``has`` none of these.
    """

    name: str
    mark: Mark


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    none: _Patterns
    unsaid: _Patterns
    gone: _Patterns
    lapsed: _Patterns
    planned: _Patterns
    when: str
    driving: _Patterns


class _Forms(NamedTuple):
    none: re.Pattern[str]
    unsaid: re.Pattern[str]
    gone: re.Pattern[str]
    lapsed: re.Pattern[str]
    planned: re.Pattern[str]
    before: re.Pattern[str]
    driving: re.Pattern[str]


@lru_cache(maxsize=4096)
def licence_entry(text: str) -> Entry:
    """What one entry writes and says.

    Only an entry of at most 200 characters that ends in the words, or has them alone in brackets, is ``gone``: a longer
    one may speak of two licences (原付は返納し、普通免許を持っています), and is ``lapsed``, to be asked about.

    Examples
    --------
    >>> licence_entry("普通自動車免許（返納済み）"), licence_entry("普通自動車免許（停止中）")
    (Entry(name='普通自動車免許', mark='gone'), Entry(name='普通自動車免許', mark='lapsed'))
    >>> [licence_entry(text).mark for text in ("特になし", "普通自動車免許（事故歴なし）", "別紙のとおり")]
    ['none', 'has', 'unsaid']
    """
    forms, folded = _forms(), _folded(text)
    if forms.none.fullmatch(folded):
        return Entry("", "none")
    if forms.unsaid.fullmatch(folded):
        return Entry("", "unsaid")
    gone = forms.gone.fullmatch(folded) if len(folded) <= _LONGEST_GONE else None
    if gone and _is_balanced(gone["name"]):
        return Entry(gone["name"], "gone")
    if lapsed := forms.lapsed.search(folded):
        return Entry(_name_beside(folded, lapsed), "lapsed")
    if planned := forms.planned.search(folded):
        return Entry(_name_beside(folded, planned), "planned")
    return Entry(text, "has")


def driving_of_no_class(text: str) -> bool:
    """Whether a text says a driving licence without its class, or a permit of another country.

    Examples
    --------
    >>> driving_of_no_class("車の免許"), driving_of_no_class("国際運転免許"), driving_of_no_class("わな猟免許")
    (True, True, False)
    """
    return bool(_forms().driving.search(_folded(text)))


def _folded(text: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


def _name_beside(folded: str, said: re.Match[str]) -> str:
    """What stands before the words; the whole text where more than an ending follows, or no name stands there."""
    name = _forms().before.sub("", folded[: said.start()])
    return name if name and _is_balanced(name) and _ENDING.fullmatch(folded[said.end() :]) else folded


def _is_balanced(text: str) -> bool:
    return text.count("(") == text.count(")")


@lru_cache(maxsize=1)
def _forms() -> _Forms:
    text = files("features.taxonomy").joinpath("licence_entries.toml").read_text(encoding="utf-8")
    words = _Words.model_validate(tomllib.loads(text))
    between = rf"[はがをも:・/-]*\(?{words.when}"
    none, unsaid, gone, lapsed, planned, driving = map(
        "|".join, (words.none, words.unsaid, words.gone, words.lapsed, words.planned, words.driving)
    )
    forms = (none, unsaid, rf"(?P<name>.+?){between}(?:{gone})\)?", lapsed, planned, f"{between}$", driving)
    return _Forms(*map(re.compile, forms))
