"""Random markets for hypothesis: empty sides, closed postings, ties, entries that only one side lists."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.market import Market
from matching.preferences import Preferences
from tests.kept_strategies import kept, orders

Wishes = list[int | list[int]]


@kept
@st.composite
def wishes(draw: st.DrawFn, n_choices: int, *, strict: bool) -> Wishes:
    """One list: some of the choices in some order, cut into tie classes unless ``strict``."""
    order = draw(orders(n_choices))
    chosen = list(order[: draw(st.integers(0, n_choices))])
    if strict:
        return list(chosen)
    classes: list[list[int]] = []
    for choice in chosen:
        joins_the_tie: bool = draw(st.booleans())
        if classes and joins_the_tie:
            classes[-1].append(choice)
        else:
            classes.append([choice])
    return [tied if len(tied) > 1 else tied[0] for tied in classes]


@kept
@st.composite
def markets(draw: st.DrawFn, *, strict: bool = False, largest: int = 4) -> Market:
    """A market with up to ``largest`` members on each side."""
    n, m = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    applicants = [draw(wishes(m, strict=strict)) for _ in range(n)]
    postings = [draw(wishes(n, strict=strict)) for _ in range(m)]
    capacity = [draw(st.integers(0, 3)) for _ in range(m)]
    return Market(
        Preferences.from_lists(applicants, m), Preferences.from_lists(postings, n), np.array(capacity, dtype=np.int64)
    )


@kept
@st.composite
def score_tables(draw: st.DrawFn, *, largest: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (multiples of 1/4, so that sums are exact and tie often), a mask of acceptable pairs, capacities."""
    n, m = draw(st.integers(0, largest)), draw(st.integers(0, largest))
    quarters = draw(st.lists(st.integers(-4, 8), min_size=n * m, max_size=n * m))
    mask = draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m))
    capacity = draw(st.lists(st.integers(0, 3), min_size=m, max_size=m))
    return (
        np.array(quarters, dtype=np.float64).reshape(n, m) / 4,
        np.array(mask, dtype=np.bool_).reshape(n, m),
        np.array(capacity, dtype=np.int64),
    )
