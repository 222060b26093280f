"""Words that an applicant's texts and a posting's texts share: cosine of TF-IDF vectors.

The vocabulary is that of the postings (the 2,048 words most postings hold), idf counts postings, every word counts once
(repeating it gains nothing) and vectors have length 1 (listing many words loses weight on each). Of an applicant only
what is read counts (:mod:`features.reading.pieces`): no heap of nouns, nothing denied; the words of a list share their
weight, and a record of less than four usual words is not drawn out to length 1. The sentence about a pair quotes the
phrase of the applicant's text whose deletion, with everything read anew, lowers the cosine most.

References
----------
.. [1] G. Salton, C. Buckley (1988), Term-weighting approaches in automatic text retrieval,
   doi:10.1016/0306-4573(88)90021-0.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from features.reading.evidence import without
from features.reading.on_demand import RowsOnDemand
from features.reading.pieces import person_pieces
from features.reading.tables import Cells, cells_of_person, pieces_of_person
from features.tables import PostingTable, SelectionColumns, kept_with_calls
from features.terms.cells import texts_of_rows
from features.terms.factor import Floats, InnerTerm
from features.terms.term import Finding, SelectionTerm
from features.text import content_words, phrase_span, word_set

__all__ = ["MISSION_TEXT"]

_MOST_WORDS = 2_048  # keeps the vectors dense and a national block a few GFLOP
_NEUTRAL = 0.1  # about the mean of known pairs that applied (0.11 in the sample market)
_WISH: Final = ("motivation_text", "plan_text")
_CALL: Final = ("title", "mission_text", "goals")
_NAMED_WORDS = 3
_LEAST_DROP: Final = 1e-6
_LEAST_CALL_DROP: Final = 0.01  # of the whole: the words' own weights move a little with a call's text
_LEAST_WORDS: Final = 4.0  # of usual idf, that a vector of length 1 holds at least [A]


@dataclass(frozen=True, eq=False)
class _Language:
    """The words of one set of postings with their weights, and the postings' vectors."""

    idf: Mapping[str, float]
    right: Floats

    def pieces_of(self, postings: PostingTable, row: int) -> Sequence[_Piece]:
        """The quotable pieces of one call, found once."""
        if row not in self._pieces:
            (texts,) = texts_of_rows(postings.frame[row : row + 1], _CALL)
            self._pieces[row] = [piece for text in texts for piece in _pieces_of(text, self.idf)]
        return self._pieces[row]

    @cached_property
    def _pieces(self) -> dict[int, Sequence[_Piece]]:
        return {}

    @cached_property
    def least(self) -> float:
        """Length of the shortest vector that is drawn out to length 1."""
        return math.sqrt(_LEAST_WORDS) * math.fsum(self.idf.values()) / max(1, len(self.idf)) or 1.0


@dataclass(frozen=True)
class _Piece:
    """A quotable piece of a text and the vocabulary words in it."""

    phrase: str
    words: frozenset[str]


def _build(applicants: SelectionColumns, postings: PostingTable) -> InnerTerm:
    language = _language(postings)
    cells = [cells_of_person(applicants, i) for i in range(applicants.frame.height)]

    def read(rows: Sequence[int]) -> Floats:
        return _weighed(language, [_weights(cells[i]) for i in rows])

    written = [any(word_set(text) for text in texts) for texts in texts_of_rows(applicants.frame, _WISH)]
    return InnerTerm(
        of_applicants=RowsOnDemand((len(cells), len(language.idf)), read),
        of_postings=language.right,
        known_left=np.array(written, dtype=np.bool_),
        known_right=language.right.sum(axis=1) > 0,
        neutral=_NEUTRAL,
    )


def _find(applicants: SelectionColumns, i: int, postings: PostingTable, j: int) -> Finding | None:
    language = _language(postings)
    cells = cells_of_person(applicants, i)
    call = language.pieces_of(postings, j)
    asked = _words_in(call)
    written = any(word_set(text) for field, text in cells if field in _WISH)
    if not (written and asked):
        return Finding("unknown", "志望の文章、または募集の内容の文章がありません。")
    if not asked & _weights(cells).keys():
        return Finding("gap", "志望の文章と募集の内容に、共通する言葉が見つかりません。")
    best = _dearest(cells, asked, language)
    if best is None:
        return None
    shared = best.words & asked
    answer = _answer(call, _weights(cells), shared, language)
    if answer is None:
        words = "、".join(_named(shared, language.idf))
        return Finding(
            "reason", f"志望・経歴の「{best.phrase}」に、募集と共通の言葉（{words}）があります。", best.phrase
        )
    words = "、".join(_named(shared & answer.words, language.idf))
    sentence = f"志望・経歴の「{best.phrase}」と募集の「{answer.phrase}」に、共通の言葉（{words}）があります。"
    return Finding("reason", sentence, best.phrase, answer.phrase)


def _answer(
    call: Sequence[_Piece], said: Mapping[str, float], shared: frozenset[str], language: _Language
) -> _Piece | None:
    """The piece of a call with a shared word without which the cosine is lowest, where that is clearly lower."""

    def cosine(pieces: Iterable[_Piece]) -> float:
        words, idf = _words_in(pieces), language.idf
        length = math.sqrt(_weight(words, idf))
        return math.fsum(said.get(word, 0.0) * idf[word] ** 2 for word in words) / length if length else 0.0

    whole = cosine(call)
    left = [
        (cosine(other for other in call if other is not piece), at)
        for at, piece in enumerate(call)
        if piece.words & shared
    ]
    lowest, at = min(left, default=(whole, -1))
    return call[at] if lowest < whole - _LEAST_CALL_DROP * whole else None


