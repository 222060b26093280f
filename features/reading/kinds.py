"""A piece of text as kinds of work: named by words, or near to what people of the kind do.

A kind counts in a piece where a word of it stands (one word 0.8, two 1, a synonym 0.5, less in a person's own text),
or where the piece's vector is near to a phrase of the kind: nearness grows from 0 to 0.9 between two cosines, and only
kinds about as near as the nearest count, because every text is a little near to everything. The cosines and the figures
of this module were set on the tuning half of the labelled set.

An occupation is read by its head, which in Japanese stands last: 森林組合の経理 is accounting, and forestry only as the
field it is done in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.reading.encoder import Floats, on_grid
from features.reading.other_words import is_noun, other_words
from features.reading.phrase_vectors import phrase_vectors
from features.taxonomy.kinds import Mention, family_of, kinds_named, one_character_words, work_kinds
from features.text import Word, content_words

__all__ = ["Way", "exact_products", "kind_nearness", "kind_words", "kinds_of", "mean_phrase"]

Way: TypeAlias = Literal["title", "told", "wished", "called"]  # a job title, something told, a wish, a call's words
Doubles: TypeAlias = NDArray[np.float64]

_ONE_WORD: Final = 0.8
_SYNONYM: Final = 0.5
_FIELD: Final = 0.25  # a trade that an occupation names before its head
_NEAREST: Final = 0.9
_ALL_BUT_ONE: Final = 0.99


class _Scale(NamedTuple):
    """Cosines from which a phrase is near and fully near, how far below the nearest one counts, what a word counts."""

    far: float
    near: float
    margin: float
    words: float


# people tell their work by its detail, offices name it: what a person writes is near from further away, and its words
# are more often beside the point (set on the tuning half)
_SCALES: Final[Mapping[Way, _Scale]] = {
    "title": _Scale(0.30, 0.70, 0.06, 0.7),
    "told": _Scale(0.30, 0.70, 0.06, 0.7),
    "wished": _Scale(0.30, 0.70, 0.08, 0.65),
    "called": _Scale(0.50, 0.85, 0.12, 1.0),
}


def kinds_of(words: Floats, nearness: Floats, way: Way) -> Floats:
    """Activation of every kind in a piece, ``(K,)`` float32 in [0, 1]."""
    scale = _SCALES[way]
    near = np.clip((nearness - scale.far) / (scale.near - scale.far), 0, 1) * _NEAREST
    near[nearness < nearness.max(initial=0.0) - scale.margin] = 0
    activation: Floats = np.maximum(words * np.float32(scale.words), near).astype(np.float32)
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
    for word in _words_outside(text, mentions):
        for kind in one_character_words().get(word.surface, ()):
            said.setdefault(kind, set()).add(word.surface)
        for kind in _kinds_of_synonyms(word):
            row[_column_of()[kind]] = _SYNONYM
    for kind, words in said.items():
        row[_column_of()[kind]] = _ONE_WORD if len(words) == 1 else 1.0
    if is_occupation and mentions:
        row[[_column_of()[kind] for kind in _before_the_head(mentions)]] *= _FIELD
    return row


def _before_the_head(mentions: Sequence[Mention]) -> set[str]:
    end = max(mention.end for mention in mentions)
    head = {mention.kind for mention in mentions if mention.end == end}
    of_head = {family_of()[kind] for kind in head}
    return {
        mention.kind for mention in mentions if mention.kind not in head and family_of()[mention.kind] not in of_head
    }


def _words_outside(text: str, mentions: Sequence[Mention]) -> Iterator[Word]:
    for word in content_words(text):
        if not any(begin < word.end and word.begin < end for _, begin, end in mentions):
            yield word


def _kinds_of_synonyms(word: Word) -> set[str]:
    """Kinds that a noun names as another spelling or a synonym of one of their words."""
    if not is_noun(word):
        return set()
    by_normal, by_group = other_words()
    return {*by_normal.get(word.normal, ()), *(kind for group in word.synonyms for kind in by_group.get(group, ()))}


def kind_nearness(vectors: Floats) -> Floats:
    """Highest cosine of each vector with the phrases of each kind, all less the mean phrase, ``(n, K)``.

    Vectors are multiples of 2⁻¹², so their products add up exactly: a row is the same to the last bit whatever is
    computed beside it.
    """
    phrases, exact = _phrases(), vectors.astype(np.float64)
    along = exact @ phrases.mean
    lengths = np.sqrt(np.maximum((exact * exact).sum(axis=1) - 2 * along + phrases.mean @ phrases.mean, 0))
    products = exact_products(vectors, phrases.vectors)
    products += phrases.mean @ phrases.mean - along[:, None] - phrases.along[None, :]
    products /= np.where(lengths > 0, lengths, 1)[:, None] * phrases.lengths[None, :]
    return np.asarray(np.maximum.reduceat(products, phrases.starts, axis=1), dtype=np.float32)


def exact_products(left: Floats, right: Floats) -> Doubles:
    """Inner products of unit vectors on the grid, exact, at the speed of floats.

    A float holds 24 bits, and the products of two vectors on the grid are multiples of 2⁻²⁴ whose partial sums stay
    below the product of the lengths, which rounding to the grid leaves under 1.006. So only where a product is above
    0.99 can a partial sum have passed 1, and only there it is taken again in doubles.
    """
    products = (left @ right.T).astype(np.float64)
    row, column = np.nonzero(products > _ALL_BUT_ONE)
    products[row, column] = np.einsum("ij,ij->i", left[row], right[column], dtype=np.float64)
    return products


def mean_phrase() -> Floats:
    """Mean vector of all phrases of the taxonomy, ``(512,)``: what every text has in common with them."""
    return _phrases().mean.astype(np.float32)


@lru_cache(maxsize=1)
def _column_of() -> dict[str, int]:
    return {code: column for column, code in enumerate(work_kinds())}


@dataclass(frozen=True, eq=False)
class _Phrases:
    """Vectors of all phrases, their mean, products with it and distances from it, and where each kind begins."""

    vectors: Floats
    mean: Doubles
    along: Doubles
    lengths: Doubles
    starts: NDArray[np.int64]


@lru_cache(maxsize=1)
def _phrases() -> _Phrases:
    phrases = [(kind.name, *kind.does) for kind in work_kinds().values()]
    vectors = phrase_vectors([phrase for several in phrases for phrase in several])
    mean = on_grid(vectors.mean(axis=0, dtype=np.float64))
    starts = np.cumsum([0, *(len(several) for several in phrases[:-1])], dtype=np.int64)
    along = (vectors @ mean.astype(np.float32)).astype(np.float64)  # exact, see exact_products: the mean is far from 1
    squares = np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64)
    return _Phrases(vectors, mean, along, np.sqrt(squares - 2 * along + mean @ mean), starts)
