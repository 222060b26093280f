"""``enmusubi work``: one worker that does rounds and other jobs, here or on another machine."""

from __future__ import annotations

import typer

from api.commands.service_settings import opened_database, service_settings

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command(
        name="work", help="配置の計算などの処理だけを行います（enmusubi serve が自分で始める分に加えて動かせます）。"
    )(_work)


def _work() -> None:
    from api.jobs.process import work
    from api.jobs.stopping import Stopping
    from api.operation.logs import configure_logs

    settings = service_settings()
    configure_logs(settings.log_format, settings.log_level)
    with opened_database(settings):  # a database that is not there is not made by whoever only works on it
        work(settings, Stopping())
