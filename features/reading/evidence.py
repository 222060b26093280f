"""Which words of a person's record and of a call carry a contribution.

The phrase that is quoted is the one whose deletion from the record lowers the contribution most: every piece, and the
clauses of the longest drop, are deleted in turn and the rest is read anew. What is quoted is therefore what the
contribution rests on, and where no deletion lowers it nothing is quoted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from features.reading.encoder import Floats
from features.reading.facets import kinds_read, person_row, way_of
from features.reading.meaning import call_meaning, person_meaning, read_meanings_ahead
from features.reading.pieces import ABOUT, DWELT_ON, CallPiece, Facet, Piece, call_pieces, person_pieces
from features.reading.tables import Cells, call_row_of, call_text, done_text, pieces_of_person, wish_text
from features.taxonomy.kinds import work_kinds
from features.taxonomy.kinship import kinship

__all__ = ["Evidence", "closest_phrases", "evidence", "read_call_ahead", "without"]

_SHORTEST, _LONG = 4, 24
_CLAUSE: Final = re.compile(r"[^、，,。．！？!?\n\r]+")
_NOTHING: Final = 0.04
# from how much and how plainly on: much is carried, or a word of the trade stands there (set on the tuning half)
_TOLD: Final[Mapping[Facet, tuple[tuple[float, float], ...]]] = {
    "done": ((0.15, 0.45), (0.10, 0.75)),
    "wish": ((0.15, 0.45),),
}
_LEAST_DROP: Final = 1e-4


@dataclass(frozen=True)
class Evidence:
    """What carries a contribution.

    Attributes
    ----------
    person_phrase, call_phrase : str or None
        Words of each record, exactly as written there.
    person_kind, call_kind : str
        Codes of the kinds of work they are read as.
    contribution : float
        What they carry, 0 to 1, before any weight.
    can_be_told : bool
        Whether the words say it plainly enough, for what they carry, to be quoted as a reason: a score may rest on what
        is faint, a sentence that is said aloud may not.
    """

    person_phrase: str | None
    call_phrase: str | None
    person_kind: str
    call_kind: str
    contribution: float
    can_be_told: bool

    @property
    def is_next_to_nothing(self) -> bool:
        """Whether so little is carried that nothing of the call's work can be said to be there."""
        return self.contribution < _NOTHING


def evidence(person: Cells, facet: Facet, call: Cells) -> Evidence | None:
    """The words that carry the contribution of one facet in one pair; ``None`` where no kind is reached.

    Parameters
    ----------
    person, call : tuple of (column, text)
        Cells of both records that are read, with what may not be read already masked.
    facet : "done" or "wish"
    """
    reach, shares = _person(person, facet), _call(call)
    carried = reach * shares
    if not carried.any():
        return None
    kind = int(np.argmax(carried))
    whole = float(reach @ shares)
    person_phrase = _dearest(person, whole, lambda cells: float(_person(cells, facet) @ shares))
    call_phrase = _dearest(call, whole, lambda cells: float(reach @ _call(cells)))
    own, plainness = _own_kind(person, facet, kind, person_phrase)
    codes = list(work_kinds())
    amount = float(carried.sum())
    told = person_phrase is not None and any(amount >= least and plainness >= plain for least, plain in _TOLD[facet])
    return Evidence(person_phrase, call_phrase, codes[own], codes[kind], amount, told)


def closest_phrases(person: Cells, call: Cells, *, least: float = 0.0) -> tuple[float, str | None, str | None]:
    """How near two whole records are, and the phrase of each without which they are least near.

    Parameters
    ----------
    person, call : tuple of (column, text)
    least : float
        Below this nearness no phrases are looked for.

    Returns
    -------
    nearness : float
        As the product of :func:`~features.reading.meaning.person_meaning` and ``call_meaning``.
    person_phrase, call_phrase : str or None
        As written; ``None`` where no deletion makes the records less near.
    """
    own, asked = person_meaning(person), call_meaning(call)
    nearness = float(own @ asked)
    if nearness < least:
        return nearness, None, None
    read_meanings_ahead(text for less in _deletions(person) for text in (done_text(less), wish_text(less)))
    read_meanings_ahead(call_text(less) for less in _deletions(call))
    person_phrase = _dearest(person, nearness, lambda cells: float(person_meaning(cells) @ asked))
    call_phrase = _dearest(call, nearness, lambda cells: float(own @ call_meaning(cells)))
    return nearness, person_phrase, call_phrase


