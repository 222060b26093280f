"""What is done once before the service answers: the schema, the sample market where it is wanted, who may sign in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import select

from api.accounts.tables import AccountRow
from api.retention.rules import retention_rules
from api.settings import Settings
from api.storage.database import database_engine, reading
from api.storage.sample_database import fill_empty_database
from api.storage.schema_revision import migrate

__all__ = ["Prepared", "prepare"]


@dataclass(frozen=True)
class Prepared:
    """What was found or done.

    Attributes
    ----------
    is_filled : bool
        The database was empty and holds the sample market now.
    has_accounts : bool
        Somebody has an account, so somebody can sign in or will.
    """

    is_filled: bool
    has_accounts: bool


def prepare(settings: Settings, *, sample: bool, fills: Callable[[], None] | None = None) -> Prepared:
    """Bring the database of the settings to this version's schema; with ``sample``, fill an empty one.

    ``fills`` is called before one is filled, which takes some seconds.

    Raises
    ------
    RetentionError
        If the office's own retention rules cannot be read; nothing is done then.
    """
    retention_rules(settings.retention_file)
    is_filled = sample and fill_empty_database(settings, begins=fills)
    engine = database_engine(settings.database_url)
    try:
        migrate(engine)
        with reading(engine) as session:
            has_accounts = session.exec(select(AccountRow.id).limit(1)).first() is not None
    finally:
        engine.dispose()
    return Prepared(is_filled, has_accounts)
