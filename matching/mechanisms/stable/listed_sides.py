"""Both sides of a market as bare arrays, each entry with the rank that the other side gives back: what kernels read."""

from __future__ import annotations

from typing import NamedTuple

from matching.arrays import Int32s, Int64s
from matching.market import Market

__all__ = ["ListedSide", "listed_sides"]


class ListedSide(NamedTuple):
    """One side's lists as arrays, and the rank that the other side gives to each entry, -1 where it lists it not."""

    indptr: Int64s
    indices: Int32s
    ranks: Int32s
    returned: Int32s


def listed_sides(market: Market) -> tuple[ListedSide, ListedSide]:
    """Return the applicants' and the postings' side of a market."""
    a, p = market.applicants, market.postings
    return (
        ListedSide(a.indptr, a.indices, a.ranks, market.rank_at_posting),
        ListedSide(p.indptr, p.indices, p.ranks, market.rank_at_applicant),
    )
