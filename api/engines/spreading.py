"""Pieces of work spread over an engine: what a dead worker had is done again, what failed by itself stops all."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor, Future, as_completed
from typing import Final, TypeVar

from api.engines.engine import Engine
from api.engines.errors import EngineError

__all__ = ["spread"]

Item = TypeVar("Item", bound=Hashable)
Result = TypeVar("Result")

_TRIES: Final = 3
"""Executors in a row that may break without having done anything."""


def spread(
    engine: Engine, job: Callable[[Item], Result], items: Sequence[Item], *, done: Callable[[Item], None] | None = None
) -> dict[Item, Result]:
    """Do a job for every item.

    Parameters
    ----------
    engine : Engine
    job : callable
        A function of its item alone that may be done twice: a module's function, or a partial of one.
    items : sequence
    done : callable, optional
        Called with every item whose job is done.

    Returns
    -------
    dict
        Results in the order of the items.

    Raises
    ------
    EngineError
        When workers died three times in a row without finishing anything.
    Exception
        Whatever a job raised; nothing that is not begun is begun then.
    """
    results: dict[Item, Result] = {}
    waiting, tries = list(items), 0
    while waiting:
        n_before = len(results)
        _try(engine, job, waiting, results, done or _nothing)
        waiting = [item for item in waiting if item not in results]
        tries = tries + 1 if len(results) == n_before else 0
        if waiting and tries == _TRIES:
            raise EngineError(
                f"workers of {engine.name} died {_TRIES} times without finishing one of {len(waiting)} pieces, "
                f"the first of them {waiting[0]}; they may lack memory: use smaller pieces or fewer workers"
            )
    return {item: results[item] for item in items}


def _try(
    engine: Engine,
    job: Callable[[Item], Result],
    items: Sequence[Item],
    results: dict[Item, Result],
    done: Callable[[Item], None],
) -> None:
    """Put what one executor gives into ``results``; it may break on the way."""
    with engine.open() as executor:
        futures: dict[Future[Result], Item] = {}
        try:
            _submit(engine, executor, job, items, futures)
            for future in as_completed(futures):
                try:
                    results[futures[future]] = future.result()
                except engine.lost:
                    continue  # a broken pool has lost every other piece too, a cluster only this one
                done(futures[future])
        finally:
            for future in futures:
                future.cancel()


def _submit(
    engine: Engine,
    executor: Executor,
    job: Callable[[Item], Result],
    items: Sequence[Item],
    futures: dict[Future[Result], Item],
) -> None:
    for item in items:
        try:
            future = executor.submit(job, item)
        except engine.lost:
            return
        futures[future] = item
        if future.done() and future.exception() is not None:
            return


def _nothing(_item: object) -> None:
    return None
