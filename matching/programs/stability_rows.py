"""Weak stability and seats as linear rows over the acceptable pairs: what an integer program on a market is made of.

One 0/1 variable a pair that both sides list, in the order of the applicants' lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array, vstack

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.market import Market
from matching.preferences import Preferences
from matching.programs.integer_program import IntegerProgram

__all__ = [
    "CapacityRows",
    "StabilityRows",
    "acceptable_entries",
    "capacity_rows",
    "no_worse_spans",
    "stability_rows",
    "stable_size_program",
    "without_entries",
]


@dataclass(frozen=True, eq=False)
class StabilityRows:
    """``rows @ x >= lower``: with the seats kept, x has no pair that blocks in the weak sense.

    Attributes
    ----------
    entries : (k,) int64
        The pair of each variable: positions in ``market.applicants.indices``, ascending.
    rows : (k, k) csr_array of float64
        Row i speaks of the pair ``entries[i]``.
    lower : (k,) float64
        Seats of the pair's posting, at most the pairs that name it.
    """

    entries: Int64s
    rows: csr_array[np.float64]
    lower: Reals


@dataclass(frozen=True, eq=False)
class CapacityRows:
    """``rows @ x <= upper``: nobody at two postings, no posting over its seats.

    Attributes
    ----------
    rows : (n + m, k) csr_array of float64
        A row an applicant, then a row a posting.
    upper : (n + m,) float64
        1 for an applicant, the capacity for a posting: a closed one forces its pairs to 0.
    """

    rows: csr_array[np.float64]
    upper: Reals


def acceptable_entries(market: Market) -> Int64s:
    """(k,) positions in ``market.applicants.indices`` of the pairs that both sides list, ascending."""
    return np.flatnonzero(market.rank_at_posting >= 0)


def stability_rows(market: Market) -> StabilityRows:
    """Write weak stability as one row a pair.

    For the pair (a, p) with c seats at p: c times the pairs of a with postings no worse than p, plus the pairs of p
    with other applicants ranked no worse than a, is at least c. Either a holds something no worse than p, or p is full
    of applicants no worse than a; neither side would leave for the other.

    Parameters
    ----------
    market : Market
        Ties on either side.

    Notes
    -----
    Seats beyond the pairs that name a posting cannot be filled; counting them changes no 0/1 solution and loosens the
    relaxation, so ``lower`` and the coefficients leave them out. Pairs of a closed posting get a row without demand;
    :func:`capacity_rows` forces them to 0.

    The rows hold the sum, over pairs, of the pairs no worse on either side: time and memory are linear in that, hence
    in pairs for short lists and quadratic in the longest list for complete ones.

    References
    ----------
    .. [1] M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove and W. Pettersson (2019), Mathematical models for
       stable matching problems with ties and incomplete lists, European Journal of Operational Research 277(2),
       426-441, :doi:`10.1016/j.ejor.2019.03.017`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> stability = stability_rows(market)
    >>> stability.rows.toarray(), stability.lower
    (array([[1., 0., 1.],
           [1., 1., 0.],
           [1., 0., 1.]]), array([1., 1., 1.]))
    """
    entries = acceptable_entries(market)
    applicants, postings = market.applicants.rows()[entries], market.applicants.indices[entries].astype(np.int64)
    seats = np.minimum(market.capacity, np.bincount(postings, minlength=market.n_postings))[postings]
    k = entries.size
    own_start, own_end = no_worse_spans(applicants, market.applicants.ranks[entries])
    by_posting = np.lexsort((market.rank_at_posting[entries], postings))
    start, end = no_worse_spans(postings[by_posting], market.rank_at_posting[entries][by_posting])
    own_row, own_column = _spread(own_start, own_end)
    row, position = _spread(start, end)
    row, column = by_posting[row], by_posting[position]
    is_other = row != column
    values = np.concatenate([seats[own_row], np.ones(np.count_nonzero(is_other), np.int64)]).astype(np.float64)
    places = np.concatenate([own_row, row[is_other]]), np.concatenate([own_column, column[is_other]])
    rows = csr_array((values, places), shape=(k, k))
    return StabilityRows(entries, rows, seats.astype(np.float64))


def capacity_rows(market: Market) -> CapacityRows:
    """Write the seats as rows: at most one pair an applicant, at most the capacity a posting.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> one_seat = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1), Preferences.from_lists([[0, 1]], 2), np.array([1])
    ... )
    >>> seats = capacity_rows(one_seat)
    >>> seats.rows.toarray(), seats.upper
    (array([[1., 0.],
           [0., 1.],
           [1., 1.]]), array([1., 1., 1.]))
    """
    entries = acceptable_entries(market)
    n, m, k = market.n_applicants, market.n_postings, entries.size
    each = np.arange(k)
    named = np.concatenate([market.applicants.rows()[entries], n + market.applicants.indices[entries]])
    rows = csr_array((np.ones(2 * k), (named, np.concatenate([each, each]))), shape=(n + m, k))
    return CapacityRows(rows, np.concatenate([np.ones(n), market.capacity.astype(np.float64)]))


def stable_size_program(market: Market) -> IntegerProgram:
    """The integer program of the largest weakly stable matching: as many pairs as stability and seats allow.

    Its rows are those of :func:`stability_rows`, then those of :func:`capacity_rows`.
    """
    stability, seats = stability_rows(market), capacity_rows(market)
    n_pairs, n_seats = stability.entries.size, seats.upper.size
    return IntegerProgram.of_binaries(
        np.ones(n_pairs),
        csr_array(vstack([stability.rows, seats.rows], format="csr")),
        np.concatenate([stability.lower, np.full(n_seats, -np.inf)]),
        np.concatenate([np.full(n_pairs, np.inf), seats.upper]),
    )


def without_entries(market: Market, is_left_out: Bools) -> Market:
    """The market in which the flagged entries of the applicants' lists were never made; ranks keep their gaps.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(Preferences.from_lists([[0, 1]], 2), Preferences.from_lists([[0], [0]], 1), np.array([1, 1]))
    >>> without_entries(market, np.array([True, False])).applicants.to_lists()
    [[1]]
    """
    lists, kept = market.applicants, ~is_left_out
    indptr = np.concatenate([[0], np.cumsum(kept)])[lists.indptr]
    shorter = Preferences(indptr, lists.indices[kept], lists.ranks[kept], lists.n_choices)
    return Market(shorter, market.postings, market.capacity)


def no_worse_spans(groups: Int64s, ranks: Int32s) -> tuple[Int64s, Int64s]:
    """For entries ordered by group and rank: where the entry's group starts and where its tie class ends.

    Examples
    --------
    >>> no_worse_spans(np.array([4, 4, 4, 7]), np.array([0, 1, 1, 1]))
    (array([0, 0, 0, 3]), array([1, 3, 3, 4]))
    """
    starts = _boundaries(groups[1:] != groups[:-1])
    classes = _boundaries((groups[1:] != groups[:-1]) | (ranks[1:] != ranks[:-1]))
    positions = np.arange(groups.size)
    of_group = starts[np.searchsorted(starts, positions, side="right") - 1]
    end_of_class = classes[np.searchsorted(classes, positions, side="right")]
    return of_group, end_of_class


def _boundaries(is_new: Bools) -> Int64s:
    """First positions of runs, and the position after the last."""
    return np.concatenate([[0], np.flatnonzero(is_new) + 1, [is_new.size + 1]])


def _spread(start: Int64s, end: Int64s) -> tuple[Int64s, Int64s]:
    """Every position of every span, with the index of its span."""
    lengths = end - start
    span = np.repeat(np.arange(start.size), lengths)
    return span, np.arange(span.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) + start[span]
