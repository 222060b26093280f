"""Ways to place people, as the chance with which each puts a person at a posting.

An assignment is a plan without chance; a lottery, and an office whose choices a model tells, are plans with it. Chances
that have no formula are counted over many draws, as in [1]_.

References
----------
.. [1] A. Abdulkadiroğlu, J. D. Angrist, Y. Narita and P. A. Pathak (2017), Research design meets market design: using
   centralized assignment for impact evaluation, Econometrica 85, 1373-1432, :doi:`10.3982/ECTA13925`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.evaluation.happened import verified_table
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.scored_pairs import ScoredPairs

__all__ = ["best_assignment", "counted_chances", "greedy_assignment", "random_chances", "sure_plan"]


def sure_plan(posting_of: npt.NDArray[np.int64], n_postings: int) -> npt.NDArray[np.float64]:
    """An assignment as a plan: chance 1 at the person's posting.

    Examples
    --------
    >>> sure_plan(np.array([1, -1]), 2)
    array([[0., 1.],
           [0., 0.]])
    """
    if posting_of.size and not -1 <= posting_of.min() <= posting_of.max() < n_postings:
        raise EvaluationError(f"an assignment names a posting out of range, expected below {n_postings} or -1")
    plan: npt.NDArray[np.float64] = (posting_of[:, None] == np.arange(n_postings)).astype(np.float64)
    return plan


def counted_chances(
    draw: Callable[[np.random.Generator], npt.NDArray[np.int64]],
    shape: tuple[int, int],
    *,
    rng: np.random.Generator,
    n_draws: int,
) -> npt.NDArray[np.float64]:
    """Share of draws in which a way to place people puts each at each posting.

    Parameters
    ----------
    draw : callable
        Generator → (n,) posting of each person, -1 for none.
    shape : (n, m)
    rng : numpy.random.Generator
    n_draws : int
        A chance p is counted with standard error √(p (1 − p) / n_draws).

    Examples
    --------
    >>> counted_chances(lambda rng: rng.permutation(2), (2, 2), rng=np.random.default_rng(0), n_draws=1000).round(1)
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    if n_draws < 1:
        raise EvaluationError(f"n_draws is {n_draws}, expected >= 1")
    counts = np.zeros(shape)
    people = np.arange(shape[0])
    for _ in range(n_draws):
        posting_of = draw(rng)
        placed = posting_of >= 0
        counts[people[placed], posting_of[placed]] += 1
    return counts / n_draws


def random_chances(
    capacity: npt.NDArray[np.int64],
    is_allowed: npt.NDArray[np.bool_],
    *,
    rng: np.random.Generator,
    n_draws: int = 500,
) -> npt.NDArray[np.float64]:
    """Chances of a lottery: people come in random order, each draws one of the seats that are left to them.

    Parameters
    ----------
    capacity : (m,) int64
    is_allowed : (n, m) bool
    rng : numpy.random.Generator
    n_draws : int, default 500
    """
    n, m = is_allowed.shape
    left = np.tile(capacity, (n_draws, 1)).astype(np.float64)
    everybody = np.arange(n, dtype=np.int64)
    order = rng.permuted(np.tile(everybody, (n_draws, 1)), axis=1)
    counts, each = np.zeros((n, m)), np.arange(n_draws)
    for person in order.T:
        ticket = np.cumsum(left * is_allowed[person], axis=1)
        drawn = (ticket <= (rng.random(n_draws) * ticket[:, -1])[:, None]).sum(axis=1)
        is_placed = ticket[:, -1] > 0
        np.add.at(counts, (person[is_placed], drawn[is_placed]), 1.0)
        left[each[is_placed], drawn[is_placed]] -= 1
    return counts / n_draws


def greedy_assignment(
    values: npt.NDArray[np.float64], capacity: npt.NDArray[np.int64], is_allowed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """Each person in order of arrival at the best posting that still has a seat; of equals the first, (n,).

    Examples
    --------
    >>> greedy_assignment(np.array([[0.9, 0.8], [0.9, 0.1]]), np.array([1, 1]), np.ones((2, 2), bool))
    array([0, 1])
    """
    left, posting_of = capacity.copy(), np.full(len(values), -1, np.int64)
    for person, row in enumerate(values):
        is_open = is_allowed[person] & (left > 0)
        if is_open.any():
            posting_of[person] = int(np.where(is_open, row, -np.inf).argmax())
            left[posting_of[person]] -= 1
    return posting_of


def best_assignment(
    values: npt.NDArray[np.float64], capacity: npt.NDArray[np.int64], is_allowed: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """The assignment of the largest total value within the seats, (n,): the engine's ``optimal-assignment``."""
    pairs = ScoredPairs.from_dense(verified_table(values, "values"), acceptable=is_allowed)
    return optimal_assignment(pairs, capacity).matching.posting_of
