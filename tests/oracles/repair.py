"""Every assignment of a small table of scores beside an earlier one: totals, moves and people placed."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs

Change = tuple[ScoredPairs, np.ndarray, Matching]


def movable(pairs: ScoredPairs, capacity: np.ndarray, previous: Matching) -> list[int]:
    open_pairs = zip(pairs.applicants.tolist(), pairs.postings.tolist(), strict=True)
    return [a for a, p in open_pairs if previous.posting_of[a] == p and capacity[p] > 0]


def by_enumeration(change: Change) -> list[tuple[float, int, int]]:
    """Total, moves and people placed of every assignment within the seats."""
    pairs, capacity, previous = change
    can_stay = movable(*change)
    options: list[list[tuple[int, float]]] = [[(-1, 0.0)] for _ in range(pairs.n_applicants)]
    for a, p, score in zip(pairs.applicants.tolist(), pairs.postings.tolist(), pairs.scores.tolist(), strict=True):
        options[a].append((p, score))
    found = []
    for choice in product(*options):
        places = [p for p, _ in choice]
        if all(places.count(p) <= capacity[p] for p in range(pairs.n_postings)):
            moves = sum(places[a] != previous.posting_of[a] for a in can_stay)
            found.append((sum(score for _, score in choice), moves, sum(p >= 0 for p in places)))
    return found


def largest_total_by_program(change: Change, max_moves: int) -> float:
    """The largest total within the moves, by one binary program on all pairs."""
    pairs, capacity, previous = change
    is_place = (pairs.postings == previous.posting_of[pairs.applicants]) & (capacity[pairs.postings] > 0)
    of_applicant = (pairs.applicants == np.arange(pairs.n_applicants)[:, np.newaxis]).astype(float)
    of_posting = (pairs.postings == np.arange(pairs.n_postings)[:, np.newaxis]).astype(float)
    limits = [
        LinearConstraint(of_applicant, ub=1),
        LinearConstraint(of_posting, ub=capacity),
        LinearConstraint(is_place[np.newaxis].astype(float), lb=is_place.sum() - max_moves),
    ]
    whole = np.ones(pairs.scores.size, np.int64)
    found = milp(-pairs.scores, constraints=limits, integrality=whole, bounds=Bounds(0, 1))
    assert found.success
    return -float(found.fun or 0.0)
