"""Names to indices and back: the only place where a market file meets the arrays of ``matching``.

Index order is the order of sorted ids, so a market whose keys stand in another order gives the same arrays, the same
lottery and the same matching.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import repeat

import numpy as np

from api.market_file.names import shown
from api.market_file.records import MarketFile, MarketFileError
from matching.arrays import Int64s, Reals
from matching.outcome import UNMATCHED, Matching
from matching.scored_pairs import ScoredPairs

__all__ = ["couple_scores", "entry_scores", "matching_by_ids", "pairs_by_ids", "to_matching", "to_scored_pairs"]

_NO_SCORE: dict[str, float] = {}


def to_scored_pairs(market_file: MarketFile) -> ScoredPairs:
    """Return the acceptable pairs with their scores, 0 where the file has none."""
    return ScoredPairs.from_market(market_file.market, entry_scores(market_file))


def entry_scores(market_file: MarketFile) -> Reals:
    """(nnz,) score of every entry of the applicants' lists, 0 where the file has none."""
    lists, postings = market_file.market.applicants, market_file.posting_ids
    if not market_file.scores:
        return np.zeros(lists.indices.size)
    ends: list[int] = lists.indptr.tolist()
    named = list(map(postings.__getitem__, lists.indices.tolist()))
    scores: list[float] = []
    for applicant, start, end in zip(market_file.applicant_ids, ends[:-1], ends[1:], strict=True):
        scored = market_file.scores.get(applicant, _NO_SCORE)
        scores.extend(map(scored.get, named[start:end], repeat(0.0)))
    return np.array(scores, dtype=np.float64)


def couple_scores(market_file: MarketFile) -> Reals:
    """(choices,) score of every joint choice, couple after couple: the members' scores added up."""
    return np.array(
        [
            sum(
                market_file.scores.get(member, _NO_SCORE).get(place, 0.0)
                for member, place in zip(couple.members, choice, strict=True)
                if place is not None
            )
            for couple in market_file.couples
            for choice in couple.preferences
        ],
        dtype=np.float64,
    )


def to_matching(market_file: MarketFile, placements: Mapping[str, str | None]) -> Matching:
    """Return the matching that a result file names.

    Raises
    ------
    MarketFileError
        An applicant or a posting is not in the market, or an applicant of the market is missing.
    """
    posting_index, applicant_index = market_file.posting_index, market_file.applicant_index
    for applicant, posting in placements.items():
        if applicant not in applicant_index:
            raise MarketFileError(f"matching names applicant {shown(applicant)}, who is not in the market")
        if posting is not None and posting not in posting_index:
            place = f"matching.{shown(applicant)}"
            raise MarketFileError(f"{place} names posting {shown(posting)}, which is not in postings")
    for applicant in market_file.applicant_ids:
        if applicant not in placements:
            raise MarketFileError(f"matching lacks applicant {shown(applicant)}, expected a posting or null")
    places = [placements[one] for one in market_file.applicant_ids]
    posting_of = [UNMATCHED if place is None else posting_index[place] for place in places]
    return Matching(np.array(posting_of, dtype=np.int64), len(posting_index))


def matching_by_ids(market_file: MarketFile, matching: Matching) -> dict[str, str | None]:
    """Return who holds which posting, by sorted applicant id; None for the unmatched."""
    postings = market_file.posting_ids
    return {
        applicant: None if posting == UNMATCHED else postings[posting]
        for applicant, posting in zip(market_file.applicant_ids, matching.posting_of.tolist(), strict=True)
    }


def pairs_by_ids(market_file: MarketFile, pairs: Int64s) -> list[list[str]]:
    """Return (k, 2) applicant and posting indices as pairs of ids."""
    return [[market_file.applicant_ids[a], market_file.posting_ids[p]] for a, p in pairs.tolist()]
