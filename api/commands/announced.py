"""A command that is known by its line of help until somebody asks for it; only then its module is imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand
from typer.main import get_group

if TYPE_CHECKING:
    from typer._click import Command, Context  # what a command is asked with; Typer exports no name for either

    from api.commands.catalogue import Entry

__all__ = ["AnnouncedCommand"]


class AnnouncedCommand(TyperCommand):
    """The stand-in of one command or group, for the list of commands.

    Whatever a command does begins with its context (running it, its own help, completing its options), so that is where
    the command itself takes over.
    """

    def __init__(self, entry: Entry) -> None:
        super().__init__(entry.name, help=entry.help, rich_markup_mode=None)
        self._entry = entry

    def loaded(self) -> Command:
        """The command itself, from its module."""
        name, module = self._entry.name, import_module(f"api.commands.{self._entry.module}")
        found = typer.Typer(rich_markup_mode=None)
        if hasattr(module, "register"):
            module.register(found)
        else:
            found.add_typer(module.app, name=name)
        return get_group(found).commands[name]

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Begin the command itself."""
        return self.loaded().make_context(info_name, args, parent, **extra)
