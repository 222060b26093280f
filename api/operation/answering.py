"""What one process of the service answers with, and how it ends."""

from __future__ import annotations

import logging
import os
import signal
import sys
from multiprocessing import parent_process
from threading import Thread, Timer
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.app import create_app
from api.operation.exposure import OwnHost
from api.operation.logs import configure_logs
from api.operation.socket_proxy import SocketProxy
from api.settings import Settings

__all__ = ["service"]

_FORCED: Final = 5.0  # seconds that closing may take after the wait is over
_log = logging.getLogger(__name__)


def service() -> ASGIApp:
    """The application of one process, by the settings of the environment."""
    settings = Settings()
    _end_with_parent()
    configure_logs(settings.log_format, settings.log_level)
    answering = create_app(settings)
    answering.state.keeps_market_ready = True
    app = SocketProxy(_BoundedStop(answering))
    return OwnHost(app) if settings.sign_in == "off" else app


def _end_with_parent() -> None:
    """One of several processes stops when the one that started it is killed: nobody would stop it, or free the port."""
    parent = parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    Thread(target=wait, daemon=True).start()


class _BoundedStop:
    """ASGI middleware: once the server has waited long enough, a thread that hangs does not keep the process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return

        async def receive_and_bound() -> Message:
            message = await receive()
            if message["type"] == "lifespan.shutdown":
                _end_after(_FORCED)
            return message

        await self._app(scope, receive_and_bound, send)


def _end_after(seconds: float) -> None:
    timer = Timer(seconds, _end)
    timer.daemon = True
    timer.start()


def _end() -> None:
    _log.error("stopped with requests unfinished; what they had not stored is not stored")
    sys.stderr.flush()
    os._exit(1)
