"""Patterns of the guard as data: ``patterns/*.toml``, compiled where a text holds their cue.

``words.toml`` names fragments; a pattern uses one as ``{name}``. A match tells the rule's item in each of its groups,
so context stays outside the groups. Patterns are written in :data:`re.VERBOSE`. A rule is tried only where the sentence
holds one of its ``cue`` words, which every match of its patterns holds too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict

from features.guard.items import ITEM_JA, Sensitive
from features.guard.proper_names import MARK_OF_KIND

__all__ = ["APPLICANT_FILES", "POSTING_FILES", "Rule", "Rules", "View", "found", "guard_rules"]

View: TypeAlias = Literal["written", "typed"]
APPLICANT_FILES: Final = ("belief", "health", "living", "origin", "schools", "person", "family")
POSTING_FILES: Final = ("requests",)

_NAME: Final = re.compile(r"\{([a-z_]+)\}")


def _known_item(item: str) -> str:
    if item not in ITEM_JA:
        raise ValueError(f"item {item} is unknown, expected one of {', '.join(ITEM_JA)}")
    return item


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    item: Annotated[str, AfterValidator(_known_item)]
    cue: tuple[str, ...]
    view: View = "written"
    find: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """Patterns that tell one item.

    Attributes
    ----------
    item : str
        Key of :data:`features.guard.items.ITEM_JA`.
    cue : tuple of str
        Words of which a text must hold one; empty where any text may match.
    view : "written" or "typed"
        Whether the patterns read the text as written or with proper names marked (:mod:`features.guard.proper_names`).
    written : tuple of str
        The patterns; they are compiled when a text first holds a cue, because most texts hold few.
    """

    item: str
    cue: tuple[str, ...]
    view: View
    written: tuple[str, ...]

    @cached_property
    def find(self) -> tuple[re.Pattern[str], ...]:
        """The patterns, compiled."""
        return tuple(re.compile(pattern, re.VERBOSE) for pattern in self.written)

    @property
    def begins(self) -> frozenset[str]:
        """First two characters of the cue words: most sentences hold none, which is seen without looking for them."""
        return frozenset(word[:2] for word in self.cue)


class Rules:
    """Rules in their order, found by what a text holds: most sentences hold no cue of nearly all of them.

    Parameters
    ----------
    every : iterable of Rule
    """

    def __init__(self, every: Iterable[Rule]) -> None:
        self.every: Final = tuple(every)
        self._at_begin: dict[str, list[int]] = {}  # two characters → the rules with a cue that begins so
        for place, rule in enumerate(self.every):
            for begin in rule.begins:
                self._at_begin.setdefault(begin, []).append(place)
        self._without_cue = [place for place, rule in enumerate(self.every) if not rule.cue]

    def that_may_match(self, written: str) -> Iterator[Rule]:
        """The rules without a cue and those with a cue in ``written``."""
        begins = self._at_begin.keys() & {*written, *map("".join, pairwise(written))}
        places = {*self._without_cue, *(place for begin in begins for place in self._at_begin[begin])}
        for rule in map(self.every.__getitem__, sorted(places)):
            if not rule.cue or any(word in written for word in rule.cue):
                yield rule


@lru_cache(maxsize=4)
def guard_rules(names: tuple[str, ...], view: View | None = None) -> Rules:
    """The rules of some pattern files, in the order of the files; those of one view where it is named."""
    words = _words()
    rows = [_Row.model_validate(row) for name in names for row in _content(name)["rule"]]
    return Rules(
        Rule(row.item, row.cue, row.view, tuple(_spelt(find, words) for find in row.find))
        for row in rows
        if view in (None, row.view)
    )


def found(rules: Rules, text: str, *, written: str) -> Iterator[Sensitive]:
    """Every group of every match; spans may overlap.

    Parameters
    ----------
    rules : Rules
    text : str
        In the view of the rules.
    written : str
        The text as written: a mark may hide a cue.
    """
    for rule in rules.that_may_match(written):
        for pattern in rule.find:
            for match in pattern.finditer(text):
                spans = (match.span(group) for group in range(1, pattern.groups + 1))
                yield from (Sensitive(rule.item, begin, end) for begin, end in spans if begin < end)


def _content(name: str) -> dict[str, list[object]]:
    return tomllib.loads(files("features").joinpath(f"guard/patterns/{name}.toml").read_text(encoding="utf-8"))


def _words() -> Mapping[str, str]:
    content = tomllib.loads(files("features").joinpath("guard/patterns/words.toml").read_text(encoding="utf-8"))
    words = dict(MARK_OF_KIND)
    for name, value in content.items():
        # the longest first, so that no alternative hides a longer one
        text = value if isinstance(value, str) else f"(?:{'|'.join(sorted(value, key=len, reverse=True))})"
        words[name] = _spelt(text, words)
    return words


def _spelt(text: str, words: Mapping[str, str]) -> str:
    return _NAME.sub(lambda match: words[match[1]], text)
