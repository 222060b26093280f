"""Repair of a stable matching after a withdrawal, a newcomer or a change of seats: as few people moved as can be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.mechanisms.stable.closed_sets import least_closed_set
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.rotations import find_rotations
from matching.outcome import UNMATCHED, Matching
from matching.preferences import Preferences
from matching.statistics import rank_held

__all__ = ["RepairOption", "StableRepair", "repair_stable"]


@dataclass(frozen=True, eq=False)
class RepairOption:
    """One way to go on, and what it costs.

    Attributes
    ----------
    matching : Matching
        Who is placed where.
    moved : int64
        Applicants whose earlier place is still there and who do not hold it, ascending.
    worse_off : int64
        Those of them who hold a place that they rank lower, or none; the others move up or sideways.
    rank_sum : int
        Ranks that the applicants give to the places held, 0 is best.
    """

    matching: Matching
    moved: Int64s
    worse_off: Int64s
    rank_sum: int

    @property
    def n_moved(self) -> int:
        """People moved."""
        return self.moved.size


@dataclass(frozen=True, eq=False)
class StableRepair:
    """Three ways to go on after a change; which costs are worth paying is for people to say.

    Attributes
    ----------
    fewest_moves : RepairOption
        Of the stable matchings the one that moves the fewest people.
    applicant_optimal : RepairOption
        The stable matching that is best for every applicant: what a fresh run would give.
    kept : RepairOption
        Everybody who can stays, and those without a place share the free seats; pairs may block.
    gone : int64
        Applicants who must leave whatever is chosen, ascending: they are still there, but their place is closed or one
        of the two no longer lists the other. They are not counted as moved.
    market : Market
        The market that was solved, its ties broken in favour of the earlier holders.
    """

    fewest_moves: RepairOption
    applicant_optimal: RepairOption
    kept: RepairOption
    gone: Int64s
    market: Market


def repair_stable(market: Market, previous: Matching) -> StableRepair:
    """Return the stable matching nearest to the earlier one, and two alternatives with their costs.

    Parameters
    ----------
    market : Market
        As it is now, with the indices of the earlier matching: whoever withdrew has an empty list, a posting that was
        withdrawn has no seat. Newcomers are unmatched in ``previous``.
    previous : Matching
        Who held what; it need not be stable, nor within today's seats.

    Raises
    ------
    OutcomeError
        When the earlier matching has other sizes than the market.

    Notes
    -----
    *Ties.* Of a tie in a posting's list those who held a place there come first, of a tie in an applicant's list the
    place held; the others follow by index. Break ties by the lottery of the first run before, where it should hold on.

    *Fewest moves.* The number moved is a sum over pairs, so the best stable matching is the closed set of rotations of
    least weight, by one minimum cut: exact, not a heuristic. Of several, the one that is best for every applicant.

    *Kept.* Where more people hold a place than there are seats now, the posting keeps those it ranks highest. The rest
    is deferred acceptance among those without a place and the seats left: no two of them could do better together.

    O(nnz log L) for rotations and one maximum flow on them.

    References
    ----------
    .. [1] R. W. Irving, P. Leather and D. Gusfield (1987), An efficient algorithm for the "optimal" stable marriage,
       Journal of the ACM 34(3), 532-543, :doi:`10.1145/28869.28871`.
    .. [2] Y. Blum, A. E. Roth and U. G. Rothblum (1997), Vacancy chains and equilibration in senior-level labor
       markets, Journal of Economic Theory 76(2), 362-411, :doi:`10.1006/jeth.1997.2307`.

    Examples
    --------
    Applicant 0 withdraws from posting 0; applicants 1 and 2 would each like to move up.

    >>> market = Market(
    ...     Preferences.from_lists([[], [0, 1], [1, 2]], n_choices=3),
    ...     Preferences.from_lists([[0, 1], [1, 2], [2]], n_choices=3),
    ...     capacity=np.array([1, 1, 1]),
    ... )
    >>> repair = repair_stable(market, Matching(np.array([0, 1, 2]), n_postings=3))
    >>> repair.fewest_moves.matching.posting_of, repair.fewest_moves.moved, repair.fewest_moves.worse_off.size
    (array([-1,  0,  1]), array([1, 2]), 0)
    >>> repair.kept.matching.posting_of, repair.kept.n_moved
    (array([-1,  1,  2]), 0)
    """
    if (previous.n_applicants, previous.n_postings) != (market.n_applicants, market.n_postings):
        has = f"{previous.n_applicants} applicants and {previous.n_postings} postings"
        raise OutcomeError(f"the earlier matching has {has}, expected {market.n_applicants} and {market.n_postings}")
    strict = _in_favour_of(market, previous)
    entry = _still_there(strict, previous)
    has_place = entry >= 0
    rotations = find_rotations(strict)
    is_move = has_place[strict.applicants.rows()]
    is_move[entry[has_place]] = False
    passed = least_closed_set(rotations.before_indptr, rotations.before, rotations.change_of(is_move.astype(np.int64)))
    is_present = np.diff(market.applicants.indptr) > 0
    return StableRepair(
        fewest_moves=_option(market, previous, has_place, rotations.matching_after(passed)),
        applicant_optimal=_option(market, previous, has_place, rotations.first),
        kept=_option(market, previous, has_place, _keep_and_fill(strict, previous, has_place)),
        gone=np.flatnonzero(previous.is_matched & is_present & ~has_place),
        market=strict,
    )


def _option(market: Market, previous: Matching, has_place: Bools, matching: Matching) -> RepairOption:
    before, after = rank_held(market, previous), rank_held(market, matching)
    moves = has_place & (matching.posting_of != previous.posting_of)
    loses = moves & ((after == UNMATCHED) | (after > before))
    return RepairOption(matching, np.flatnonzero(moves), np.flatnonzero(loses), int(after[after >= 0].sum()))


def _still_there(market: Market, previous: Matching) -> Int64s:
    """(n,) the entry of the applicants' lists that is the earlier place, -1 where it is gone or there was none."""
    lists, rows = market.applicants, market.applicants.rows()
    is_place = (lists.indices == previous.posting_of[rows]) & (market.rank_at_posting >= 0)
    held = np.flatnonzero(is_place & (market.capacity[lists.indices] > 0))
    entry = np.full(market.n_applicants, UNMATCHED, np.int64)
    entry[rows[held]] = held
    return entry


