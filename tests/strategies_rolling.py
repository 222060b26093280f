"""Random seasons of rolling intake: households, places without seats, ties, nobody compatible."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from matching.rolling.season import Season
from tests.kept_strategies import kept, whole_numbers

__all__ = ["seasons"]


@kept
@st.composite
def seasons(draw: st.DrawFn, *, eventful: bool = True, most_cases: int = 5, most_places: int = 3) -> Season:
    n, m = draw(whole_numbers(0, most_cases)), draw(whole_numbers(1, most_places))
    rng = np.random.default_rng(draw(whole_numbers(0, 2**32 - 1)))
    arrives = np.sort(rng.integers(0, 10, n)).astype(float)
    plain = {
        "needs": rng.choice([1, 1, 2, 3], n),
        "capacity": rng.integers(0, 4, m),
        "arrives": arrives,
        "is_compatible": rng.random((n, m)) < 0.8,
    }
    values = rng.integers(0, 5, (n, m)) / 4
    if not eventful:
        return Season.of(values, **plain)
    opens = rng.integers(0, 6, m).astype(float)
    return Season.of(
        values,
        **plain,
        waits_until=arrives + rng.integers(0, 5, n),
        opens=opens,
        closes=opens + rng.integers(0, 9, m),
        declines=rng.random((n, m)) < 0.3,
        withdraws_after=np.where(rng.random(n) < 0.3, rng.integers(1, 5, n), np.inf),
        answers_after=float(rng.integers(0, 3)),
    )
