"""A round: from scores or handed-in wishes to a matching that was checked by code that shares nothing with the solver.

Who may be placed where is what the rules leave, among open postings, outside the regions an applicant refuses. With
applications in the records only the places somebody applied to count, in the order of their wishes; without any,
everyone's order comes from their own score. Postings order people by the coordinator's score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.errors import RecordError
from features.market.refused_regions import refused_postings
from features.market.scored_market import EXCLUDED, ScoredMarket
from features.rounds.taking_part import LeftOut, Wishes, wishes_from
from features.scoring import Scores
from matching.market import Market
from matching.preferences import Preferences

__all__ = ["Households", "Round", "Wishes", "open_round"]

Households: TypeAlias = Literal["refuse", "single"]
_DIGITS = 6  # scores that agree to 1e-6 are a tie, which the published lottery breaks


@dataclass(frozen=True, eq=False)
class Round:
    """One market to be matched: who may be placed where, and both sides' orders.

    Attributes
    ----------
    scored : ScoredMarket
        Applicants and postings in the order of their ids.
    wishes : "applications" or "scores"
        Where the applicants' orders come from.
    placeable : (n, m) bool
        Pairs that rules, seats and refused regions leave, listed or not.
    acceptable : (n, m) bool
        Those of them that stand on a list.
    market : Market
        Lists with ties, and seats.
    applicant_scores, coordinator_scores : (n, m) float64
        Both sides' scores, to the digits that decide.
    list_length : int or None
        Places a list keeps at most.
    left_out : LeftOut or None
        How many people :func:`features.rounds.taking_part.taking_part` left out of ``scored``; ``None``: nobody was.
    """

    scored: ScoredMarket
    wishes: Wishes
    placeable: NDArray[np.bool_]
    acceptable: NDArray[np.bool_]
    market: Market
    applicant_scores: NDArray[np.float64]
    coordinator_scores: NDArray[np.float64]
    list_length: int | None
    left_out: LeftOut | None = None

    @cached_property
    def mean_scores(self) -> NDArray[np.float64]:
        """(nnz,) mean of both sides' scores, one an entry of the applicants' lists."""
        rows, columns = self.market.applicants.rows(), self.market.applicants.indices
        scores: NDArray[np.float64] = self.applicant_scores[rows, columns] + self.coordinator_scores[rows, columns]
        return scores / 2


def open_round(
    scored: ScoredMarket,
    *,
    wishes: Wishes | None = None,
    list_length: int | None = None,
    households: Households = "single",
    left_out: LeftOut | None = None,
) -> Round:
    """Build the lists of a round.

    Parameters
    ----------
    scored : ScoredMarket
    wishes : "applications" or "scores", optional
        Default: applications where the records hold any, else scores.
    list_length : int, optional
        Keep this many places of each applicant's own order (a tie is never cut); all where absent.

    households : "single" or "refuse", default "single"
        What to do with joint wishes, which neither mechanism of this module can keep: place the members one by one
        and say so in the report, or refuse the round.
    left_out : LeftOut, optional
        Who takes no part (:func:`features.rounds.taking_part.taking_part`), to be told with the result.

    Returns
    -------
    Round

    Raises
    ------
    RecordError
        If applications are asked for and there are none, or joint wishes stand in the records and are to be refused.
    """
    if scored.records.households and households == "refuse":
        first = scored.records.households[0].household_id
        raise RecordError(
            f"household {first} has joint wishes, which this round cannot keep; place members singly, or none"
        )
    # those whose applications decide may all have been left out
    source = wishes if wishes and left_out is not None else wishes_from(scored.records, wishes)
    own, theirs = _rounded(scored.applicant), _rounded(scored.coordinator)
    placeable = _placeable(scored)
    if source == "applications":
        ranks = _wish_ranks(scored)
        # the wish rank decides, the own score orders equal ranks
        lists = Preferences.from_scores(own / 10 - ranks, acceptable=placeable & (ranks > 0), top=list_length)
    else:
        lists = Preferences.from_scores(own, acceptable=placeable, top=list_length)
    listed = np.zeros_like(placeable)
    listed[lists.rows(), lists.indices] = True
    priorities = Preferences.from_scores(theirs.T, acceptable=listed.T)
    seats = np.where(scored.is_open, scored.postings.seats, 0)
    market = Market(lists, priorities, seats)
    return Round(scored, source, placeable, listed, market, own, theirs, list_length, left_out)


def _rounded(scores: Scores) -> NDArray[np.float64]:
    block = scores.block(slice(None), slice(None))
    rounded: NDArray[np.float64] = np.round(block, _DIGITS, out=block)
    return rounded


def _placeable(scored: ScoredMarket) -> NDArray[np.bool_]:
    placeable: NDArray[np.bool_] = scored.verdicts.codes(slice(None), slice(None)) < EXCLUDED
    placeable = placeable & scored.is_open
    for i, applicant in enumerate(scored.records.applicants):
        if applicant.private_preferences.regions_refused:
            placeable[i] &= ~refused_postings(scored, i)
    return placeable


def _wish_ranks(scored: ScoredMarket) -> NDArray[np.float64]:
    """(n, m) wish rank of every open application, 0 elsewhere; one without a rank stands behind the ranked."""
    last = 1 + max((application.wish_rank or 0 for application in scored.applications), default=0)
    ranks = np.zeros((len(scored.applicants), len(scored.postings)))
    rows: Mapping[str, int] = scored.applicants.index_of
    for application in scored.applications:
        cell = rows[application.applicant_id], scored.postings.index_of[application.posting_id]
        given = application.wish_rank or last
        ranks[cell] = min(ranks[cell] or given, given)
    return ranks
