"""Immediate acceptance, the Boston mechanism: a seat given is given for good, first choices first."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.strictness import verify_strict
from matching.outcome import UNMATCHED, Matching

__all__ = ["immediate_acceptance"]


def immediate_acceptance(market: Market) -> Matching:
    """Return the matching of the Boston mechanism, in which every acceptance is final.

    1. In round k every applicant without a place applies to the k-th entry of the list, whatever became of it.
    2. A posting gives its remaining seats to the best of the round's applicants whom it lists, for good.
    3. The rounds end with the longest list.

    For strict lists the result is Pareto efficient for applicants. It need not be stable, and an applicant can gain by
    reporting another list: it is here to be compared with, and because calls without an algorithm work like it.

    Parameters
    ----------
    market : Market
        Strict lists. An application to a posting that is full, closed or does not list the applicant is refused and
        costs its round, as it does where people apply one place after the other.

    Raises
    ------
    MechanismError
        When a list holds a tie.

    Notes
    -----
    Unique for strict lists. O(nnz log n) time, O(n + m) memory beside the market. The same matching is that of deferred
    acceptance when every posting ranks those first who list it higher [2]_.

    References
    ----------
    .. [1] A. Abdulkadiroglu and T. Sonmez (2003), School choice: a mechanism design approach, American Economic Review
       93(3), 729-747, :doi:`10.1257/000282803322157061`.
    .. [2] H. Ergin and T. Sonmez (2006), Games of school choice under the Boston mechanism, Journal of Public Economics
       90(1-2), 215-237, :doi:`10.1016/j.jpubeco.2005.02.002`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1], [1, 0]], n_choices=2),
    ...     Preferences.from_lists([[0, 1, 2], [1, 0, 2]], n_choices=3),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> immediate_acceptance(market).posting_of  # applicant 1 comes too late to the posting that ranks her first
    array([ 0, -1,  1])
    """
    verify_strict(market)
    lists = market.applicants
    posting_of = _accept_in_rounds(lists.indptr, lists.indices, market.rank_at_posting, market.capacity)
    return Matching(posting_of, market.n_postings)


@Kernel
def _accept_in_rounds(indptr: Int64s, indices: Int32s, rank_at: Int32s, capacity: Int64s) -> Int64s:
    n = indptr.size - 1
    posting_of = np.full(n, UNMATCHED, np.int64)
    left = capacity.copy()
    waiting = np.arange(n)
    n_waiting, turn = n, 0
    while n_waiting > 0:
        keys = np.empty(n_waiting, np.int64)
        who = np.empty(n_waiting, np.int64)
        n_asking, n_still = 0, 0
        for position in range(n_waiting):
            applicant = waiting[position]
            entry = indptr[applicant] + turn
            if posting_of[applicant] != UNMATCHED or entry >= indptr[applicant + 1]:
                continue
            waiting[n_still] = applicant
            n_still += 1
            if rank_at[entry] >= 0 and left[indices[entry]] > 0:
                keys[n_asking] = (np.int64(indices[entry]) << 32) | rank_at[entry]
                who[n_asking] = applicant
                n_asking += 1
        for position in np.argsort(keys[:n_asking]):
            posting = keys[position] >> 32
            if left[posting] > 0:
                left[posting] -= 1
                posting_of[who[position]] = posting
        n_waiting = n_still
        turn += 1
    return posting_of
