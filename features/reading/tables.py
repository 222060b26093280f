"""Facet rows of whole tables, and the pieces of one row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.reading.encoder import Floats
from features.reading.facets import call_row, named_by_codes, person_row, read_ahead, texts_of
from features.reading.lists import listed
from features.reading.on_demand import RowsOnDemand
from features.reading.pieces import ABOUT, CallPiece, Facet, Piece, call_pieces, person_pieces
from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.taxonomy.kinds import work_kinds
from features.text import word_set

__all__ = [
    "Cells",
    "call_row_of",
    "call_rows",
    "call_text",
    "cells_of_call",
    "cells_of_person",
    "done_text",
    "is_motive_written",
    "is_work_told",
    "main_kind",
    "person_rows",
    "pieces_of_call",
    "pieces_of_person",
    "share_of_list",
    "wish_share",
    "wish_text",
]

Cells: TypeAlias = tuple[tuple[str, str], ...]  # (column, text) of every cell that is read

_PERSON: Final = ("occupations", "skills", "motivation_text", "plan_text")
_AGAIN: Final = 0.6  # of the words of two pieces that both hold: then the second says nothing more [A]
_LISTS: Final = ("occupations", "skills")
_ALL_LISTS: Final = 0.7  # of a wish that is told in lists of nouns alone [A]
_ENTRIES: Final = 10  # entries of a list that are read in full [A]
_CODES: Final = ("activities", "fields")
_CALL: Final = ("title", "mission_text", "goals", "required_skills", "preferred_skills")


def cells_of_person(applicants: SelectionColumns, row: int) -> Cells:
    """Cells of one applicant's selection profile that are read, in reading order."""
    return _cells(applicants.frame, _PERSON, row)


def cells_of_call(postings: PostingTable, row: int) -> Cells:
    """Cells of one posting that are read, in reading order."""
    return _cells(postings.frame, (*_CALL, *_CODES), row)


@lru_cache(maxsize=8_192)  # several terms ask for the pieces of one person, and of what is left without a sentence
def pieces_of_person(cells: Cells) -> tuple[Piece, ...]:
    """Pieces of one person's cells, in reading order.

    A long list of skills or occupations shares its weight, and what is said twice counts once.
    """
    pieces = _distinct(piece for field, text in cells for piece in person_pieces(field, text))
    part = {field: share_of_list(cells, field) for field in _LISTS}
    return tuple(_in_list(piece, part.get(piece.field, 1.0)) for piece in pieces)


def share_of_list(cells: Cells, field: str) -> float:
    """What each entry of a list counts: all of it up to ten entries, and the less the more there are.

    Examples
    --------
    >>> share_of_list([("skills", "写真")] * 8, "skills"), share_of_list([("skills", "写真")] * 40, "skills")
    (1.0, 0.0625)
    """
    entries = sum(listed(text) for column, text in cells if column == field)
    return min(1.0, _ENTRIES / entries) ** 2 if entries else 1.0


def pieces_of_call(cells: Cells) -> tuple[CallPiece, ...]:
    """Pieces of one call's cells, in reading order."""
    return tuple(piece for field, text in cells if field not in _CODES for piece in call_pieces(field, text))


def done_text(cells: Cells) -> str:
    """Occupations and skills of a person, in one text."""
    return "、".join(piece.done for piece in pieces_of_person(cells) if piece.field in ("occupations", "skills"))


def wish_text(cells: Cells) -> str:
    """What a person writes of motive and plan, in one text, without what is denied or left behind.

    Lists only where all is lists, and what was done only where nothing else is told.
    """
    pieces = [piece for piece in pieces_of_person(cells) if piece.field not in ("occupations", "skills")]
    told = [piece for piece in pieces if piece.shared_by == 1] or pieces
    return "".join(piece.wish for piece in told) or "".join(piece.done for piece in told)


def wish_share(cells: Cells) -> float:
    """What the text of the wish counts: all of it where a sentence says something, less where there are lists alone."""
    pieces = [piece for piece in pieces_of_person(cells) if piece.field not in _LISTS]
    return _ALL_LISTS if pieces and all(piece.shared_by > 1 for piece in pieces) else 1.0


