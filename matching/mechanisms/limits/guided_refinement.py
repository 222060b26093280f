"""Matchings between stable and optimal: deferred acceptance on lists that lean towards the optimal assignment.

At one end both sides keep their lists and ties go to the partner in the optimal assignment, then to the higher score
less the price of the seat; every strict refinement of the ties gives a weakly stable matching. At the other end both
sides rank by score less price alone, and the optimal assignment itself is stable.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, Reals, totals_before
from matching.market import Market
from matching.mechanisms.assignment.linear_assignment import Assignment, optimal_assignment
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.outcome import Matching
from matching.preferences import Preferences
from matching.programs.constraint_rows import AssignmentProgram
from matching.scored_pairs import ScoredPairs

__all__ = ["padded_prices", "refined_matching", "seats_only_optimum"]


def seats_only_optimum(built: AssignmentProgram) -> Assignment:
    """Return the optimal assignment of the people who apply alone, under seats and nothing else."""
    market, entries = built.market, built.holdings.entries
    ends = np.searchsorted(entries, market.applicants.indptr)
    scores = built.program.objective[: entries.size]
    pairs = ScoredPairs(ends, market.applicants.indices[entries], scores, market.n_postings)
    return optimal_assignment(pairs, market.capacity)


def padded_prices(built: AssignmentProgram, optimum: Assignment) -> Reals:
    """Return its prices as prices of the program's rows, 0 for the rows of limits: they bound the program, too."""
    prices = np.zeros(built.program.n_rows)
    for rows, found in (
        (built.applicant_rows, optimum.applicant_prices),
        (built.posting_rows, optimum.posting_prices),
    ):
        prices[rows[rows >= 0]] = found[rows >= 0]
    return prices


def refined_matching(
    built: AssignmentProgram, optimum: Assignment, *, blend: float, bonus: Reals | None = None
) -> Matching:
    """Return the outcome of deferred acceptance where both sides lean by ``blend`` towards the optimum.

    Parameters
    ----------
    built : AssignmentProgram
        Of a market; members of couples stay unplaced.
    optimum : Assignment
        Of the same program, from :func:`seats_only_optimum`.
    blend : float
        0: lists as submitted, ties towards the optimum, so that the outcome is weakly stable for those who apply alone;
        1: scores less prices alone.
    bonus : (pairs,) float64, optional
        Added to the score less the price; without it the partner in the optimum comes first in every tie.

    Notes
    -----
    Places are compared by ``(1 - blend) * rank / length - blend * (score - price) / spread``, then the partner in the
    optimum or the bonus, then the score less the price, then the lower index.
    """
    market, entries = built.market, built.holdings.entries
    rows, postings = market.applicants.rows()[entries], market.applicants.indices[entries].astype(np.int64)
    scores = built.program.objective[: entries.size]
    is_partner = optimum.matching.posting_of[rows] == postings
    own = scores - optimum.posting_prices[postings]
    of_posting = scores - optimum.applicant_prices[rows]
    if bonus is not None:
        own, of_posting, is_partner = own + bonus, of_posting + bonus, np.zeros(rows.size, np.bool_)
    by_applicants = _leaning(rows, market.applicants.ranks[entries], own, is_partner, blend)
    by_postings = _leaning(postings, market.rank_at_posting[entries], of_posting, is_partner, blend)
    strict = Market(
        _strict(by_applicants, rows, postings, market.n_applicants, market.n_postings),
        _strict(by_postings, postings, rows, market.n_postings, market.n_applicants),
        market.capacity,
    )
    return deferred_acceptance(strict)


def _leaning(group: Int64s, ranks: Int32s, gains: Reals, is_partner: Bools, blend: float) -> Int64s:
    """Entries group after group, best first."""
    spread = max(float(np.ptp(gains)) if gains.size else 0.0, 1e-12)
    length = float(ranks.max(initial=0) + 1)
    worth = blend * gains / spread - (1.0 - blend) * ranks / length
    return np.lexsort((-gains, ~is_partner, -worth, group))


def _strict(order: Int64s, group: Int64s, choice: Int64s, n_rows: int, n_choices: int) -> Preferences:
    counts = np.bincount(group, minlength=n_rows)
    indptr = totals_before(counts)
    positions = np.arange(order.size) - np.repeat(indptr[:-1], counts)
    return Preferences(indptr, choice[order].astype(np.int32), positions.astype(np.int32), n_choices)
