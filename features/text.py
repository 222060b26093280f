"""Japanese text as content words that remember where they stand.

Words are those of SudachiPy with the core dictionary: the longest unit (mode C) and, where it is a compound, its short
units (mode A) too, so that 観光案内所 meets 観光案内. A word is kept in Sudachi's normalised form (one spelling for
まちづくり and 町作り), NFKC, lower case. Nouns, verbs, adjectives and adverbial nouns count; numbers, words every call
holds (``terms/stop_words.toml``), denied words (:mod:`features.negation`) and names of people and places do not: a
birthplace told in a text must never score.

Results are kept for texts seen before; :func:`forget_texts` empties that store, e.g. after a person was erased.
"""

from __future__ import annotations

import re
import sys
import threading
import tomllib
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final, NamedTuple

from features.negation import denied_spans

if TYPE_CHECKING:
    from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer

__all__ = ["Word", "content_words", "forget_texts", "parts_of_speech", "phrase_span", "short_word_set", "word_set"]

_CHUNK = 1_000  # Sudachi refuses inputs above 49,149 bytes; NFKC can lengthen one character to 18
_LONGEST_PHRASE = 60
_CHUNK_END: Final = re.compile(r"[。！？\n、]")
_MARKS: Final = frozenset("。．！？!?\n\r、，､；;｡")
_KINDS: Final = frozenset({"名詞", "動詞", "形容詞", "形状詞"})
_REFUSED_DETAILS: Final = frozenset({"数詞", "非自立可能", "助動詞語幹", "人名", "地名"})
_thread = threading.local()


class Word(NamedTuple):
    """One content word: as written, normalised, its half-open span in the text, and Sudachi's synonym groups."""

    surface: str
    normal: str
    begin: int
    end: int
    synonyms: tuple[int, ...] = ()


@lru_cache(maxsize=2_048)
def content_words(text: str) -> tuple[Word, ...]:
    """Content words of a text in reading order, compounds before their parts; denied words are left out.

    Parameters
    ----------
    text : str
        Any length; it is cut at punctuation for the analyser, offsets are of the whole text.

    Returns
    -------
    tuple of Word
        ``text[word.begin:word.end] == word.surface`` for each.

    Examples
    --------
    >>> [word.normal for word in content_words("まちづくりに関わり、ﾜｲﾝ用の葡萄を育てたい。英語は苦手です。")]
    ['町作り', 'ワイン', '葡萄', '育てる']
    """
    return tuple(_words(text))


@lru_cache(maxsize=65_536)
def word_set(text: str) -> tuple[str, ...]:
    """The distinct normalised content words of a text, sorted; much smaller to keep than :func:`content_words`.

    Examples
    --------
    >>> word_set("観光の企画と、観光の案内")
    ('企画', '案内', '観光')
    """
    return tuple(sorted({sys.intern(word.normal) for word in _words(text)}))


@lru_cache(maxsize=65_536)
def short_word_set(text: str) -> frozenset[str]:
    """The distinct content words of a text in short units only: parts instead of the compound they make.

    Two phrases that name the same thing with other compounds (自動車免許, 自動車運転免許) then share their words.

    Examples
    --------
    >>> sorted(short_word_set("普通自動車免許"))
    ['免許', '普通', '自動車']
    >>> short_word_set("普通自動車免許") <= short_word_set("普通自動車運転免許")
    True
    """
    words = tuple(_words(text))
    whole = {(word.begin, word.end) for word in words if _has_part(word, words)}
    return frozenset(word.normal for word in words if (word.begin, word.end) not in whole)


