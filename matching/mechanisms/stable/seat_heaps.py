"""Max-heaps of integer keys that lie one after the other in one flat array: a posting's holders, worst on top."""

from __future__ import annotations

from matching.arrays import Int64s
from matching.kernels import Kernel

__all__ = ["push", "replace_top"]


@Kernel
def push(heaps: Int64s, start: int, size: int, key: int) -> None:
    """Add a key to the max-heap of ``size`` keys that begins at ``start``."""
    at = size
    while at > 0 and heaps[start + (at - 1) // 2] < key:
        heaps[start + at] = heaps[start + (at - 1) // 2]
        at = (at - 1) // 2
    heaps[start + at] = key


@Kernel
def replace_top(heaps: Int64s, start: int, size: int, key: int) -> None:
    """Replace the largest key of the max-heap of ``size`` keys that begins at ``start``."""
    at, child = 0, 1
    while child < size:
        if child + 1 < size and heaps[start + child + 1] > heaps[start + child]:
            child += 1
        if heaps[start + child] <= key:
            break
        heaps[start + at] = heaps[start + child]
        at, child = child, 2 * child + 1
    heaps[start + at] = key
