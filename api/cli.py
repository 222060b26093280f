"""``enmusubi``: the engine from the command line.

Exit status: 0 done, 1 a property fails or no solution exists, 2 usage or bad input — then exactly one line on standard
error says where; 130 interrupted, which is said as well. Who asks for nothing (``enmusubi``, ``enmusubi rules``) is
shown the help there, with status 2.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Final

import typer
from typer.core import TyperGroup

from api.canonical import code_version
from api.commands.announced import AnnouncedCommand
from api.commands.catalogue import CATALOGUE
from api.operation.seldom_collecting import collect_seldom
from api.storage.errors import StorageError
from features.errors import FeatureError
from matching.errors import MatchingError

__all__ = ["app", "main"]


_INTERRUPTED: Final = 130  # what shells say of a command that Ctrl-C ended

app = TyperGroup(
    name="enmusubi",
    commands=[AnnouncedCommand(entry) for entry in CATALOGUE],
    help=(
        "縁結び: 地域おこし協力隊・地域活性化起業人のための配置エンジン。人が決め、エンジンは読む順と理由を示します。"
        "\n\n版は enmusubi --version で表示します。"
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    collect_seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an office's cp932 file cannot hold every character of a picture
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status; an error prints exactly one line on standard error."""
    if list(arguments) == ["--version"]:
        typer.echo(f"enmusubi {code_version()}")
        return 0
    try:
        status = app(args=list(arguments), prog_name="enmusubi", standalone_mode=False)
    except typer.TyperException as error:
        return _help(error) or _fail(error.format_message())
    except (FeatureError, MatchingError, StorageError) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename or 'input/output'}: {error.strerror}")
    except (typer.Abort, KeyboardInterrupt):
        status = _INTERRUPTED
    if status == _INTERRUPTED:  # Typer's own answer to Ctrl-C, which says nothing
        typer.echo("enmusubi: interrupted", err=True)
    return status if isinstance(status, int) else 0


def _help(error: typer.TyperException) -> int:
    """Show the help of a group that was asked for nothing, whose help is the message; 0 where it was something else."""
    context = getattr(error, "ctx", None)
    if context is None or error.format_message() != context.get_help():
        return 0
    typer.echo(error.format_message(), err=True)
    return 2


def _fail(message: str) -> int:
    line = " ".join(message.split())
    typer.echo(f"enmusubi: {line}", err=True)
    return 2
