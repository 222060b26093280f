"""Where the service keeps its data and listens; every setting is an environment variable ``ENMUSUBI_…``."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["JAPAN", "Organisation", "Settings"]

# deadlines and fiscal years end at midnight in Japan, wherever the server stands
JAPAN: Final = timezone(timedelta(hours=9))

_ORIGIN: Final = r"^(https://[^/\s?#@]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)$"


class Organisation(BaseModel):
    """An organisation whose people sign in at its own OpenID Connect provider; no other issuer is believed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    issuer: Annotated[str, Field(pattern=r"^https://[^\s?#]+$", max_length=300)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: SecretStr


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

    # 32 letters of a random key hold more than anybody can try
    audit_key: Annotated[SecretStr, Field(min_length=32)] | None = None
    audit_years: Annotated[int, Field(ge=1, le=100)] = 3  # [A] until the body's own rule for records says otherwise

    sign_in: Literal["required", "off"] = "off"
    # what people type to get here; cookies, links and the check of where a write comes from follow it
    public_origin: Annotated[str, Field(pattern=_ORIGIN)] | None = None
    organisations: tuple[Organisation, ...] = ()

    def audit_secret(self) -> bytes | None:
        """The key that entries of the audit log are sealed with, where there is one."""
        return None if self.audit_key is None else self.audit_key.get_secret_value().encode()

    def day(self) -> date:
        """The day on which rules and deadlines are asked about: ``today``, else the present day in Japan."""
        return self.today or datetime.now(JAPAN).date()

    @field_validator("database_url")
    @classmethod
    def _names_a_file(cls, url: str) -> str:
        if url.startswith("sqlite") and (url.endswith("://") or ":memory:" in url or "mode=memory" in url):
            raise ValueError("a SQLite database in memory is a different one in every thread; name a file")
        return url
