"""Random types, reserves and quotas for hypothesis: types that overlap or not, more reserved than there are seats."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.market import Market
from matching.reserves import Reserves
from tests.kept_strategies import kept, rows, whole_numbers
from tests.oracles.reserves import Posting
from tests.strategies import markets

PRECEDENCES = st.sampled_from(["reserved-first", "open-first"])


@kept
@st.composite
def types(draw: st.DrawFn, n: int, k: int, *, overlapping: bool) -> np.ndarray:
    """(n, k) bool; without overlap everybody is of one type or none."""
    if overlapping:
        return np.array(draw(rows(n * k, 0, 1)), np.bool_).reshape(n, k)
    kinds = draw(rows(n, -1, k - 1))
    return np.array([[kind == of for of in range(k)] for kind in kinds], np.bool_).reshape(n, k)


@kept
@st.composite
def reserves(draw: st.DrawFn, n: int, m: int, *, overlapping: bool, quotas: bool) -> Reserves:
    k = draw(whole_numbers(0, 3))
    reserved = draw(rows(m * k, 0, 2))
    quota = draw(rows(m * k, -1, 2)) if quotas else [-1] * (m * k)
    return Reserves(
        draw(types(n, k, overlapping=overlapping)),
        np.array(reserved, np.int64).reshape(m, k),
        np.array(quota, np.int64).reshape(m, k),
    )


@kept
@st.composite
def reserved_markets(
    draw: st.DrawFn, *, overlapping: bool, quotas: bool, strict: bool = True, largest: int = 4
) -> tuple[Market, Reserves]:
    market = draw(markets(strict=strict, largest=largest))
    of = draw(reserves(market.n_applicants, market.n_postings, overlapping=overlapping, quotas=quotas))
    return market, of


@kept
@st.composite
def postings(draw: st.DrawFn, *, overlapping: bool, quotas: bool, n: int = 6) -> Posting:
    """One posting and ``n`` people, who have priority in ascending order."""
    of = draw(reserves(n, 1, overlapping=overlapping, quotas=quotas))
    types_of = tuple(tuple(np.flatnonzero(row).tolist()) for row in of.is_of_type)
    reserved, quota = tuple(of.reserved[0].tolist()), tuple(of.quota[0].tolist())
    return Posting(types_of, draw(whole_numbers(0, 5)), reserved, quota, draw(PRECEDENCES))
