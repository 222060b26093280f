"""The market of a round whose applicants list their best postings: what comes between scores and a mechanism.

Each applicant lists the best of the postings by their own score; each posting orders those who list it by its score of
them. A national round of 100,000 applicants and 10,000 postings has a thousand million pairs and five million entries,
so lists are found block by block (:mod:`matching.ranking.top_k`) and pairs that nobody lists are never kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int32s, Int64s
from matching.errors import MarketError
from matching.market import Market
from matching.ranking.orders import NOT_LISTED
from matching.ranking.pair_scores import exact_units_of_pairs, row_arrays
from matching.ranking.pairs_market import market_of_pairs
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from matching.ranking.top_k import PreparedPostings, prepare_postings, top_k_of_block
from matching.ranking.top_lists import TopLists

__all__ = ["listed_market"]


def listed_market(
    blocks: Iterable[ApplicantBlock],
    postings: Postings,
    capacity: npt.ArrayLike,
    *,
    per_applicant: int = 50,
    progress: Callable[[int], None] | None = None,
) -> Market:
    """Return the market of everyone's best postings.

    Parameters
    ----------
    blocks : iterable of ApplicantBlock
        n applicants, in order and none missing.
    postings : Postings
        m postings.
    capacity : (m,) integer
        Seats.
    per_applicant : int, default 50
        Length of the applicants' lists. A tie at the last place is cut: the lower index is listed.
    progress : callable, optional
        Called after every block with the index behind its last applicant.

    Returns
    -------
    Market
        Equal scores are ties on both sides; whom a posting's own rules leave out it does not list.

    Raises
    ------
    MarketError
        When a block is missing or out of order, when shapes do not fit, or where an entry or a score is too large.

    Notes
    -----
    O(n m (d + T)) for the lists and O(L log L) for their L entries; memory for 24 bytes an entry and one block.

    Examples
    --------
    >>> postings = Postings(PostingSide(np.array([[1.0, 0.0], [0.0, 1.0], [0.5, 0.5]])))
    >>> wishes = ApplicantSide(np.array([[0.75, 0.25], [0.5, 0.0]]))
    >>> market = listed_market([ApplicantBlock(0, wishes)], postings, [1, 1, 1], per_applicant=2)
    >>> market.applicants.to_lists(), market.postings.to_lists()
    ([[0, 2], [0, 2]], [[0, 1], [], [0, 1]])
    """
    prepared = prepare_postings(postings)
    parts, end = [_NOTHING], 0
    for block in blocks:
        if block.first != end:
            raise MarketError(f"block of applicants starts at {block.first}, expected {end}")
        end += len(block)
        parts.append(_entries(block, prepared, per_applicant))
        if progress is not None:
            progress(end)
    lengths, items, own, reading, is_returned = (np.concatenate(part) for part in zip(*parts, strict=True))
    rows = np.repeat(np.arange(end, dtype=np.int32), lengths)
    return market_of_pairs((rows, items), (own, reading), is_returned, (end, len(postings)), capacity)


_Entries: TypeAlias = tuple[Int64s, Int32s, Int64s, Int64s, Bools]
_NO_UNITS: Final = np.zeros(0, np.int64)
_NOTHING: Final[_Entries] = _NO_UNITS, np.zeros(0, np.int32), _NO_UNITS, _NO_UNITS, np.zeros(0, np.bool_)


def _entries(block: ApplicantBlock, prepared: PreparedPostings, length: int) -> _Entries:
    """Lengths of the rows; for each entry the posting, both scores, and whether the posting may return it."""
    lists: TopLists = top_k_of_block(block, prepared, per_applicant=length, per_posting=0).applicants
    listed = lists.items != NOT_LISTED
    items, own = lists.items[listed], lists.units[listed]
    by_posting = prepared.postings.by_posting
    if by_posting is None or block.by_posting is None:
        return listed.sum(axis=1), items, own, own, np.ones(items.size, np.bool_)
    rows = np.nonzero(listed)[0]
    reading = exact_units_of_pairs(
        rows.astype(np.int32), items, row_arrays(block.by_posting, by_posting), prepared.sides[1][0]
    )
    return listed.sum(axis=1), items, own, reading, ~_left_out(block.by_posting, by_posting, rows, items)


def _left_out(side: ApplicantSide, postings: PostingSide, rows: Int64s, items: Int32s) -> Bools:
    """Which entries the postings' own rules leave out."""
    left_out = np.zeros(items.size, np.bool_)
    for states, rule in zip(side.row_states.T, postings.rules, strict=True):
        left_out |= rule.excluded[states[rows], rule.states[items]]
    if side.excluded is not None:
        left_out |= side.excluded[rows, items]
    if side.exceptions is not None and side.exceptions.rows.size:
        decided, m = side.exceptions, len(postings)
        pairs, asked = decided.rows * m + decided.postings, rows * m + items
        order = np.argsort(pairs)
        at = order[np.minimum(np.searchsorted(pairs, asked, sorter=order), pairs.size - 1)]
        left_out = np.where(pairs[at] == asked, decided.excluded[at], left_out)
    return left_out
