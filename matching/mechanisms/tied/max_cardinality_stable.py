"""Weakly stable matchings that place as many people as possible: near enough at once, or proven with patience."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from matching.arrays import Int32s, Int64s, Reals, totals_before
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.tied.impossible_pairs import excluded_in_round
from matching.mechanisms.tied.program_parts import maximise_count_in_parts
from matching.mechanisms.tied.promotion import N_PROMOTIONS, ProposalLists, propose_with_promotion
from matching.outcome import Matching
from matching.programs.bounds import verified_count
from matching.programs.solver import relaxation_prices
from matching.programs.stability_rows import stable_size_program, without_entries
from matching.programs.time_limits import verify_time_limit

__all__ = ["LargestStable", "Method", "Proof", "max_cardinality_stable"]

Method: TypeAlias = Literal["approximation", "exact"]
Proof: TypeAlias = Literal["ratio", "prices", "solver"]


@dataclass(frozen=True, eq=False)
class LargestStable:
    """A weakly stable matching and a number of people that no weakly stable matching exceeds.

    Attributes
    ----------
    matching : Matching
        Who is placed where.
    bound : int
        Most people that a weakly stable matching can place, as far as known.
    proof : {"ratio", "prices", "solver"}
        Why: the 3/2 of the algorithm; prices that anyone can recompute
        (:func:`matching.properties.stable_size.stable_size_bound`); or the solver's word.
    excluded_in_round : (nnz,) int64 or None
        For every entry of the applicants' lists, the round that proved it impossible, 0 where none did.
    prices : (k,) float64 or None
        One a row of the program of the pairs that are left.
    """

    matching: Matching
    bound: int
    proof: Proof
    excluded_in_round: Int64s | None = None
    prices: Reals | None = None

    @property
    def is_proven(self) -> bool:
        """No weakly stable matching places more, by the proof named."""
        return self.matching.n_matched == self.bound

    @property
    def gap(self) -> int:
        """At most this many more people could be placed."""
        return self.bound - self.matching.n_matched


def max_cardinality_stable(
    market: Market,
    *,
    method: Method = "approximation",
    time_limit: float = 60.0,
    rng: np.random.Generator | None = None,
    n_orders: int = 1,
) -> LargestStable:
    """Return a weakly stable matching that places many people, or as many as any.

    With ties weakly stable matchings differ in size, and the largest is NP-hard to find.

    ``approximation``: applicants propose down their lists, within a tie to postings with a free seat first. A posting
    holds the best; of equals it prefers who was promoted more often, then who is there already. Who comes to the end
    of the list is promoted and begins again, twice at most. A holder who ties the place with one that has a free seat
    makes way for any newcomer and goes there. No weakly stable matching places more than 3/2 as many people.

    ``exact``: pairs that no weakly stable matching forms are left out, the relaxation of the integer program gives
    prices and with them a first bound, and the solver searches near those prices, from the approximation and each
    connected part of the market on its own.

    Parameters
    ----------
    market : Market
        Ties on either side.
    method : {"approximation", "exact"}
    time_limit : float
        Seconds for the solver of ``exact``, > 0. When it cuts in, the best matching found comes with the bound found.
    rng : numpy.random.Generator, optional
        Draws the order in which applicants enter; by index where omitted.
    n_orders : int
        >= 1, and 1 without ``rng``: orders of entry that are tried. The matching that places the most people is kept,
        of those the first.

    Raises
    ------
    MechanismError
        When the method is neither, the time limit is not positive or there are no such orders.

    Notes
    -----
    *Tie rule.* ``approximation``: applicants enter one after the other in the order drawn or by index, whoever is
    displaced goes on at once; within a tie the posting of the lowest index comes first; of holders equal in rank and
    promotions the last in the order of entry makes way. ``exact``: which of the largest matchings is returned is the
    solver's choice; it repeats for the same input unless the time limit cuts in. The tie-break is computed from the
    reports, so strategy-proofness is not guaranteed by either.

    *Bound.* A larger stable matching differs by chains of pairs, each from somebody unplaced to a free seat. A chain of
    one pair would block. In a chain from the unplaced u over one holder h, at p now, to a free seat at q: h does not
    prefer q, or they would block; h does not tie the two, or h would have made way for u; so h prefers p. The larger
    matching holds u at p instead of h, so p does not prefer h to u. Then u, promoted and refused, was refused for a
    promoted h, who had asked q in vain: yet q has a free seat. So every chain holds at least two placed people for the
    one it gains. Promoting more than once changes nothing in this.

    *Complexity.* ``approximation``: O(nnz log(largest capacity)) time, O(n + seats) memory beside the market.

    References
    ----------
    .. [1] Z. Király (2013), Linear time local approximation algorithm for maximum stable marriage, Algorithms 6(3),
       471-484, :doi:`10.3390/a6030471`.
    .. [2] M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove and W. Pettersson (2019), Mathematical models for
       stable matching problems with ties and incomplete lists, European Journal of Operational Research 277(2),
       426-441, :doi:`10.1016/j.ejor.2019.03.017`.

    Examples
    --------
    Both applicants tie at posting 0, and only the first has an alternative.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> largest = max_cardinality_stable(market)
    >>> largest.matching.posting_of, largest.bound, largest.is_proven
    (array([1, 0]), 2, True)
    """
    if method not in _METHODS:
        raise MechanismError(f"method is {method!r}, expected one of {', '.join(_METHODS)}")
    verify_time_limit(time_limit)
    if n_orders < 1 or (rng is None and n_orders > 1):
        raise MechanismError(f"n_orders is {n_orders}, expected {'1 without rng' if rng is None else '>= 1'}")
    return _METHODS[method](market, _approximation(market, rng, n_orders), time_limit)


def _approximation(market: Market, rng: np.random.Generator | None, n_orders: int) -> LargestStable:
    lists = market.applicants
    first_seat = totals_before(market.fillable_seats)
    proposals = ProposalLists(lists.indptr, lists.indices, lists.ranks, _ranks_for_keys(market), first_seat)
    found: list[Matching] = []
    for _ in range(n_orders):
        order = np.arange(market.n_applicants) if rng is None else rng.permutation(market.n_applicants)
        found.append(Matching(propose_with_promotion(proposals, order), market.n_postings))
    matching = max(found, key=lambda one: one.n_matched)
    return LargestStable(matching, _size_by_ratio(market, matching), "ratio")


def _ranks_for_keys(market: Market) -> Int32s:
    """Ranks at the postings, without their gaps where a rank and a promotion would not fit the 32 bits of a key."""
    ranks = market.rank_at_posting
    if ranks.max(initial=0) < 2**31 // (N_PROMOTIONS + 1):
        return ranks
    dense = (np.unique(ranks, return_inverse=True)[1] - int(ranks.min() < 0)).astype(np.int32)
    dense.flags.writeable = False
    return dense


def _size_by_ratio(market: Market, matching: Matching) -> int:
    n_listing = int(np.count_nonzero(np.diff(market.applicants.indptr)))
    return min(3 * matching.n_matched // 2, n_listing, int(market.fillable_seats.sum()))


def _as_found(_market: Market, found: LargestStable, _time_limit: float) -> LargestStable:
    return found


def _proven(market: Market, found: LargestStable, time_limit: float) -> LargestStable:
    """Improve what was found until its size meets the bound or the time is up."""
    if found.is_proven:
        return found
    deadline = time.monotonic() + time_limit
    rounds = excluded_in_round(market)
    rounds.flags.writeable = False
    stable = stable_size_program(without_entries(market, rounds > 0))
    prices = relaxation_prices(stable.program, time_limit=time_limit, method="interior-point")
    bound, proof = found.bound, found.proof
    if prices is not None:
        prices.flags.writeable = False
        by_prices = verified_count(stable.program, prices)
        bound, proof = (by_prices, "prices") if by_prices is not None and by_prices < bound else (bound, proof)
    matching = found.matching
    seconds = deadline - time.monotonic()
    if matching.n_matched < bound and seconds > 0:
        start = stable.values_of(matching)
        solution = maximise_count_in_parts(stable.program, start=start, time_limit=seconds, prices=prices)
        matching = stable.matching_of(solution.values)
        bound, proof = (solution.bound, "solver") if solution.bound < bound else (bound, proof)
    return LargestStable(matching, bound, proof, rounds, prices)


_METHODS: dict[str, Callable[[Market, LargestStable, float], LargestStable]] = {
    "approximation": _as_found,
    "exact": _proven,
}
