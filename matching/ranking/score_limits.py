"""A score that some of many reach: found by halving the distance between the least and the largest of them."""

from __future__ import annotations

import numpy as np

from matching.kernels import Kernel
from matching.ranking.exact_units import Floats32

__all__ = ["extremes", "reached_by", "rounded_down"]

_MASK = 0x7FFFFFFF
"""Bits of a negative number that are turned round, so that whole numbers stand in the order of the scores."""

_LOWEST_KEY = int(np.array(-np.inf, np.float32).view(np.int32)) ^ _MASK
"""What minus infinity is compared as."""


@Kernel
def reached_by(scores: Floats32, k: int) -> np.float32:
    """Return a score that at least ``k`` of the scores reach and, if they can be told apart, few more.

    At least ``k`` of them are above minus infinity.
    """
    low, high = extremes(scores)
    while True:
        middle = np.float32(low + (high - low) * np.float32(0.5))
        if not low < middle < high:
            return low
        n_reaching = np.int32(0)
        for x in range(scores.size):
            n_reaching = np.int32(n_reaching + np.int32(scores[x] >= middle))
        if n_reaching < k:
            high = middle
        else:
            low = middle
            if n_reaching <= k + k // 8:
                return low


@Kernel
def extremes(scores: Floats32) -> tuple[np.float32, np.float32]:
    """Return the least score above minus infinity and the largest, compared as whole numbers: a few at once."""
    bits, ends, mask = scores.view(np.int32), np.empty(2, np.int32), np.int32(_MASK)
    half_above, to_the_top = np.int32((_LOWEST_KEY + 1) // 2), np.int32(_LOWEST_KEY ^ _MASK)
    low, high = mask, np.int32(~mask)
    for x in range(bits.size):
        key = np.int32(bits[x] ^ np.int32((bits[x] >> np.int32(31)) & mask))
        is_lowest = np.int32(np.int32((key >> np.int32(1)) - half_above) >> np.int32(31))  # in all bits, for no branch
        low, high = min(low, np.int32(key ^ np.int32(is_lowest & to_the_top))), max(high, key)
    for x, key in enumerate((low, high)):
        ends[x] = np.int32(key ^ np.int32((key >> np.int32(31)) & mask))
    found = ends.view(np.float32)
    return found[0], found[1]


@Kernel
def rounded_down(value: float) -> np.float32:
    """Return a float32 at or below the value."""
    return np.float32(value - abs(value) * 2.0**-22 - 2.0**-60)
