"""A market with couples as flat arrays: what the kernels for couples read."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from matching.arrays import Int64s, totals_before
from matching.couples import Couples
from matching.market import Market
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import UNMATCHED

__all__ = ["CoupleTable", "couple_table"]


class CoupleTable(NamedTuple):
    """Both sides' lists and the couples' acceptable joint choices, best first.

    Attributes
    ----------
    own_start, own_posting, own_rank, rank_there
        The applicants' lists: entries of applicant a are ``own_start[a]:own_start[a + 1]``; ``rank_there`` is the rank
        at the posting, -1 where it does not list the applicant.
    list_start, listed, list_rank, rank_back
        The postings' lists: ``rank_back`` is the posting's rank at the applicant, -1 where it is not listed.
    couple_of : (n,)
        -1 for single applicants.
    members : (c, 2)
    choice_start, places, ranks
        Joint choices that every posting named returns; ranks are those of the members there, -1 without a place.
    position : (k,)
        Where each stood in the couple's list.
    """

    own_start: Int64s
    own_posting: Int64s
    own_rank: Int64s
    rank_there: Int64s
    list_start: Int64s
    listed: Int64s
    list_rank: Int64s
    rank_back: Int64s
    couple_of: Int64s
    members: Int64s
    choice_start: Int64s
    places: Int64s
    ranks: Int64s
    position: Int64s


def couple_table(market: Market, couples: Couples) -> CoupleTable:
    """Flatten a strict market with couples.

    Raises
    ------
    MarketError
        When the couples are not of this market.
    MechanismError
        When a list holds a tie.
    """
    couples.verify_belong_to(market)
    verify_strict(market)
    rows = couples.rows()
    ranks = _member_ranks(market, couples.members[rows], couples.places)
    kept = np.flatnonzero(((ranks >= 0) | (couples.places == UNMATCHED)).all(axis=1))
    couple_of = np.full(market.n_applicants, -1, np.int64)
    couple_of[couples.members] = np.arange(couples.n_couples)[:, np.newaxis]
    start = totals_before(np.bincount(rows[kept], minlength=couples.n_couples))
    own, lists = market.applicants, market.postings
    arrays = (
        *(own.indptr, own.indices, own.ranks, market.rank_at_posting),
        *(lists.indptr, lists.indices, lists.ranks, market.rank_at_applicant, couple_of, couples.members),
        *(start, couples.places[kept], ranks[kept], kept - couples.indptr[rows[kept]]),
    )
    # one type throughout, writable or not: each further one would compile every kernel again
    return CoupleTable(*(np.array(array, np.int64) for array in arrays))


def _member_ranks(market: Market, members: Int64s, places: Int64s) -> Int64s:
    """(k, 2) rank of each member at the place asked for, -1 without a place or where the posting does not list it."""
    lists, m = market.postings, market.n_postings
    keys = np.append(lists.rows() + lists.indices.astype(np.int64) * m, -1)
    order = np.argsort(keys)
    sought = np.where(places == UNMATCHED, -2, members * m + places)
    found = order[np.minimum(np.searchsorted(keys, sought, sorter=order), keys.size - 1)]
    return np.where(keys[found] == sought, np.append(lists.ranks, -1)[found], -1).astype(np.int64)
