"""What one more seat under a cap, or one person less in a floor, would change: the price of every limit.

The mechanism is run again with one limit loosened by one. Nothing is linearised, so the answer is what would happen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np

from matching.arrays import Bools, Int64s
from matching.errors import MechanismError
from matching.market import Market
from matching.outcome import Matching
from matching.regions import NO_CAP, Regions
from matching.statistics import BELOW_EVERY_RANK, rank_held

__all__ = ["LimitPrices", "PriceTable", "RegionalMechanism", "limit_prices"]

RegionalMechanism: TypeAlias = Callable[[Market, Regions], Matching]
"""A mechanism under regional limits that gives the same matching for the same input."""


@dataclass(frozen=True, eq=False)
class PriceTable:
    """One row a limit; limits that were not loosened have 0 everywhere.

    Attributes
    ----------
    is_binding : (k,) bool
        The matching holds exactly the cap, or exactly the floor.
    placed : (k,) int64
        People placed in addition, or fewer where negative, once the limit is looser by one.
    first_choices : (k,) int64
        First choices met in addition.
    n_better, n_worse : (k,) int64
        Applicants who would be at a place they strictly prefer, or like strictly less.
    """

    is_binding: Bools
    placed: Int64s
    first_choices: Int64s
    n_better: Int64s
    n_worse: Int64s


@dataclass(frozen=True, eq=False)
class LimitPrices:
    """The prices of all limits at one matching.

    Attributes
    ----------
    matching : Matching
        Of the market and the regions as they are.
    caps, floors : PriceTable
        One row a region.
    posting_floors : PriceTable
        One row a posting.
    """

    matching: Matching
    caps: PriceTable
    floors: PriceTable
    posting_floors: PriceTable


def limit_prices(market: Market, regions: Regions, run: RegionalMechanism, *, also_slack: bool = False) -> LimitPrices:
    """Return what every cap and floor costs, by running the mechanism once for each that binds.

    Parameters
    ----------
    market : Market
    regions : Regions
    run : callable
        ``flexible_deferred_acceptance``, or any other that takes a market and regions and keeps their limits.
    also_slack : bool
        Run it for the limits that do not bind, too.

    Raises
    ------
    MechanismError
        When the mechanism does not keep a limit, so that a looser one would say nothing.

    Notes
    -----
    In disjoint regions flexible deferred acceptance never passes by a cap that its result does not reach, so a price of
    0 is exact there. In nested regions a cap may have turned people away although the cap around it left it unfilled in
    the end: ``also_slack`` finds what it costs.

    Examples
    --------
    >>> from matching.mechanisms.regions.regional_caps import flexible_deferred_acceptance
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[0, 1, 2], [0, 1]], n_choices=3),
    ...     capacity=np.array([2, 2]),
    ... )
    >>> prices = limit_prices(market, Regions.flat([0, 1], cap=[1, 5], target=[0, 0]), flexible_deferred_acceptance)
    >>> prices.caps.is_binding, prices.caps.placed, prices.caps.n_better
    (array([ True, False]), array([0, 0]), array([1, 0]))
    """
    matching = run(market, regions)
    held, n_held = regions.held(matching.n_held), matching.n_held
    _verify_kept(regions, matching)

    def table(name: str, is_limit: Bools, holds_exactly: Bools, step: int) -> PriceTable:
        is_binding = is_limit & holds_exactly
        is_priced = is_limit if also_slack else is_binding
        outcomes = (run(market, looser) for looser in _loosened(regions, name, is_priced, step))
        return _table(market, matching, is_binding, np.flatnonzero(is_priced), outcomes)

    return LimitPrices(
        matching,
        caps=table("cap", regions.cap != NO_CAP, held == regions.cap, 1),
        floors=table("floor", regions.floor > 0, held == regions.floor, -1),
        posting_floors=table("posting_floor", regions.posting_floor > 0, n_held == regions.posting_floor, -1),
    )


def _verify_kept(regions: Regions, matching: Matching) -> None:
    under, postings_under = regions.under_floor(matching)
    for of, name, broken in (
        ("region", "cap", regions.over_cap(matching)),
        ("region", "floor", under),
        ("posting", "floor", postings_under),
    ):
        for which in broken[:1]:
            raise MechanismError(f"{of} {which} breaks its {name} in the matching to be priced, expected it kept")


def _loosened(regions: Regions, name: str, is_priced: Bools, step: int) -> Iterator[Regions]:
    for which in np.flatnonzero(is_priced):
        values: Int64s = getattr(regions, name).copy()
        values[which] += step
        yield replace(regions, **{name: values})


def _table(
    market: Market, matching: Matching, is_binding: Bools, priced: Int64s, outcomes: Iterator[Matching]
) -> PriceTable:
    rows = np.zeros((is_binding.size, 4), np.int64)
    before = rank_held(market, matching, of_no_place=BELOW_EVERY_RANK)
    for which, changed in zip(priced, outcomes, strict=True):
        after = rank_held(market, changed, of_no_place=BELOW_EVERY_RANK)
        rows[which] = (
            changed.n_matched - matching.n_matched,
            np.count_nonzero(after == 0) - np.count_nonzero(before == 0),
            np.count_nonzero(after < before),
            np.count_nonzero(after > before),
        )
    return PriceTable(is_binding, rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3])
