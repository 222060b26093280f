"""The workers of a Dask scheduler as a standard executor whose futures all come to an end.

Dask's own leaves a future undone for ever whose result was on its way when the scheduler went, and whoever waits for it
waits for ever; here it raises what broke.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

__all__ = ["ClusterExecutor"]

P = ParamSpec("P")
T = TypeVar("T")


class ClusterExecutor(Executor):
    """The workers that a client reaches.

    Parameters
    ----------
    client : Client
        Connected for as long as there is work.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Let a worker do a piece of work, also one that was done before."""
        # a job reads files too, so equal arguments promise no equal result
        there = self._client.submit(partial(fn, *args, **kwargs), pure=False)
        here: Future[T] = Future()
        here.add_done_callback(partial(_cancel_there, there))
        there.add_done_callback(partial(_hand_over, here))
        return here


def _cancel_there(there: DaskFuture[T], here: Future[T]) -> None:
    if here.cancelled() and not there.cancelled():
        there.cancel()


def _hand_over(here: Future[T], there: DaskFuture[T]) -> None:
    if not here.set_running_or_notify_cancel():
        return
    try:
        here.set_result(there.result())
    except Exception as error:  # noqa: BLE001 - an executor hands over whatever was raised
        here.set_exception(error)
