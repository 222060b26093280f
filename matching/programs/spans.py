"""Spans of positions: from the start of a group of entries to the end of a class of ties in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s

__all__ = ["begins_class", "no_worse_spans", "spread_spans"]


def no_worse_spans(groups: Int64s, ranks: npt.NDArray[np.integer]) -> tuple[Int64s, Int64s]:
    """For entries ordered by group and rank: where the entry's group starts and where its tie class ends.

    Examples
    --------
    >>> no_worse_spans(np.array([4, 4, 4, 7]), np.array([0, 1, 1, 1]))
    (array([0, 0, 0, 3]), array([1, 3, 3, 4]))
    """
    starts = _boundaries(groups[1:] != groups[:-1])
    classes = _boundaries((groups[1:] != groups[:-1]) | (ranks[1:] != ranks[:-1]))
    positions = np.arange(groups.size)
    of_group = starts[np.searchsorted(starts, positions, side="right") - 1]
    end_of_class = classes[np.searchsorted(classes, positions, side="right")]
    return of_group, end_of_class


def begins_class(groups: Int64s, ranks: npt.NDArray[np.integer]) -> Bools:
    """For entries ordered by group and rank: whether the entry is the first of its tie class."""
    is_first = np.ones(groups.size, np.bool_)
    is_first[1:] = (groups[1:] != groups[:-1]) | (ranks[1:] != ranks[:-1])
    return is_first


def spread_spans(start: Int64s, end: Int64s) -> tuple[Int64s, Int64s]:
    """Return the span of every position in every span, and the position.

    Examples
    --------
    >>> spread_spans(np.array([0, 5, 1]), np.array([2, 5, 3]))
    (array([0, 0, 2, 2]), array([0, 1, 1, 2]))
    """
    lengths = end - start
    span = np.repeat(np.arange(start.size), lengths)
    return span, np.arange(span.size) - np.repeat(np.cumsum(lengths) - lengths, lengths) + start[span]


def _boundaries(is_new: Bools) -> Int64s:
    """First positions of runs, and the position after the last."""
    return np.concatenate([[0], np.flatnonzero(is_new) + 1, [is_new.size + 1]])
