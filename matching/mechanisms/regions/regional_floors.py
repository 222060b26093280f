"""Caps and floors together: a matching that keeps them all, with as few complaints as can be found."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import InfeasibleError
from matching.market import Market
from matching.mechanisms.regions.floor_moves import Complaints, count_complaints, settle_complaints
from matching.mechanisms.regions.floor_network import FloorClash, mend_floors
from matching.mechanisms.regions.floor_program import FloorProgram, n_departures
from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
from matching.outcome import UNMATCHED, Matching
from matching.programs.solver import maximise
from matching.programs.time_limits import verify_time_limit
from matching.regions import NO_CAP, Regions

__all__ = ["FloorMethod", "FlooredMatching", "GivenUp", "floor_clash", "regional_matching_with_floors"]

FloorMethod: TypeAlias = Literal["flexible-deferred-acceptance", "integer-program", "mending"]
"""How a matching was found: floors held by themselves, fewest complaints sought exactly, or approached."""

GivenUp: TypeAlias = Literal["stability", "free-moves", "proof"]
"""What a result lacks: some pair blocks; some pair would but for a floor; nobody has shown that fewer is impossible."""

_MAX_ROUNDS = 50
"""Of fixing people and running deferred acceptance again; each leaves a matching that keeps all limits."""

_TOLERANCE = 1e-4
"""Rounding allowed between the value that a solver gives and what its solution is worth."""


@dataclass(frozen=True, eq=False)
class FlooredMatching:
    """A matching that keeps capacities, caps and floors, and what it is worth.

    Attributes
    ----------
    matching : Matching
        Individually rational, within all limits.
    n_blocking : int
        Pairs that block in the stable notion with floors of :mod:`matching.properties.regional`.
    n_held_back : int
        Further pairs that would block if floors counted for nothing: their applicant may not leave the place held, or
        would rather be where the posting ranks a holder below. They are the price of the floors in wishes.
    is_proven : bool
        No matching within all limits has fewer blocking pairs, or as many and fewer held back: because there are none,
        or in the solver's words.
    method : {"flexible-deferred-acceptance", "integer-program", "mending"}
        What found it.
    """

    matching: Matching
    n_blocking: int
    n_held_back: int
    is_proven: bool
    method: FloorMethod

    @property
    def given_up(self) -> tuple[GivenUp, ...]:
        """What the matching lacks, of "stability", "free-moves" and "proof"; empty where it lacks nothing."""
        lacks: dict[GivenUp, bool] = {
            "stability": self.n_blocking > 0,
            "free-moves": self.n_held_back > 0,
            "proof": not self.is_proven,
        }
        return tuple(what for what, is_lacking in lacks.items() if is_lacking)


def regional_matching_with_floors(
    market: Market, regions: Regions, *, time_limit: float = 60.0, exact_up_to: int = 2_000
) -> FlooredMatching:
    """Return a matching that keeps capacities, caps and floors with few complaints, and say whether fewer are possible.

    Complaints are pairs that block with a move that keeps all limits and, counting for less, pairs that would block but
    for the floor of a place that the applicant holds.

    1. Flexible deferred acceptance. Where its result meets all floors it is returned: it is stable.
    2. A maximum flow mends the result with few changes. Where none exists, no matching keeps all limits.
    3. Whoever came to a posting or region under its floor is fixed there, and flexible deferred acceptance runs again
       for all others with the seats, caps and targets that are left; steps 2 and 3 repeat until all floors are met. Of
       the matchings seen the one with the fewest complaints is kept, and complaints are settled as long as they become
       fewer: pairs that block get their way, whoever is held back changes places with a holder ranked below.
    4. In small markets an integer program looks for the fewest complaints there are.

    With floors a matching without both kinds of complaints need not exist [1]_, and none of this is strategy-proof once
    a floor binds.

    Parameters
    ----------
    market : Market
        Strict on both sides.
    regions : Regions
        Targets and turns count as in :func:`matching.mechanisms.regions.regional_caps.flexible_deferred_acceptance`.
    time_limit : float
        Seconds for the integer program, > 0. Where it cuts in, another run may give another result.
    exact_up_to : int
        Largest number of pairs (acceptable pair, place it may leave) for which the program is written; 0 for never.

    Returns
    -------
    FlooredMatching
        Among matchings with the fewest complaints the program prefers more people placed; otherwise the rule is the
        order of the steps, in which applicants of lower index complain first.

    Raises
    ------
    InfeasibleError
        When no matching keeps all limits, with the sentence of :func:`floor_clash`.
    MechanismError
        When a list holds a tie, the regions are those of another number of postings, or the time limit is not positive.

    Notes
    -----
    Which pairs block where floors bind is defined in :mod:`matching.properties.regional`: a pair only blocks with a
    move that takes no posting or region below its floor.

    References
    ----------
    .. [1] M. Goto, A. Iwasaki, Y. Kawasaki, R. Kurata, Y. Yasuda and M. Yokoo (2016), Strategyproof matching with
       regional minimum and maximum quotas, Artificial Intelligence 235, 40-57.

    Examples
    --------
    Both applicants wish for posting 0 and would rather have posting 1 than nothing; posting 1 must hold somebody.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([2, 2]),
    ... )
    >>> regions = replace(Regions.flat([-1, -1], cap=[], target=[0, 0]), posting_floor=np.array([0, 1]))
    >>> found = regional_matching_with_floors(market, regions)
    >>> found.matching.posting_of, found.n_blocking, found.n_held_back, found.given_up
    (array([0, 1]), 0, 1, ('free-moves',))
    """
    verify_time_limit(time_limit)
    flexible = flexible_deferred_acceptance(market, regions)
    if _meets_floors(regions, flexible):
        return FlooredMatching(flexible, 0, 0, is_proven=True, method="flexible-deferred-acceptance")
    mended = _mended(market, regions, flexible)
    if mended.is_proven or n_departures(market) > exact_up_to:
        return mended
    return _fewest(market, regions, mended, time_limit)


def floor_clash(market: Market, regions: Regions) -> FloorClash | None:
    """Return a set of floors that no matching within capacities and caps can meet, or None where one can.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(Preferences.from_lists([[0], []], 1), Preferences.from_lists([[0, 1]], 2), np.array([2]))
    >>> regions = replace(Regions.flat([0], cap=[2], target=[0]), floor=np.array([2]))
    >>> print(floor_clash(market, regions))
    the floors of regions [0] ask for 2 people, but at most 1 can be placed there: 1 acceptable applicant
    """
    nobody = Matching(np.full(market.n_applicants, UNMATCHED), market.n_postings)
    found = mend_floors(market, regions, nobody, is_fixed=np.zeros(market.n_applicants, np.bool_))
    return found if isinstance(found, FloorClash) else None


def _meets_floors(regions: Regions, matching: Matching) -> bool:
    under, postings_under = regions.under_floor(matching)
    return under.size + postings_under.size == 0


def _mended(market: Market, regions: Regions, flexible: Matching) -> FlooredMatching:
    seen: list[Matching] = []
    fixed_at = np.full(market.n_applicants, UNMATCHED, np.int64)
    matching = flexible
    while not _meets_floors(regions, matching) and len(seen) < _MAX_ROUNDS:
        mended = mend_floors(market, regions, matching, is_fixed=fixed_at != UNMATCHED)
        if isinstance(mended, FloorClash):
            raise InfeasibleError(str(mended))
        seen.append(mended)
        # everybody fixed stays where this mended matching has them, so a matching that keeps all limits still exists
        newly = (mended.posting_of != matching.posting_of) & _is_under_floor(regions, matching)[mended.posting_of]
        newly &= mended.is_matched
        fixed_at[newly] = mended.posting_of[newly]
        matching = _around_fixed(market, regions, fixed_at)
    if _meets_floors(regions, matching):
        seen.append(matching)
    least = min(range(len(seen)), key=lambda which: count_complaints(market, regions, seen[which]))
    settled = settle_complaints(market, regions, seen[least])
    return _judged(market, regions, settled, is_proven=False, method="mending")


def _judged(
    market: Market, regions: Regions, matching: Matching, *, is_proven: bool, method: FloorMethod
) -> FlooredMatching:
    complaints = count_complaints(market, regions, matching)
    return FlooredMatching(matching, *complaints, is_proven=is_proven or sum(complaints) == 0, method=method)


def _is_under_floor(regions: Regions, matching: Matching) -> Bools:
    """(m,) postings that are under a floor or lie in a region that is."""
    under, postings_under = regions.under_floor(matching)
    flags = np.asarray(regions.is_inside[under].any(axis=0))
    flags[postings_under] = True
    return flags


def _around_fixed(market: Market, regions: Regions, fixed_at: Int64s) -> Matching:
    """Flexible deferred acceptance among everybody else, with the seats, caps and targets that are left."""
    n_fixed = Matching(fixed_at, market.n_postings).n_held
    is_free = fixed_at == UNMATCHED
    free = market.applicants.only(is_free[market.applicants.rows()])
    rest = Market(free, market.postings, market.capacity - n_fixed)
    found = flexible_deferred_acceptance(rest, _regions_left(regions, market.capacity, n_fixed))
    return Matching(np.where(is_free, found.posting_of, fixed_at), market.n_postings)


def _regions_left(regions: Regions, capacity: Int64s, n_fixed: Int64s) -> Regions:
    cap = np.where(regions.cap == NO_CAP, NO_CAP, regions.cap - regions.held(n_fixed))
    target = np.maximum(np.minimum(regions.target, capacity) - n_fixed, 0)
    # people fixed beyond a target take what was meant for others: for those whose turn is last
    last_first = np.argsort(-regions.turn)
    for region in np.flatnonzero(cap != NO_CAP):
        inside = last_first[regions.is_inside[region, last_first]]
        excess = max(int(target[inside].sum() - cap[region]), 0)
        before = np.cumsum(target[inside]) - target[inside]
        target[inside] -= np.minimum(target[inside], np.maximum(excess - before, 0))
    nothing = np.zeros(regions.n_regions, np.int64)
    return replace(regions, cap=cap, floor=nothing, posting_floor=np.zeros_like(target), target=target)


def _fewest(market: Market, regions: Regions, mended: FlooredMatching, time_limit: float) -> FlooredMatching:
    program = FloorProgram(market, regions)
    solution = maximise(program.program, time_limit=time_limit)
    if solution.values is None:
        return mended
    matching = program.matching(solution.values)
    complaints = count_complaints(market, regions, matching)
    # the solver's word counts only where its value is what the matching is worth when counted anew
    is_exact = abs(program.worth(*complaints, matching.n_matched) - solution.value) < _TOLERANCE
    is_proven = solution.status == "optimal" and is_exact
    if is_proven or complaints < Complaints(mended.n_blocking, mended.n_held_back):
        return _judged(market, regions, matching, is_proven=is_proven, method="integer-program")
    return mended
