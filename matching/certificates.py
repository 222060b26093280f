"""Proofs that an assignment is optimal, recomputed from scores, capacities and prices alone.

For prices u, v >= 0 that cover every pair, u[a] + v[p] >= score[a, p], no assignment is worth more than
sum(u) + sum(capacity * v): weak duality of the transportation problem. Where that bound equals the value of the
assignment at hand, the assignment is optimal, whoever found it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals
from matching.errors import CertificateError
from matching.outcome import Matching
from matching.scored_pairs import ScoredPairs

__all__ = ["AssignmentCertificate", "assignment_certificate", "supporting_prices", "verify_optimality"]

RELATIVE_TOLERANCE = 1e-9
"""Rounding allowed, relative to the largest score for a price and to the bound for the gap."""


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
        The largest amount by which a pair is not covered or a price is below 0.
    is_feasible : bool
        Capacities hold and every placement is a pair.
    tolerance : float
        Relative; the violation is compared with it times max(1, largest score), the gap with it times max(1, bound).
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
    tolerance: float = RELATIVE_TOLERANCE,
) -> AssignmentCertificate:
    """Judge whether the prices prove that no assignment is worth more than the matching.

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
    if (matching.n_applicants, matching.n_postings) != (pairs.n_applicants, pairs.n_postings):
        has = f"{matching.n_applicants} applicants and {matching.n_postings} postings"
        raise CertificateError(f"the matching has {has}, expected {pairs.n_applicants} and {pairs.n_postings}")
    uncovered = pairs.scores - u[pairs.applicants] - v[pairs.postings]
    violation = max((float(part.max(initial=0.0)) for part in (uncovered, -u, -v)), default=0.0)
    value, bound = pairs.total(matching), float(u.sum() + (seats * v).sum())
    is_feasible = _is_feasible(pairs, seats, matching)
    scale = max(1.0, float(np.abs(pairs.scores).max(initial=0.0)))
    is_tight = violation <= tolerance * scale and abs(bound - value) <= tolerance * max(1.0, abs(bound))
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
    tolerance: float = RELATIVE_TOLERANCE,
) -> AssignmentCertificate:
    """Return the certificate, or raise :class:`CertificateError` that says why it proves nothing."""
    certificate = assignment_certificate(
        pairs, capacity, matching, applicant_prices, posting_prices, tolerance=tolerance
    )
    if not certificate.is_feasible:
        raise CertificateError("the matching exceeds a capacity or forms a pair that is not acceptable")
    if not certificate.holds:
        found = f"value {certificate.value}, bound {certificate.bound}, violation {certificate.worst_violation}"
        raise CertificateError(
            f"the prices do not prove the matching optimal: {found}, expected no gap and no violation"
        )
    return certificate


def supporting_prices(
    pairs: ScoredPairs, capacity: npt.ArrayLike, matching: Matching, *, tolerance: float = RELATIVE_TOLERANCE
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
        When the capacities do not fit the pairs.

    Notes
    -----
    Seat prices start at 0 and rise to what the best-paying outsider would gain, until nothing moves: Bellman-Ford on
    postings. For an optimal matching m + 1 rounds of O(nnz) suffice; for another the rounds stop there.

    Examples
    --------
    >>> pairs = ScoredPairs.from_dense(np.array([[3.0, 1.0], [2.0, 0.0]]))
    >>> supporting_prices(pairs, [1, 1], Matching(np.array([0, 1]), 2))
    (array([1., 0.]), array([2., 0.]))
    """
    _sized(capacity, pairs.n_postings, "capacity")
    held = pairs.entries_of(matching)
    is_held = held >= 0
    own_score, own_posting = pairs.scores[held[is_held]], pairs.postings[held[is_held]]
    is_other = np.ones(pairs.scores.size, np.bool_)
    is_other[held[is_held]] = False
    applicants, postings, scores = pairs.applicants[is_other], pairs.postings[is_other], pairs.scores[is_other]
    step = tolerance * 1e-3 * max(1.0, float(np.abs(pairs.scores).max(initial=0.0)))
    u, v = np.zeros(pairs.n_applicants), np.zeros(pairs.n_postings)
    for _ in range(pairs.n_postings + 1):
        u[is_held] = np.maximum(own_score - v[own_posting], 0.0)
        risen = v.copy()
        np.maximum.at(risen, postings, scores - u[applicants])
        if not (risen > v + step).any():
            break
        v = risen
    u[is_held] = np.maximum(own_score - v[own_posting], 0.0)
    return u, v


def _is_feasible(pairs: ScoredPairs, seats: Reals, matching: Matching) -> bool:
    formed: Int64s = pairs.entries_of(matching)
    return bool((matching.n_held <= seats).all() and ((formed >= 0) == matching.is_matched).all())


def _sized(values: npt.ArrayLike, size: int, name: str) -> Reals:
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise CertificateError(f"{name} has shape {array.shape}, expected ({size},)")
    return array
