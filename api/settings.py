"""Where the service keeps its data and listens; every setting is an environment variable ``ENMUSUBI_…``."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["Settings"]

_JAPAN = timezone(timedelta(hours=9))  # deadlines and fiscal years end at midnight in Japan, wherever the server stands


class Settings(BaseSettings):
    """Settings of one service; nothing is read before an instance is made.

    Examples
    --------
    >>> Settings(database_url="sqlite:///some.db", today="2026-11-23").day()
    datetime.date(2026, 11, 23)
    """

    model_config = SettingsConfigDict(env_prefix="ENMUSUBI_", frozen=True, extra="forbid", hide_input_in_errors=True)

    # an address may hold a password: it stays out of every printed form
    database_url: Annotated[str, Field(repr=False)] = "sqlite:///enmusubi.db"
    rules_dir: Path | None = None
    weights_file: Path | None = None
    today: date | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65_535)] = 8000
    max_body_bytes: Annotated[int, Field(ge=1)] = 64 * 2**20

    def day(self) -> date:
        """The day on which rules and deadlines are asked about: ``today``, else the present day in Japan."""
        return self.today or datetime.now(_JAPAN).date()

    @field_validator("database_url")
    @classmethod
    def _names_a_file(cls, url: str) -> str:
        if url.startswith("sqlite") and (url.endswith("://") or ":memory:" in url or "mode=memory" in url):
            raise ValueError("a SQLite database in memory is a different one in every thread; name a file")
        return url
