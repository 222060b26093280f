"""Random markets with scores and limits of every kind."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st

from matching.couples import Couples
from matching.market import Market
from matching.preferences import Preferences
from matching.regions import Regions
from matching.reserves import Reserves
from tests.kept_strategies import joint_choices, kept, one_of, orders, rows, whole_numbers
from tests.oracles.constrained import Limits
from tests.strategies import wishes

Problem: TypeAlias = tuple[Market, np.ndarray, Limits]


@kept
@st.composite
def problems(draw: st.DrawFn, *, kinds: frozenset[str], largest: int = 4) -> Problem:
    """A market, quarters as scores, and limits of the kinds: regions, quotas, overlapping, couples, blocking."""
    n, m = draw(whole_numbers(1, largest)), draw(whole_numbers(1, largest))
    couples = draw(couples_of(n, m)) if "couples" in kinds and n > 1 else None
    members = set() if couples is None else set(couples.members.ravel().tolist())
    market = Market(
        Preferences.from_lists([[] if a in members else draw(wishes(m, strict=False)) for a in range(n)], m),
        Preferences.from_lists([draw(wishes(n, strict=False)) for _ in range(m)], n),
        np.array([draw(one_of(1, 2, 0, 3)) for _ in range(m)], np.int64),
    )
    limits = Limits(
        regions=draw(regions_of(m)) if "regions" in kinds else None,
        reserves=draw(quotas_of(n, m, overlap="overlapping" in kinds)) if kinds & {"quotas", "overlapping"} else None,
        couples=couples,
        couple_scores=None if couples is None else draw(quarters(len(couples.places))),
        max_blocking=draw(whole_numbers(0, 3)) if "blocking" in kinds else None,
    )
    return market, draw(quarters(market.applicants.indices.size)), limits


@kept
@st.composite
def quarters(draw: st.DrawFn, size: int) -> np.ndarray:
    """Multiples of 1/4, so that sums are exact and tie often."""
    return np.array(draw(rows(size, -2, 8)), np.float64) / 4


@kept
@st.composite
def regions_of(draw: st.DrawFn, m: int) -> Regions:
    """Up to three regions, nested or not, with small caps and floors; targets of 0."""
    r = draw(whole_numbers(0, 3))
    caps = [draw(one_of(-1, -1, 1, 2, 3)) for _ in range(r)]
    floors = [min(draw(one_of(*[0] * 7, 1, 2)), cap if cap >= 0 else 9) for cap in caps]
    return Regions(
        region_of=np.array([draw(whole_numbers(-1, r - 1)) for _ in range(m)], np.int64),
        parent=np.array([draw(whole_numbers(-1, i - 1)) for i in range(r)], np.int64),
        cap=np.array(caps, np.int64),
        floor=np.array(floors, np.int64),
        posting_floor=np.array([draw(one_of(*[0] * 9, 1)) for _ in range(m)], np.int64),
        target=np.zeros(m, np.int64),
        turn=np.arange(m),
    )


@kept
@st.composite
def quotas_of(draw: st.DrawFn, n: int, m: int, *, overlap: bool) -> Reserves:
    """Two types, of which nobody has both unless they overlap."""
    types = one_of((False, False), (True, False), (False, True), *([(True, True)] if overlap else []))
    of_type = np.array([draw(types) for _ in range(n)], np.bool_).reshape(n, 2)
    quota = np.array([[draw(whole_numbers(-1, 1)) for _ in range(2)] for _ in range(m)], np.int64)
    return Reserves(of_type, np.zeros((m, 2), np.int64), quota.reshape(m, 2))


@kept
@st.composite
def couples_of(draw: st.DrawFn, n: int, m: int) -> Couples:
    """One couple or two, with up to four joint choices each."""
    people = draw(orders(n))
    n_couples = draw(whole_numbers(1, min(2, n // 2)))
    choices = joint_choices(m, 4)
    return Couples.from_lists(
        [(people[2 * c], people[2 * c + 1]) for c in range(n_couples)],
        [draw(choices) for _ in range(n_couples)],
    )
