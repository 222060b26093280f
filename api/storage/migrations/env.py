"""What Alembic runs around the migrations: on the connection it was given, or on a new one for ``alembic revision``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from api.settings import Settings
from api.storage.database import database_engine, migrating
from api.storage.schema_revision import METADATA


def _run_on(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=True,
        compare_server_default=True,
        transactional_ddl=True,  # SQLite has it too, once the driver leaves BEGIN to us
    )
    context.run_migrations()


def _run() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _run_on(given)
        return
    engine = database_engine(Settings().database_url)
    with migrating(engine) as connection:
        _run_on(connection)
    engine.dispose()


_run()
