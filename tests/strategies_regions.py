"""Random nested regions around the postings of a random market."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from matching.market import Market
from matching.preferences import Preferences
from matching.regions import NO_CAP, Regions
from tests.kept_strategies import kept, one_of, orders, whole_numbers
from tests.strategies import markets

RegionalMarket = tuple[Market, Regions]


@st.composite
def regions_around(draw: st.DrawFn, market: Market, *, nested: bool = True, floors: bool = False) -> Regions:
    """Up to three regions; targets may be above a capacity, a cap is at least the targets inside, or none."""
    m, r = market.n_postings, draw(whole_numbers(0, 3))
    parent = np.array([draw(whole_numbers(-1, i - 1)) if nested else -1 for i in range(r)], dtype=np.int64)
    bare = Regions(
        region_of=np.array([draw(whole_numbers(-1, r - 1)) for _ in range(m)], dtype=np.int64),
        parent=parent,
        cap=np.full(r, NO_CAP),
        floor=np.zeros(r, np.int64),
        posting_floor=np.zeros(m, np.int64),
        target=np.array([draw(whole_numbers(0, 2)) for _ in range(m)], dtype=np.int64),
        turn=np.array(draw(orders(m)), dtype=np.int64),
    )
    room = [draw(one_of(0, 0, 1, 2, None)) for _ in range(r)]
    least = bare.held(bare.target)
    cap = np.array([NO_CAP if extra is None else least[i] + extra for i, extra in enumerate(room)], dtype=np.int64)
    floor, posting_floor = bare.floor, bare.posting_floor
    if floors:
        wanted = np.array([draw(one_of(0, 0, 1, 2)) for _ in range(r)], dtype=np.int64)
        floor = np.where(cap == NO_CAP, wanted, np.minimum(wanted, cap))
        posting_floor = np.array([draw(one_of(0, 0, 0, 1)) for _ in range(m)], dtype=np.int64)
    return Regions(bare.region_of, parent, cap, floor, posting_floor, bare.target, bare.turn)


@kept
@st.composite
def regional_markets(
    draw: st.DrawFn, *, strict: bool = True, largest: int = 4, nested: bool = True, floors: bool = False
) -> RegionalMarket:
    """A market and regions around its postings."""
    market = draw(markets(strict=strict, largest=largest))
    return market, draw(regions_around(market, nested=nested, floors=floors))


@kept
@st.composite
def floored_markets(draw: st.DrawFn) -> RegionalMarket:
    """Long lists, few seats, floors that mostly bind and mostly can be met: where stability is often lost."""
    n, m = draw(whole_numbers(3, 5)), draw(whole_numbers(2, 3))
    market = Market(
        Preferences.from_lists([draw(orders(m))[: draw(whole_numbers(m - 1, m))] for _ in range(n)], m),
        Preferences.from_lists([draw(orders(n)) for _ in range(m)], n),
        np.array([draw(whole_numbers(1, 3)) for _ in range(m)]),
    )
    is_nested = draw(st.booleans())
    region_of = np.array([draw(whole_numbers(-1, 1)) for _ in range(m)])
    bare = Regions.flat(region_of, np.full(2, NO_CAP), [draw(whole_numbers(0, 1)) for _ in range(m)])
    bare = replace(bare, parent=np.array([-1, 0 if is_nested else -1]))
    cap = bare.held(bare.target) + np.array([draw(whole_numbers(0, 2)) for _ in range(2)])
    wanted = np.array([draw(whole_numbers(0, 3)) for _ in range(2)])
    posting_floor = np.minimum([draw(whole_numbers(0, 2)) for _ in range(m)], market.capacity)
    return market, replace(bare, cap=cap, floor=np.minimum(wanted, cap), posting_floor=posting_floor)
