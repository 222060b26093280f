"""Lists and heaps: words set down beside each other say less, the more of them there are.

A sentence of nothing but nouns is a heap, on one line or spread over several, and tells nothing. A sentence that lists
many things, or names work of many families, tells little of each: what it counts is shared among them. So a text that
drops every word of a call into one sentence gains no more than one honest wish.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from features.taxonomy.kinds import family_of, kinds_named

__all__ = ["heaps", "listed", "share_of_each"]

_MANY: Final = 4  # from so many nouns in a row on they are a list, and a heap where nothing is said of them [A]
_LISTED: Final = 0.85  # a long list of one trade's words says a little less than a sentence
_MARKS: Final = r"、，,､・･／/＆&"
_SEPARATOR: Final = re.compile(rf"[{_MARKS}と\s　]+")
_PREDICATE: Final = re.compile(
    r"[ぁ-ん](?:[。．.！？!?…｡]|$)|(?:可能|必要|大切|得意|好き|希望|予定|目標|夢)(?:[。．.！？!?…｡]|$)"
)
_NOUN_ENDING: Final = re.compile(
    r"(?:り|(?<!た)い|み|え|せ|け|ち|び|ぎ|めん|ごみ|など|等|ほか|ガイド)(?:[。．.！？!?…｡]|$)"
)
_PARTICLE: Final = re.compile(r"[をにがはでへのも]|から|まで|より")
_ITEM: Final = (
    rf"[^{_MARKS}\s　。．！？!?をにがはでへとぁ-ん][^{_MARKS}\s　。．！？!?をにがはでへと]{{0,11}}(?<![てし])"
)
_RUN: Final = re.compile(rf"(?:{_ITEM}[{_MARKS}\s　]+){{{_MANY - 1},}}{_ITEM}")


def heaps(sentences: Sequence[str]) -> frozenset[int]:
    """Places of the sentences that are heaps of nouns, alone or together with bare neighbours.

    Examples
    --------
    >>> sorted(heaps(["森林、林業、間伐、植林。", "木を育てたいです。", "林業", "間伐", "植林", "下刈り"]))
    [0, 2, 3, 4, 5]
    """
    found = {
        place for place, sentence in enumerate(sentences) if _says_nothing(sentence) and len(_items(sentence)) >= _MANY
    }
    for run in _runs([_is_bare(sentence) for sentence in sentences]):
        if len({item for place in run for item in _items(sentences[place])}) >= _MANY:
            found.update(run)
    return frozenset(found)


def listed(text: str) -> int:
    """How many things the longest list of a text holds; 1 where there is none.

    Examples
    --------
    >>> listed("間伐、植林、下刈り、木工体験に取り組みたいです。"), listed("朝は畑に出て、昼は店に立ちました。")
    (4, 1)
    """
    return max((len(_items(run.group())) for run in _RUN.finditer(text)), default=1)


def share_of_each(text: str, *, things: int) -> float:
    """What each of the kinds of work that a text names counts, 0 to 1.

    Parameters
    ----------
    text : str
    things : int
        As :func:`listed` says.

    Examples
    --------
    >>> share_of_each("間伐と植林をしたいです。", things=1)
    1.0
    >>> share_of_each("和紙、養蜂、動画、介護に取り組みたいです。", things=4)
    0.25
    """
    named = len({family_of()[mention.kind] for mention in kinds_named(text)})
    most = _LISTED if things >= _MANY else 1.0
    return 1 / named if named > _MANY or (things >= _MANY and named > 1) else most


def _is_bare(sentence: str) -> bool:
    """Whether a sentence is nouns and marks alone: no particle ties them to anything."""
    return _says_nothing(sentence) and not any(_PARTICLE.search(i) and not _is_word(i) for i in _items(sentence))


def _is_word(item: str) -> bool:
    """Whether an item is one word of a trade although a particle stands in it (道の駅)."""
    return any(begin == 0 and end == len(item) for _, begin, end in kinds_named(item))


def _says_nothing(sentence: str) -> bool:
    said = sentence.strip()
    if not _PREDICATE.search(said):
        return True
    return bool(_NOUN_ENDING.search(said)) and not _PARTICLE.search(said)


def _items(text: str) -> list[str]:
    return [item for item in _SEPARATOR.split(text.rstrip("。．.！？!?｡ ")) if item]


def _runs(bare: Sequence[bool]) -> Iterator[range]:
    begin = 0
    for place, is_bare in enumerate((*bare, False)):
        if not is_bare:
            if place > begin:
                yield range(begin, place)
            begin = place + 1
