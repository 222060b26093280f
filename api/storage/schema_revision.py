"""Which revision of the schema a database has, and the way to another one: scripts in ``api/storage/migrations``."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, MetaData, inspect

import api.accounts.tables  # pyright: ignore[reportUnusedImport]
import api.audit.tables  # pyright: ignore[reportUnusedImport]
import api.conflicts.tables  # pyright: ignore[reportUnusedImport]
import api.decisions.tables  # pyright: ignore[reportUnusedImport]
import api.idempotency.tables  # pyright: ignore[reportUnusedImport]
import api.imports.tables  # pyright: ignore[reportUnusedImport]
import api.interviews.tables  # pyright: ignore[reportUnusedImport]
import api.jobs.tables  # pyright: ignore[reportUnusedImport]
import api.listings.tables  # pyright: ignore[reportUnusedImport]
import api.modes.tables  # pyright: ignore[reportUnusedImport]
import api.outcomes.tables  # pyright: ignore[reportUnusedImport]
import api.own_data.tables  # pyright: ignore[reportUnusedImport]
import api.proofs.tables  # pyright: ignore[reportUnusedImport]
import api.rerouting.tables  # pyright: ignore[reportUnusedImport]
import api.retention.tables  # noqa: F401 -- their tables belong to METADATA # pyright: ignore[reportUnusedImport]
from api.storage.database import migrating
from api.storage.errors import SchemaError
from api.storage.tables import Row

__all__ = [
    "METADATA",
    "downgrade",
    "downgrade_on",
    "head_revision",
    "migrate",
    "migrate_on",
    "schema_revision",
    "schema_revision_on",
]

METADATA: Final[MetaData] = Row.metadata  # every module that has tables is imported above

_MIGRATIONS = Path(__file__).with_name("migrations")
_FIRST = "0001"  # the schema of the databases that were made before there were migrations
_FIRST_TABLES = frozenset({"applicant", "application", "company", "household", "posting", "revision", "run"})
_ALEMBIC = Lock()  # Alembic keeps what it runs in its own modules; other processes wait in `migrating`


@cache
def head_revision() -> str:
    """The revision this version of the code works with.

    Examples
    --------
    >>> head_revision() >= "0002"
    True
    """
    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if head is None:
        raise SchemaError(f"{_MIGRATIONS} holds no migration; install the package again")
    return head


def schema_revision(engine: Engine) -> str | None:
    """The revision a database has; ``None`` where it is empty or older than the first migration."""
    with engine.connect() as connection:
        return schema_revision_on(connection)


def schema_revision_on(connection: Connection) -> str | None:
    """The same, as the transaction of ``connection`` sees it."""
    return MigrationContext.configure(connection).get_current_revision()


def migrate(engine: Engine) -> None:
    """Bring the schema to :func:`head_revision` with all that is stored; several processes may start at once.

    A database that was made before there were migrations is taken over as it is.

    Raises
    ------
    SchemaError
        If the database is of a newer version, or its tables are those of something else.
    """
    if schema_revision(engine) == head_revision():
        return
    with migrating(engine) as connection:
        migrate_on(connection)


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
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _verify_known(revision: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
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
