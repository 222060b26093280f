"""The engine with one idea taken out, everything else as it is: what that idea is worth.

Each returns ``(n, m)`` totals of the coordinator's score, higher first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError
from features.market.scored_market import ScoredMarket
from features.market.standings import totals_of
from features.reading.encoder import WIDTH, Floats
from features.reading.facets import call_row, person_row
from features.reading.kinds import Way, kind_words, mean_phrase
from features.reading.pieces import Facet, Piece
from features.reading.tables import cells_of_call, cells_of_person, pieces_of_call, pieces_of_person
from features.relevance.plain_orders import facet_nearness, text_vectors
from features.scoring import Scores
from features.terms.activity_wish import activities_wanted
from features.terms.factor import InnerTerm

__all__ = ["no_facets", "no_taxonomy", "no_vectors"]

Grid: TypeAlias = NDArray[np.float64]
_Row: TypeAlias = Callable[[tuple[Piece, ...]], Floats]


def no_taxonomy(market: ScoredMarket) -> Grid:
    """Without kinds of work: sentence vectors by facet stand in the place of the terms that read kinds.

    Cosines spread less than what they replace; each is scaled to the spread of the term whose weight it takes. Who
    ticked no activity wishes none that is known.
    """
    ticked = market.applicants.selection.frame["desired_activities"].is_not_null().to_numpy()
    wish = replace(_vectors_of(market, "activity_wish"), known_left=ticked)
    scores = _with(market, activity_wish=wish)
    parts = _parts(market, scores)
    facets: tuple[tuple[str, Facet], ...] = (("work_done", "done"), ("work_wanted", "wish"))
    for name, facet in facets:
        term, nearness = scores.names.index(name), facet_nearness(market, facet)
        spread = float(nearness.std())
        parts[..., term] = nearness * (parts[..., term].std() / spread if spread > 0 else 0.0)
    return totals_of(parts)


def no_facets(market: ScoredMarket) -> Grid:
    """Without done and wanted: one bag of pieces, every piece counts as both, and the record has one meaning."""
    rows = _rows(market, lambda pieces: person_row(_bag(pieces), "done"))
    meanings = _meanings([_all_said(_bag(_pieces(market, i))) for i in range(len(market.applicants))])
    scores = _with(
        market,
        work_done=replace(_vectors_of(market, "work_done"), of_applicants=rows),
        work_wanted=replace(_vectors_of(market, "work_wanted"), of_applicants=rows),
        mission_meaning=replace(_vectors_of(market, "mission_meaning"), of_applicants=meanings),
        activity_wish=_activities(market, rows, rows),
    )
    return totals_of(_parts(market, scores))


def no_vectors(market: ScoredMarket) -> Grid:
    """Without sentence vectors: words alone name the kinds of a text, and nobody's meaning is known."""
    done, wanted, meaning = (_vectors_of(market, name) for name in ("work_done", "work_wanted", "mission_meaning"))
    deeds = _rows(market, lambda pieces: person_row(pieces, "done", reading=_named))
    wishes = _rows(market, lambda pieces: person_row(pieces, "wish", reading=_named))
    shares = _calls_by_words(market)
    scores = _with(
        market,
        work_done=replace(done, of_applicants=deeds, of_postings=shares),
        work_wanted=replace(wanted, of_applicants=wishes, of_postings=shares),
        mission_meaning=replace(meaning, known_left=np.zeros_like(meaning.known_left)),
        activity_wish=_activities(market, wishes, deeds),
    )
    return totals_of(_parts(market, scores))


def _with(market: ScoredMarket, **factors: InnerTerm) -> Scores:
    """The engine's score with other factors for some terms."""
    scores = market.coordinator
    kept = zip(scores.names, scores.factors, strict=True)
    return replace(scores, factors=tuple(factors.get(name, factor) for name, factor in kept))


def _parts(market: ScoredMarket, scores: Scores) -> Grid:
    """Weighted contributions of every pair, ``(n, m, T)``."""
    return np.stack([scores.column(j).value for j in range(len(market.postings))], axis=1)


def _vectors_of(market: ScoredMarket, name: str) -> InnerTerm:
    scores = market.coordinator
    factor = dict(zip(scores.names, scores.factors, strict=True)).get(name)
    if not isinstance(factor, InnerTerm):
        raise FeatureError(f"the score has no term {name} of vectors to replace, only {', '.join(scores.names)}")
    return factor


def _activities(market: ScoredMarket, wanted: Floats, done: Floats) -> InnerTerm:
    """The wished activities, read from other rows of kinds where nobody ticked any."""
    factor = _vectors_of(market, "activity_wish")
    ticked = market.applicants.selection.frame["desired_activities"].is_not_null().to_numpy()
    written = _stacked(activities_wanted(*rows) for rows in zip(wanted, done, strict=True))
    left = np.where(ticked[:, None], factor.left, written)
    return replace(factor, of_applicants=left, known_left=ticked | left.any(axis=1))


def _pieces(market: ScoredMarket, i: int) -> tuple[Piece, ...]:
    return pieces_of_person(cells_of_person(market.applicants.selection, i))


def _rows(market: ScoredMarket, row: _Row) -> Floats:
    return _stacked(row(_pieces(market, i)) for i in range(len(market.applicants)))


def _calls_by_words(market: ScoredMarket) -> Floats:
    cells = [cells_of_call(market.postings, j) for j in range(len(market.postings))]
    codes = [[text for field, text in call if field in ("activities", "fields")] for call in cells]
    return _stacked(call_row(pieces_of_call(c), named, reading=_named) for c, named in zip(cells, codes, strict=True))


def _bag(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Pieces whose every word counts as done and as wanted, what is left behind too."""
    return tuple(
        Piece(piece.field, piece.text, said, said, weight, weight)
        for piece in pieces
        for said in [piece.wish if piece.done.rstrip("。") in piece.wish else piece.done + piece.wish]
        for weight in [max(piece.done_weight, piece.wish_weight)]
    )


def _all_said(pieces: tuple[Piece, ...]) -> str:
    return "。".join(piece.done.rstrip("。") for piece in pieces)


def _meanings(texts: Sequence[str]) -> Floats:
    """As :func:`features.reading.meaning.person_meaning` of every person, both facets from all that is said."""
    vectors = text_vectors(text for text in texts if text)
    zero = np.zeros(WIDTH, dtype=np.float32)
    return _stacked(_one_meaning(vectors[text] - mean_phrase() if text else zero) for text in texts)


def _one_meaning(vector: Floats) -> Floats:
    length = float(np.linalg.norm(vector))
    unit = vector / np.float32(length) if length > 0 else vector
    return np.concatenate([unit / 4, unit / 4, np.full(1, 0.5)]).astype(np.float32)


@lru_cache(maxsize=65_536)
def _named(text: str, way: Way) -> Floats:
    return kind_words(text, is_occupation=way == "title")


def _stacked(rows: Iterable[Floats]) -> Floats:
    return np.array(list(rows), dtype=np.float32)
