"""Optimal assignment under seat capacities and floors, with the prices that prove it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Reals, counts_of_postings, first_index
from matching.errors import MarketError
from matching.mechanisms.assignment.grid import common_grid
from matching.mechanisms.assignment.lists import Task, seat_lists, seat_long_lists
from matching.outcome import UNMATCHED, Matching
from matching.scored_pairs import ScoredPairs

__all__ = ["Assignment", "optimal_assignment"]

LONG_LIST = 100
"""Mean length of the lists from which a part of the pairs is solved first: decides the time, never the optimum."""


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
        What one more seat would be worth: the least prices that prove the matching optimal, 0 where a seat stays empty.
        Below 0 only where a floor holds people: what the total would lose if it held one more, or, where nobody is left
        to hold, the price nearest to 0 that proves the matching optimal.
    """

    matching: Matching
    value: float
    applicant_prices: Reals
    posting_prices: Reals


def optimal_assignment(
    pairs: ScoredPairs, capacity: npt.ArrayLike, *, floor: npt.ArrayLike | None = None
) -> Assignment:
    """Return an assignment of the largest total score; of those, one that places the most people.

    Each applicant holds at most one seat, each posting at least its floor and at most its capacity. Staying unmatched
    is worth 0, so a pair with a negative score is formed only where a floor asks for it; a pair worth 0 is formed where
    that places more people.

    Parameters
    ----------
    pairs : ScoredPairs
        Acceptable pairs and their scores.
    capacity : (m,) int
        Seats, each >= 0.
    floor : (m,) int, optional
        The least number of people each posting must hold, between 0 and its capacity; 0 when omitted.

    Raises
    ------
    MarketError
        When capacities or floors do not fit the pairs, one is negative, or a floor exceeds its capacity.
    InfeasibleError
        When no matching meets the floors: the message names postings whose floors ask for more people than list them.

    Notes
    -----
    *Tie rule.* Total score first, number of people placed second. Both are compared exactly: scores with at most nine
    decimals as those decimals, any others rounded to 2**-52 of the largest (with floors and 10,000 postings to 2**-44:
    their prices need room to add up). Which of the matchings that tie in both is returned follows from the order of
    applicants and pairs; it repeats for the same input, but no rule of fairness is claimed for it. The prices do not
    depend on that choice: they are the least that prove the total.

    *Method.* An auction whose steps become finer round by round [1]_ seats nearly everybody right; its bids cost a scan
    of one list. Then whole-number arithmetic takes over: exchanges that still gain are found as cycles and made, floors
    are met along the ways that cost least, one Dijkstra search lowers the prices to the least, and people who can be
    placed at no loss are placed. Capacities are postings that hold several people, never repeated columns. Long lists
    are solved on a small part of the pairs, the prices are compared with all, and pairs that the prices do not cover
    are added until none is left. A full table is read once: pairs that were left out because they lie below a mark are
    covered, unread, by prices above it.

    *Complexity.* About nnz operations a round and one round for every three bits of precision in practice; the worst
    case is pseudo-polynomial.

    *Proof.* With prices u and v, u[a] + v[p] >= score[a, p] for every pair, and sum(u) + sum(capacity * max(v, 0)) -
    sum(floor * max(-v, 0)) equals the value: no assignment can be worth more (``matching.certificates`` recomputes this
    from the input).

    References
    ----------
    .. [1] D. P. Bertsekas and D. A. Castanon (1989), The auction algorithm for the transportation problem, Annals of
       Operations Research 20, 67-96, :doi:`10.1007/BF02216923`.
    .. [2] A. V. Goldberg and R. Kennedy (1995), An efficient cost scaling algorithm for the assignment problem,
       Mathematical Programming 71, 153-177, :doi:`10.1007/BF01585996`.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[5.0, 8.0, 2.0], [7.0, 9.0, 6.0], [2.0, 3.0, 0.0]]))
    >>> best = optimal_assignment(pairs, capacity=[1, 1, 1])
    >>> best.matching.posting_of, best.value
    (array([1, 2, 0]), 16.0)
    >>> float(best.applicant_prices.sum() + best.posting_prices.sum())
    16.0
    >>> forced = optimal_assignment(pairs, capacity=[2, 2, 1], floor=[0, 0, 1])
    >>> forced.value, float(forced.posting_prices[2])
    (17.0, -3.0)
    """
    seats = counts_of_postings(capacity, pairs.n_postings, "capacity")
    least = counts_of_postings(np.zeros(seats.size, np.int64) if floor is None else floor, pairs.n_postings, "floor")
    above = first_index(least > seats)
    if above is not None:
        raise MarketError(f"posting {above} has floor {least[above]}, expected at most its capacity {seats[above]}")
    grid = common_grid(pairs.scores, pairs.largest, n_postings=pairs.n_postings, has_floors=bool(least.any()))
    solve = seat_long_lists if pairs.scores.size >= LONG_LIST * max(pairs.n_applicants, 1) else seat_lists
    entry_of, u, v = solve(Task(pairs, seats, least, grid))
    is_placed = entry_of >= 0
    posting_of = np.full(pairs.n_applicants, UNMATCHED, np.int64)
    posting_of[is_placed] = pairs.postings[entry_of[is_placed]]
    value = float(pairs.scores[entry_of[is_placed]].sum())
    return Assignment(Matching(posting_of, pairs.n_postings), value, grid.reals(u), grid.reals(v))
