"""How many people weakly stable matchings can place: a bound recomputed from the market and a proof.

The proof names pairs that no weakly stable matching forms, round after round, and a price for every row of the program
of the pairs that are left. Every exclusion is justified by counting, the prices by weak duality; who made the proof is
of no interest.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals
from matching.errors import CertificateError
from matching.market import Market
from matching.programs.bounds import verified_count
from matching.programs.stability_rows import stable_size_program, without_entries
from matching.properties.lists import listed_by_postings

__all__ = ["stable_size_bound", "unjustified_exclusions"]


def unjustified_exclusions(market: Market, excluded_in_round: Int64s) -> Int64s:
    """Return the excluded entries of the applicants' lists that the rounds before do not prove impossible.

    The pair (a, p) of an entry is impossible if one of them does not list the other, or, among the pairs not excluded
    in an earlier round,

    - at least as many people as p has seats have p as their one best posting and precede a there: each of them is at p
      or sees it full of people no worse, so p is full of people before a;
    - a has a strictly better posting q at which at most as many people as q has seats, a among them, are ranked no
      worse than a: were a left with p, q would have a free seat or a holder below a.

    Parameters
    ----------
    market : Market
    excluded_in_round : (nnz,) int64
        For every entry of the applicants' lists, the round that excludes it, 0 where none does.

    Raises
    ------
    CertificateError
        When there is not one round an entry.
    """
    lists = market.applicants
    if excluded_in_round.shape != lists.indices.shape:
        has = f"rounds have shape {excluded_in_round.shape}"
        raise CertificateError(f"{has}, expected one for each of {lists.indices.size} list entries")
    people, places = lists.rows(), lists.indices.astype(np.int64)
    rank_at = _ranks_given_back(market, people * market.n_postings + places)
    unjustified: list[Int64s] = []
    is_left = rank_at >= 0
    for number in np.unique(excluded_in_round[excluded_in_round != 0]):
        is_excluded = is_left & (excluded_in_round == number)
        doubtful = is_excluded & ~_is_shut_out(market, is_left, rank_at) & ~_is_surpassed(market, is_left, rank_at)
        unjustified.append(np.flatnonzero(doubtful))
        is_left &= ~is_excluded
    return np.sort(np.concatenate(unjustified)) if unjustified else np.empty(0, np.int64)


def stable_size_bound(market: Market, excluded_in_round: Int64s, prices: Reals) -> int:
    """Return a number of people that no weakly stable matching exceeds.

    Parameters
    ----------
    market : Market
    excluded_in_round : (nnz,) int64
        As in :func:`unjustified_exclusions`.
    prices : (k,) float64
        One a row of :func:`matching.programs.stability_rows.stable_size_program` of the market without the excluded
        entries.

    Raises
    ------
    CertificateError
        When an exclusion is not justified, or there is not one finite price a row.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1), Preferences.from_lists([[0, 1]], 2), np.array([1])
    ... )
    >>> excluded = np.array([0, 1])
    >>> program = stable_size_program(without_entries(market, excluded > 0)).program
    >>> stable_size_bound(market, excluded, np.zeros(program.n_rows))  # one pair is left
    1
    """
    for entry in unjustified_exclusions(market, excluded_in_round)[:1]:
        applicant, posting = market.applicants.rows()[entry], market.applicants.indices[entry]
        number = excluded_in_round[entry]
        raise CertificateError(f"applicant {applicant} and posting {posting} are excluded in round {number} unproven")
    bound = verified_count(stable_size_program(without_entries(market, excluded_in_round != 0)).program, prices)
    if bound is None:
        raise CertificateError("the prices press on an open row, so they bound nothing")
    return bound


def _ranks_given_back(market: Market, keys: Int64s) -> Int64s:
    """The applicant's rank at the posting of each key ``a * m + p``, -1 where the posting does not list the pair."""
    listed = listed_by_postings(market)
    if listed.size == 0:
        return np.full(keys.size, -1, np.int64)
    order = np.argsort(listed)
    at = np.minimum(np.searchsorted(listed[order], keys), listed.size - 1)
    return np.where(listed[order][at] == keys, market.postings.ranks[order][at].astype(np.int64), -1)


def _is_shut_out(market: Market, is_left: Bools, rank_at: Int64s) -> Bools:
    """Entries at postings that people before the applicant, each with that one best posting, are sure to fill."""
    lists, people = market.applicants, market.applicants.rows()
    best = np.full(market.n_applicants, np.iinfo(np.int32).max, np.int32)
    np.minimum.at(best, people[is_left], lists.ranks[is_left])
    is_best = is_left & (lists.ranks == best[people])
    is_sole = is_best & (np.bincount(people[is_best], minlength=market.n_applicants)[people] == 1)
    n_before = _counted(lists.indices, rank_at, is_sole, up_to=rank_at - 1)
    return np.asarray(n_before >= market.capacity[lists.indices])


def _is_surpassed(market: Market, is_left: Bools, rank_at: Int64s) -> Bools:
    """Entries strictly worse than one that the applicant is sure to have or to better."""
    lists, people = market.applicants, market.applicants.rows()
    n_no_worse = _counted(lists.indices, rank_at, is_left, up_to=rank_at)
    is_sure = is_left & (n_no_worse <= market.capacity[lists.indices])
    sure_rank = np.full(market.n_applicants, np.iinfo(np.int32).max, np.int32)
    np.minimum.at(sure_rank, people[is_sure], lists.ranks[is_sure])
    return np.asarray(lists.ranks > sure_rank[people])


def _counted(places: Int32s, rank_at: Int64s, is_counted: Bools, *, up_to: Int64s) -> Int64s:
    """For every entry: the counted entries of the same posting whose rank is at most ``up_to``."""
    width = int(rank_at.max(initial=0)) + 3
    keys = places.astype(np.int64) * width + rank_at + 1
    counted = np.sort(keys[is_counted])
    start, end = places.astype(np.int64) * width, places.astype(np.int64) * width + up_to + 1
    return np.searchsorted(counted, end, side="right") - np.searchsorted(counted, start, side="left")