def read_call_ahead(call: Cells) -> None:
    """Read a call as it is and without each of its sentences, for whoever is explained beside it first."""
    read_meanings_ahead(call_text(cells) for cells in (call, *_deletions(call)))
    for cells in (call, *_deletions(call)):
        call_meaning(cells)
        _call(cells)


def _dearest(cells: Cells, whole: float, value: Callable[[Cells], float]) -> str | None:
    """The phrase without which ``value`` is lowest; clauses of a long sentence before the sentence."""
    drops = [(whole - value(without(cells, at, piece)), at, piece) for at, piece in _sentences(cells)]
    best = max(drops, key=lambda drop: (drop[0], -drop[1]), default=None)
    if best is None or best[0] < _LEAST_DROP:
        return None
    _, at, sentence = best
    if len(sentence) <= _LONG:
        return sentence
    clauses = [mark.group().strip() for mark in _CLAUSE.finditer(sentence)]
    parts = [(whole - value(without(cells, at, clause)), clause) for clause in clauses if len(clause) >= _SHORTEST]
    drop, clause = max(parts, default=(0.0, sentence))
    return clause if drop >= max(_LEAST_DROP, 0.6 * best[0]) else sentence.rstrip("。")


def _deletions(cells: Cells) -> Iterator[Cells]:
    """The cells without each of their sentences."""
    return (without(cells, at, piece) for at, piece in _sentences(cells))


def _sentences(cells: Cells) -> Iterator[tuple[int, str]]:
    for at, (field, text) in enumerate(cells):
        if field in ("activities", "fields"):
            continue
        pieces: Sequence[Piece | CallPiece] = (
            person_pieces(field, text) if field in _PERSON_FIELDS else call_pieces(field, text)
        )
        for piece in pieces:
            # where the town lies and how to apply is never why somebody fits
            if isinstance(piece, Piece) or piece.weight > ABOUT:
                yield at, piece.text


_PERSON_FIELDS: Final = frozenset({"occupations", "skills", "motivation_text", "plan_text"})


def without(cells: Cells, at: int, phrase: str) -> Cells:
    """Cells with the first occurrence of a phrase deleted from one of them."""
    field, text = cells[at]
    return (*cells[:at], (field, text.replace(phrase, "", 1)), *cells[at + 1 :])


@lru_cache(maxsize=4_096)
def _person(cells: Cells, facet: Facet) -> Floats:
    return person_row(pieces_of_person(cells), facet)


@lru_cache(maxsize=16_384)  # of every call as it is and without each of its sentences
def _call(cells: Cells) -> Floats:
    return call_row_of(cells)


def _own_kind(cells: Cells, facet: Facet, kind: int, phrase: str | None) -> tuple[int, float]:
    """The kind that the quoted words are themselves of, where it is another one than the call's, and how plainly."""
    pieces = pieces_of_person(cells)
    said = next((piece for piece in pieces if phrase is not None and phrase in piece.text), None)
    text = "" if said is None else said.done if facet == "done" else said.wish
    if said is None or not text.strip():
        return kind, 0.0
    own = int(np.argmax(kinds_read(text, way_of(said, facet)) * kinship()[:, kind]))
    is_meant = facet == "done" or said.wish_weight > DWELT_ON  # what a text only dwells on is no wish to quote
    return own, float(kinds_read(text, "called")[own]) if is_meant else 0.0
