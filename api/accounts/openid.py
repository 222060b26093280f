"""OpenID Connect at an organisation: code with PKCE, state, nonce, discovery; the subject that comes back is verified.

Only issuers that the settings name are asked, over TLS; the documents of the provider must name the same issuer.

References
----------
1. OpenID Connect Core 1.0, section 3.1.3.7 (validation of the ID token); Discovery 1.0, section 4.3.
2. Sakimura, Bradley, Agarwal: Proof Key for Code Exchange. RFC 7636 (2015). https://doi.org/10.17487/RFC7636
3. Lodderstedt, Bradley, Labunets, Fett: OAuth 2.0 Security Best Current Practice. RFC 9700 (2025).
   https://doi.org/10.17487/RFC9700
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import BaseModel, Field, ValidationError

from api.accounts.errors import OrganisationError
from api.secret_tokens import new_secret
from api.settings import Organisation

__all__ = ["Begun", "Provider"]

_SIGNATURES: Final = ["RS256", "PS256", "ES256", "EdDSA"]  # never "none", never one with a shared secret
_TIMEOUT: Final = 10.0
_LEEWAY: Final = 60  # seconds by which the organisation's clock may be wrong
_Https = Annotated[str, Field(pattern=r"^https://")]


class _Metadata(BaseModel):
    issuer: str
    authorization_endpoint: _Https
    token_endpoint: _Https
    jwks_uri: _Https


class _Claims(BaseModel):
    sub: Annotated[str, Field(min_length=1, max_length=255)]
    aud: str | list[str]
    azp: str | None = None


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun: where the browser goes, and what proves that it comes back from there."""

    address: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One organisation's OpenID Connect provider.

    Parameters
    ----------
    organisation : Organisation
    redirect_uri : str
        This service's callback, as it is registered there.
    transport : httpx2.AsyncBaseTransport, optional
        How requests travel; tests keep them in the process.
    """

    def __init__(
        self, organisation: Organisation, *, redirect_uri: str, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._organisation = organisation
        self._redirect_uri = redirect_uri
        self._transport = transport

    async def begin(self) -> Begun:
        """Begin a sign-in.

        Raises
        ------
        OrganisationError
            If the provider does not answer, or not as one.
        """
        state, nonce, verifier = new_secret(), new_secret(), new_secret()
        with _trusted():
            async with self._client() as client:
                metadata = await self._discovered(client)
                address, _ = client.create_authorization_url(
                    metadata.authorization_endpoint, state=state, code_verifier=verifier, nonce=nonce
                )
        return Begun(address, state, nonce, verifier)

    async def subject(self, code: str, *, nonce: str, verifier: str, now: datetime) -> str:
        """The verified subject of whoever came back with ``code``.

        Raises
        ------
        OrganisationError
            If the provider does not answer, or its ID token is not for this sign-in.
        """
        with _trusted():
            async with self._client() as client:
                metadata = await self._discovered(client)
                answer = await client.fetch_token(metadata.token_endpoint, code=code, code_verifier=verifier)
                keys = (await _read(client, metadata.jwks_uri)).json()
            return self._verified(str(answer["id_token"]), keys, nonce=nonce, now=now)

    def _verified(self, id_token: str, keys: Any, *, nonce: str, now: datetime) -> str:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=_SIGNATURES)
        registry = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": self._organisation.issuer},
            nonce={"essential": True, "value": nonce},
            exp={"essential": True},
            iat={"essential": True},
        )
        registry.validate(token.claims)
        claims = _Claims.model_validate(token.claims)
        audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
        own = self._organisation.client_id
        party = claims.azp or (own if audience == [own] else None)  # of several audiences one must be the party
        if own not in audience or party != own:
            raise OrganisationError("the ID token is for another service")
        return claims.sub

    async def _discovered(self, client: AsyncOAuth2Client) -> _Metadata:
        address = self._organisation.issuer.rstrip("/") + "/.well-known/openid-configuration"
        metadata = _Metadata.model_validate_json((await _read(client, address)).content)
        if metadata.issuer != self._organisation.issuer:
            raise OrganisationError("the provider's document names another issuer")
        return metadata

    def _client(self) -> AsyncOAuth2Client:
        return AsyncOAuth2Client(
            self._organisation.client_id,
            self._organisation.client_secret.get_secret_value(),
            redirect_uri=self._redirect_uri,
            scope="openid",
            code_challenge_method="S256",
            transport=self._transport,
            timeout=_TIMEOUT,
        )


async def _read(client: AsyncOAuth2Client, address: str) -> httpx2.Response:
    """A public document: it needs no token, so it is shown none."""
    return (await client.request("GET", address, withhold_token=True)).raise_for_status()


@contextmanager
def _trusted() -> Generator[None]:
    """What another machine sends wrongly is one error here, which does not repeat what it sent."""
    try:
        yield
    except (httpx2.HTTPError, AuthlibBaseError, JoseError, ValidationError, ValueError, KeyError) as error:
        raise OrganisationError(f"the organisation's answer cannot be used: {type(error).__name__}") from error