def _in_favour_of(market: Market, previous: Matching) -> Market:
    if market.is_strict:
        return market
    applicants, postings = market.applicants, market.postings
    return Market(
        _strict(applicants, applicants.indices == previous.posting_of[applicants.rows()]),
        _strict(postings, previous.posting_of[postings.indices] == postings.rows()),
        market.capacity,
    )


def _strict(lists: Preferences, is_earlier: Bools) -> Preferences:
    order = np.lexsort((lists.indices, ~is_earlier, lists.ranks, lists.rows()))
    return lists.in_strict_order(lists.indices[order])


def _keep_and_fill(market: Market, previous: Matching, has_place: Bools) -> Matching:
    postings, rows = market.postings, market.postings.rows()
    holders = np.flatnonzero(has_place[postings.indices] & (previous.posting_of[postings.indices] == rows))
    # holders stand in the order of each list, so the n-th one of a posting with n seats is the last to stay
    place = np.arange(holders.size) - np.searchsorted(rows[holders], rows[holders])
    stays = np.zeros(market.n_applicants, np.bool_)
    stays[postings.indices[holders[place < market.capacity[rows[holders]]]]] = True
    posting_of = np.where(stays, previous.posting_of, UNMATCHED)
    seats_left = market.capacity - np.bincount(posting_of[stays], minlength=market.n_postings)
    askers = market.applicants.only(~stays[market.applicants.rows()])
    filled = deferred_acceptance(Market(askers, postings, seats_left)).posting_of
    return Matching(np.where(stays, posting_of, filled), market.n_postings)
