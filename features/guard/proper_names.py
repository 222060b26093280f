"""Places and persons in a sentence, marked character for character.

Sudachi's dictionary says which morphemes are names; the reference table adds municipalities it splits or takes for
something else (七戸, 三笠). The typed view of a sentence has the same length, so offsets stay true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from features.reference import municipality_table, prefecture_table, ward_table
from features.text import parts_of_speech

__all__ = ["MARK_OF_KIND", "typed_view"]

# private-use characters: no text holds them for another purpose, and no pattern of words meets them
_PLACE, _SURNAME, _GIVEN, _PERSON, _FOREIGN = "\ue000", "\ue001", "\ue002", "\ue003", "\ue004"
MARK_OF_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {"place": _PLACE, "surname": _SURNAME, "given": _GIVEN, "person": _PERSON, "foreign": _FOREIGN}
)
_MARK_OF_TAG: Final = {
    ("地名", "一般"): _PLACE,
    ("地名", "国"): _PLACE,
    ("人名", "姓"): _SURNAME,
    ("人名", "名"): _GIVEN,
    ("人名", "一般"): _PERSON,
}
_PRODUCTS: Final = frozenset({"紬", "錦", "縮", "絣", "松", "杉", "学"})  # given names, and 結城紬, 山田錦, 林学
_TWO_KANA: Final = re.compile("[ぁ-んー]{2}")
_KATAKANA: Final = re.compile("[ァ-ヺー]+")
_KANA: Final = re.compile("[ぁ-んァ-ヺー]")
_SWALLOWED: Final = "出身"  # the dictionary holds places such as 魚津市出


def typed_view(sentence: str) -> str:
    """The sentence with every character of a place, a surname, a given name or another person replaced.

    Examples
    --------
    >>> [hex(ord(mark)) for mark in typed_view("弘前の山田")]
    ['0xe000', '0xe000', '0x306e', '0xe001', '0xe001']
    """
    view = list(sentence)
    before = (0, "")
    for begin, end, kind in parts_of_speech(sentence):
        mark = _mark(sentence[begin:end], kind)
        if mark == _GIVEN and begin - before[0] == 1 and _TWO_KANA.fullmatch(sentence[begin:end]):  # 納まり
            mark = ""
        if mark:
            view[begin:end] = mark * (end - begin)
        if mark == _GIVEN and before[1] == _PLACE:  # 上野翼: the place is a surname
            view[before[0] : begin] = _SURNAME * (begin - before[0])
        before = begin, mark
    for begin, end in _municipalities(sentence):
        if any(mark == written for mark, written in zip(view[begin:end], sentence[begin:end], strict=True)):
            view[begin:end] = _PLACE * (end - begin)
    start = sentence.find(_SWALLOWED)
    while start >= 0:
        view[start : start + 2] = _SWALLOWED
        start = sentence.find(_SWALLOWED, start + 2)
    return "".join(view)


def _mark(surface: str, kind: tuple[str, ...]) -> str:
    mark = _MARK_OF_TAG.get((kind[2], kind[3]), "")
    if not mark or surface.isascii() or surface in _PRODUCTS:  # the dictionary takes many English words for names
        return ""
    if mark != _PERSON:
        return mark
    # a whole name in kanji (坂本龍馬), a foreign one in katakana; with kana in it (受け入れ) it is no name
    return _FOREIGN if _KATAKANA.fullmatch(surface) else _PERSON if not _KANA.search(surface) else ""


def _municipalities(sentence: str) -> Iterator[tuple[int, int]]:
    lengths_of, done = _lengths_of(), 0
    for candidate in _starts().finditer(sentence):
        start = candidate.start()
        if start < done:
            continue
        pieces = (sentence[start : start + n] for n in lengths_of.get(candidate[1], ()))
        name = next((piece for piece in pieces if piece in _names()), "")
        if name:
            done = start + len(name)  # at the end of a sentence a piece is shorter than was asked for
            yield start, done


@lru_cache(maxsize=1)
def _starts() -> re.Pattern[str]:
    """Two characters that may begin a name: most of a text is passed over without a look at the table."""
    first, second = ("".join({name[place] for name in _names()}) for place in (0, 1))
    return re.compile(f"(?=([{first}][{second}]))")


@lru_cache(maxsize=1)
def _lengths_of() -> Mapping[str, tuple[int, ...]]:
    """Lengths of the names with the same first two characters, longest first."""
    lengths: dict[str, set[int]] = {}
    for name in _names():
        lengths.setdefault(name[:2], set()).add(len(name))
    return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}


@lru_cache(maxsize=1)
def _names() -> frozenset[str]:
    whole = {name for table in (municipality_table(), ward_table(), prefecture_table()) for name in table["name"]}
    stems = {name[:-1] for name in whole if len(name) > 2 and name != "北海道"}
    # two kana (いの, あま) are also the middle of other words
    return frozenset(whole | {stem for stem in stems if len(stem) > 2 or not _TWO_KANA.fullmatch(stem)})
