"""Proofs that an assignment is optimal, recomputed from scores, capacities and prices alone.

For prices u, v >= 0 that cover every pair, u[a] + v[p] >= score[a, p], no assignment is worth more than
sum(u) + sum(capacity * v): weak duality of the transportation problem. A posting with a floor may have a price below 0
and then counts with its floor instead of its capacity: at least so many people are paid -v[p] to sit there. Where that
bound equals the value of the assignment at hand, the assignment is optimal, whoever found it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals
from matching.errors import CertificateError
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs
from matching.seat_prices import Held, lower_unbounded, raise_prices

__all__ = ["AssignmentCertificate", "assignment_certificate", "supporting_prices", "verify_optimality"]

RELATIVE_TOLERANCE = 1e-9
"""Rounding allowed, relative to the largest score for a price and to the bound for the gap."""

_BLOCK_PAIRS = 4_000_000
"""Pairs that are compared with the prices at a time: bounds the memory, never the result."""


@dataclass(frozen=True)
class AssignmentCertificate:
    """What a matching is worth, what no matching can exceed, and whether that proves it optimal.

    Attributes
    ----------
    value : float
        Total score of the pairs formed.
    bound : float
        Value of the prices: the most that any assignment can be worth, if the prices cover every pair.
    gap : float
        ``bound - value``; an upper bound on what a better assignment could add.
    worst_violation : float
        The largest amount by which a pair is not covered or a price is below 0 that may not be.
    is_feasible : bool
        Capacities and floors hold and every placement is a pair.
    tolerance : float
        Relative; the violation is compared with it times the largest score that can matter, the gap with it times that
        score or the bound, whichever is larger.
    holds : bool
        Feasible, covered and without a gap, within the tolerance.
    """

    value: float
    bound: float
    gap: float
    worst_violation: float
    is_feasible: bool
    tolerance: float
    holds: bool


def assignment_certificate(
    pairs: ScoredPairs,
    capacity: npt.ArrayLike,
    matching: Matching,
    applicant_prices: npt.ArrayLike,
    posting_prices: npt.ArrayLike,
    *,
    floor: npt.ArrayLike | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
) -> AssignmentCertificate:
    """Judge whether the prices prove that no assignment is worth more than the matching.

    Parameters
    ----------
    pairs : ScoredPairs
        Acceptable pairs and their scores.
    capacity, floor : (m,) int
        The most and the least that each posting may hold; without ``floor`` the least is 0.
    matching : Matching
        What is to be proved optimal.
    applicant_prices, posting_prices : (n,) and (m,) float
        A posting's price may be below 0 only where it has a floor.
    tolerance : float
        Relative; see :class:`AssignmentCertificate`.

    Raises
    ------
    CertificateError
        When an array does not fit the pairs.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[3.0, 1.0]]))
    >>> assignment_certificate(pairs, [1, 1], Matching(np.array([0]), 2), [1.0], [2.0, 0.0]).holds
    True
    >>> assignment_certificate(pairs, [1, 1], Matching(np.array([1]), 2), [1.0], [2.0, 0.0]).gap
    2.0
    """
    seats = _sized(capacity, pairs.n_postings, "capacity")
    u = _sized(applicant_prices, pairs.n_applicants, "applicant_prices")
    v = _sized(posting_prices, pairs.n_postings, "posting_prices")
    least = _floor(floor, pairs.n_postings)
    if (matching.n_applicants, matching.n_postings) != (pairs.n_applicants, pairs.n_postings):
        has = f"{matching.n_applicants} applicants and {matching.n_postings} postings"
        raise CertificateError(f"the matching has {has}, expected {pairs.n_applicants} and {pairs.n_postings}")
    lowest = float(np.concatenate([[0.0], u, v[least == 0]]).min())
    at_open = np.where(seats > 0, v, np.inf)  # a seat that does not exist may cost whatever it takes
    violation = _worst_uncovered(pairs, u, at_open, at_least=abs(lowest))
    counted = np.where((v < 0) & (least > 0), least, seats)
    value, bound = pairs.total(matching), float(u.sum() + (counted * v).sum())
    is_feasible = _is_feasible(pairs, seats, least, matching)
    scale = _scale(pairs, seats, least)
    is_tight = violation <= tolerance * scale and abs(bound - value) <= tolerance * max(scale, abs(bound))
    return AssignmentCertificate(
        value, bound, bound - value, violation, is_feasible, tolerance, holds=is_feasible and is_tight
    )


def verify_optimality(
    pairs: ScoredPairs,
    capacity: npt.ArrayLike,
    matching: Matching,
    applicant_prices: npt.ArrayLike,
    posting_prices: npt.ArrayLike,
    *,
    floor: npt.ArrayLike | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
) -> AssignmentCertificate:
    """Return the certificate, or raise :class:`CertificateError` that says why it proves nothing."""
    certificate = assignment_certificate(
        pairs, capacity, matching, applicant_prices, posting_prices, floor=floor, tolerance=tolerance
    )
    if not certificate.is_feasible:
        breach = "exceeds a capacity" if floor is None else "exceeds a capacity, misses a floor"
        raise CertificateError(f"the matching {breach} or forms a pair that is not acceptable")
    if not certificate.holds:
        found = f"value {certificate.value}, bound {certificate.bound}, violation {certificate.worst_violation}"
        raise CertificateError(
            f"the prices do not prove the matching optimal: {found}, expected no gap and no violation"
        )
    return certificate


def supporting_prices(
    pairs: ScoredPairs,
    capacity: npt.ArrayLike,
    matching: Matching,
    *,
    floor: npt.ArrayLike | None = None,
    tolerance: float = RELATIVE_TOLERANCE,
) -> tuple[Reals, Reals]:
    """Return the least seat prices at which nobody wants another seat than the one held, and what each applicant gains.

    No mechanism is consulted: the prices are read off the matching alone, so a third party can check a result that
    came without prices. The matching is optimal iff :func:`assignment_certificate` holds for them.

    Returns
    -------
    applicant_prices : (n,) float64
    posting_prices : (m,) float64

    Raises
    ------
    CertificateError
        When the capacities or floors do not fit the pairs.

    Notes
    -----
    Seat prices start at 0, at minus infinity where a posting holds no more than its floor, and rise to what the
    best-paying outsider would gain, until nothing moves: Bellman-Ford on postings with a queue. For an optimal matching
    m + 1 sweeps of O(nnz) suffice, and a few are the rule; for another they stop at a cycle of moves that gains. A
    price that nobody outside bounds is the nearest to 0 at which all who sit there stay.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[3.0, 1.0], [2.0, 0.0]]))
    >>> supporting_prices(pairs, [1, 1], Matching(np.array([0, 1]), 2))
    (array([1., 0.]), array([2., 0.]))
    """
    seats = _sized(capacity, pairs.n_postings, "capacity")
    is_closed = seats == 0
    least = _floor(floor, pairs.n_postings)
    held = Held(pairs.indptr, pairs.postings, pairs.scores, pairs.entries_of(matching))
    scale = _scale(pairs, seats, least)
    step = tolerance * 1e-3 * scale
    v = np.where((least > 0) & (matching.n_held <= least), -np.inf, 0.0)
    raise_prices(held, v, step, tolerance * scale)
    is_unbounded = np.isneginf(v)
    v[is_unbounded] = 0.0
    lower_unbounded(held, v, (is_unbounded, is_closed), step)
    u = np.zeros(pairs.n_applicants)
    is_held = held.entry_of >= 0
    own = held.entry_of[is_held]
    u[is_held] = np.maximum(pairs.scores[own] - v[pairs.postings[own]], 0.0)
    v[is_closed] = 0.0
    if is_closed.any():
        is_other = is_closed[pairs.postings]
        is_other[own] = False
        np.maximum.at(v, pairs.postings[is_other], pairs.scores[is_other] - u[pairs.applicants[is_other]])
    return u, v


def _scale(pairs: ScoredPairs, seats: Reals, least: Reals) -> float:
    """The largest score that can matter: of a pair that is worth forming, or that a floor may force.

    A score of -1e12 that keeps two apart, or one at a closed posting, must not blind the check to a half elsewhere.
    """
    if not least.any() and (seats > 0).all():
        return float(pairs.scores.max(initial=0.0))
    matters = np.where(least[pairs.postings] > 0, np.abs(pairs.scores), pairs.scores)
    return float(matters.max(initial=0.0, where=seats[pairs.postings] > 0))


def _worst_uncovered(pairs: ScoredPairs, u: Reals, v: Reals, *, at_least: float) -> float:
    """The largest amount by which a pair's prices fall short of its score, or ``at_least`` where that is more."""
    worst = at_least
    for rows in _row_blocks(pairs.indptr):
        entries = slice(pairs.indptr[rows.start], pairs.indptr[rows.stop])
        paid = np.repeat(u[rows], np.diff(pairs.indptr[rows.start : rows.stop + 1]))
        paid += v[pairs.postings[entries]]
        worst = float((pairs.scores[entries] - paid).max(initial=worst))
    return worst


def _row_blocks(indptr: Int64s) -> Iterator[slice]:
    """Consecutive rows of about ``_BLOCK_PAIRS`` pairs, one row at least."""
    start, n = 0, indptr.size - 1
    while start < n:
        # all rows that end within the block
        full = int(np.count_nonzero(indptr <= indptr[start] + _BLOCK_PAIRS)) - 1
        stop = min(max(full, start + 1), n)
        yield slice(start, stop)
        start = stop


def _is_feasible(pairs: ScoredPairs, seats: Reals, least: Reals, matching: Matching) -> bool:
    formed: Int64s = pairs.entries_of(matching)
    is_within: Bools = (matching.n_held <= seats) & (matching.n_held >= least)
    return bool(is_within.all() and ((formed >= 0) == matching.is_matched).all())


def _floor(floor: npt.ArrayLike | None, n_postings: int) -> Reals:
    return np.zeros(n_postings) if floor is None else _sized(floor, n_postings, "floor")


def _sized(values: npt.ArrayLike, size: int, name: str) -> Reals:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise CertificateError(f"{name} has shape {array.shape}, expected ({size},)")
    return array
