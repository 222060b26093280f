"""Repair of an optimal assignment: the largest total with the fewest people moved, and what fewer moves would cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s
from matching.errors import InfeasibleError, MechanismError
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.repair.earlier_places import EarlierPlaces, ScoredOption
from matching.mechanisms.repair.moves_program import best_within
from matching.outcome import Matching
from matching.programs.time_limits import verify_time_limit
from matching.scored_pairs import ScoredPairs

__all__ = ["OptimalRepair", "ScoredOption", "repair_optimal", "repair_within"]

_RELATIVE_TOLERANCE = 1e-9
"""Of the largest score: a pair this close to its prices counts as part of an optimum."""


@dataclass(frozen=True, eq=False)
class OptimalRepair:
    """Two ways to go on after a change; :func:`repair_within` gives what lies between.

    Attributes
    ----------
    fewest_moves : ScoredOption
        Of the assignments of the largest total the one that moves the fewest people.
    kept : ScoredOption
        Everybody who can stays, and those without a place share the free seats at the largest total; its bound is that
        of all assignments.
    gone : int64
        Applicants who must leave whatever is chosen, ascending: they have pairs, but not that with their earlier place,
        or it has no seat. They are not counted as moved.
    """

    fewest_moves: ScoredOption
    kept: ScoredOption
    gone: Int64s


def repair_optimal(pairs: ScoredPairs, capacity: npt.ArrayLike, previous: Matching) -> OptimalRepair:
    """Return the optimal assignment nearest to the earlier one, and the best one in which everybody stays.

    Parameters
    ----------
    pairs : ScoredPairs
        As they are now, with the indices of the earlier matching: whoever withdrew has no pair, a posting that was
        withdrawn has no seat.
    capacity : (m,) int
        Seats, each >= 0.
    previous : Matching
        Who held what.

    Raises
    ------
    OutcomeError
        When the earlier matching has other sizes than the pairs.
    MarketError
        When the capacities do not fit the pairs or one is negative.

    Notes
    -----
    *Fewest moves.* For the prices of one optimum, every optimum forms only pairs at which score and prices agree, seats
    everybody whose price is positive and fills every posting whose seats have one (complementary slackness). So a
    second assignment runs on those pairs alone, worth n + 1 for each such person and each such seat and 1 for an
    earlier place: lexicographic and exact, up to pairs within 1e-9 of the largest score, which count as agreeing. Of
    those that move as few, one that places the most people; beyond that no rule is claimed.

    *Kept.* Where more people hold a place than there are seats now, those of the highest score stay, of equals the
    lowest index.

    References
    ----------
    .. [1] A. Schrijver (2003), Combinatorial Optimization: Polyhedra and Efficiency, Springer, section 17 (weighted
       bipartite matching, optimal duals and tight edges).

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[1.0, 1.0], [1.0, 1.0], [3.0, 0.0]]))
    >>> repair = repair_optimal(pairs, [1, 1], Matching(np.array([0, 1, -1]), n_postings=2))
    >>> repair.fewest_moves.matching.posting_of, repair.fewest_moves.value, repair.fewest_moves.moved
    (array([-1,  1,  0]), 4.0, array([0]))
    >>> repair.kept.matching.posting_of, repair.kept.value
    (array([ 0,  1, -1]), 2.0)
    """
    places = EarlierPlaces.of(pairs, capacity, previous)
    best = optimal_assignment(pairs, places.seats)
    tolerance = _RELATIVE_TOLERANCE * max(1.0, float(np.abs(pairs.scores).max(initial=0.0)))
    slack = best.applicant_prices[pairs.applicants] + best.posting_prices[pairs.postings] - pairs.scores
    is_tight = (slack <= tolerance) & (places.seats[pairs.postings] > 0)
    needed = (best.applicant_prices > tolerance)[pairs.applicants].astype(np.float64)
    needed += (best.posting_prices > tolerance)[pairs.postings]
    worth = np.asarray((pairs.n_applicants + 1) * needed, np.float64)
    worth[places.entry[places.is_there]] += 1
    fewest = optimal_assignment(places.pairs.only(is_tight, worth), places.seats).matching
    return OptimalRepair(
        fewest_moves=places.option(fewest, best.value),
        kept=places.option(places.keep_and_fill(), best.value),
        gone=places.gone,
    )


def repair_within(
    pairs: ScoredPairs, capacity: npt.ArrayLike, previous: Matching, *, max_moves: int, time_limit: float = 60.0
) -> ScoredOption:
    """Return the assignment of the largest total that moves at most ``max_moves`` people.

    Parameters
    ----------
    pairs, capacity, previous
        As for :func:`repair_optimal`.
    max_moves : int
        >= 0; people whose earlier place is gone are not counted.
    time_limit : float
        Seconds for the integer program, > 0.

    Returns
    -------
    ScoredOption
        With a bound that prices prove: the value of the relaxation in which a move has a price. Value and bound agree
        except where a fraction of a move would help; then the program decides what lies between.

    Raises
    ------
    InfeasibleError
        When smaller capacities alone move more people, naming how many.
    MechanismError
        When ``max_moves`` is negative or the time limit is not positive.
    OutcomeError, MarketError
        As for :func:`repair_optimal`.

    Notes
    -----
    *Method.* A bonus on every earlier place makes an assignment without a limit [1]_; the bonus at which as few move as
    wished is found by secants between one assignment that moves too many and one that does not, each an
    :func:`optimal_assignment`. Its prices bound the total. Where the assignments on both sides leave a gap, pairs that
    the prices value at more than the gap below their cost can be in no better assignment and are left out; a binary
    program decides among the few that remain.

    *Tie rule.* Where the optimum without a limit is near enough, that with the fewest moves; otherwise none is claimed.

    References
    ----------
    .. [1] M. L. Fisher (1981), The Lagrangian relaxation method for solving integer programming problems, Management
       Science 27(1), 1-18, :doi:`10.1287/mnsc.27.1.1`.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[1.0, 1.0], [1.0, 1.0], [3.0, 0.0]]))
    >>> repair_within(pairs, [1, 1], Matching(np.array([0, 1, -1]), n_postings=2), max_moves=0).value
    2.0
    """
    places = EarlierPlaces.of(pairs, capacity, previous)
    if max_moves < 0:
        raise MechanismError(f"max_moves is {max_moves}, expected >= 0")
    verify_time_limit(time_limit)
    n_beyond = places.n_beyond_seats
    if n_beyond > max_moves:
        raise InfeasibleError(f"{n_beyond} people hold places beyond the seats, expected at most max_moves {max_moves}")
    nearest = repair_optimal(pairs, places.seats, previous).fewest_moves
    if nearest.n_moved <= max_moves:
        return nearest
    return best_within(places, nearest, max_moves=max_moves, time_limit=time_limit)
