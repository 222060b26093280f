"""Pairs that no weakly stable matching forms, found by counting: what an exact search need not look at."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s
from matching.market import Market
from matching.programs.spans import no_worse_spans
from matching.programs.stability_rows import acceptable_entries

__all__ = ["excluded_in_round"]

_NO_CUTOFF = np.iinfo(np.int32).max


def excluded_in_round(market: Market) -> Int64s:
    """Return, for every entry of the applicants' lists, the round that proves it impossible, 0 where none does.

    A round looks at the pairs that are left and proves

    1. by applicants: a posting with c seats that is the sole best of at least c applicants will be full of people no
       worse than the c-th of them, so it forms no pair with anybody ranked below that one;
    2. by postings: an applicant whom at most c people equal or precede at a posting with c seats will hold that
       posting or one no worse, so no pair with one strictly worse is formed.

    Rounds follow one another until nothing is proven any more. Round 1 counts nothing: it leaves out entries that the
    posting does not return and those of closed postings.

    Parameters
    ----------
    market : Market
        Ties on either side.

    Returns
    -------
    (nnz,) int64
        Each round rests on the rounds before it alone, so the proof can be replayed.

    Notes
    -----
    O(nnz log nnz) before the rounds, O(nnz) a round. Rule 1 needs applicants with one best posting: where whole lists
    are ties it proves little.

    References
    ----------
    .. [1] M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove and W. Pettersson (2019), Mathematical models for
       stable matching problems with ties and incomplete lists, European Journal of Operational Research 277(2),
       426-441, :doi:`10.1016/j.ejor.2019.03.017`.
    .. [2] R. W. Irving and D. F. Manlove (2009), Finding large stable matchings, ACM Journal of Experimental
       Algorithmics 14, :doi:`10.1145/1498698.1537595`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> excluded_in_round(market)
    array([0, 2, 2, 0])
    """
    entries = acceptable_entries(market)
    table = _Pairs(market, entries)
    rounds = np.zeros(entries.size, np.int64)
    rounds[table.seats == 0] = 1
    number = 2
    while True:
        left = rounds == 0
        proven = left & (_below_sure_holders(table, left) | _worse_than_guaranteed(table, left))
        if not proven.any():
            break
        rounds[proven] = number
        number += 1
    of_lists = np.ones(market.applicants.indices.size, np.int64)
    of_lists[entries] = rounds
    return of_lists


class _Pairs:
    """The acceptable pairs, in the order of the applicants' lists, and in that of the postings."""

    def __init__(self, market: Market, entries: Int64s) -> None:
        self.applicants: Int64s = market.applicants.rows()[entries]
        self.postings: Int64s = market.applicants.indices[entries].astype(np.int64)
        self.own_ranks: Int32s = market.applicants.ranks[entries]
        self.ranks: Int32s = market.rank_at_posting[entries]
        self.seats: Int64s = market.capacity[self.postings]
        self.by_posting: Int64s = np.lexsort((self.ranks, self.postings))
        self.n, self.m = market.n_applicants, market.n_postings


def _below_sure_holders(table: _Pairs, left: Bools) -> Bools:
    """Rule 1."""
    each = np.flatnonzero(left)
    people, ranks = table.applicants[each], table.own_ranks[each]
    start, end = no_worse_spans(people, ranks)
    is_sole_best = np.zeros(left.size, np.bool_)
    is_sole_best[each[(np.arange(each.size) == start) & (end == start + 1)]] = True
    sure = table.by_posting[is_sole_best[table.by_posting]]
    first, _ = no_worse_spans(table.postings[sure], table.ranks[sure])
    is_last_seat = np.arange(sure.size) - first == table.seats[sure] - 1
    cutoff = np.full(table.m, _NO_CUTOFF, np.int32)
    cutoff[table.postings[sure[is_last_seat]]] = table.ranks[sure[is_last_seat]]
    return np.asarray(table.ranks > cutoff[table.postings])


def _worse_than_guaranteed(table: _Pairs, left: Bools) -> Bools:
    """Rule 2."""
    each = table.by_posting[left[table.by_posting]]
    start, end = no_worse_spans(table.postings[each], table.ranks[each])
    guaranteed = each[end - start <= table.seats[each]]
    worst_own_rank = np.full(table.n, _NO_CUTOFF, np.int32)
    np.minimum.at(worst_own_rank, table.applicants[guaranteed], table.own_ranks[guaranteed])
    return np.asarray(table.own_ranks > worst_own_rank[table.applicants])