def phrase_span(text: str, begin: int, end: int) -> tuple[int, int]:
    """The piece of ``text`` around ``text[begin:end]``, from one punctuation mark to the next, without outer spaces.

    A piece of more than 60 characters is cut to those around the given ones.

    Examples
    --------
    >>> text = "東京で働き、空き家の改修を学びました。"
    >>> begin, end = phrase_span(text, text.index("改修"), text.index("改修") + 2)
    >>> text[begin:end]
    '空き家の改修を学びました'
    """
    first, last = begin, end
    while first > max(0, begin - _LONGEST_PHRASE) and text[first - 1] not in _MARKS:
        first -= 1
    while last < min(len(text), end + _LONGEST_PHRASE) and text[last] not in _MARKS:
        last += 1
    if last - first > _LONGEST_PHRASE:
        first = max(first, begin - _LONGEST_PHRASE // 3)
        last = max(end, min(last, first + _LONGEST_PHRASE))
    piece = text[first:last]
    return first + len(piece) - len(piece.lstrip()), first + len(piece.rstrip())


def parts_of_speech(text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    """Begin, end and part of speech (Sudachi's six fields) of every morpheme of a text, longest units, in order.

    Examples
    --------
    >>> [kind[2] for _, _, kind in parts_of_speech("弘前の山田さん") if kind[1] == "固有名詞"]
    ['地名', '人名']
    """
    for offset, chunk in _chunks(text):
        for unit in _tokenizer().tokenize(chunk):
            yield unit.begin() + offset, unit.end() + offset, unit.part_of_speech()


def forget_texts() -> None:
    """Drop every text kept in memory."""
    content_words.cache_clear()
    word_set.cache_clear()
    short_word_set.cache_clear()


def _has_part(word: Word, words: tuple[Word, ...]) -> bool:
    return any(word.begin <= w.begin and w.end <= word.end and w.end - w.begin < word.end - word.begin for w in words)


def _words(text: str) -> Iterator[Word]:
    denied = denied_spans(text)
    starts = [begin for begin, _ in denied]
    for offset, chunk in _chunks(text):
        for word in _analysed(chunk):
            begin, end = word.begin + offset, word.end + offset
            before = bisect_right(starts, begin) - 1
            if before < 0 or begin >= denied[before][1]:
                yield word._replace(begin=begin, end=end)


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while len(text) - start > _CHUNK:
        ends = [mark.end() for mark in _CHUNK_END.finditer(text, start, start + _CHUNK)]
        stop = ends[-1] if ends else start + _CHUNK
        yield start, text[start:stop]
        start = stop
    yield start, text[start:]


def _analysed(chunk: str) -> Iterator[Word]:
    for long_unit in _tokenizer().tokenize(chunk):
        kind = _kind(long_unit)
        if kind is None:
            continue
        # the parts of a verb (盛り, 上げる) mean something else than the verb
        parts = long_unit.split(_split_mode().A, add_single=False) if kind == "名詞" else ()
        kept = [unit for unit in parts if _kind(unit) is not None and _folded(unit.normalized_form())]
        # a compound of nothing but common words (実務経験) is a common word
        units = (long_unit, *kept) if kept or not len(parts) else ()
        for unit in units:
            # an enclosed mark (㈴) can be parts of no width
            if unit.begin() < unit.end() and (normal := _folded(unit.normalized_form())):
                yield Word(unit.surface(), normal, unit.begin(), unit.end(), tuple(unit.synonym_group_ids()))


def _kind(unit: Morpheme) -> str | None:
    """The part of speech of a unit that may be a content word."""
    kinds, number = _kinds(), unit.part_of_speech_id()
    if number not in kinds:
        kind, detail, finer = unit.part_of_speech()[:3]
        counts = kind in _KINDS and detail not in _REFUSED_DETAILS and finer not in _REFUSED_DETAILS
        kinds[number] = kind if counts else None
    return kinds[number]


@lru_cache(maxsize=65_536)
def _folded(normal: str) -> str | None:
    folded = unicodedata.normalize("NFKC", normal).casefold().strip()
    is_word = folded not in _stop_words() and not folded.isnumeric() and any(map(str.isalnum, folded))
    return sys.intern(folded) if is_word else None


@lru_cache(maxsize=1)
def _kinds() -> dict[int, str | None]:
    return {}


@lru_cache(maxsize=1)
def _stop_words() -> frozenset[str]:
    content = tomllib.loads(files("features").joinpath("terms/stop_words.toml").read_text(encoding="utf-8"))
    return frozenset(word for words in content.values() for word in words)


@lru_cache(maxsize=1)
def _dictionary() -> Dictionary:
    from sudachipy import Dictionary  # noqa: PLC0415 - the dictionary is mapped on the first text only

    return Dictionary(dict="core")


@lru_cache(maxsize=1)
def _split_mode() -> type[SplitMode]:
    from sudachipy import SplitMode  # noqa: PLC0415 - see _dictionary

    return SplitMode


def _tokenizer() -> Tokenizer:
    # a tokenizer may not be shared between threads, its dictionary may
    if not hasattr(_thread, "tokenizer"):
        fields = {"pos", "normalized_form", "split_a", "synonym_group_ids"}
        _thread.tokenizer = _dictionary().tokenizer(mode=_split_mode().C, fields=fields)
    tokenizer: Tokenizer = _thread.tokenizer
    return tokenizer
