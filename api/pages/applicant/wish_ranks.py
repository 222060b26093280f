"""The order of one's wishes: a rank is one application's, and whoever is put before others moves them down."""

from __future__ import annotations

from collections.abc import Iterable

from features.records import Application

__all__ = ["moved_down", "ranked"]


def ranked(applications: Iterable[Application]) -> list[Application]:
    """Applications with a rank, the first wish first.

    Examples
    --------
    >>> wishes = [Application(application_id=an_id, applicant_id="a", posting_id=an_id, wish_rank=rank)
    ...           for an_id, rank in (("x", 2), ("y", None), ("z", 1))]
    >>> [one.application_id for one in ranked(wishes)]
    ['z', 'x']
    """
    told = [one for one in applications if one.wish_rank is not None]
    return sorted(told, key=lambda one: (one.wish_rank or 0, one.application_id))


def moved_down(applications: Iterable[Application], rank: int) -> list[Application]:
    """The applications that make room for a new one at ``rank``, each where it goes; those after a gap stay.

    The last comes first, so that stored one after the other no two have the same rank in between.

    Examples
    --------
    >>> wishes = [Application(application_id=an_id, applicant_id="a", posting_id=an_id, wish_rank=rank)
    ...           for an_id, rank in (("x", 1), ("y", 2), ("z", 4))]
    >>> [(one.application_id, one.wish_rank) for one in moved_down(wishes, 1)]
    [('y', 3), ('x', 2)]
    """
    moved: list[Application] = []
    free = rank + 1
    for one in ranked(applications):
        if one.wish_rank is None or one.wish_rank < rank:
            continue
        if one.wish_rank >= free:
            break
        moved.append(one.model_copy(update={"wish_rank": free}))
        free += 1
    return moved[::-1]
