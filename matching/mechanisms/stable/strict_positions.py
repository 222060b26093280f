"""Strict lists of both sides by position: who stands where on whose list, as kernels under caps and floors read it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.market import Market

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
    if not np.array_equal(lists.ranks, lists.positions()):
        market = Market(market.applicants, lists.in_strict_order(lists.indices), market.capacity)
    return StrictLists(
        market.applicants.indptr, market.applicants.indices, market.rank_at_posting, lists.indptr, lists.indices
    )
