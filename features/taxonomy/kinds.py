"""Kinds of work: what people of a trade do, what words say so, and where a text names them.

The knowledge lies in ``work/*.toml``, one file a family, and in ``occupations.toml``, titles and workplaces by kind;
what they say is parsed once a machine (:mod:`features.reading.kept_files`).
A text names a kind where one of its words stands, compared after NFKC and lower case; the longest word wins, so 木工
does not hide in 木工機械 when that is a word of its own. A word that is meant otherwise
(:mod:`features.taxonomy.idioms`) names no kind. Words of one character are in ``one_character_words.toml`` and count
only where the analyser finds them standing alone (:mod:`features.reading.kinds`).
"""

from __future__ import annotations

import hashlib
import json
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from features.errors import FeatureError
from features.reading.kept_files import Arrays, kept_arrays
from features.taxonomy.idioms import figurative_spans
from features.taxonomy.vocabulary import Activity, Field_

__all__ = [
    "Family",
    "Mention",
    "WorkKind",
    "families",
    "family_of",
    "fold_with_offsets",
    "kinds_named",
    "one_character_words",
    "taxonomy_digest",
    "work_kinds",
]

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class WorkKind(BaseModel):
    """One kind of work.

    Attributes
    ----------
    code, name : str
        Key and printed name.
    activities, fields : tuple of str
        Codes the work belongs to, main one first.
    does : tuple of str
        Phrases that tell the work: what people of the trade do, want and are asked for.
    words, occupations : tuple of str
        What names the work wherever it stands; job titles and workplaces of it.
    kin : mapping of code to float
        Kinds whose experience helps here, 0 to 1; symmetric, named once.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    name: str
    activities: tuple[Activity, ...] = ()
    fields: tuple[Field_, ...] = ()
    does: tuple[str, ...]
    words: tuple[str, ...]
    occupations: tuple[str, ...] = ()
    kin: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)


class Family(BaseModel):
    """Kinds of work that belong together; ``kinship`` is that of two of them which name no figure of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kinship: Annotated[float, Field(ge=0, le=1)]
    work: tuple[WorkKind, ...]


class Mention(NamedTuple):
    """A kind of work named in a text, with the half-open span of the word that names it."""

    kind: str
    begin: int
    end: int


@lru_cache(maxsize=1)
def families() -> Mapping[str, Family]:
    """Every family by its code (the name of its file), in the order of the names."""
    return MappingProxyType(TypeAdapter(dict[str, Family]).validate_json(_kept_json("families", _written_families)))


