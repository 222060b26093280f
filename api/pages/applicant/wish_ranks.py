"""The order of one's wishes: a rank is one application's, and whoever is put before others moves them down."""

from __future__ import annotations

from collections.abc import Iterable

from sqlmodel import Session
from starlette.responses import Response

from api.audit.trail import Trail
from api.routes import applications as api_applications
from features.records import Application

__all__ = ["moved_down", "ranked", "store_ranks", "with_rank"]


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


def with_rank(applications: Iterable[Application], changed: Application, rank: int | None) -> list[Application]:
    """What is to be stored, one after the other, for an application to have another rank among the others.

    It gives its rank up first, so that no two have the same in between.

    Parameters
    ----------
    applications : iterable of Application
        Those under way, the changed one among them.
    changed : Application
    rank : int or None
        ``None``: it has none any more.

    Examples
    --------
    >>> wishes = [Application(application_id=an_id, applicant_id="a", posting_id=an_id, wish_rank=rank)
    ...           for an_id, rank in (("x", 1), ("y", 2), ("z", 3))]
    >>> [(one.application_id, one.wish_rank) for one in with_rank(wishes, wishes[1], 1)]
    [('y', None), ('x', 2), ('y', 1)]
    >>> with_rank(wishes, wishes[1], 2)
    []
    """
    if rank == changed.wish_rank:
        return []
    given_up = [] if changed.wish_rank is None else [changed.model_copy(update={"wish_rank": None})]
    if rank is None:
        return given_up
    others = [one for one in applications if one.application_id != changed.application_id]
    return [*given_up, *moved_down(others, rank), changed.model_copy(update={"wish_rank": rank})]


def store_ranks(session: Session, audit: Trail, moved: Iterable[Application]) -> None:
    """Store applications where they go, in the order given, as their applicant does by the API."""
    for one in moved:
        api_applications.replace_application(
            session=session,
            audit=audit,
            application_id=one.application_id,
            application=one,
            response=Response(),
            expected=None,
        )
