"""Good matchings for every limit on blocking pairs, found from both ends of the frontier."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s, Reals
from matching.mechanisms.assignment.linear_assignment import Assignment
from matching.mechanisms.limits.blocking_search import BestWithin, PairTable, blocking_of, pair_table, walk
from matching.mechanisms.limits.guided_refinement import refined_matching
from matching.outcome import UNMATCHED, Matching
from matching.programs.constraint_rows import AssignmentProgram

__all__ = ["matchings_within_limits"]

_N_BLENDS = 33
_TIE_BREAKS_A_PAIR, _MOST_TIE_BREAKS = 2, 500
_N_SWEEPS = 2
_N_COOLING_STEPS = 20
_MOVES_A_PAIR, _MOST_MOVES = 20, 20_000
_HOTTEST, _COLDEST = 0.1, 0.003
_BONUS = 0.3


@dataclass(frozen=True, eq=False)
class _Search:
    built: AssignmentProgram
    optimum: Assignment
    table: PairTable
    best: BestWithin
    deadline: float

    @property
    def spread(self) -> float:
        return float(np.ptp(self.table.score)) if self.table.score.size else 0.0

    @property
    def has_time(self) -> bool:
        return time.monotonic() < self.deadline

    def share(self, n_parts: int) -> float:
        """When the first of so many parts of what is left must end."""
        now = time.monotonic()
        return now + max(self.deadline - now, 0.0) / n_parts


def matchings_within_limits(
    built: AssignmentProgram, optimum: Assignment, allowed: Int64s, *, rng: np.random.Generator, deadline: float
) -> list[Matching | None]:
    """Return for each limit on blocking pairs the matching of the largest total met, None where none was met.

    1. Deferred acceptance on lists that lean more and more towards the optimal assignment.
    2. At the stable end, other ways to break the ties: a bonus drawn anew for a few applicants and postings at a time,
       kept where the total does not fall.
    3. Between the ends, annealing from the best matching of each limit, where a blocking pair costs what the frontier
       met so far says it is worth.

    Parameters
    ----------
    built : AssignmentProgram
        Of a market under seats alone.
    optimum : Assignment
        Of the same program.
    allowed : (k,) int64
        Limits on blocking pairs, ascending.
    rng : numpy.random.Generator
    deadline : float
        On the monotonic clock; the same generator state gives the same matchings unless it cuts in.
    """
    n = built.market.n_applicants
    best = BestWithin(
        allowed,
        np.full(allowed.size, -np.inf),
        np.full((allowed.size, n), UNMATCHED, np.int64),
    )
    search = _Search(built, optimum, pair_table(built), best, deadline)
    _record(search, optimum.matching)
    for blend in np.linspace(0.0, 1.0, _N_BLENDS) ** 2:  # closer together where few pairs block
        if search.has_time:
            _record(search, refined_matching(built, optimum, blend=float(blend)))
    _break_ties_better(search, rng, until=search.share(4))
    for step in range(_N_SWEEPS * allowed.size):
        _anneal(search, step % allowed.size, rng, until=search.share(_N_SWEEPS * allowed.size - step))
    return [_matching_of(search, i) for i in range(allowed.size)]


def _record(search: _Search, matching: Matching) -> float:
    """Count a matching for every limit that it keeps; return its total."""
    table, best = search.table, search.best
    rows = np.repeat(np.arange(matching.n_applicants), np.diff(table.indptr))
    formed = np.flatnonzero(table.posting == matching.posting_of[rows])
    pair_of = np.full(matching.n_applicants, UNMATCHED, np.int64)
    pair_of[rows[formed]] = formed
    value = float(table.score[formed].sum())
    better = np.flatnonzero((best.allowed >= blocking_of(table, pair_of).size) & (best.value < value))
    best.value[better] = value
    best.pair_of[better] = pair_of
    return value


def _break_ties_better(search: _Search, rng: np.random.Generator, *, until: float) -> None:
    built, table = search.built, search.table
    rows = np.repeat(np.arange(built.market.n_applicants), np.diff(table.indptr))
    bonus = np.where(search.optimum.matching.posting_of[rows] == table.posting, search.spread, 0.0)
    value = _record(search, refined_matching(built, search.optimum, blend=0.0, bonus=bonus))
    n_tries = 0 if built.market.is_strict else min(_TIE_BREAKS_A_PAIR * table.posting.size, _MOST_TIE_BREAKS)
    for _ in range(n_tries):
        if time.monotonic() > until:
            return
        people, places = (
            rng.random(size) < 0.1 * rng.random() for size in (built.market.n_applicants, table.first_seat.size)
        )
        redrawn = people[rows] | places[table.posting]
        other = bonus.copy()
        other[redrawn] = _BONUS * search.spread * rng.standard_normal(int(redrawn.sum()))
        other_value = _record(search, refined_matching(built, search.optimum, blend=0.0, bonus=other))
        if other_value >= value:
            bonus, value = other, other_value


def _anneal(search: _Search, i: int, rng: np.random.Generator, *, until: float) -> None:
    best = search.best
    if not np.isfinite(best.value[i]) or search.spread == 0.0:
        return
    before, after = max(i - 1, 0), min(i + 1, best.allowed.size - 1)
    gained = best.value[after] - best.value[before]
    price = float(gained / max(best.allowed[after] - best.allowed[before], 1)) if np.isfinite(gained) else search.spread
    pair_of = best.pair_of[i].copy()
    n_moves = min(_MOVES_A_PAIR * search.table.posting.size, _MOST_MOVES)
    for temperature in search.spread * np.geomspace(_HOTTEST, _COLDEST, _N_COOLING_STEPS):
        if time.monotonic() > until:
            return
        draws: Reals = rng.random((n_moves, 4))
        walk(search.table, pair_of, best, draws, price=price, temperature=float(temperature))


def _matching_of(search: _Search, i: int) -> Matching | None:
    if not np.isfinite(search.best.value[i]):
        return None
    pair_of = search.best.pair_of[i]
    places = search.table.posting[pair_of] if search.table.posting.size else pair_of
    return Matching(np.where(pair_of >= 0, places, UNMATCHED), search.built.market.n_postings)
