"""The largest total that moves at most so many people: a price on moves, and a program where that leaves a gap."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np

from matching import sparse
from matching.arrays import Bools, Reals
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.mechanisms.repair.earlier_places import EarlierPlaces, ScoredOption
from matching.outcome import Matching
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise

__all__ = ["best_within"]

_RELATIVE_TOLERANCE = 1e-9
"""Of the largest total: differences below it are rounding."""


def best_within(places: EarlierPlaces, nearest: ScoredOption, *, max_moves: int, time_limit: float) -> ScoredOption:
    """Return the assignment of the largest total that moves at most ``max_moves`` people, with a bound.

    Parameters
    ----------
    places : EarlierPlaces
        At most ``max_moves`` people hold places beyond today's seats.
    nearest : ScoredOption
        Of the assignments of the largest total the one that moves the fewest people; more than ``max_moves``.
    max_moves : int
        >= 0.
    time_limit : float
        Seconds for the binary program.
    """
    search = _secants(places, nearest, max_moves)
    gap = search.bound - search.inside.value
    if gap <= _RELATIVE_TOLERANCE * max(1.0, abs(search.bound)):
        return search.inside
    return _between(places, search, max_moves, gap, time_limit)


class _Search(NamedTuple):
    inside: ScoredOption  # moves few enough
    bound: float  # of every assignment that does
    slack: Reals  # (nnz,) by how much the prices exceed score and bonus


def _secants(places: EarlierPlaces, outside: ScoredOption, max_moves: int) -> _Search:
    """Narrow the bonus until the assignments just within and just beyond the limit are worth the same with it."""
    pairs, n_there = places.pairs, int(np.count_nonzero(places.is_there))
    inside = places.option(places.keep_and_fill(), outside.bound)
    while True:
        # inside moves fewer people than outside, and is worth no more
        bonus = max(0.0, outside.value - inside.value) / (outside.n_moved - inside.n_moved)
        scores = places.with_bonus(bonus)
        best = optimal_assignment(places.pairs.only(np.ones(scores.size, np.bool_), scores), places.seats)
        bound = best.value - bonus * (n_there - max_moves)
        option = places.option(best.matching, bound)
        line = inside.value + bonus * (n_there - inside.n_moved)
        if best.value <= line + _RELATIVE_TOLERANCE * max(1.0, abs(line)):
            slack = best.applicant_prices[pairs.applicants] + best.posting_prices[pairs.postings] - scores
            return _Search(replace(inside, bound=bound), bound, slack)
        if option.n_moved <= max_moves:
            inside = option
        else:
            outside = option


def _between(places: EarlierPlaces, search: _Search, max_moves: int, gap: float, time_limit: float) -> ScoredOption:
    """Decide by a binary program among the pairs that can still be part of something better."""
    formed = places.pairs.entries_of(search.inside.matching)
    is_formed = np.zeros(search.slack.size, np.bool_)
    is_formed[formed[formed >= 0]] = True
    kept = is_formed | ((search.slack <= gap * (1 + 1e-6)) & (places.seats[places.pairs.postings] > 0))
    program = _program(places, kept, max_moves)
    solution = maximise(program, start=is_formed[kept].astype(np.float64), time_limit=time_limit)
    if solution.values is None or solution.value <= search.inside.value:
        return search.inside
    chosen = np.flatnonzero(kept)[solution.values > 0.5]
    posting_of = np.full(places.pairs.n_applicants, -1, np.int64)
    posting_of[places.pairs.applicants[chosen]] = places.pairs.postings[chosen]
    return places.option(Matching(posting_of, places.pairs.n_postings), search.bound)


def _program(places: EarlierPlaces, kept: Bools, max_moves: int) -> IntegerProgram:
    """A binary a pair, a row an applicant, a posting, and one for the places that are kept."""
    pairs, size = places.pairs, int(np.count_nonzero(kept))
    n, m, each = pairs.n_applicants, pairs.n_postings, np.arange(size)
    is_place = np.zeros(kept.size, np.bool_)
    is_place[places.entry[places.is_there]] = True
    ones = np.ones(size)
    rows = sparse.vstack(
        [
            sparse.csr_array((ones, (pairs.applicants[kept], each)), shape=(n, size)),
            sparse.csr_array((ones, (pairs.postings[kept], each)), shape=(m, size)),
            sparse.csr_array(is_place[kept][np.newaxis].astype(np.float64)),
        ],
        format="csr",
    )
    n_kept_at_least = int(np.count_nonzero(places.is_there)) - max_moves
    lower = np.concatenate([np.full(n + m, -np.inf), [n_kept_at_least]])
    upper = np.concatenate([np.ones(n), places.seats, [np.inf]])
    return IntegerProgram.of_binaries(pairs.scores[kept], sparse.csr_array(rows), lower, upper)
