"""What would expose the service, or leave a setting unheeded, is refused before anything is opened."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from api.cli import run
from api.operation.exposure import OwnHost
from api.operation.socket_proxy import SocketProxy
from api.operation.summary import settings_summary
from api.settings import Settings


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    return tmp_path / "x.db"


def test_sign_in_is_required_unless_somebody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENMUSUBI_SIGN_IN")
    assert Settings().sign_in == "required"


@pytest.mark.parametrize(
    ("variables", "arguments", "named"),
    [
        ({"ENMUSUBI_HOST": "0.0.0.0"}, [], "ENMUSUBI_HOST=0.0.0.0"),
        ({}, ["--host", "192.0.2.1"], "ENMUSUBI_HOST=192.0.2.1"),
        ({}, ["--host", "::"], "ENMUSUBI_HOST=::"),
        ({}, ["--host", "enmusubi.example"], "ENMUSUBI_HOST=enmusubi.example"),
        ({"ENMUSUBI_TRUSTED_PROXIES": "127.0.0.1"}, [], "ENMUSUBI_TRUSTED_PROXIES"),
        ({"ENMUSUBI_PUBLIC_ORIGIN": "https://enmusubi.example"}, [], "ENMUSUBI_PUBLIC_ORIGIN"),
        ({}, ["--unix-socket", "x.socket"], "ENMUSUBI_UNIX_SOCKET"),
    ],
)
def test_without_sign_in_nothing_that_others_reach_is_served(
    variables: dict[str, str],
    arguments: list[str],
    named: str,
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run(["serve", *arguments]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert f"ENMUSUBI_SIGN_IN=off and {named}: others could read every record; set ENMUSUBI_SIGN_IN=required" in line
    assert not database.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ENMUSUBI_SIGNIN", "ENMUSUBI_SIGNIN is no setting; is it ENMUSUBI_SIGN_IN?"),
        ("ENMUSUBI_TRUSTED_PROXY", "ENMUSUBI_TRUSTED_PROXY is no setting; is it ENMUSUBI_TRUSTED_PROXIES?"),
        ("ENMUSUBI_ZZZ", "ENMUSUBI_ZZZ is no setting; docs/reference/settings.md lists them"),
    ],
)
@pytest.mark.parametrize("command", [["serve"], ["backup", "x"], ["accounts", "list"]])
def test_a_setting_that_is_none_is_refused_with_the_nearest_one_and_without_its_value(
    name: str, said: str, command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(name, "secret-value")
    assert run(command) == 2
    line = capsys.readouterr().err
    assert said in line
    assert "secret-value" not in line


@pytest.mark.parametrize("proxies", ["0.0.0.0/0", "::/0", "proxy.example", "10.0.0.5/24"])
def test_a_proxy_that_is_everybody_or_no_address_is_not_believed(proxies: str) -> None:
    with pytest.raises(ValidationError, match="trusted_proxies"):
        Settings.model_validate({"trusted_proxies": proxies})


def test_the_summary_shows_every_setting_and_no_secret() -> None:
    secrets = ("p4ssw0rd", "k" * 40, "cl13nt")
    told = settings_summary(
        Settings.model_validate(
            {
                "database_url": f"postgresql+psycopg://enmusubi:{secrets[0]}@db.example/enmusubi?password={secrets[0]}",
                "audit_key": secrets[1],
                "organisations": [{"issuer": "https://id.example", "client_id": "e", "client_secret": secrets[2]}],
                "trusted_proxies": "10.0.0.5",
            }
        )
    )
    assert set(told) == {f"ENMUSUBI_{name.upper()}" for name in Settings.model_fields}
    assert not any(secret in value for secret in secrets for value in told.values())
    assert told["ENMUSUBI_DATABASE_URL"] == "postgresql+psycopg://enmusubi:***@db.example/enmusubi"
    assert told["ENMUSUBI_AUDIT_KEY"] == "***"
    assert told["ENMUSUBI_ORGANISATIONS"] == "https://id.example"
    assert told["ENMUSUBI_KEEP_ALIVE_SECONDS"] == "(既定) 5"


def test_an_address_that_is_none_is_hidden_whole() -> None:
    assert settings_summary(Settings(database_url="my secret"))["ENMUSUBI_DATABASE_URL"] == "***"


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}, "192.0.2.7 https"),
        ({"X-Forwarded-For": "10.9.9.9, 192.0.2.7"}, "192.0.2.7 http"),  # the first is what the client said of itself
        ({"X-Forwarded-Proto": "gopher"}, "nobody http"),
        ({}, "nobody http"),
    ],
)
def test_of_a_proxy_at_the_socket_file_its_own_last_word_is_believed(sent: dict[str, str], found: str) -> None:
    assert _asked(None, sent) == found


def test_who_has_an_address_is_not_believed_to_be_another() -> None:
    sent = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    assert _asked(("198.51.100.1", 4000), sent) == "198.51.100.1 http"


def _asked(client: tuple[str, int] | None, sent: dict[str, str]) -> str:
    """Who asked, and how, as the service sees it."""

    def tell(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{request.client.host if request.client else 'nobody'} {request.url.scheme}")

    app = SocketProxy(Starlette(routes=[Route("/", tell)]))

    async def from_there(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope | {"client": client}, receive, send)

    with TestClient(from_there) as browser:
        return browser.get("/", headers=sent).text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
        ("localhost.evil.example", 421),
        ("0.0.0.0", 421),
        ("", 421),
    ],
)
def test_a_page_of_another_name_that_points_here_reads_nothing(host: str, status: int) -> None:
    inside = Starlette(routes=[Route("/", lambda _: PlainTextResponse("records"))])
    with TestClient(OwnHost(inside)) as browser:
        answer = browser.get("/", headers={"Host": host})
    assert answer.status_code == status
    assert ("records" in answer.text) == (status == 200)
