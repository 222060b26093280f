"""A piece of text as kinds of work: named by words, or near to what people of the kind do.

A kind counts in a piece where a word of it stands (one word 0.8, two 1, a synonym 0.5), or where the piece's vector is
near to a phrase of the kind: nearness grows from 0 to 0.9 between two cosines, and only kinds about as near as the
nearest count, because every text is a little near to everything. The two cosines and the figures of this module were
set on the tuning half of the labelled set.

An occupation is read by its head, which in Japanese stands last: 森林組合の経理 is accounting, and forestry only as the
field it is done in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from features.reading.encoder import Floats
from features.reading.phrase_vectors import phrase_vectors
from features.taxonomy.kinds import Mention, families, kinds_named, one_character_words, work_kinds
from features.text import Word, content_words

__all__ = ["kind_nearness", "kind_words", "kinds_of", "mean_phrase"]

_ONE_WORD: Final = 0.8
_SYNONYM: Final = 0.5
_MOST_KINDS: Final = 2
_FIELD: Final = 0.4  # a trade that an occupation names before its head
_FAR, _NEAR, _MARGIN, _NEAREST = 0.50, 0.85, 0.12, 0.9


def kinds_of(words: Floats, nearness: Floats) -> Floats:
    """Activation of every kind in a piece, ``(K,)`` float32 in [0, 1]."""
    best = nearness.max(initial=0.0)
    near = np.clip((nearness - _FAR) / (_NEAR - _FAR), 0, 1) * _NEAREST
    near[nearness < best - _MARGIN] = 0
    activation: Floats = np.maximum(words, near).astype(np.float32)
    return activation


def kind_words(text: str, *, is_occupation: bool = False) -> Floats:
    """How far words of a text name each kind, ``(K,)`` float32: its own words, other spellings and synonyms of them.

    Parameters
    ----------
    text : str
    is_occupation : bool
        Whether the text is a job title: then kinds of another family than its last word's count less.
    """
    mentions = kinds_named(text)
    said: dict[str, set[str]] = {}
    for kind, begin, end in mentions:
        said.setdefault(kind, set()).add(text[begin:end])
    row = np.zeros(len(work_kinds()), dtype=np.float32)
    for kind in _kinds_of_synonyms(text, mentions):
        row[_column_of()[kind]] = _SYNONYM
    for kind, words in said.items():
        row[_column_of()[kind]] = _ONE_WORD if len(words) == 1 else 1.0
    if is_occupation and mentions:
        row[[_column_of()[kind] for kind in _before_the_head(mentions)]] *= _FIELD
    return row


def _before_the_head(mentions: Sequence[Mention]) -> set[str]:
    end = max(mention.end for mention in mentions)
    head = {mention.kind for mention in mentions if mention.end == end}
    of_head = {_family_of()[kind] for kind in head}
    return {
        mention.kind for mention in mentions if mention.kind not in head and _family_of()[mention.kind] not in of_head
    }


def _kinds_of_synonyms(text: str, mentions: Sequence[Mention]) -> set[str]:
    """Kinds that words outside the mentions name by another spelling or by a synonym."""
    by_normal, by_group = _other_words()
    found: set[str] = set()
    for word in content_words(text):
        if any(begin < word.end and word.begin < end for _, begin, end in mentions):
            continue
        found.update(one_character_words().get(word.surface, ()))
        if _is_noun(word):
            found.update(by_normal.get(word.normal, ()))
            found.update(kind for group in word.synonyms for kind in by_group.get(group, ()))
    return found


def _is_noun(word: Word) -> bool:
    # a single verb (書く, 歩く) says no trade
    return len(word.surface) > 1 and not "ぁ" <= word.normal[-1] <= "ん"


def kind_nearness(vector: Floats) -> Floats:
    """Highest cosine of a piece's vector with the phrases of each kind, both less the mean phrase, ``(K,)``."""
    anchors, mean, starts = _anchors()
    centred = vector - mean
    length = float(np.linalg.norm(centred))
    cosines = anchors @ (centred / length if length > 0 else centred)
    nearness: Floats = np.maximum.reduceat(cosines, starts)
    return nearness


def mean_phrase() -> Floats:
    """Mean vector of all phrases of the taxonomy, ``(512,)``: what every text has in common with them."""
    return _anchors()[1]


@lru_cache(maxsize=1)
def _other_words() -> tuple[Mapping[str, frozenset[str]], Mapping[int, frozenset[str]]]:
    """Kinds by the normalised form of their words and by Sudachi's synonym groups; a group of many kinds says none."""
    by_normal, by_group = dict[str, set[str]](), dict[int, set[str]]()
    for kind in work_kinds().values():
        for written in (*kind.words, *kind.occupations):
            for word in content_words(written):
                if word.surface == written and _is_noun(word):
                    by_normal.setdefault(word.normal, set()).add(kind.code)
                    for group in word.synonyms:
                        by_group.setdefault(group, set()).add(kind.code)
    return (
        {normal: frozenset(kinds) for normal, kinds in by_normal.items()},
        {group: frozenset(kinds) for group, kinds in by_group.items() if len(kinds) <= _MOST_KINDS},
    )


@lru_cache(maxsize=1)
def _family_of() -> dict[str, str]:
    return {kind.code: code for code, family in families().items() for kind in family.work}


@lru_cache(maxsize=1)
def _column_of() -> dict[str, int]:
    return {code: column for column, code in enumerate(work_kinds())}


@lru_cache(maxsize=1)
def _anchors() -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Unit vectors of every phrase less their mean, the mean, and where each kind's phrases begin."""
    phrases = [(kind.name, *kind.does) for kind in work_kinds().values()]
    vectors = phrase_vectors([phrase for several in phrases for phrase in several])
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    starts = np.cumsum([0, *(len(several) for several in phrases[:-1])], dtype=np.int64)
    return centred.astype(np.float32), mean.astype(np.float32), starts
