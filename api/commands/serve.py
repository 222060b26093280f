"""``enmusubi serve``: the API on this machine, with the sample market where the database is empty."""

from __future__ import annotations

from typing import Annotated

import typer
import uvicorn

from api.app import create_app
from api.commands.options import errors_console
from api.database import create_schema, database_engine, reading, writing
from api.settings import Settings
from api.stored_records import is_empty, load_records_into
from features.synthetic import sample_market

__all__ = ["fill_empty_database", "register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="serve", help="APIを起動します（データベースが空なら見本の市場を入れます）。")(_serve)


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


def _serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (8000).")] = None,
) -> None:
    settings = Settings()
    console = errors_console()
    if fill_empty_database(settings):
        console.print("データベースが空だったので、見本の市場を入れました。")
    address, door = host or settings.host, settings.port if port is None else port
    console.print(f"http://{address}:{door}/api/v1/openapi.json")
    uvicorn.run(create_app(settings), host=address, port=door, log_level="warning")
