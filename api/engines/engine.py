"""Engines by their name: ``here``, ``processes:N`` or ``dask://host:port``, each a standard executor."""

from __future__ import annotations

import logging
import multiprocessing
import os
import re
import threading
from collections.abc import Callable, Generator
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Final, ParamSpec, TypeVar

from api.engines.cluster_executor import ClusterExecutor
from api.engines.errors import EngineError

__all__ = ["Engine", "engine_of"]

P = ParamSpec("P")
T = TypeVar("T")

_MOST_PROCESSES: Final = 1_024
_PROCESSES: Final = re.compile(r"processes:([0-9]{1,4})")
_DASK: Final = re.compile(r"dask://((?:\[[0-9A-Fa-f:.]+\]|[\w.-]+):[0-9]{1,5})", re.ASCII)
_ANSWERS_WITHIN: Final = 20.0  # seconds until a scheduler must have answered, and have a worker


@dataclass(frozen=True)
class Engine:
    """Where work is done.

    Attributes
    ----------
    name : str
    open : callable
        A context with a new executor; asked again where the one before broke.
    lost : tuple of exception types
        What a piece of work raises whose worker died, as opposed to one that failed by itself.
    """

    name: str
    open: Callable[[], AbstractContextManager[Executor]]
    lost: tuple[type[Exception], ...] = ()


def engine_of(name: str) -> Engine:
    """The engine of a name.

    Parameters
    ----------
    name : str
        ``here``: this process; ``processes:N``: N new ones; ``dask://host:port``: workers of a Dask scheduler.

    Raises
    ------
    EngineError
        If there is no such engine, or Dask is not installed.

    Examples
    --------
    >>> with engine_of("here").open() as executor:
    ...     executor.submit(sum, [1, 2]).result()
    3
    """
    if name == "here":
        return Engine(name, _Here)
    if (found := _PROCESSES.fullmatch(name)) and 1 <= int(found[1]) <= _MOST_PROCESSES:
        return Engine(name, partial(_processes, int(found[1])), (BrokenProcessPool,))
    if found := _DASK.fullmatch(name):
        return _dask(name, found[1])
    expected = f"expected here, processes:N with N from 1 to {_MOST_PROCESSES}, or dask://HOST:PORT"
    raise EngineError(f"engine is {name[:200]}, {expected}")


class _Here(Executor):
    """One piece after the other, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - an executor hands over whatever was raised
            future.set_exception(error)
        return future


def _processes(n: int) -> ProcessPoolExecutor:
    # threads of libraries hold locks that a fork would copy and never see released
    return ProcessPoolExecutor(n, mp_context=multiprocessing.get_context("spawn"), initializer=_watch_parent)


def _watch_parent() -> None:
    """End this worker with the process that began it: one that is killed tells its workers nothing."""
    if (parent := multiprocessing.parent_process()) is not None:
        threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()


def _end_with(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)  # in the middle of whatever it does: no list is half written, and nobody waits for this one


def _dask(name: str, address: str) -> Engine:
    try:
        from distributed import KilledWorker  # noqa: PLC0415 - an extra, and half a second
        from distributed.comm import CommClosedError  # noqa: PLC0415
    except ImportError:
        raise EngineError(f"engine {name} needs Dask: pip install -c constraints.txt '.[dask]'") from None
    return Engine(name, partial(_cluster, name, address), (KilledWorker, CancelledError, CommClosedError))


@contextmanager
def _cluster(name: str, address: str) -> Generator[Executor]:
    """An executor on the workers of a scheduler; dask's own configuration says whether it speaks TLS."""
    import dask.config  # noqa: PLC0415
    from distributed import Client  # noqa: PLC0415

    for logger in ("distributed", "distributed.client"):  # a scheduler that is gone is told in one line, below
        logging.getLogger(logger).setLevel(logging.CRITICAL)
    scheme = "tls" if dask.config.get("distributed.comm.require-encryption", False) else "tcp"
    try:
        client = Client(f"{scheme}://{address}", timeout=_ANSWERS_WITHIN, set_as_default=False)
    except OSError:
        raise EngineError(f"no scheduler answers at {name}; start one (enmusubi cluster) and try again") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=_ANSWERS_WITHIN)
        except TimeoutError:
            raise EngineError(f"the scheduler at {name} has no worker; start one and try again") from None
        with ClusterExecutor(client) as executor:
            yield executor
