"""Score tables with floors for hypothesis: some floors can be met, some cannot."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from tests.kept_strategies import kept, whole_numbers
from tests.strategies import score_tables

FloorTable = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


@kept
@st.composite
def floor_tables(draw: st.DrawFn, *, largest: int = 4) -> FloorTable:
    """Scores, a mask of acceptable pairs, capacities, and floors that do not exceed them."""
    scores, acceptable, capacity = draw(score_tables(largest=largest))
    floor = [draw(whole_numbers(0, int(seats))) for seats in capacity]
    return scores, acceptable, capacity, np.array(floor, dtype=np.int64)