def _written_families() -> dict[str, object]:
    folder = files("features.taxonomy").joinpath("work")
    found = sorted((item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name)
    return {item.name[:-5]: tomllib.loads(item.read_text(encoding="utf-8")) for item in found}


def _kept_json(name: str, read: Callable[[], object]) -> bytes:
    """What TOML files of the taxonomy say, parsed once a machine: JSON is read in a twentieth of the time."""

    def made() -> Arrays:
        return {"json": np.frombuffer(json.dumps(read(), ensure_ascii=False).encode(), dtype=np.uint8)}

    return kept_arrays(f"{name}-{taxonomy_digest()[:32]}", made)["json"].tobytes()


@lru_cache(maxsize=1)
def work_kinds() -> Mapping[str, WorkKind]:
    """Every kind of work by its code; the order numbers the columns of whatever counts kinds.

    Raises
    ------
    FeatureError
        If two kinds share a code.

    Examples
    --------
    >>> work_kinds()["paper_craft"].activities
    ('traditional_craft',)
    """
    kinds: dict[str, WorkKind] = {}
    for family in families().values():
        for kind in family.work:
            if kind.code in kinds:
                raise FeatureError(f"two kinds of work have the code {kind.code}, expected unique codes")
            kinds[kind.code] = kind
    return MappingProxyType(kinds)


@lru_cache(maxsize=1)
def family_of() -> Mapping[str, str]:
    """The family of every kind of work."""
    return MappingProxyType({kind.code: code for code, family in families().items() for kind in family.work})


@lru_cache(maxsize=1)
def taxonomy_digest() -> str:
    """SHA-256 of every file the kinds of work are read from, names and bytes."""
    folder = files("features.taxonomy")
    found = [item for place in (folder, folder.joinpath("work")) for item in place.iterdir()]
    told = hashlib.sha256()
    for item in sorted((item for item in found if item.name.endswith(".toml")), key=lambda item: item.name):
        told.update(item.name.encode() + b"\0" + item.read_bytes())
    return told.hexdigest()


@lru_cache(maxsize=65_536)
def kinds_named(text: str) -> tuple[Mention, ...]:
    """Kinds of work that words of a text name, in reading order.

    Parameters
    ----------
    text : str
        As written; spans are of this string. A word in Latin letters counts only where it stands alone.

    Returns
    -------
    tuple of Mention
        Words do not overlap (at each place the longest wins); a word of two kinds gives two mentions.

    Examples
    --------
    >>> [(mention.kind, mention.begin, mention.end) for mention in kinds_named("和紙を漉く")][:1]
    [('paper_craft', 0, 2)]
    """
    folded, offset_of = fold_with_offsets(text)
    figurative = {place for first, last in figurative_spans(folded) for place in range(first, last)}
    return tuple(
        Mention(kind, offset_of[begin], offset_of[end - 1] + 1)
        for begin, end in _places(folded)
        if not (begin in figurative and end - 1 in figurative)
        for kind in _kinds_by_word()[folded[begin:end]]
    )


def fold_with_offsets(text: str) -> tuple[str, tuple[int, ...]]:
    """NFKC and lower case, and for each character of the result the place in ``text`` it comes from.

    Examples
    --------
    >>> fold_with_offsets("㈱ＩＴ")
    ('(株)it', (0, 0, 0, 1, 2))
    """
    folded = _folded(text)
    if len(folded) == len(text):  # no mark folds to nothing, so each stands where it stood
        return folded, tuple(range(len(text)))
    return folded, tuple(place for place, mark in enumerate(text) for _ in _folded(mark))


def _folded(text: str) -> str:
    return text.translate(_FOLDS)


class _Folds(dict[int, str]):
    """What every character folds to, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = unicodedata.normalize("NFKC", chr(code)).casefold()
        return folded


_FOLDS: Final = _Folds()


def _places(folded: str) -> Iterator[tuple[int, int]]:
    begin = 0
    while begin < len(folded):
        length = next((size for size in _sizes(folded[begin : begin + 2]) if _stands(folded, begin, size)), 0)
        if length:
            yield begin, begin + length
        begin += length or 1


def _sizes(start: str) -> tuple[int, ...]:
    return _sizes_by_start().get(start, ())


def _stands(folded: str, begin: int, size: int) -> bool:
    word, end = folded[begin : begin + size], begin + size
    if len(word) < size or word not in _kinds_by_word():
        return False
    # a Latin word inside another one ("ec" in "tech") is not that word
    before, after = folded[begin - 1 : begin], folded[end : end + 1]
    return not (word[0] in _LETTERS and before in _LETTERS) and not (word[-1] in _LETTERS and after in _LETTERS)


@lru_cache(maxsize=1)
def _kinds_by_word() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kind in work_kinds().values():
        for word in (*kind.words, *kind.occupations, *_lists("occupations.toml").get(kind.code, ())):
            named = found.setdefault(_folded(word), [])
            if kind.code not in named:
                named.append(kind.code)
    return {word: tuple(named) for word, named in found.items()}


@lru_cache(maxsize=1)
def one_character_words() -> Mapping[str, frozenset[str]]:
    """Kinds by the words of one character that name them where they stand alone."""
    found: dict[str, set[str]] = {}
    for kind, words in _lists("one_character_words.toml").items():
        for word in words:
            found.setdefault(word, set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


@lru_cache(maxsize=4)
def _lists(name: str) -> Mapping[str, tuple[str, ...]]:
    """Lists of words by kind, of a file with one table."""
    lists = TypeAdapter(dict[str, tuple[str, ...]]).validate_json(_kept_json(name[:-5], lambda: _written_lists(name)))
    strangers = sorted(set(lists) - set(work_kinds()))
    if strangers:
        raise FeatureError(f"{name} has {strangers[0]}, which is no kind of work")
    return lists


def _written_lists(name: str) -> object:
    file = files("features.taxonomy").joinpath(name)
    (table,) = tomllib.loads(file.read_text(encoding="utf-8")).values()
    return table


@lru_cache(maxsize=1)
def _sizes_by_start() -> Mapping[str, tuple[int, ...]]:
    """Lengths of the words that begin with two given characters, longest first."""
    sizes: dict[str, set[int]] = {}
    for word in _kinds_by_word():
        sizes.setdefault(word[:2], set()).add(len(word))
    return {start: tuple(sorted(found, reverse=True)) for start, found in sizes.items()}
