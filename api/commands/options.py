"""Options that several commands share, and how they print."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

__all__ = [
    "ApplicantsFile",
    "AsJson",
    "On",
    "PostingsFile",
    "WeightsFile",
    "date_of",
    "errors_console",
    "one_of",
    "people_console",
    "print_json",
    "progress_bar",
    "tracked",
]

AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="JSON for programs instead of Japanese for people.")]
On: TypeAlias = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day the rules are asked about, YYYY-MM-DD (today).")
]
ApplicantsFile: TypeAlias = Annotated[
    Path, typer.Option("--applicants", help="JSON file with applicants (and applications).")
]
PostingsFile: TypeAlias = Annotated[Path, typer.Option("--postings", help="JSON file with postings.")]
WeightsFile: TypeAlias = Annotated[
    Path | None, typer.Option("--weights", help="TOML file of weights (the documented defaults).")
]


_Item = TypeVar("_Item")


def date_of(text: str | None) -> date:
    """The date an option names; today where it is absent."""
    if text is None:
        return date.today()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"--on is {text}, expected a date such as 2026-11-23") from None


def print_json(body: object) -> None:
    """Print a body as JSON on standard output."""
    is_unicode = (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")
    typer.echo(json.dumps(body, ensure_ascii=not is_unicode, indent=1, allow_nan=False))


def people_console() -> Console:
    """Where text for people goes; the terminal wraps Japanese, which has no spaces to break at."""
    console = Console(highlight=False, soft_wrap=True)
    return console if console.is_terminal else Console(highlight=False, soft_wrap=True, width=110)


def errors_console() -> Console:
    """Standard error, for progress and remarks."""
    return Console(stderr=True, highlight=False)


def progress_bar() -> Progress:
    """A progress bar on standard error that leaves standard output to the result."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors_console(), transient=False)


def tracked(items: Sequence[_Item], description: str) -> Iterator[_Item]:
    """The items one by one, with a progress bar where there are several."""
    if len(items) < 2:
        yield from items
        return
    with progress_bar() as progress:
        yield from progress.track(items, description=description)


def one_of(option: str, value: str, alias: object) -> str:
    """The value of an option whose type is a closed set of words."""
    known: tuple[str, ...] = get_args(alias)
    if value not in known:
        raise typer.BadParameter(f"{option} is {value}, expected one of {', '.join(known)}")
    return value
