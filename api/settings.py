"""Where the service keeps its data and listens; every setting is an environment variable ``ENMUSUBI_…``."""

from __future__ import annotations

import sys
from datetime import date, datetime, timedelta, timezone
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

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

    The descriptions are printed in ``docs/reference/settings.md``.

    Examples
    --------
    >>> Settings(database_url="sqlite:///some.db", today="2026-11-23").day()
    datetime.date(2026, 11, 23)
    """

    model_config = SettingsConfigDict(env_prefix="ENMUSUBI_", frozen=True, extra="forbid", hide_input_in_errors=True)

    # an address may hold a password: it stays out of every printed form
    database_url: Annotated[
        str, Field(repr=False, description="`sqlite:///file.db` or `postgresql+psycopg://…`; a password is never shown")
    ] = "sqlite:///enmusubi.db"
    rules_dir: Annotated[
        Path | None, Field(description="folder of added rule files; without it the user's data folder")
    ] = None
    weights_file: Annotated[Path | None, Field(description="weights of the scores; without it those that ship")] = None
    today: Annotated[date | None, Field(description="the day that rules and deadlines are asked about, for trials")] = (
        None
    )

    host: Annotated[str, Field(description="address to listen on")] = "127.0.0.1"
    port: Annotated[
        int, Field(ge=0, le=65_535, description="port to listen on; 0: a free one, printed at the start")
    ] = 8000
    unix_socket: Annotated[
        Path | None,
        Field(description="socket file to listen on in place of address and port; for a proxy on this machine"),
    ] = None
    workers: Annotated[int, Field(ge=1, le=64, description="processes that answer")] = 1
    trusted_proxies: Annotated[
        tuple[str, ...],
        NoDecode,
        Field(
            description="addresses or networks, comma between them, whose `X-Forwarded-For` and `-Proto` are believed; "
            "a `unix_socket` is always believed"
        ),
    ] = ()
    max_body_bytes: Annotated[int, Field(ge=1, description="bytes of a request's body at most")] = 64 * 2**20
    max_connections: Annotated[
        int, Field(ge=1, le=100_000, description="open connections of one process at most; the next is answered 503")
    ] = 500
    keep_alive_seconds: Annotated[
        int, Field(ge=1, le=3600, description="how long a connection stays open without a request")
    ] = 5
    request_seconds: Annotated[
        int, Field(ge=1, le=3600, description="how long a client may take to send one request, body and all")
    ] = 60
    stop_seconds: Annotated[
        int, Field(ge=1, le=3600, description="how long a stop waits for what runs; then it ends anyway")
    ] = 20
    least_free_mib: Annotated[
        int, Field(ge=0, description="free disk space (MiB) below which the service is not ready; SQLite only")
    ] = 200
    log_format: Annotated[
        Literal["json", "console"], Field(description="`json`: one object a line; `console`: for people")
    ] = "json"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="`info`: a line for each request")
    ] = "info"

    jobs: Annotated[
        Literal["worker", "inline"],
        Field(
            description="who does rounds and other jobs: `worker` processes beside the service, or the service itself"
        ),
    ] = "worker"
    job_workers: Annotated[
        int, Field(ge=0, le=16, description="workers that `enmusubi serve` starts; 0: `enmusubi work` runs elsewhere")
    ] = 1
    job_lease_seconds: Annotated[
        int, Field(ge=2, le=3600, description="after how long without a sign of life another worker takes up a job")
    ] = 30

    import_hours: Annotated[
        int, Field(ge=1, le=168, description="hours that a file sent for import is kept at most, if nobody commits it")
    ] = 24

    # 32 letters of a random key hold more than anybody can try
    audit_key: Annotated[
        SecretStr | None,
        Field(min_length=32, description="seals the audit log (HMAC); keep it away from the database"),
    ] = None
    # [A] until the body's own rule for records says otherwise
    audit_years: Annotated[int, Field(ge=1, le=100, description="years that entries of the audit log are kept")] = 3

    retention_file: Annotated[
        Path | None, Field(description="the office's own retention rules, class by class; without it those that ship")
    ] = None
    purge: Annotated[
        Literal["by_command", "daily"],
        Field(description="`daily`: the service takes away what is due once a day; else only `enmusubi purge` does"),
    ] = "by_command"

    sign_in: Annotated[
        Literal["required", "off"],
        Field(description="`off`: records are open to whoever sits at this machine; only on a loopback address"),
    ] = "required"
    # what people type to get here; cookies, links and the check of where a write comes from follow it
    public_origin: Annotated[
        str | None,
        Field(pattern=_ORIGIN, description="what people open, `https://enmusubi.example.lg.jp`; needed behind TLS"),
    ] = None
    organisations: Annotated[
        tuple[Organisation, ...],
        Field(
            description="JSON list of `issuer`, `client_id`, `client_secret`: where an organisation's people sign in"
        ),
    ] = ()

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

    @field_validator("unix_socket")
    @classmethod
    def _is_served_here(cls, path: Path | None) -> Path | None:
        if path is not None and sys.platform == "win32":
            raise ValueError("there are no socket files on Windows; name an address and a port")
        return path

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _separated(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        return tuple(part.strip() for part in given.split(",") if part.strip())

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                network = ip_network(proxy)
            except ValueError:
                raise ValueError("expected addresses or networks, 10.0.0.5 or 10.0.0.0/24") from None
            if network.prefixlen == 0:
                raise ValueError(f"{proxy} is everybody; name the proxies alone")
        return proxies