def call_text(cells: Cells) -> str:
    """What a call says of the work, in one text: title and the sentences of the mission that tell of it."""
    pieces = [piece for piece in pieces_of_call(cells) if piece.field in ("title", "mission_text")]
    text = "".join(piece.read.rstrip("。") + "。" for piece in pieces if piece.weight >= ABOUT)
    return text if text.replace("。", "").strip() else ""


def person_rows(applicants: SelectionColumns, facet: Facet) -> RowsOnDemand:
    """:func:`features.reading.facets.person_row` of every applicant, ``(n, K)``."""
    cells = [cells_of_person(applicants, i) for i in range(applicants.frame.height)]

    def read(rows: Sequence[int]) -> Floats:
        pieces = [pieces_of_person(cells[i]) for i in rows]
        read_ahead(text for several in pieces for text in texts_of(several))
        return _stacked([person_row(several, facet) for several in pieces])

    return RowsOnDemand((len(cells), len(work_kinds())), read)


@kept_with_calls
def call_rows(postings: PostingTable) -> RowsOnDemand:
    """:func:`features.reading.facets.call_row` of every posting, ``(m, K)``."""
    cells = [cells_of_call(postings, j) for j in range(len(postings))]

    def read(rows: Sequence[int]) -> Floats:
        read_ahead((piece.read, "called") for j in rows for piece in pieces_of_call(cells[j]))
        return _stacked([call_row_of(cells[j]) for j in rows])

    return RowsOnDemand((len(cells), len(work_kinds())), read)


@kept_with_calls
def is_work_told(postings: PostingTable) -> NDArray[np.bool_]:
    """(m,) whether a posting tells of any work; where its codes name a kind its text need not be read to know."""
    told = [named_by_codes(_codes_of(cells_of_call(postings, j))) for j in range(len(postings))]
    is_told = np.array(told, dtype=np.bool_)
    silent = np.flatnonzero(~is_told)
    is_told[silent] = call_rows(postings).of(silent).any(axis=1)
    is_told.flags.writeable = False
    return is_told


def main_kind(postings: PostingTable, row: int) -> str:
    """Printed name of the kind of work that most of a posting is."""
    shares = call_rows(postings).of(slice(row, row + 1))[0]
    return list(work_kinds().values())[int(np.argmax(shares))].name


def is_motive_written(applicants: SelectionColumns, row: int) -> bool:
    """Whether an applicant wrote anything of motive or plan."""
    return any((applicants.frame[column][row] or "").strip() for column in ("motivation_text", "plan_text"))


def call_row_of(cells: Cells) -> Floats:
    """:func:`features.reading.facets.call_row` of one posting's cells."""
    return call_row(pieces_of_call(cells), _codes_of(cells))


def _codes_of(cells: Cells) -> list[str]:
    return [text for field, text in cells if field in _CODES]


def _distinct(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces without those that say an earlier one again."""
    kept: list[tuple[Piece, frozenset[str]]] = []
    for piece in pieces:
        words = frozenset(word_set(piece.done)) | frozenset(word_set(piece.wish))
        if not any(_says_again(piece, words, *earlier) for earlier in kept):
            kept.append((piece, words))
    return [piece for piece, _ in kept]


def _says_again(piece: Piece, words: frozenset[str], earlier: Piece, said: frozenset[str]) -> bool:
    same = (piece.field, bool(piece.done), bool(piece.wish)) == (earlier.field, bool(earlier.done), bool(earlier.wish))
    if not same or not (words and said):
        return same and (piece.done, piece.wish) == (earlier.done, earlier.wish)
    return len(words & said) >= _AGAIN * len(words | said)


def _in_list(piece: Piece, share: float) -> Piece:
    return (
        piece
        if share == 1
        else piece._replace(done_weight=piece.done_weight * share, shared_by=piece.shared_by / share)
    )


def _stacked(rows: Sequence[Floats]) -> Floats:
    return np.array(rows, dtype=np.float32).reshape(-1, len(work_kinds()))


def _cells(frame: pl.DataFrame, columns: Sequence[str], row: int) -> Cells:
    cells: list[tuple[str, str]] = []
    for column in columns:
        value = frame[column][row]
        texts = [value] if isinstance(value, str) else [] if value is None else value.to_list()
        cells += [(column, text) for text in texts]
    return tuple(cells)
