"""The way of a database to another schema, by Alembic: the scripts in ``api/storage/migrations``."""

from __future__ import annotations

from threading import Lock
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect

from api.storage.database import migrating
from api.storage.errors import SchemaError
from api.storage.schema_revision import MIGRATIONS, head_revision, schema_revision_on

__all__ = ["downgrade", "downgrade_on", "migrate_on"]

_FIRST: Final = "0001"  # the schema of the databases that were made before there were migrations
_FIRST_TABLES: Final = frozenset({"applicant", "application", "company", "household", "posting", "revision", "run"})
_ALEMBIC: Final = Lock()  # Alembic keeps what it runs in its own modules; other processes wait in `migrating`


def migrate_on(connection: Connection, revision: str = "head") -> None:
    """Bring the schema up to ``revision`` inside the caller's transaction (:func:`api.storage.database.migrating`)."""
    with _ALEMBIC:
        _verify_known(schema_revision_on(connection))
        config = _config(connection)
        if schema_revision_on(connection) is None and _is_from_before_migrations(connection):
            command.stamp(config, _FIRST)
        try:
            command.upgrade(config, revision)
        except CommandError:
            raise SchemaError(_unknown(revision)) from None


def downgrade(engine: Engine, revision: str) -> None:
    """Take the schema back to an earlier ``revision``, ``base`` for an empty database; what it cannot hold is lost.

    Raises
    ------
    SchemaError
        If there is no such revision on the way down.
    """
    with migrating(engine) as connection:
        downgrade_on(connection, revision)


def downgrade_on(connection: Connection, revision: str) -> None:
    """The same inside the caller's transaction (:func:`api.storage.database.migrating`)."""
    with _ALEMBIC:
        _verify_known(schema_revision_on(connection))
        try:
            command.downgrade(_config(connection), revision)
        except CommandError as error:
            raise SchemaError(f"revision {revision} cannot be gone back to: {error}") from None


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _verify_known(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    if revision is not None and revision not in known:
        raise SchemaError(_unknown(revision))


def _unknown(revision: str) -> str:
    newest = f"this version knows revisions up to {head_revision()}"
    return f"it has schema revision {revision}, {newest}; install the newer version"


def _is_from_before_migrations(connection: Connection) -> bool:
    present = _FIRST_TABLES & set(inspect(connection).get_table_names())
    if present and present != _FIRST_TABLES:
        missing = ", ".join(sorted(_FIRST_TABLES - present))
        raise SchemaError(f"the database has a table {min(present)} but none named {missing}; name an empty database")
    return bool(present)
