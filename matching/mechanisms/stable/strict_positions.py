"""Strict lists of both sides by position: who stands where on whose list, as kernels under caps and floors read it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.market import Market
from matching.preferences import Preferences

__all__ = ["StrictLists", "strict_lists"]


class StrictLists(NamedTuple):
    """Applicants' lists, the applicant's position at each posting listed, and the postings' lists."""

    indptr: Int64s
    indices: Int32s
    position_at: Int32s  # (nnz,) where the posting lists the applicant, -1 where it does not
    own_start: Int64s
    own_list: Int32s


def strict_lists(market: Market) -> StrictLists:
    """Read a strict market by position; its ranks may have gaps, positions have none."""
    lists = market.postings
    positions = np.arange(lists.ranks.size) - np.repeat(lists.indptr[:-1], np.diff(lists.indptr))
    if not np.array_equal(lists.ranks, positions):
        dense = Preferences(lists.indptr, lists.indices, positions.astype(np.int32), lists.n_choices)
        market = Market(market.applicants, dense, market.capacity)
    return StrictLists(
        market.applicants.indptr, market.applicants.indices, market.rank_at_posting, lists.indptr, lists.indices
    )
