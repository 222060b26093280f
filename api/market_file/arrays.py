"""Names to indices and back: the only place where a market file meets the arrays of ``matching``.

Index order is the order of sorted ids, so a market whose keys stand in another order gives the same arrays, the same
lottery and the same matching.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from api.market_file.names import shown
from api.market_file.records import MarketFile, MarketFileError, Wish
from matching.arrays import Int64s
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.preferences import Choices, Preferences
from matching.scored_pairs import ScoredPairs

__all__ = ["matching_by_ids", "pairs_by_ids", "sections_used", "to_market", "to_matching", "to_scored_pairs"]


def to_market(market_file: MarketFile) -> Market:
    """Return the market of the single applicants, ties kept; members of couples have empty lists."""
    posting_index = _index_of(market_file.posting_ids)
    applicant_index = _index_of(market_file.applicant_ids)
    wishes = [_indices(market_file.applicants.get(one, ()), posting_index) for one in market_file.applicant_ids]
    records = [market_file.postings[one] for one in market_file.posting_ids]
    return Market(
        Preferences.from_lists(wishes, n_choices=len(posting_index)),
        Preferences.from_lists([_indices(one.preferences, applicant_index) for one in records], len(applicant_index)),
        capacity=np.array([record.capacity for record in records], dtype=np.int64),
    )


def to_scored_pairs(market_file: MarketFile, market: Market) -> ScoredPairs:
    """Return the acceptable pairs with their scores, 0 where the file has none."""
    nothing: dict[str, float] = {}
    rows: list[int] = market.applicants.rows().tolist()
    indices: list[int] = market.applicants.indices.tolist()
    applicants, postings = market_file.applicant_ids, market_file.posting_ids
    scores = [
        market_file.scores.get(applicants[a], nothing).get(postings[p], 0.0) for a, p in zip(rows, indices, strict=True)
    ]
    return ScoredPairs.from_market(market, np.array(scores, dtype=np.float64))


def to_matching(market_file: MarketFile, placements: Mapping[str, str | None]) -> Matching:
    """Return the matching that a result file names.

    Raises
    ------
    MarketFileError
        An applicant or a posting is not in the market, or an applicant of the market is missing.
    """
    posting_index = _index_of(market_file.posting_ids)
    applicant_index = _index_of(market_file.applicant_ids)
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


def sections_used(market_file: MarketFile) -> Iterator[tuple[str, str]]:
    """Yield (section, place) of everything in the file that only some mechanisms obey."""
    if market_file.couples:
        yield "couples", "couples"
    if market_file.regions:
        yield "regions", "regions"
    for posting, record in market_file.postings.items():
        present = {
            "target": record.target is not None,
            "floor": record.floor > 0,
            "reserves": bool(record.reserves),
            "quotas": bool(record.quotas),
        }
        for section, is_present in present.items():
            if is_present:
                yield section, f"postings.{shown(posting)}.{section}"


def _index_of(ids: Iterable[str]) -> dict[str, int]:
    return {one: index for index, one in enumerate(ids)}


def _indices(wishes: Iterable[Wish], index_of: Mapping[str, int]) -> Choices:
    return [index_of[wish] if isinstance(wish, str) else [index_of[tied] for tied in wish] for wish in wishes]
