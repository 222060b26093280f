"""Signing in at an organisation, against a provider inside the process: no network, no account made silently."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr
from starlette.testclient import TestClient

from api.settings import Organisation
from tests.api.accounts.conftest import COOKIE, Headers, Json, MovedClock, NewAccount

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ISSUER = "https://id.pref.example"
START, CALLBACK = "/api/v1/session/organisation", "/api/v1/session/organisation/callback"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
NEW = {"sign_in_name": "suzuki", "display_name": "鈴木", "role": "coordinator", "municipality_code": "01468"}


class Provider:
    """An OpenID Connect provider that checks the code, the client and PKCE as a real one does."""

    def __init__(self, clock: MovedClock) -> None:
        self.clock, self.subject = clock, "person-1"
        self.changes: Json = {}
        self.metadata: Json = {}
        self.key, self.algorithm = KEY, "RS256"
        self._asked: dict[str, dict[str, str]] = {}
        self.app = FastAPI()
        self.app.add_api_route("/.well-known/openid-configuration", self._metadata)
        self.app.add_api_route("/jwks", lambda: {"keys": [KEY.as_dict(private=False)]})
        self.app.add_api_route("/token", self._token, methods=["POST"])

    def authorize(self, address: str) -> dict[str, str]:
        """What the person's browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid", "S256")
        self._asked[asked["state"]] = asked
        return {"state": asked["state"], "code": asked["state"], "session_state": "what a provider adds"}

    def _metadata(self) -> Json:
        ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {"issuer": ISSUER, **{name: ISSUER + path for name, path in ends.items()}, **self.metadata}

    async def _token(self, request: Request) -> Any:
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        basic = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        asked = self._asked.pop(form["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        assert (basic, challenge.decode()) == ("enmusubi:very secret", asked["code_challenge"])
        assert form["redirect_uri"] == asked["redirect_uri"] == f"https://testserver{CALLBACK}"
        now = int(self.clock().timestamp())
        claims = {"iss": ISSUER, "aud": "enmusubi", "sub": self.subject, "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.changes
        token = jwt.encode({"alg": self.algorithm, "kid": "k1"}, claims, self.key)
        return {"access_token": "unused", "token_type": "Bearer", "id_token": token}


@pytest.fixture
def provider(guarded: FastAPI, clock: MovedClock) -> Iterator[Provider]:
    one = Provider(clock)
    organisation = Organisation(issuer=ISSUER, client_id="enmusubi", client_secret=SecretStr("very secret"))
    guarded.state.settings = guarded.state.settings.model_copy(update={"organisations": (organisation,)})
    guarded.state.organisation_transport = httpx2.ASGITransport(app=one.app)
    yield one
    guarded.state.organisation_transport = None


def _sign_in(service: TestClient, provider: Provider, **sent: str) -> Any:
    begun = service.post(START, json={"issuer": ISSUER, **sent})
    assert begun.status_code == 200, begun.text
    back = provider.authorize(begun.json()["address"])
    return service.get(CALLBACK, params=back, follow_redirects=False, headers={"Sec-Fetch-Site": "cross-site"})


@pytest.fixture
def invited(service: TestClient, account: NewAccount, signed_in: Headers) -> Json:
    administrator = signed_in(account("administrator", "administrator"))
    answer: Json = service.post("/api/v1/accounts", json=NEW | {"issuer": ISSUER}, headers=administrator).json()
    return answer


def test_an_invitation_ties_a_verified_person_to_an_account_once(
    service: TestClient, provider: Provider, invited: Json
) -> None:
    assert _sign_in(service, provider, invitation=invited["token"]).status_code == 303
    assert service.get("/api/v1/me").json()["account_id"] == invited["account_id"]
    service.cookies.clear()
    assert _sign_in(service, provider).status_code == 303
    assert service.get("/api/v1/me").json()["state"] == "active"
    provider.subject = "person-2"
    service.cookies.clear()
    assert service.post(START, json={"issuer": ISSUER, "invitation": invited["token"]}).status_code == 422


def test_a_person_who_is_known_beforehand_needs_no_link(
    service: TestClient, provider: Provider, account: NewAccount
) -> None:
    account("suzuki", "auditor", issuer=ISSUER, subject="person-1")
    assert _sign_in(service, provider).status_code == 303
    assert service.get("/api/v1/me").json()["role"] == "auditor"


def test_nobody_gets_an_account_by_signing_in(service: TestClient, provider: Provider, invited: Json) -> None:
    answer = _sign_in(service, provider)
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:enmusubi:problem:organisation")
    assert COOKIE not in service.cookies


def test_a_password_cannot_be_set_for_who_signs_in_elsewhere(service: TestClient, invited: Json) -> None:
    sent = {"token": invited["token"], "password": "薪を割る朝の音が好きです"}
    assert service.post("/api/v1/password", json=sent).status_code == 422


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"aud": "another"},
        {"aud": ["enmusubi", "another"]},
        {"azp": "another"},
        {"nonce": "of another sign-in"},
        {"exp": 1},
        {"sub": ""},
    ],
)
def test_an_id_token_for_another_purpose_opens_nothing(
    changes: Json, service: TestClient, provider: Provider, account: NewAccount
) -> None:
    account("suzuki", "auditor", issuer=ISSUER, subject="person-1")
    provider.changes = changes
    assert _sign_in(service, provider).status_code == 422
    assert COOKIE not in service.cookies


