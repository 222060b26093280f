"""Which revision of the schema a database has, and which one this version works with.

The way from one to another is :mod:`api.storage.schema_changes`, which whoever finds its database as it should be does
not import: Alembic, with the language of templates that migrations are drafted in, is a tenth of a worker's start.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect, select

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
    "MIGRATIONS",
    "head_revision",
    "migrate",
    "schema_revision",
    "schema_revision_on",
]

METADATA: Final[MetaData] = Row.metadata  # every module that has tables is imported above

MIGRATIONS: Final = Path(__file__).with_name("migrations")
_SCRIPTS: Final = "[0-9][0-9][0-9][0-9]_*.py"  # each is named after the revision that it leads to
_VERSION: Final = Table("alembic_version", MetaData(), Column("version_num", Text))


@cache
def head_revision() -> str:
    """The revision this version of the code works with.

    Examples
    --------
    >>> head_revision() >= "0002"
    True
    """
    scripts = sorted(path.name for path in (MIGRATIONS / "versions").glob(_SCRIPTS))
    if not scripts:
        raise SchemaError(f"{MIGRATIONS} holds no migration; install the package again")
    return scripts[-1].partition("_")[0]


def schema_revision(engine: Engine) -> str | None:
    """The revision a database has; ``None`` where it is empty or older than the first migration."""
    with engine.connect() as connection:
        return schema_revision_on(connection)


def schema_revision_on(connection: Connection) -> str | None:
    """The same, as the transaction of ``connection`` sees it."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    found: str | None = connection.execute(select(_VERSION.c.version_num)).scalar_one_or_none()
    return found


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
    from api.storage.schema_changes import migrate_on  # noqa: PLC0415 - Alembic, mostly in vain

    with migrating(engine) as connection:
        migrate_on(connection)
