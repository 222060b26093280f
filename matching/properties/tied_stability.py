"""Strong and super stability: the two notions that let indifference block.

A pair blocks *weakly* when both sides strictly gain, *strongly* when one strictly gains and the other loses nothing,
*super* when neither loses. So super-stable implies strongly stable implies weakly stable; on strict lists the three are
one. Matchings that are strongly or super-stable need not exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s
from matching.market import Market
from matching.outcome import Matching
from matching.properties.feasibility import is_feasible, is_individually_rational
from matching.properties.lists import UNRANKED, own_holder, verify_same_size, worst_ranks_held
from matching.properties.stability import blocking_pairs, preferred_by_applicants

__all__ = ["StabilityVerdicts", "stability_verdicts", "strongly_blocking_pairs", "super_blocking_pairs"]


@dataclass(frozen=True)
class StabilityVerdicts:
    """Which of the three notions a matching meets; each includes seats and lists being kept.

    Attributes
    ----------
    weak : bool
        No pair of whom both strictly gain.
    strong : bool
        No pair of whom one strictly gains and the other does not lose.
    super : bool
        No pair of whom neither loses.
    """

    weak: bool
    strong: bool
    super: bool


def strongly_blocking_pairs(market: Market, matching: Matching) -> Int64s:
    """Return the pairs that block in the strong sense, (k, 2) applicant and posting, in ascending order.

    (a, p), not matched together and each on the other's list, blocks iff

    - a strictly prefers p to the place held, and p has a free seat or ranks a no lower than some holder; or
    - a is indifferent between p and the place held, and p has a free seat or ranks a strictly above some holder.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    O(nnz log nnz). An unacceptable placement is worth less than every listed place, a holder who is not listed is below
    everyone listed.

    References
    ----------
    .. [1] R. W. Irving, D. F. Manlove and S. Scott (2003), Strong stability in the hospitals/residents problem, STACS
       2003, LNCS 2607, 439-450, :doi:`10.1007/3-540-36494-3_39`.

    Examples
    --------
    The posting ties both applicants; whoever is left out blocks with it.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[[0, 1]]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> strongly_blocking_pairs(market, Matching(np.array([0, -1]), n_postings=1))
    array([[1, 0]])
    """
    verify_same_size(market, matching)
    gains = preferred_by_applicants(market, matching)
    loses_nothing = preferred_by_applicants(market, matching, weakly=True)
    welcome = _by_postings(market, matching, or_equal=True)
    preferred = _by_postings(market, matching, or_equal=False)
    return _pairs(market, np.union1d(np.intersect1d(gains, welcome), np.intersect1d(loses_nothing, preferred)))


def super_blocking_pairs(market: Market, matching: Matching) -> Int64s:
    """Return the pairs that block in the super sense, (k, 2) applicant and posting, in ascending order.

    (a, p), not matched together and each on the other's list, blocks iff p is no worse for a than the place held, and
    p has a free seat or ranks a no lower than some holder.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    O(nnz log nnz). An unacceptable placement is worth less than every listed place, a holder who is not listed is below
    everyone listed.

    References
    ----------
    .. [1] R. W. Irving, D. F. Manlove and S. Scott (2000), The hospitals/residents problem with ties, SWAT 2000, LNCS
       1851, 259-271, :doi:`10.1007/3-540-44985-X_24`.

    Examples
    --------
    Both postings are the same to both applicants: to change places would cost nobody anything.

    >>> from matching.preferences import Preferences
    >>> equal = Preferences.from_lists([[[0, 1]], [[0, 1]]], n_choices=2)
    >>> market = Market(equal, equal, capacity=np.array([1, 1]))
    >>> matching = Matching(np.array([0, 1]), n_postings=2)
    >>> super_blocking_pairs(market, matching).tolist(), strongly_blocking_pairs(market, matching).tolist()
    ([[0, 1], [1, 0]], [])
    """
    verify_same_size(market, matching)
    loses_nothing = preferred_by_applicants(market, matching, weakly=True)
    welcome = _by_postings(market, matching, or_equal=True)
    return _pairs(market, np.intersect1d(loses_nothing, welcome))


def stability_verdicts(market: Market, matching: Matching) -> StabilityVerdicts:
    """Judge a matching by all three notions; over capacity or off a list it meets none.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0], [0]], n_choices=1),
    ...     Preferences.from_lists([[[0, 1]]], n_choices=2),
    ...     capacity=np.array([1]),
    ... )
    >>> stability_verdicts(market, Matching(np.array([0, -1]), n_postings=1))
    StabilityVerdicts(weak=True, strong=False, super=False)
    """
    if not (is_feasible(market, matching) and is_individually_rational(market, matching)):
        return StabilityVerdicts(weak=False, strong=False, super=False)
    return StabilityVerdicts(
        weak=blocking_pairs(market, matching).size == 0,
        strong=strongly_blocking_pairs(market, matching).size == 0,
        super=super_blocking_pairs(market, matching).size == 0,
    )


def _by_postings(market: Market, matching: Matching, *, or_equal: bool) -> Int64s:
    """Keys ``a * m + p`` of listed applicants ahead of the worst holder, or equal to one, or with a free seat."""
    lists, rows = market.postings, market.postings.rows()
    worst = np.where(matching.n_held < market.capacity, UNRANKED, worst_ranks_held(market, matching))[rows]
    welcome = ((lists.ranks <= worst) if or_equal else (lists.ranks < worst)) & ~own_holder(market, matching)
    return lists.indices[welcome].astype(np.int64) * market.n_postings + rows[welcome]


def _pairs(market: Market, keys: Int64s) -> Int64s:
    m = market.n_postings
    return np.column_stack([keys // m, keys % m]) if m else np.empty((0, 2), np.int64)