def _dearest(cells: Cells, asked: frozenset[str], language: _Language) -> _Piece | None:
    """The phrase that shares a word and without which, read anew, the cosine is lowest; the first of equals."""
    whole = _overlap(cells, asked, language)
    phrases = [
        (at, found)
        for at, (field, text) in enumerate(cells)
        for piece in person_pieces(field, text)
        for found in _pieces_of(piece.text, language.idf)
        if found.words & asked
    ]
    left = [_overlap(without(cells, at, found.phrase), asked, language) for at, found in phrases]
    best = min(range(len(left)), key=left.__getitem__, default=None)
    return phrases[best][1] if best is not None and left[best] < whole - _LEAST_DROP else None


def _overlap(cells: Cells, asked: frozenset[str], language: _Language) -> float:
    """The cosine of a person's cells with the words of a call, up to the length of the call's vector."""
    weights, idf = _weights(cells), language.idf
    overlap = math.fsum(weights[word] * idf[word] ** 2 for word in weights.keys() & asked)
    length = math.sqrt(math.fsum((weight * idf[word]) ** 2 for word, weight in weights.items() if word in idf))
    return overlap / max(length, language.least) if overlap else 0.0


def _named(words: frozenset[str], idf: Mapping[str, float]) -> list[str]:
    """The rarest words; a part of a compound that is named too is left out."""
    whole = [word for word in words if not any(word != other and word in other for other in words)]
    return sorted(whole, key=lambda word: (-idf[word], word))[:_NAMED_WORDS]


def _words_in(pieces: Iterable[_Piece]) -> frozenset[str]:
    return frozenset(word for piece in pieces for word in piece.words)


def _weight(words: Iterable[str], idf: Mapping[str, float]) -> float:
    return math.fsum(idf[word] ** 2 for word in words)


def _weights(cells: Cells) -> Mapping[str, float]:
    """What every word that is read of a person counts: 1, or its part of the list it is in."""
    weights: dict[str, float] = {}
    for piece in pieces_of_person(cells):
        for word in word_set(piece.wish or piece.done):
            weights[word] = max(weights.get(word, 0.0), 1 / piece.shared_by)
    return weights


def _weighed(language: _Language, documents: Sequence[Mapping[str, float]]) -> Floats:
    """Vectors of weighed words, none longer than 1."""
    column_of = {word: column for column, word in enumerate(language.idf)}
    vectors = np.zeros((len(documents), len(column_of)), dtype=np.float32)
    for row, weights in zip(vectors, documents, strict=True):
        for word in weights.keys() & column_of.keys():
            row[column_of[word]] = weights[word] * language.idf[word]
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, language.least), dtype=np.float32)


def _pieces_of(text: str, idf: Mapping[str, float]) -> Iterator[_Piece]:
    words: dict[tuple[int, int], set[str]] = {}
    for word in content_words(text):
        if word.normal in idf:
            words.setdefault(phrase_span(text, word.begin, word.end), set()).add(word.normal)
    for (begin, end), found in words.items():
        yield _Piece(text[begin:end], frozenset(found))


@kept_with_calls
def _language(postings: PostingTable) -> _Language:
    documents = [_document(texts) for texts in texts_of_rows(postings.frame, _CALL)]
    counts = Counter(word for document in documents for word in document)
    # ties at the edge of the vocabulary go to the word that sorts first
    chosen = sorted(sorted(counts, key=lambda word: (-counts[word], word))[:_MOST_WORDS])
    held = np.array([counts[word] for word in chosen], dtype=np.float32)
    idf = np.log(np.float32(len(documents) + 1) / (held + 1)) + 1  # as if one more posting held every word
    weight_of = {word: float(weight) for word, weight in zip(chosen, idf, strict=True)}
    return _Language(weight_of, _vectors(chosen, idf, documents))


def _vectors(chosen: Sequence[str], idf: Floats, documents: Sequence[tuple[str, ...]]) -> Floats:
    """Vectors of postings, each of length 1: the weights of the words it holds."""
    column_of = {word: column for column, word in enumerate(chosen)}
    found = [[column_of[word] for word in document if word in column_of] for document in documents]
    rows = np.array([row for row, held in enumerate(found) for _ in held], dtype=np.int64)
    columns = np.array([column for held in found for column in held], dtype=np.int64)
    weights = idf[columns]
    lengths = np.sqrt(np.bincount(rows, np.square(weights), minlength=len(found)))
    vectors = np.zeros((len(found), len(column_of)), dtype=np.float32)
    vectors[rows, columns] = weights / lengths[rows]
    vectors.flags.writeable = False
    return vectors


def _document(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({word for text in texts for word in word_set(text)}))


MISSION_TEXT = SelectionTerm(
    name="mission_text",
    title="志望と任務の言葉",
    theme="mission",
    data_class="P3",
    evidence=(
        "任務があいまいで、着任後に内容の食い違いを感じた隊員は約半数（ワープシティ調査 n = 334）。"
        "言葉の重なりだけでは良い組の四分の一を見落とすため、重みは小さくする（自作40組での比較）。"
    ),
    question="この任務で何をしたいか、志望の理由と計画を聞いてください。",
    own_question="この任務で何をしたいか、志望の理由と計画を書き足せます。",
    audiences=("coordinator", "applicant"),
    build=_build,
    find=_find,
)
