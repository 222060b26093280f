"""The sample market in a database that holds nothing yet."""

from __future__ import annotations

from api.database import create_schema, database_engine, reading, writing
from api.settings import Settings
from api.stored_records import is_empty, load_records_into
from features.synthetic import sample_market

__all__ = ["fill_empty_database"]


def fill_empty_database(settings: Settings) -> bool:
    """Store the sample market where the database holds no record; whether it did."""
    engine = database_engine(settings.database_url)
    try:
        create_schema(engine)
        with reading(engine) as session:
            if not is_empty(session):
                return False
        with writing(engine) as session:
            load_records_into(session, sample_market())
        return True
    finally:
        engine.dispose()
