"""Optimal assignment under seat capacities, by shortest augmenting paths, with the prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Reals, first_index, read_only_integers
from matching.errors import MarketError
from matching.mechanisms.augmenting_paths import assign
from matching.outcome import UNMATCHED, Matching
from matching.scored_pairs import ScoredPairs

__all__ = ["Assignment", "optimal_assignment"]


@dataclass(frozen=True, eq=False)
class Assignment:
    """A matching of the largest total score and the prices that prove it.

    Attributes
    ----------
    matching : Matching
        Who is placed where.
    value : float
        Total score of the pairs formed.
    applicant_prices : (n,) float64
        >= 0: what an applicant's presence adds at these seat prices; 0 for the unmatched.
    posting_prices : (m,) float64
        >= 0: what one more seat would be worth; 0 where a seat stays empty.
    """

    matching: Matching
    value: float
    applicant_prices: Reals
    posting_prices: Reals


def optimal_assignment(pairs: ScoredPairs, capacity: npt.ArrayLike) -> Assignment:
    """Return an assignment of the largest total score; of those, one that places the most people.

    Each applicant holds at most one seat, each posting at most its capacity. Staying unmatched is worth 0, so a pair
    with a negative score is never formed; a pair worth 0 is formed where that places more people.

    Parameters
    ----------
    pairs : ScoredPairs
        Acceptable pairs and their scores.
    capacity : (m,) int
        Seats, each >= 0.

    Raises
    ------
    MarketError
        When the capacities do not fit the pairs or one is negative.

    Notes
    -----
    *Tie rule.* Total score first, number of people placed second; both are compared as computed in double precision.
    Which of the matchings that tie in both is returned follows from the order of applicants and pairs; it repeats for
    the same input, but no rule of fairness is claimed for it.

    *Method.* Applicants enter one by one. For each a Dijkstra search over postings, with reduced scores as lengths,
    finds the cheapest way to seat the newcomer: at a free seat, or in the place of somebody who leaves; the search
    changes the seat prices just enough to keep all formed pairs tight. Capacities are columns that hold several
    people, never repeated columns. O(n (nnz + m log m)) at worst; a search is cut at the best way found so far, which
    in practice reads a small part of the pairs.

    *Proof.* With prices u and v, u[a] + v[p] >= score[a, p] for every pair, and sum(u) + sum(capacity * v) equals the
    value: no assignment can be worth more (``matching.certificates`` recomputes this from the input).

    References
    ----------
    .. [1] D. F. Crouse (2016), On implementing 2D rectangular assignment algorithms, IEEE Transactions on Aerospace
       and Electronic Systems 52(4), 1679-1696, :doi:`10.1109/TAES.2016.140952`.
    .. [2] R. Jonker and A. Volgenant (1987), A shortest augmenting path algorithm for dense and sparse linear
       assignment problems, Computing 38, 325-340, :doi:`10.1007/BF02278710`.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[5.0, 8.0, 2.0], [7.0, 9.0, 6.0], [2.0, 3.0, 0.0]]))
    >>> best = optimal_assignment(pairs, capacity=[1, 1, 1])
    >>> best.matching.posting_of, best.value
    (array([1, 2, 0]), 16.0)
    >>> float(best.applicant_prices.sum() + best.posting_prices.sum())
    16.0
    """
    seats = read_only_integers(capacity, np.int64, "capacity")
    if seats.size != pairs.n_postings:
        raise MarketError(f"capacity has {seats.size} entries, expected {pairs.n_postings} postings")
    negative = first_index(seats < 0)
    if negative is not None:
        raise MarketError(f"posting {negative} has capacity {seats[negative]}, expected >= 0")
    # no posting can hold more people than pairs name it
    usable = np.minimum(seats, np.bincount(pairs.postings, minlength=pairs.n_postings))
    first_seat = np.concatenate([[0], np.cumsum(usable)])
    entry_of, prices = assign(pairs.indptr, pairs.postings, pairs.scores, pairs.applicants, first_seat)
    posting_of = np.where(entry_of >= 0, pairs.postings[entry_of] if pairs.postings.size else UNMATCHED, UNMATCHED)
    matching = Matching(posting_of, pairs.n_postings)
    return Assignment(matching, pairs.total(matching), *_both_prices(pairs, prices, is_open=usable > 0))


def _both_prices(pairs: ScoredPairs, open_prices: Reals, *, is_open: Bools) -> tuple[Reals, Reals]:
    """The least applicant prices that cover the pairs of open postings, then the least that cover the closed ones."""
    at_open = is_open[pairs.postings]
    surplus = pairs.scores - open_prices[pairs.postings]
    applicant_prices = np.zeros(pairs.n_applicants)
    np.maximum.at(applicant_prices, pairs.applicants[at_open], surplus[at_open])
    posting_prices = open_prices.copy()
    uncovered = pairs.scores - applicant_prices[pairs.applicants]
    np.maximum.at(posting_prices, pairs.postings[~at_open], uncovered[~at_open])
    return applicant_prices, posting_prices
