"""A list with its unknowns: one applicant's places, or one posting's candidates, in whole millionths."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.market.refused_regions import refused_postings
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.market.standings import row_of, standings_of
from features.next_question.seen import Seen, seen_from
from features.next_question.settings import next_question_settings
from features.scoring import Contributions, Scores

__all__ = ["OpenList", "candidates_of", "millionths", "places_of"]


@dataclass(frozen=True, eq=False)
class OpenList:
    """Lines of one list with the bounds of their contributions.

    Attributes
    ----------
    scores : Scores
        Of the side the list belongs to.
    own : int
        Row of the applicant or posting whose list it is.
    lines : (K,) int64
        Rows of the other side.
    ids : tuple of str
        Their ids.
    weights : (T,) float64
    alike : (m,) bool
        Postings of the programmes at hand: what they tell is what another of them may answer.
    value, low, high : (K, T) int64
        Weighted contributions and their bounds, in millionths.
    """

    scores: Scores
    own: int
    lines: NDArray[np.int64]
    ids: tuple[str, ...]
    weights: NDArray[np.float64]
    alike: NDArray[np.bool_]
    value: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @cached_property
    def totals(self) -> NDArray[np.int64]:
        """Scores of the lines as a list tells them."""
        totals: NDArray[np.int64] = self.value.sum(axis=1)
        return totals

    @cached_property
    def is_open(self) -> NDArray[np.bool_]:
        """(K, T) where an answer could move a contribution."""
        return self.high > self.low

    @cached_property
    def seen(self) -> tuple[Seen, ...]:
        """Each term as this list sees it."""
        settings = next_question_settings()
        return tuple(
            seen_from(self.scores.side, factor, settings.asked(name), alike=self.alike)
            for name, factor in zip(self.scores.names, self.scores.factors, strict=True)
        )


def places_of(market: ScoredMarket, applicant_id: str) -> OpenList:
    """The open postings that :func:`features.lists.ranking.recommend` orders for one applicant.

    Raises
    ------
    RecordError
        If no applicant has that id.
    """
    i = row_of(market.applicants.index_of, applicant_id, "applicant")
    columns = np.flatnonzero(market.is_open)
    codes = market.verdicts.codes(slice(i, i + 1), slice(None))[0, columns]
    kept = columns[(codes < EXCLUDED) & ~refused_postings(market, i)[columns]]
    ids = tuple(market.postings.ids[int(j)] for j in kept)
    shares = market.applicant.row(i, kept)
    return _opened(market.applicant, i, kept, ids, shares=shares, alike=_alike(market, kept))


def candidates_of(market: ScoredMarket, posting_id: str) -> OpenList:
    """The people that :func:`features.lists.ranking.rank` orders by score for one posting.

    Who wants no automated order is not asked for the sake of one.

    Raises
    ------
    RecordError
        If no posting has that id.
    """
    standings = standings_of(market, posting_id)
    scored = standings.codes < EXCLUDED
    scored[list(standings.unscored)] = False
    kept = np.flatnonzero(scored)
    shares = Contributions(standings.shares.value[kept], standings.shares.low[kept], standings.shares.high[kept])
    ids = tuple(standings.ids[int(at)] for at in kept)
    j = standings.posting
    return _opened(market.coordinator, j, standings.rows[kept], ids, shares=shares, alike=_alike(market, np.array([j])))


def millionths(parts: NDArray[np.float64]) -> NDArray[np.int64]:
    """Contributions as they are told, as whole numbers.

    Examples
    --------
    >>> millionths(np.array([0.1, 0.2000004])).tolist()
    [100000, 200000]
    """
    return np.rint(parts * 1e6).astype(np.int64)


def _opened(
    scores: Scores,
    own: int,
    lines: NDArray[np.int64],
    ids: tuple[str, ...],
    *,
    shares: Contributions,
    alike: NDArray[np.bool_],
) -> OpenList:
    value, low, high = (millionths(part) for part in (shares.value, shares.low, shares.high))
    # a row of weights belongs to whom the score belongs to, and so does the list
    return OpenList(scores, own, lines, ids, scores.weights[own], alike, value, low, high)


def _alike(market: ScoredMarket, postings: NDArray[np.int64]) -> NDArray[np.bool_]:
    programs = market.postings.frame["program"].to_numpy()
    return np.isin(programs, programs[postings])
