"""Loaded by every Python process that has this folder in ``PYTHONPATH``: notes whom the process tries to reach."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_EVENTS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"})
_RECORD = Path(os.environ.get("REACHED_RECORD", os.devnull))


def _note(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _EVENTS:
        return
    reached = arguments[0] if event.startswith("socket.get") else arguments[1]
    with _RECORD.open("a", encoding="utf-8") as record:
        record.write(f"{event}\t{reached!r}\n")


if "REACHED_RECORD" in os.environ:  # pytest reads this module too
    sys.addaudithook(_note)
