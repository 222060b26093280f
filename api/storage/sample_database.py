"""The sample market in a database that holds nothing yet."""

from __future__ import annotations

from collections.abc import Callable

from api.audit.entry import LOCAL
from api.audit.trail import append
from api.audit.uses import loaded
from api.settings import Settings
from api.storage.database import database_engine, reading, writing
from api.storage.schema_revision import migrate
from api.storage.stored_records import is_empty, load_records_into

__all__ = ["fill_empty_database"]


def fill_empty_database(settings: Settings, *, begins: Callable[[], None] | None = None) -> bool:
    """Store the sample market where the database holds no record; whether it did.

    Parameters
    ----------
    settings : Settings
    begins : callable, optional
        Called before a market is stored, which takes some seconds.
    """
    engine = database_engine(settings.database_url)
    try:
        migrate(engine)
        with reading(engine) as session:
            if not is_empty(session):
                return False
        if begins is not None:
            begins()
        # drawing people needs 50 MB of libraries, which a service whose database is filled would hold in vain
        from features.synthetic import sample_market  # noqa: PLC0415

        with writing(engine) as session:
            market = sample_market()
            load_records_into(session, market)
            append(session, loaded(market, purpose="operation"), actor=LOCAL, key=settings.audit_secret())
        return True
    finally:
        engine.dispose()
