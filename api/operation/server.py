"""The service as a process: one or several that listen at one address, and how they stop.

A stop (SIGTERM, Ctrl-C) takes no new connection, lets what runs end for ``stop_seconds``, closes the database, and ends
anyway if something still hangs: every change is a transaction, so nothing is left half done. The application is
imported by whoever answers (:mod:`api.operation.answering`): not by the first of several processes, which only watches.
"""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.operation.deadlines import TimedConfig, TimedProtocol
from api.operation.metrics import FOLDER
from api.settings import Settings

__all__ = ["address_of", "bound", "listen"]

_SILENT: Final = 60  # seconds until a process that answers nothing is replaced; a long calculation is no reason


def bound(settings: Settings) -> socket.socket:
    """The socket to listen at, so that an address that cannot be had is known before anything is started.

    Raises
    ------
    OSError
        If the address is taken, or not one of this machine.
    """
    path = settings.unix_socket
    if path is None:
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        found = socket.create_server((settings.host, settings.port), family=family)
        # asyncio leaves it out for a socket that it did not make; headers and body are sent apart, so that without it
        # every answer after a connection's first waits 40 ms until the other side acknowledges what came before
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return found
    _remove_left_socket(path)
    found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        found.bind(str(path))
    except OSError:
        found.close()
        raise
    path.chmod(0o660)  # the proxy's group; whoever opens it may say where a request comes from
    return found


def address_of(found: socket.socket) -> str:
    """Where people find the service."""
    name = found.getsockname()
    if isinstance(name, str):
        return f"unix:{name}"
    host, port = name[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def listen(settings: Settings, found: socket.socket) -> None:
    """Answer at the socket until the process is told to stop.

    Raises
    ------
    SystemExit
        If a process cannot start.
    """
    config = TimedConfig("api.operation.answering:service", **_options(settings))
    config.request_seconds = settings.request_seconds
    try:
        if settings.workers > 1:
            _listen_in_several(config, found)
        else:
            _listen_in_one(config, found)
    finally:
        found.close()
        _remove_left_socket(settings.unix_socket)


def _listen_in_one(config: uvicorn.Config, found: socket.socket) -> None:
    for sign in (signal.SIGINT, signal.SIGTERM):
        # uvicorn sends itself the signal again once it has stopped; there is something left to do then
        signal.signal(sign, lambda _sign, _frame: None)
    server = uvicorn.Server(config)
    server.run([found])
    if not server.started:
        raise SystemExit(STARTUP_FAILURE)


def _listen_in_several(config: uvicorn.Config, found: socket.socket) -> None:
    found.set_inheritable(True)
    with TemporaryDirectory(prefix="enmusubi-metrics-") as folder:
        os.environ[FOLDER] = folder  # the processes that are started have it, and count into it
        group = Multiprocess(config, sockets=[found])
        group.run()
        if any(process.exitcode == STARTUP_FAILURE for process in group.processes):
            raise SystemExit(STARTUP_FAILURE)


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "factory": True,
        "workers": settings.workers,
        "http": TimedProtocol,
        "ws": "none",
        "lifespan": "on",
        "log_config": None,
        "log_level": settings.log_level,
        "access_log": False,
        "server_header": False,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": list(settings.trusted_proxies),
        "limit_concurrency": settings.max_connections,
        "timeout_keep_alive": settings.keep_alive_seconds,
        "timeout_graceful_shutdown": settings.stop_seconds,
        "timeout_worker_healthcheck": _SILENT,
    }


def _remove_left_socket(path: Path | None) -> None:
    """What a killed service left would be "in use" for ever; a socket that answers stays, and a file that is none."""
    if path is None or not path.exists() or not stat.S_ISSOCK(path.stat().st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink()
