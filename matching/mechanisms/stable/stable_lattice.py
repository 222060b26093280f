"""All stable matchings of a strict market, and the one that a criterion names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.stable.closed_sets import closed_sets, least_closed_set
from matching.mechanisms.stable.rotations import Rotations, find_rotations
from matching.outcome import Matching

__all__ = ["Criterion", "StableChoice", "StableSet", "choose_stable", "stable_matchings"]

Criterion: TypeAlias = Literal["applicant-optimal", "posting-optimal", "egalitarian", "minimum-regret", "sex-equal"]

_LIMIT = 100_000
_LARGEST_TABLE = 250_000_000
"""Places that a set of matchings may hold, two gigabytes: beyond it a lower limit has to be chosen."""


@dataclass(frozen=True, eq=False)
class StableSet:
    """Stable matchings of one market.

    Attributes
    ----------
    posting_of : (k, n) int64
        A matching a row, in lexicographic order.
    n_postings : int
        Postings, m.
    is_cut : bool
        There are more than the limit; the rows are then those found first, not the lexicographically first.
    rotations : Rotations
        The rotations that generate them.
    """

    posting_of: npt.NDArray[np.int64]
    n_postings: int
    is_cut: bool
    rotations: Rotations

    @property
    def n_matchings(self) -> int:
        """Matchings found, k."""
        return len(self.posting_of)

    def matching(self, row: int) -> Matching:
        """Return the matching of a row."""
        return Matching(self.posting_of[row], self.n_postings)


@dataclass(frozen=True, eq=False)
class StableChoice:
    """A stable matching and what the criteria measure, from ranks in the market's lists (0 is best).

    Attributes
    ----------
    matching : Matching
        The matching chosen.
    criterion : str
        By which it was chosen.
    applicant_rank_sum, posting_rank_sum : int
        Ranks that applicants give to the places held and that postings give to the holders, over the pairs formed.
    regret : int
        The worst rank of a pair formed, on either side; -1 where nobody is placed.
    """

    matching: Matching
    criterion: Criterion
    applicant_rank_sum: int
    posting_rank_sum: int
    regret: int


def stable_matchings(market: Market, *, limit: int = _LIMIT) -> StableSet:
    """Return all stable matchings of a strict many-to-one market.

    Parameters
    ----------
    market : Market
        Strict on both sides.
    limit : int
        Stop after so many, >= 1: there can be exponentially many.

    Raises
    ------
    MechanismError
        When a list holds a tie, the limit is below 1, or the matchings found have more than 250 million places in all.

    Notes
    -----
    Stable matchings are the closed sets of rotations [1]_; see
    :func:`matching.mechanisms.stable.rotations.find_rotations`. All of them place the same people and fill the same
    number of seats at each posting (rural hospitals theorem [2]_). O(nnz log L) for the rotations and O(n + rotations +
    arcs) for each matching; k n numbers of memory.

    References
    ----------
    .. [1] R. W. Irving and P. Leather (1986), The complexity of counting stable marriages, SIAM Journal on Computing
       15(3), 655-667, :doi:`10.1137/0215048`.
    .. [2] A. E. Roth (1986), On the allocation of residents to rural hospitals, Econometrica 54(2), 425-427,
       :doi:`10.2307/1913160`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1, 2], [1, 2, 0], [2, 0, 1]], n_choices=3),
    ...     Preferences.from_lists([[1, 2, 0], [2, 0, 1], [0, 1, 2]], n_choices=3),
    ...     capacity=np.array([1, 1, 1]),
    ... )
    >>> stable_matchings(market).posting_of.tolist()
    [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    """
    rotations = find_rotations(market)
    sets, is_cut = _sets_of(rotations, limit)
    if len(sets) * market.n_applicants > _LARGEST_TABLE:
        has = f"{len(sets)} matchings of {market.n_applicants} applicants"
        raise MechanismError(f"{has} are too many to list, expected at most {_LARGEST_TABLE} places: lower the limit")
    posting_of = np.repeat(rotations.first.posting_of[np.newaxis], sets.shape[0], axis=0)
    for rotation, (start, end) in enumerate(zip(rotations.indptr[:-1], rotations.indptr[1:], strict=True)):
        rows = np.flatnonzero(sets[:, rotation])
        posting_of[np.ix_(rows, rotations.applicants[start:end])] = rotations.taken_at[start:end]
    moving = np.unique(rotations.applicants)
    if moving.size:
        posting_of = posting_of[np.lexsort(posting_of[:, moving[::-1]].T)]
    posting_of.flags.writeable = False
    return StableSet(posting_of, market.n_postings, is_cut, rotations)


def choose_stable(market: Market, criterion: Criterion, *, limit: int = _LIMIT) -> StableChoice:
    """Return the stable matching that a criterion names.

    Parameters
    ----------
    market : Market
        Strict on both sides.
    criterion : {"applicant-optimal", "posting-optimal", "egalitarian", "minimum-regret", "sex-equal"}
        - ``applicant-optimal``, ``posting-optimal``: the ends, best for one side and worst for the other.
        - ``egalitarian``: the least sum of both sides' ranks over the pairs formed [1]_.
        - ``minimum-regret``: the worst rank of a pair formed, on either side, is least [2]_.
        - ``sex-equal``: the two sides' rank sums differ least; NP-hard [3]_, hence by enumeration.
    limit : int
        ``sex-equal`` compares at most so many stable matchings.

    Raises
    ------
    MechanismError
        When a list holds a tie, the criterion is unknown, ``sex-equal`` meets more stable matchings than the limit, or
        the rank sums of ``egalitarian`` exceed 32 bits.

    Notes
    -----
    *Tie rule.* ``egalitarian`` and ``minimum-regret``: of several the one that is best for every applicant; those that
    tie are closed under the lattice operations, so there is one. ``sex-equal``: the least sum of both sides' ranks,
    then the lexicographically first list of postings.

    A rank is a place in a list, so in sums and regrets the side with the longer lists weighs more.

    ``egalitarian`` is a minimum cut in the order of rotations. For ``minimum-regret`` the rotations that a bound on the
    postings' regret forces are passed and the applicants' regret is read off, in a binary search over the bound.

    References
    ----------
    .. [1] R. W. Irving, P. Leather and D. Gusfield (1987), An efficient algorithm for the "optimal" stable marriage,
       Journal of the ACM 34(3), 532-543, :doi:`10.1145/28869.28871`.
    .. [2] D. Gusfield (1987), Three fast algorithms for four problems in stable marriage, SIAM Journal on Computing
       16(1), 111-128, :doi:`10.1137/0216010`.
    .. [3] A. Kato (1993), Complexity of the sex-equal stable marriage problem, Japan Journal of Industrial and Applied
       Mathematics 10, 1-19, :doi:`10.1007/BF03167200`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1, 2], [1, 2, 0], [2, 0, 1]], n_choices=3),
    ...     Preferences.from_lists([[1, 2, 0], [2, 0, 1], [0, 1, 2]], n_choices=3),
    ...     capacity=np.array([1, 1, 1]),
    ... )
    >>> middle = choose_stable(market, "sex-equal")
    >>> middle.matching.posting_of, middle.applicant_rank_sum, middle.posting_rank_sum
    (array([1, 2, 0]), 3, 3)
    """
    if criterion not in _CHOOSERS:
        raise MechanismError(f"criterion is {criterion!r}, expected one of {', '.join(_CHOOSERS)}")
    rotations = find_rotations(market)
    passed = _CHOOSERS[criterion](market, rotations, limit)
    matching = rotations.matching_after(passed)
    entries = _entries_after(rotations, passed)
    ranks = market.applicants.ranks[entries].astype(np.int64), market.rank_at_posting[entries].astype(np.int64)
    regret = max(int(side.max(initial=-1)) for side in ranks)
    return StableChoice(matching, criterion, int(ranks[0].sum()), int(ranks[1].sum()), regret)


def _none_passed(_market: Market, rotations: Rotations, _limit: int) -> Bools:
    return np.zeros(rotations.n_rotations, np.bool_)


def _all_passed(_market: Market, rotations: Rotations, _limit: int) -> Bools:
    return np.ones(rotations.n_rotations, np.bool_)


def _egalitarian(market: Market, rotations: Rotations, _limit: int) -> Bools:
    return least_closed_set(rotations.before_indptr, rotations.before, rotations.change_of(_rank_sums(market)))


def _minimum_regret(market: Market, rotations: Rotations, _limit: int) -> Bools:
    """The smallest bound that the rotations it forces keep: a lower one forces more, and places applicants lower."""
    # a holder ranked below the bound has to leave, and with the holder the rotation goes that moves the holder on
    worst_left = np.zeros(rotations.n_rotations, np.int64)
    np.maximum.at(worst_left, rotations.of_pair, market.rank_at_posting[rotations.left].astype(np.int64))
    low, high = -1, int(max(market.applicants.ranks.max(initial=0), market.rank_at_posting.max(initial=0)))
    while low + 1 < high:
        bound = (low + high) // 2
        entries = _entries_after(rotations, rotations.closure_of(worst_left > bound))
        worst = np.maximum(market.applicants.ranks[entries], market.rank_at_posting[entries]).max(initial=-1)
        low, high = (low, bound) if worst <= bound else (bound, high)
    return rotations.closure_of(worst_left > high)


def _sex_equal(market: Market, rotations: Rotations, limit: int) -> Bools:
    sets, is_cut = _sets_of(rotations, limit)
    if is_cut:
        raise MechanismError(f"more than {limit} matchings are stable, expected at most the limit to compare them all")
    applicants, postings = market.applicants.ranks.astype(np.int64), market.rank_at_posting.astype(np.int64)
    gap = sets @ rotations.change_of(applicants - postings) + rotations.total_at_first(applicants - postings)
    total = sets @ rotations.change_of(applicants + postings)
    size = np.abs(gap)
    best = np.flatnonzero((size == size.min()) & (total == total[size == size.min()].min()))
    first = min(best, key=lambda row: rotations.matching_after(sets[row]).posting_of.tolist())
    return np.asarray(sets[first], np.bool_)


_CHOOSERS: dict[str, Callable[[Market, Rotations, int], Bools]] = {
    "applicant-optimal": _none_passed,
    "posting-optimal": _all_passed,
    "egalitarian": _egalitarian,
    "minimum-regret": _minimum_regret,
    "sex-equal": _sex_equal,
}


def _sets_of(rotations: Rotations, limit: int) -> tuple[Bools, bool]:
    if limit < 1:
        raise MechanismError(f"limit is {limit}, expected >= 1")
    return closed_sets(rotations.before_indptr, rotations.before, limit=limit)


def _rank_sums(market: Market) -> Int64s:
    """(nnz,) both sides' ranks of every entry of the applicants' lists."""
    return market.applicants.ranks.astype(np.int64) + market.rank_at_posting


def _entries_after(rotations: Rotations, passed: Bools) -> Int64s:
    """Entries of the applicants' lists that are held after passing a closed set of rotations."""
    entry = rotations.first_entry.copy()
    pairs = np.flatnonzero(passed[rotations.of_pair])
    entry[rotations.applicants[pairs]] = rotations.taken[pairs]
    return entry[entry >= 0]
