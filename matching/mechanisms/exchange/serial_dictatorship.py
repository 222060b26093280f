"""Serial dictatorship: people choose in a given order among the seats that are left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Int32s, Int64s, read_only_integers
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.outcome import UNMATCHED, Matching

__all__ = ["SerialDictatorship", "serial_dictatorship"]


@dataclass(frozen=True, eq=False)
class SerialDictatorship:
    """A matching and the order, first chooser first, that led to it."""

    matching: Matching
    order: Int64s


def serial_dictatorship(
    market: Market, *, order: npt.ArrayLike | None = None, rng: np.random.Generator | None = None
) -> SerialDictatorship:
    """Let each applicant in turn take the best acceptable posting with a seat left.

    The postings' lists decide who is acceptable; their order plays no part. For strict lists and every order the result
    is Pareto efficient for applicants, and reporting the true list is a dominant strategy.

    Parameters
    ----------
    market : Market
        An applicant who is indifferent takes the tied posting of the lowest index. Break the ties first where that
        should be a lottery; among the postings of a tie the order of choice is never optimised, so with ties the result
        need not be efficient.
    order : (n,) int, optional
        Every applicant once, first chooser first. Exactly one of ``order`` and ``rng`` is given.
    rng : numpy.random.Generator, optional
        Draws the order: random serial dictatorship.

    Raises
    ------
    MechanismError
        When both or neither of ``order`` and ``rng`` are given, or the order is not a permutation of the applicants.

    References
    ----------
    .. [1] A. Abdulkadiroglu and T. Sonmez (1998), Random serial dictatorship and the core from random endowments in
       house allocation problems, Econometrica 66(3), 689-701, :doi:`10.2307/2998580`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> serial_dictatorship(market, order=[1, 0]).matching.posting_of
    array([1, 0])
    """
    turns = _turns(market.n_applicants, order, rng)
    lists = market.applicants
    posting_of = _choose_in_turn(turns, lists.indptr, lists.indices, market.rank_at_posting, market.capacity)
    return SerialDictatorship(Matching(posting_of, market.n_postings), turns)


def _turns(n: int, order: npt.ArrayLike | None, rng: np.random.Generator | None) -> Int64s:
    if (order is None) == (rng is None):
        raise MechanismError("serial dictatorship takes an order or an rng, expected exactly one of them")
    turns = read_only_integers(rng.permutation(n) if rng is not None else np.asarray(order), np.int64, "order")
    if not np.array_equal(np.sort(turns), np.arange(n)):
        raise MechanismError(f"order has {turns.size} entries, expected each of the {n} applicants exactly once")
    return turns


@Kernel
def _choose_in_turn(turns: Int64s, indptr: Int64s, indices: Int32s, rank_at: Int32s, capacity: Int64s) -> Int64s:
    posting_of = np.full(turns.size, UNMATCHED, np.int64)
    left = capacity.copy()
    for applicant in turns:
        for entry in range(indptr[applicant], indptr[applicant + 1]):
            posting = indices[entry]
            if rank_at[entry] >= 0 and left[posting] > 0:
                posting_of[applicant] = posting
                left[posting] -= 1
                break
    return posting_of
