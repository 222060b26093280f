"""Settings of sign-in: what would send a cookie over an open line, or believe an issuer without TLS, is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from api.settings import Settings


@pytest.mark.parametrize(
    "origin",
    [
        "http://enmusubi.example",
        "https://enmusubi.example/",
        "https://a@b.example",
        "enmusubi.example",
        "http://127.0.0.1.evil",
    ],
)
def test_a_public_origin_without_tls_or_with_more_than_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError, match="public_origin"):
        Settings(public_origin=origin)


@pytest.mark.parametrize(
    "origin", ["https://enmusubi.example:8443", "http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost"]
)
def test_a_public_origin_is_over_tls_or_on_this_machine(origin: str) -> None:
    assert Settings(public_origin=origin).public_origin == origin


def test_organisations_come_from_the_environment_and_their_secret_is_not_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = '{"issuer":"https://id.example","client_id":"enmusubi","client_secret":"very secret"}'
    monkeypatch.setenv("ENMUSUBI_ORGANISATIONS", f"[{one}]")
    assert Settings().organisations[0].client_id == "enmusubi"
    assert "very secret" not in repr(Settings())
    monkeypatch.setenv("ENMUSUBI_ORGANISATIONS", f"[{one}]".replace("https", "http"))
    with pytest.raises(ValidationError, match="issuer") as caught:
        Settings()
    assert "very secret" not in str(caught.value)
