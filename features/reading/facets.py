"""What people have done, what they want and what calls are about, pooled from pieces over kinds of work.

A person's row holds for every kind how far the pieces of one facet reach it, kinship included: the strongest piece
counts most, each further one less (weights fall by half), so one more piece never counts much and no piece nothing.
A call's row holds the shares of its work; a small part belongs to no kind, so every piece of a call carries something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, TypeAlias, get_args

import numpy as np

from features.reading.encoder import Floats, encode
from features.reading.kinds import Way, kind_nearness, kind_words, kinds_of
from features.reading.memory import Memory
from features.reading.pieces import CallPiece, Facet, Piece
from features.reading.spelling import in_one_style
from features.taxonomy.idioms import plainly
from features.taxonomy.kinds import work_kinds
from features.taxonomy.kinship import kinship

__all__ = [
    "Reading",
    "call_row",
    "forget_kinds",
    "kinds_read",
    "named_by_codes",
    "person_row",
    "piece_reach",
    "read_ahead",
    "texts_of",
    "way_of",
]

Reading: TypeAlias = Callable[[str, Way], Floats]  # a text, and as what it is read → its kinds

_FALL: Final = 0.5
_OTHER_WISH: Final = 1.5  # who has done the work next door can do this one; who wants it wants another (tuning half)
_NO_KIND: Final = 0.25
_UNNAMED, _OF_CODES, _LATER_CODE = 0.5, 0.1, 0.4
_FAINT: Final = 0.2  # kinds below a fifth of a call's strongest one are noise


def kinds_read(text: str, way: Way) -> Floats:
    """Kinds of a text, ``(K,)``, by words and by nearness; a text seen before is not read again."""
    return _kinds((text, way))


def read_ahead(texts: Iterable[tuple[str, Way]]) -> None:
    """Read several texts together, each with as what it is read, so that :func:`kinds_read` knows them."""
    _kinds.of(texts)


def forget_kinds() -> None:
    """Drop every text whose kinds are kept."""
    _kinds.forget()
    _nearness.forget()


def texts_of(pieces: Iterable[Piece], facets: Sequence[Facet] = get_args(Facet)) -> Iterator[tuple[str, Way]]:
    """The texts of a person's pieces in some facets as :func:`read_ahead` takes them."""
    for piece in pieces:
        for facet in facets:
            text, weight = _of_facet(piece, facet)
            if text.strip() and weight > 0:
                yield text, way_of(piece, facet)


def way_of(piece: Piece, facet: Facet) -> Way:
    """As what a piece is read for a facet."""
    if facet == "wish":
        return "wished"
    return "title" if piece.field == "occupations" else "told"


def _of_facet(piece: Piece, facet: Facet) -> tuple[str, float]:
    return (piece.done, piece.done_weight) if facet == "done" else (piece.wish, piece.wish_weight)


def piece_reach(piece: Piece, facet: Facet, *, reading: Reading = kinds_read) -> Floats:
    """How far one piece reaches every kind in a facet, ``(K,)``."""
    text, weight = _of_facet(piece, facet)
    if not text.strip() or weight == 0:
        return np.zeros(len(work_kinds()), dtype=np.float32)
    kinds = reading(text, way_of(piece, facet))
    reached = np.flatnonzero(kinds)
    kin = kinship()[reached] if facet == "done" else kinship()[reached] ** _OTHER_WISH
    nearest = (kinds[reached, None] * kin).max(axis=0, initial=0.0)
    reach: Floats = (nearest * weight).astype(np.float32)
    return reach


def person_row(pieces: Sequence[Piece], facet: Facet, *, reading: Reading = kinds_read) -> Floats:
    """How far a person reaches every kind in a facet, ``(K,)`` in [0, 1].

    Parameters
    ----------
    pieces : sequence of Piece
    facet : "done" or "wish"
    reading : callable
        A text, and as what it is read → its kinds, ``(K,)`` in [0, 1].
    """
    if reading is kinds_read:
        read_ahead(texts_of(pieces, (facet,)))
    rows = [piece_reach(piece, facet, reading=reading) for piece in pieces]
    reach = np.array(rows, dtype=np.float32).reshape(-1, len(work_kinds()))
    ordered = -np.sort(-reach, axis=0)
    falling = (1 - _FALL) * _FALL ** np.arange(len(ordered), dtype=np.float64)
    return np.asarray(falling @ ordered, dtype=np.float32)


def call_row(pieces: Sequence[CallPiece], codes: Sequence[str] = (), *, reading: Reading = kinds_read) -> Floats:
    """Shares of a call over the kinds, ``(K,)``; they sum to less than 1.

    Parameters
    ----------
    pieces : sequence of CallPiece
    codes : sequence of str
        Activities and 起業人 fields the call names, main one first: kinds of none of them count half, and a tenth
        of the row is theirs whatever the text says. Empty = the text alone.
    reading : callable
        As for :func:`person_row`.
    """
    if reading is kinds_read:
        read_ahead((piece.read, "called") for piece in pieces)
    total = np.zeros(len(work_kinds()), dtype=np.float32)
    for piece in pieces:
        total += reading(piece.read, "called") * np.float32(piece.weight)
    fitting, named = _of_codes(_telling(codes))
    total *= fitting
    total[total < _FAINT * total.max(initial=0.0)] = 0
    mass, named_mass = float(total.sum()), float(named.sum())
    if mass == 0 and named_mass == 0:
        return total
    of_codes = _OF_CODES if mass > 0 else 1.0
    shares = (total / mass * (1 - of_codes) if mass > 0 else total) + (
        named / named_mass * of_codes if named_mass else 0
    )
    return np.asarray(shares / (1 + _NO_KIND), dtype=np.float32)


def named_by_codes(codes: Sequence[str]) -> bool:
    """Whether the codes a call names are the main ones of a kind: then its row is never empty.

    Examples
    --------
    >>> named_by_codes(["traditional_craft"]), named_by_codes(["other"])
    (True, False)
    """
    return bool(_of_codes(_telling(codes))[1].any())


def _telling(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code != "other")


@lru_cache(maxsize=1_024)
def _of_codes(codes: tuple[str, ...]) -> tuple[Floats, Floats]:
    """How far each kind fits the codes a call names, and the kinds whose main code is named, the first code most."""
    fitting = np.ones(len(work_kinds()), dtype=np.float32)
    named = np.zeros(len(work_kinds()), dtype=np.float32)
    for column, kind in enumerate(work_kinds().values()):
        own = (*kind.activities, *kind.fields)
        if codes and not set(own) & set(codes):
            fitting[column] = _UNNAMED
        mains = {*kind.activities[:1], *kind.fields[:1]} & set(codes)
        if mains:
            named[column] = 1.0 if codes[0] in mains else _LATER_CODE
    return fitting, named


def _read(texts: Sequence[tuple[str, Way]]) -> list[Floats]:
    plain = [plainly(text) for text, _ in texts]
    nearness = _nearness.of(plain)
    rows = [
        kinds_of(kind_words(text, is_occupation=way == "title"), nearness[text], way)
        for text, (_, way) in zip(plain, texts, strict=True)
    ]
    for row in rows:
        row.flags.writeable = False
    return rows


def _near(texts: Sequence[str]) -> list[Floats]:
    return list(kind_nearness(encode([in_one_style(text) for text in texts])))


# one sentence in four tells what was done and is wanted: it is encoded for both, and soon not asked for again
_nearness: Final = Memory[str, Floats](_near, limit=4_096)
_kinds: Final = Memory[tuple[str, Way], Floats](_read, limit=200_000)
