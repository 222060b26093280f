"""``enmusubi cluster``: a scheduler and workers on this machine, for ``enmusubi rank --engine dask://…``."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Annotated

import typer

from api.engines.errors import EngineError

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="cluster", help="大きな名簿の一覧づくりを分けて行う働き手を、このPCで始めます（Ctrl+Cで終わります）。"
    )(_cluster)


def _cluster(
    workers: Annotated[int, typer.Option(min=1, max=1024, help="Processes that work, one for each core.")] = 2,
    host: Annotated[str, typer.Option(help="Address to listen on: who reaches it can run code here.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: a free one.")] = 8786,
) -> None:
    try:
        from distributed import LocalCluster
    except ImportError:
        raise EngineError("enmusubi cluster needs Dask: pip install -c constraints.txt '.[dask]'") from None
    ended = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        host=host,
        scheduler_port=port,
        dashboard_address=f"{host}:0",  # its figures can be read from any free port: the usual one may be taken
    )
    with cluster:
        address = cluster.scheduler_address.partition("://")[2]
        typer.echo(f"enmusubi rank --engine dask://{address}")
        ended.wait()
