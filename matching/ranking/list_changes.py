"""One item of many lists gets another score: each list in its place, without looking at any other item's score.

A list is *whole* while nothing that may be listed is missing from it. Of any other list it holds that what is missing
comes after its last item: whatever comes before that has its right place, and an item that comes after it is rightly
missing. A list that is not whole loses an item now and then; once it is too short it must be made anew.
"""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s
from matching.kernels import Kernel
from matching.ranking.orders import NOT_LISTED
from matching.ranking.top_lists import NO_SCORE, TopLists

__all__ = ["move_item"]


def move_item(lists: TopLists, item: int, units: Int64s, n_listed: Int64s, is_whole: Bools) -> None:
    """Put one item where its new score in every list belongs, or take it out; changes the arrays it is given.

    Parameters
    ----------
    lists : TopLists
        (rows, length); best first, equal scores: the lower index first.
    item : int
    units : (rows,) int64
        Its score in each row, ``NO_SCORE`` where it may not be listed.
    n_listed : (rows,) int64
    is_whole : (rows,) bool

    Examples
    --------
    >>> lists = TopLists(np.array([[4, 5, -1]], dtype=np.int32), np.array([[9, 8, NO_SCORE]]))
    >>> n_listed, is_whole = np.array([2]), np.array([True])
    >>> move_item(lists, 7, np.array([8]), n_listed, is_whole)
    >>> lists.items, n_listed
    (array([[4, 5, 7]], dtype=int32), array([3]))
    """
    _move(lists.items, lists.units, np.int32(item), units, n_listed, is_whole)


@Kernel
def _move(  # noqa: PLR0917
    items: Int32s, list_units: Int64s, item: np.int32, units: Int64s, n_listed: Int64s, is_whole: Bools
) -> None:
    for row in range(items.shape[0]):
        count = _taken_out(items[row], list_units[row], item, n_listed[row])
        score = units[row]
        if score != NO_SCORE:
            count = _put_in(items[row], list_units[row], item, score, count, is_whole[row : row + 1])
        n_listed[row] = count


@Kernel
def _taken_out(items: Int32s, units: Int64s, item: np.int32, count: int) -> int:
    for place in range(count):
        if items[place] == item:
            for later in range(place + 1, count):
                items[later - 1], units[later - 1] = items[later], units[later]
            items[count - 1], units[count - 1] = NOT_LISTED, NO_SCORE
            return count - 1
    return count


@Kernel
def _put_in(  # noqa: PLR0917
    items: Int32s, units: Int64s, item: np.int32, score: np.int64, count: int, is_whole: Bools
) -> int:
    place = count
    while place > 0 and (score > units[place - 1] or (score == units[place - 1] and item < items[place - 1])):
        place -= 1
    is_full = count == items.size
    if place == count and (is_full or not is_whole[0]):
        is_whole[0] = False  # it is missing now
        return count
    if is_full:
        is_whole[0] = False  # the last one is
    else:
        count += 1
    for later in range(count - 1, place, -1):
        items[later], units[later] = items[later - 1], units[later - 1]
    items[place], units[place] = item, score
    return count
