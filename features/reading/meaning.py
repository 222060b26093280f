"""Whole records as vectors of meaning whose inner product lies in [0, 1], each facet beside the call by itself.

What a person has done and what the person wants are two texts with a vector each; the call has one. The product of a
person's and a call's vector is the weighted mean of the two facets' nearness, ``(1 + cosine) / 2``, where cosines are
taken less the mean of the taxonomy's phrases: two texts about nothing in particular are then at one half. A facet that
says nothing counts as one half. What is wanted counts more, because what was done is told by other terms too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from features.reading.encoder import WIDTH, Floats, encode
from features.reading.kinds import mean_phrase
from features.reading.memory import Memory
from features.reading.spelling import in_one_style
from features.reading.tables import Cells, call_text, done_text, share_of_list, wish_share, wish_text

__all__ = ["MEANING_WIDTH", "call_meaning", "person_meaning", "read_meanings_ahead"]

MEANING_WIDTH: Final = 2 * WIDTH + 1
_DONE: Final = 0.3  # of the mean (set on the tuning half)


def person_meaning(cells: Cells) -> Floats:
    """Vector of a person's record, ``(1025,)`` float32.

    Examples
    --------
    >>> bookbinder = (("occupations", "製本師"), ("motivation_text", "灯りの仕事を継ぎたい。"))
    >>> lanterns, cows = (("title", "提灯づくりの後継者"),), (("title", "乳牛の世話"),)
    >>> bool(person_meaning(bookbinder) @ call_meaning(lanterns) > person_meaning(bookbinder) @ call_meaning(cows))
    True
    """
    full = min(share_of_list(cells, "occupations"), share_of_list(cells, "skills"))
    done, wish = (
        _centred(done_text(cells)) * np.float32(_DONE * full),
        _centred(wish_text(cells)) * np.float32((1 - _DONE) * wish_share(cells)),
    )
    return np.append(np.concatenate([done, wish]) / 2, np.float32(0.5)).astype(np.float32)


def call_meaning(cells: Cells) -> Floats:
    """Vector of a call, ``(1025,)`` float32; zeros where it says nothing of the work."""
    text = call_text(cells)
    if not text.strip():
        return np.zeros(MEANING_WIDTH, dtype=np.float32)
    vector = _centred(text)
    return np.concatenate([vector, vector, np.ones(1, dtype=np.float32)]).astype(np.float32)


def read_meanings_ahead(texts: Iterable[str]) -> None:
    """Read several texts together, so that the vectors made of them are not read one by one."""
    _centred.of(texts)


def _read(texts: Sequence[str]) -> list[Floats]:
    vectors = encode([in_one_style(text) for text in texts])
    return [_less_the_mean(vector) if text.strip() else vector for text, vector in zip(texts, vectors, strict=True)]


def _less_the_mean(vector: Floats) -> Floats:
    centred = vector - mean_phrase()
    length = float(np.linalg.norm(centred))
    unit: Floats = (centred / length if length > 0 else centred).astype(np.float32)
    unit.flags.writeable = False
    return unit


_centred: Final = Memory[str, Floats](_read, limit=65_536)