def test_an_id_token_signed_by_somebody_else_opens_nothing(
    service: TestClient, provider: Provider, account: NewAccount
) -> None:
    account("suzuki", "auditor", issuer=ISSUER, subject="person-1")
    provider.key = RSAKey.generate_key(2048, {"kid": "k1"})
    assert _sign_in(service, provider).status_code == 422


def test_only_the_browser_that_began_comes_back_and_once(
    service: TestClient, provider: Provider, account: NewAccount, clock: MovedClock
) -> None:
    account("suzuki", "auditor", issuer=ISSUER, subject="person-1")
    back = provider.authorize(service.post(START, json={"issuer": ISSUER}).json()["address"])
    cookies = dict(service.cookies)
    service.cookies.clear()  # another browser, to which somebody sent the address
    assert service.get(CALLBACK, params=back).status_code == 422
    service.cookies.update(cookies)
    assert service.get(CALLBACK, params=back | {"state": "forged"}).status_code == 422
    assert service.get(CALLBACK, params=back, follow_redirects=False).status_code == 303
    service.cookies.update(cookies)
    assert service.get(CALLBACK, params=back).status_code == 422
    late = provider.authorize(service.post(START, json={"issuer": ISSUER}).json()["address"])
    clock.move(minutes=10)
    assert service.get(CALLBACK, params=late).status_code == 422


def test_a_refusal_at_the_organisation_is_told(service: TestClient, provider: Provider) -> None:
    back = provider.authorize(service.post(START, json={"issuer": ISSUER}).json()["address"])
    answer = service.get(CALLBACK, params={"state": back["state"], "error": "access_denied"})
    assert answer.json()["detail"] == "the organisation did not sign the person in"


def test_only_an_issuer_of_the_settings_is_asked(service: TestClient, provider: Provider) -> None:
    answer = service.post(START, json={"issuer": "https://evil.example"})
    assert (answer.status_code, answer.json()["detail"]) == (422, "the settings name no such organisation")


@pytest.mark.parametrize(
    "metadata",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://id.pref.example/token"}, {"jwks_uri": 1}],
)
def test_a_provider_whose_document_is_not_its_own_is_not_believed(
    metadata: Json, service: TestClient, provider: Provider
) -> None:
    provider.metadata = metadata
    answer = service.post(START, json={"issuer": ISSUER})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:enmusubi:problem:organisation")
