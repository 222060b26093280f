"""Exact spans of the weights within which a whole assignment stays one of the largest total.

An assignment is optimal exactly where prices prove it (``matching.certificates``). The prices and the moving weight are
the unknowns of one linear program, so its optimum is the exact breakpoint. The weights that keep an assignment optimal
are convex: any mixture of points inside is inside, which is the 100 % rule [1]_: shares of several spans may be used at
once as long as they add up to no more than 1.

References
----------
.. [1] S. P. Bradley, A. C. Hax and T. L. Magnanti (1977), Applied Mathematical Programming, Addison-Wesley,
   section 3.7.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, hstack, vstack

from features.errors import WeightError
from features.robustness.region import Span, line_of, verified_weights

__all__ = ["AssignmentSpans", "assignment_spans"]


@dataclass(frozen=True, eq=False)
class AssignmentSpans:
    """How far each weight may move alone, the others keeping their proportions.

    Attributes
    ----------
    weights : (K,) float64
    spans : tuple of Span
        One a term.
    """

    weights: npt.NDArray[np.float64]
    spans: tuple[Span, ...]

    def covers(self, weights: npt.NDArray[np.float64]) -> bool:
        """Whether the 100 % rule proves that the assignment stays optimal at other weights (False proves nothing)."""
        corners = [self.weights]
        for term, span in enumerate(self.spans):
            start, direction = line_of(self.weights, term)
            corners += [start + span.low * direction, start + span.high * direction]
        hull = np.array(corners).T
        found = linprog(
            np.zeros(hull.shape[1]),
            A_eq=np.vstack([hull, np.ones(hull.shape[1])]),
            b_eq=np.append(weights, 1.0),
            method="highs",
        )
        return bool(found.status == 0)


def assignment_spans(
    values: npt.NDArray[np.float64],
    acceptable: npt.NDArray[np.bool_],
    capacity: npt.NDArray[np.int64],
    posting_of: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
) -> AssignmentSpans:
    """Exact spans of every weight within which an assignment stays optimal.

    Parameters
    ----------
    values : (n, m, K) float64
        What each term says of each pair; the score of a pair is ``values @ weights``.
    acceptable : (n, m) bool
    capacity : (m,) int64
    posting_of : (n,) int64
        The assignment; -1 = unmatched.
    weights : (K,) float64

    Raises
    ------
    WeightError
        If the assignment breaks a capacity, forms a pair that is not acceptable, or is not optimal at the weights.

    Notes
    -----
    Two linear programs a term, n + m + 1 unknowns and a row a pair: seconds for 200 × 50, not for a nation.
    """
    weights = verified_weights(weights, values.shape[2])
    _verify_feasible(acceptable, capacity, posting_of)
    prices = _prices(acceptable)
    people, postings = np.nonzero(acceptable)
    pairs, placed = values[people, postings], np.flatnonzero(posting_of >= 0)
    total = values[placed, posting_of[placed]].sum(axis=0)
    spans: list[Span] = []
    for term in range(weights.size):
        start, direction = line_of(weights, term)
        scores, worth = (pairs @ start, pairs @ direction), (float(total @ start), float(total @ direction))
        low, high = (_end(prices, scores, worth, capacity, sign) for sign in (1.0, -1.0))
        at = float(weights[term])
        if low is None or high is None or not low - 1e-7 <= at <= high + 1e-7:
            raise WeightError("the assignment is not optimal at the weights, expected one of the largest total")
        spans.append(Span(max(0.0, min(low, at)), min(1.0, max(high, at))))
    return AssignmentSpans(weights, tuple(spans))


def _verify_feasible(
    acceptable: npt.NDArray[np.bool_], capacity: npt.NDArray[np.int64], posting_of: npt.NDArray[np.int64]
) -> None:
    placed = np.flatnonzero(posting_of >= 0)
    bad = placed[~acceptable[placed, posting_of[placed]]]
    if bad.size:
        raise WeightError(f"applicant {bad[0]} holds posting {posting_of[bad[0]]}, which is not acceptable")
    over = np.flatnonzero(np.bincount(posting_of[placed], minlength=capacity.size) > capacity)
    if over.size:
        raise WeightError(f"posting {over[0]} holds more than its capacity {capacity[over[0]]}")


def _prices(acceptable: npt.NDArray[np.bool_]) -> csr_array:
    """Rows −u_a − v_p, one an acceptable pair."""
    people, postings = np.nonzero(acceptable)
    row = np.arange(people.size)
    columns = np.concatenate([people, acceptable.shape[0] + postings])
    shape = (people.size, sum(acceptable.shape))
    return csr_array(coo_array((np.full(2 * row.size, -1.0), (np.concatenate([row, row]), columns)), shape=shape))


def _end(
    prices: csr_array,
    scores: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    total: tuple[float, float],
    capacity: npt.NDArray[np.int64],
    sign: float,
) -> float | None:
    """The least (sign 1) or largest (-1) t at which prices prove the assignment; None where none does.

    Unknowns u, v and t: u_a + v_p >= s0 + t·s1 for every pair, Σu + Σ capacity·v <= total at t. Weak duality makes the
    last one an equality, and 0 <= t <= 1.
    """
    n_prices = prices.shape[1]
    seats = capacity.astype(np.float64)
    worth = np.concatenate([np.ones(n_prices - seats.size), seats, [-total[1]]])
    rows = vstack([hstack([prices, csr_array(scores[1].reshape(-1, 1))]), csr_array(worth.reshape(1, -1))])
    found = milp(  # no integers: of scipy's linear programs the one whose type takes sparse rows
        np.append(np.zeros(n_prices), sign),
        constraints=LinearConstraint(rows, ub=np.append(-scores[0], total[0])),
        bounds=Bounds(0, np.append(np.full(n_prices, np.inf), 1.0)),
    )
    return float(found.x[-1]) if found.status == 0 else None
