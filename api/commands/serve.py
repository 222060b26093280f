"""``enmusubi serve``: the API on this machine, with the sample market where the database is empty."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import errors_console
from api.commands.service_settings import service_settings

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(name="serve", help="APIを起動します（データベースが空なら見本の市場を入れます）。")(_serve)


def _serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port to listen on (8000).")] = None,
) -> None:
    import uvicorn  # the service and all it needs load where it starts, and nowhere else
    from sqlalchemy.exc import SQLAlchemyError

    from api.app import create_app
    from api.sample_database import fill_empty_database

    settings = service_settings()
    console = errors_console()
    try:
        is_filled = fill_empty_database(settings)
    except SQLAlchemyError as error:
        raise typer.BadParameter(f"ENMUSUBI_DATABASE_URL: {type(error).__name__}, it cannot be opened as one") from None
    if is_filled:
        console.print("データベースが空だったので、見本の市場を入れました。")
    address, door = host or settings.host, settings.port if port is None else port
    console.print(f"http://{address}:{door}/api/v1/openapi.json")
    try:
        uvicorn.run(create_app(settings), host=address, port=door, log_level="warning")
    except SystemExit as error:  # uvicorn leaves this way where the door is taken
        raise typer.BadParameter(f"{address}:{door} cannot be listened on") from error
