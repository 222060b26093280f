"""Random markets for hypothesis: empty sides, closed postings, ties, entries that only one side lists."""

from __future__ import annotations

from math import perm

import numpy as np
from hypothesis import strategies as st

from matching.market import Market
from matching.preferences import Preferences
from tests.kept_strategies import chosen, kept, rows, whole_numbers

Wishes = list[int | list[int]]


@kept
@st.composite
def wishes(draw: st.DrawFn, n_choices: int, *, strict: bool) -> Wishes:
    """One list: some of the choices in some order, cut into tie classes unless ``strict``."""
    length = draw(whole_numbers(0, n_choices))
    if not length:
        return []
    cuts = 1 if strict else 2 ** (length - 1)
    row, joined = chosen(n_choices, length, draw(whole_numbers(0, perm(n_choices, length) * cuts - 1)))
    classes = [[row[0]]]
    for place, choice in enumerate(row[1:]):
        if joined >> place & 1:
            classes[-1].append(choice)
        else:
            classes.append([choice])
    return [tied if len(tied) > 1 else tied[0] for tied in classes]


@kept
@st.composite
def markets(draw: st.DrawFn, *, strict: bool = False, largest: int = 4) -> Market:
    """A market with up to ``largest`` members on each side."""
    n, m = draw(whole_numbers(0, largest)), draw(whole_numbers(0, largest))
    applicants = [draw(wishes(m, strict=strict)) for _ in range(n)]
    postings = [draw(wishes(n, strict=strict)) for _ in range(m)]
    capacity = [draw(whole_numbers(0, 3)) for _ in range(m)]
    return Market(
        Preferences.from_lists(applicants, m), Preferences.from_lists(postings, n), np.array(capacity, dtype=np.int64)
    )


@kept
@st.composite
def score_tables(draw: st.DrawFn, *, largest: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores (multiples of 1/4, so that sums are exact and tie often), a mask of acceptable pairs, capacities."""
    n, m = draw(whole_numbers(0, largest)), draw(whole_numbers(0, largest))
    quarters = draw(rows(n * m, -4, 8))
    mask = draw(rows(n * m, 0, 1))
    capacity = draw(rows(m, 0, 3))
    return (
        np.array(quarters, dtype=np.float64).reshape(n, m) / 4,
        np.array(mask, dtype=np.bool_).reshape(n, m),
        np.array(capacity, dtype=np.int64),
    )
