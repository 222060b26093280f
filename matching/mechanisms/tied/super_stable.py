"""Super-stable matchings: no pair blocks even when every tie counts as a gain."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int64s
from matching.kernels import Kernel
from matching.market import Market
from matching.mechanisms.stable.listed_sides import ListedSide, listed_sides
from matching.mechanisms.tied.tied_proposals import Proposals, no_proposals, propose
from matching.outcome import UNMATCHED, Matching

__all__ = ["super_stable"]


def super_stable(market: Market) -> Matching | None:
    """Return the super-stable matching that is best for applicants, or None where there is none.

    A pair that is on both lists and not matched together blocks in the super sense when the posting is no worse for the
    applicant than the place held, and has a free seat or ranks the applicant no lower than some holder. A super-stable
    matching is stable however the ties are broken.

    1. An applicant without an assignment is provisionally assigned to all of the best class of the list that is left.
    2. A posting with more applicants assigned than seats strikes the worst class off its list; one whose seats are full
       strikes everybody below its worst holder.
    3. When nobody waits: there is no super-stable matching if somebody is assigned twice, or if a posting that was full
       is not any more.

    Parameters
    ----------
    market : Market
        Ties on either side or on both; on strict lists the result is that of deferred acceptance.

    Returns
    -------
    Matching or None
        Every applicant weakly prefers it to every other super-stable matching, and it is the only one of which that is
        true: of two that an applicant liked equally, the pair left aside would block.

    Notes
    -----
    Unique, so it depends on no order. O(nnz + n + m) time, O(n + m) memory beside the market.

    References
    ----------
    .. [1] R. W. Irving, D. F. Manlove and S. Scott (2000), The hospitals/residents problem with ties, SWAT 2000,
       LNCS 1851, 259-271, :doi:`10.1007/3-540-44985-X_24`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> people = Preferences.from_lists([[0, 1], [0]], n_choices=2)
    >>> seats = np.array([1, 1])
    >>> super_stable(Market(people, Preferences.from_lists([[[0, 1]], [0]], n_choices=2), seats)) is None
    True
    >>> super_stable(Market(people, Preferences.from_lists([[1, 0], [0]], n_choices=2), seats)).posting_of
    array([1, 0])
    """
    applicants, postings = listed_sides(market)
    posting_of, exists = _assign(applicants, postings, market.capacity)
    return Matching(posting_of, market.n_postings) if exists else None


@Kernel
def _assign(applicants: ListedSide, postings: ListedSide, capacity: Int64s) -> tuple[Int64s, bool]:
    state = no_proposals(applicants, postings)
    propose(applicants, postings, capacity, state, False)
    posting_of = np.full(state.head.size, UNMATCHED, np.int64)
    for posting in range(capacity.size):
        if state.was_full[posting] and state.n_held[posting] < capacity[posting]:
            return posting_of, False
    for applicant in range(posting_of.size):
        if state.n_assigned[applicant] > 1:
            return posting_of, False
        posting_of[applicant] = _assignment(applicants, state, applicant)
    return posting_of, True


@Kernel
def _assignment(applicants: ListedSide, state: Proposals, applicant: int) -> int:
    for entry in range(state.head[applicant], state.head_end[applicant]):
        if 0 <= applicants.returned[entry] < state.limit[applicants.indices[entry]]:
            return int(applicants.indices[entry])
    return UNMATCHED
