"""A setting that cannot be used stops the start and is named; no client is ever told a path of the server."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.cli import run
from api.http.problems import add_problem_handlers
from api.retention.rules import RetentionError
from api.settings import Settings


@pytest.mark.parametrize(
    ("variable", "value", "arguments", "line"),
    [
        ("PORT", "abc", ["serve", "--port", "0"], "ENMUSUBI_PORT: Input should be a valid integer"),
        (
            "ORGANISATIONS",
            '[{"issuer": "https://a.example", "client_id": "x", "client_secret": "y", "isuer": 1}]',
            ["serve"],
            "ENMUSUBI_ORGANISATIONS[0].isuer: unknown key, known keys: issuer, client_id, client_secret\n",
        ),
        ("RETENTION_FILE", "nowhere.toml", ["serve"], "ENMUSUBI_RETENTION_FILE: nowhere.toml: FileNotFoundError"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_and_is_named(
    variable: str,
    value: str,
    arguments: list[str],
    line: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENMUSUBI_DATABASE_URL", f"sqlite:///{tmp_path / 'x.db'}")
    monkeypatch.setenv(f"ENMUSUBI_{variable}", value)
    assert run(arguments) == 2
    assert f"enmusubi: Invalid value: {line}" in capsys.readouterr().err
    assert not (tmp_path / "x.db").exists()


def test_a_service_with_unreadable_retention_rules_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "ours.toml"
    path.write_text("[nobody]\n", encoding="utf-8")
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}", retention_file=path))
    with pytest.raises(RetentionError, match="class nobody"), TestClient(app):
        pass


def test_a_client_is_not_told_where_the_rules_are() -> None:
    app = FastAPI()
    add_problem_handlers(app)

    @app.get("/")
    def broken() -> None:
        raise RetentionError("/etc/enmusubi/ours.toml: class nobody")

    answer = TestClient(app).get("/")
    assert (answer.status_code, answer.json()["type"]) == (503, "urn:enmusubi:problem:no-retention-rules")
    assert "/etc" not in answer.text
