"""The settings and the database of the service, as the commands that work on it open them."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import ValidationError

from features.json_files.record_files import explain_error

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from api.settings import Settings

__all__ = ["opened_database", "service_settings", "why_unopened"]


def service_settings(**given: object) -> Settings:
    """The settings of the environment; one that is not valid is named as its variable is.

    Parameters
    ----------
    **given
        What the command line says instead; ``None`` where it says nothing.
    """
    from api.settings import Settings

    _verify_names()
    try:
        Settings()  # also where the command line says otherwise: the processes that answer read the environment anew
        return Settings.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        name, _, fault = explain_error(error, Settings).partition(": ")
        setting = re.sub(r"^\w+", lambda found: found[0].upper(), name)
        raise typer.BadParameter(f"ENMUSUBI_{setting}: {fault}") from None


def _verify_names() -> None:
    """A variable that is nearly a setting would leave the setting at its default without a word."""
    from api.operation.environment import unknown_settings

    for name, nearest in unknown_settings(os.environ).items():
        meant = f"is it {nearest}?" if nearest else "docs/reference/settings.md lists them"
        raise typer.BadParameter(f"{name} is no setting; {meant}")


@contextmanager
def opened_database(settings: Settings, *, of_any_version: bool = False, may_be_new: bool = False) -> Generator[Engine]:
    """An engine on the database of the settings; it must be there and have the schema of this version, unless said."""
    from sqlalchemy.exc import SQLAlchemyError

    from api.storage.database import database_engine
    from api.storage.errors import SchemaError

    try:
        engine = database_engine(settings.database_url)
    except (SQLAlchemyError, ImportError) as error:
        raise typer.BadParameter(why_unopened(settings, error)) from None
    try:
        if not may_be_new:
            _verify_present(engine)
        if not of_any_version:
            _verify_version(engine)
        yield engine
    except SchemaError as error:
        raise typer.BadParameter(f"ENMUSUBI_DATABASE_URL: {error}") from None
    except SQLAlchemyError as error:
        raise typer.BadParameter(f"ENMUSUBI_DATABASE_URL: {type(error).__name__}, it does not answer as one") from None
    finally:
        engine.dispose()


def why_unopened(settings: Settings, error: Exception) -> str:
    """Why the database of the settings cannot be opened: the folder of a file, where that is why."""
    folder = _folder_of(settings.database_url)
    if folder is None or os.access(folder, os.W_OK | os.X_OK):
        return f"ENMUSUBI_DATABASE_URL: {type(error).__name__}, it cannot be opened as one"
    fault = "no file can be written there" if folder.is_dir() else "there is no such folder"
    way_out = "start in another folder, or name the database by ENMUSUBI_DATABASE_URL"
    return f"the folder of the database is {folder}, and {fault}; {way_out}"


def _folder_of(url: str) -> Path | None:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url)
    except ArgumentError:
        return None
    is_file = found.get_backend_name() == "sqlite" and found.database
    return Path(found.database or "").resolve().parent if is_file else None


def _verify_present(engine: Engine) -> None:
    """A database that is only looked at is not made by it."""
    from api.storage.errors import SchemaError

    name = engine.url.database
    if engine.dialect.name == "sqlite" and name is not None and not Path(name).exists():
        raise SchemaError(f"there is no file {name}; name the database that the service uses")


def _verify_version(engine: Engine) -> None:
    from api.storage.errors import SchemaError
    from api.storage.schema_revision import head_revision, schema_revision

    found, wanted = schema_revision(engine), head_revision()
    if found != wanted:
        raise SchemaError(f"it has the schema {found}, expected {wanted}; run enmusubi database upgrade")
