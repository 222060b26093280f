"""Log lines without personal data: a closed list of fields, and no value of any error.

The standard library's logging is enough: what is wanted is that nothing else *can* come into a line, and the lines of
uvicorn and SQLAlchemy come through it anyway. A line is one JSON object (or a line for people). Its fields are those of
:data:`FIELDS`. Of an error it has the type, the database's own code and the places in the code, never its text: the
text of an error may quote what a person wrote. Of a library's line it has who wrote it and where, not what.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import warnings
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Final, Literal, TextIO, TypeAlias

__all__ = ["FIELDS", "REQUEST_ID", "LogFormat", "configure_logs", "formatter"]

LogFormat: TypeAlias = Literal["json", "console"]
FIELDS: Final = ("request_id", "method", "route", "status", "ms", "account", "role")  # a caller's `extra`, by name
REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)

# their lines are written here, or hold numbers of processes and addresses of this machine
_OWN: Final = ("api", "features", "matching", "uvicorn.error")
_MOST_PLACES: Final = 12
_ROOT: Final = Path(__file__).resolve().parents[2]
_log = logging.getLogger("api.operation")


def formatter(style: LogFormat) -> logging.Formatter:
    """What turns a record into a line.

    Examples
    --------
    >>> record = logging.LogRecord("api.x", logging.INFO, "x.py", 1, "answered", (), None)
    >>> json.loads(formatter("json").format(record))["event"]
    'answered'
    """
    return _Console() if style == "console" else _Json()


def configure_logs(style: LogFormat, level: str) -> None:
    """Send every line of this process to standard error in one form, warnings and unexpected ends included."""
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel("DEBUG" if level == "debug" else "WARNING")  # libraries tell of every connection and migration
    for name in _OWN:
        logging.getLogger(name).setLevel(level.upper())
    logging.raiseExceptions = False  # a line that cannot be written would be printed with all its values
    warnings.showwarning = _note_warning
    sys.excepthook = _note_end
    threading.excepthook = lambda ended: _note_end(ended.exc_type, ended.exc_value, ended.exc_traceback)


def _fields(record: logging.LogRecord) -> dict[str, object]:
    told: dict[str, object] = {
        "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": _event(record),
        "pid": record.process,
        "request_id": REQUEST_ID.get(),
    }
    told |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        told |= {"error": _error(error), "places": _places(error.__traceback__)}
    return {name: value for name, value in told.items() if value is not None}


def _event(record: logging.LogRecord) -> str:
    if not record.name.startswith(_OWN):  # an object's text, a parameter, an address may stand in it
        return f"{Path(record.pathname).name}:{record.lineno}"
    values = record.args
    if isinstance(values, tuple):
        record.args = tuple(_error(value) if isinstance(value, BaseException) else value for value in values)
    line, *more = record.getMessage().splitlines() or [""]
    return f"{line} …" if any(more) else line


def _error(error: BaseException) -> str:
    """Types of an error and of its causes, with the database's code where there is one."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _MOST_PLACES:
        code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
        kinds.append(type(cause).__name__ + (f" {code}" if code else ""))
        cause = getattr(cause, "orig", None) or cause.__cause__
    return " < ".join(kinds)


def _places(traceback: TracebackType | None) -> Sequence[str]:
    return [f"{_short(frame.filename)}:{frame.lineno}" for frame in extract_tb(traceback)[-_MOST_PLACES:]]


def _short(filename: str) -> str:
    path = Path(filename)
    return (path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-2:])).as_posix()


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_fields(record))  # ASCII: no encoding of a terminal stops it


class _Console(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        told = _fields(record)
        rest = " ".join(_words(told, ("method", "route", "status")) + _pairs(told))
        return f"{str(told['time'])[11:19]} {str(told['level']).upper():7} {told['event']} {rest}".rstrip()


def _words(told: Mapping[str, object], names: Sequence[str]) -> list[str]:
    return [str(told[name]) for name in names if name in told]


def _pairs(told: Mapping[str, object]) -> list[str]:
    names = ("ms", "account", "role", "request_id", "error", "places")
    return [f"{name}={told[name]}" for name in names if name in told]


def _note_warning(  # noqa: PLR0917 -- the signature that `warnings` calls
    message: Warning | str,  # noqa: ARG001 -- it may quote a value
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001
    line: str | None = None,  # noqa: ARG001
) -> None:
    _log.warning("%s at %s:%d", category.__name__, _short(filename), lineno)


def _note_end(kind: type[BaseException], error: BaseException | None, _traceback: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log.critical("ended unexpectedly", exc_info=(kind, error or kind(), _traceback))
