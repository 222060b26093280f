"""Orders of reading without the engine: shared letters, shared words, nearness of sentence vectors.

Each compares a person's texts with a call's texts and returns ``(n, m)`` scores, higher first.

References
----------
.. [1] G. Salton, C. Buckley (1988), Term-weighting approaches in automatic text retrieval,
   doi:10.1016/0306-4573(88)90021-0.
.. [2] S. Arora, Y. Liang, T. Ma (2017), A simple but tough-to-beat baseline for sentence embeddings, ICLR: what all
   vectors have in common is taken away before they are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import ScoredMarket
from features.reading.encoder import WIDTH, Floats, encode
from features.reading.memory import Memory
from features.reading.pieces import Facet
from features.reading.tables import call_text, cells_of_call, cells_of_person, pieces_of_person
from features.text import word_set

__all__ = ["bigrams", "facet_nearness", "facet_vectors", "text_vectors", "vectors", "words"]

Grid: TypeAlias = NDArray[np.float64]

_CODES = ("activities", "fields")


def bigrams(market: ScoredMarket) -> Grid:
    """Cosine of TF-IDF vectors of pairs of letters, all text of a record against all text of a call."""
    people, calls = _texts(market)
    return _tfidf_cosine(people, calls, _letter_pairs)


def words(market: ScoredMarket) -> Grid:
    """Cosine of TF-IDF vectors of Sudachi's content words, all text of a record against all text of a call."""
    people, calls = _texts(market)
    return _tfidf_cosine(people, calls, word_set)


def vectors(market: ScoredMarket) -> Grid:
    """Cosine of one sentence vector of the whole record and one of the whole call, both sides centred."""
    people, calls = _texts(market)
    return _centred_cosine(people, calls)


def facet_vectors(market: ScoredMarket) -> Grid:
    """What was done and what is wanted as a sentence vector each, against the call's work, summed."""
    return facet_nearness(market, "done") + facet_nearness(market, "wish")


def facet_nearness(market: ScoredMarket, facet: Facet) -> Grid:
    """Centred cosine of what the record says in one facet and the sentences of the call that tell of work."""
    return _centred_cosine([_facet_text(market, i, facet) for i in range(len(market.applicants))], _work_texts(market))


def text_vectors(texts: Iterable[str]) -> Mapping[str, Floats]:
    """The sentence vector of each text; those that were not asked for before are encoded together."""
    return _encoded.of(texts)


def _texts(market: ScoredMarket) -> tuple[list[str], list[str]]:
    people, calls = range(len(market.applicants)), range(len(market.postings))
    return (
        ["。".join(text for _, text in cells_of_person(market.applicants.selection, i)) for i in people],
        ["。".join(t for field, t in cells_of_call(market.postings, j) if field not in _CODES) for j in calls],
    )


def _work_texts(market: ScoredMarket) -> list[str]:
    return [call_text(cells_of_call(market.postings, j)) for j in range(len(market.postings))]


def _facet_text(market: ScoredMarket, i: int, facet: Facet) -> str:
    pieces = pieces_of_person(cells_of_person(market.applicants.selection, i))
    said = [piece.done if facet == "done" else piece.wish for piece in pieces]
    return "。".join(text.rstrip("。") for text in said if text.strip())


def _letter_pairs(text: str) -> tuple[str, ...]:
    return tuple(text[at : at + 2] for at in range(len(text) - 1))


def _tfidf_cosine(people: Sequence[str], calls: Sequence[str], features: Callable[[str], tuple[str, ...]]) -> Grid:
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415 - a second that only this pays

    documents = [features(text) for text in (*people, *calls)]
    if not any(documents):
        return np.zeros((len(people), len(calls)))
    vectorizer = TfidfVectorizer(analyzer=tuple, binary=False, norm="l2", dtype=np.float32).fit(documents)
    left = vectorizer.transform(documents[: len(people)]).toarray()
    right = vectorizer.transform(documents[len(people) :]).toarray()
    cosines: Grid = np.asarray(left, dtype=np.float64) @ np.asarray(right, dtype=np.float64).T
    return cosines


def _centred_cosine(people: Sequence[str], calls: Sequence[str]) -> Grid:
    return _centred(people) @ _centred(calls).T


def _centred(texts: Sequence[str]) -> Grid:
    """Unit vectors less their mean; a blank text has the zero vector, so nothing is near to it and nothing far."""
    vectors_by_text = text_vectors(texts)
    rows = np.array([vectors_by_text[text] for text in texts], dtype=np.float64).reshape(-1, WIDTH)
    said = rows.any(axis=1)
    if said.sum() > 1:  # the mean of one text is the text
        rows[said] -= rows[said].mean(axis=0)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    centred: Grid = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0)
    return centred


_encoded: Final = Memory[str, Floats](lambda texts: list(encode(texts)), limit=4_096)
