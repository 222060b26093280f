"""The items of one list in their order: nearly by single precision, then mended where exact scores say otherwise."""

from __future__ import annotations

import numpy as np

from matching.arrays import Int32s, Int64s
from matching.kernels import Kernel
from matching.ranking.exact_units import Floats32
from matching.ranking.score_limits import extremes

__all__ = ["put_in_order"]

_BUCKETS = 2
"""Buckets an item: with fewer more items meet, with more it takes longer to count what is in them."""

_MOST_MEETINGS = 4
"""Pairs in one bucket, an item, beyond which counting is quicker than mending: most scores are nearly the same."""


@Kernel
def put_in_order(scores: Floats32, listed: Int32s, found: Int64s, items: Int32s, units: Int64s) -> None:
    """Write the best of the listed items, whose exact scores were found: equal ones by index."""
    n = scores.size
    places = np.empty(n, np.int32)
    if not _place_by_buckets(scores, places):
        _place_by_counting(scores, places)
    item_at, unit_at = np.empty(n, np.int32), np.empty(n, np.int64)
    for x in range(n):
        item_at[places[x]], unit_at[places[x]] = listed[x], found[x]
    for x in range(1, n):
        item, unit, y = item_at[x], unit_at[x], x
        while y > 0 and (unit_at[y - 1] < unit or (unit_at[y - 1] == unit and item_at[y - 1] > item)):
            item_at[y], unit_at[y] = item_at[y - 1], unit_at[y - 1]
            y -= 1
        item_at[y], unit_at[y] = item, unit
    n_listed = min(n, items.size)
    for x in range(n_listed):  # an assignment of arrays would have numba compile what it says of shapes that differ
        items[x], units[x] = item_at[x], unit_at[x]


@Kernel
def _place_by_buckets(scores: Floats32, places: Int32s) -> bool:
    """Place scores by buckets of one width, unless too many would lie together in one."""
    n = scores.size
    low, high = extremes(scores)
    n_buckets = _BUCKETS * n
    if not high - low > np.float32(1e-30):
        return False
    scale, meetings = np.float32((n_buckets - 1) / (high - low)), 0
    start, bucket_of = np.zeros(n_buckets + 1, np.int32), np.empty(n, np.int32)
    for x in range(n):
        bucket = min(int((high - scores[x]) * scale), n_buckets - 1)
        bucket_of[x] = bucket
        meetings += start[bucket + 1]
        start[bucket + 1] += np.int32(1)
    if meetings > _MOST_MEETINGS * n:
        return False
    for bucket in range(n_buckets):
        start[bucket + 1] += start[bucket]
    for x in range(n):
        bucket = bucket_of[x]
        places[x] = start[bucket]
        start[bucket] += np.int32(1)
    return True


@Kernel
def _place_by_counting(scores: Floats32, places: Int32s) -> None:
    """Place scores by how many are better, of equal ones in the order they have."""
    for x in range(scores.size):
        place, before, behind = np.int32(0), scores[:x], scores[x:]
        for y in range(before.size):
            place = np.int32(place + np.int32(before[y] >= scores[x]))
        for y in range(behind.size):
            place = np.int32(place + np.int32(behind[y] > scores[x]))
        places[x] = place
