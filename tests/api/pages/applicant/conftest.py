"""An applicant's browser without scripts: ``applicant.open(path)`` and ``applicant.send(page, action, **typed)``."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape

import pytest
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.storage.database import reading
from api.storage.record_kinds import APPLICANTS
from api.storage.stored_records import read
from features.records import Applicant
from tests.api.accounts.conftest import COOKIE, Headers, everyone, signed_in

__all__ = ["Browsing", "everyone", "signed_in"]

HTML = {"Accept": "text/html", "Accept-Language": "ja"}
Typed = str | list[str]


class Browsing:
    """One browser of one account."""

    def __init__(self, client: TestClient, engine: Engine) -> None:
        self._client, self.engine = client, engine

    def open(self, path: str, language: str = "ja") -> Response:
        """A page; redirects are followed."""
        return self._client.get(path, headers=HTML | {"Accept-Language": language})

    def fields(self, page: Response, action: str) -> dict[str, Typed]:
        """Hidden fields of the form of a page that leads to ``action``."""
        form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
        assert form, f"{page.url} has no form to {action}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        return {name: unescape(value) for name, value in hidden}

    def send(self, page: Response, action: str, **typed: Typed) -> Response:
        """Send the form of a page with what was typed."""
        return self.send_to(action, {**self.fields(page, action), **typed})

    def send_to(self, path: str, sent: dict[str, Typed]) -> Response:
        """Send fields to any address."""
        return self._client.post(path, data=sent, headers=HTML, follow_redirects=False)

    def post(self, path: str, content: Mapping[str, str | int | None]) -> Response:
        """Ask the interface for programs with the same session."""
        return self._client.post(path, json=content)

    def cookie(self, name: str) -> str:
        """A cookie that the browser keeps."""
        return str(self._client.cookies[name])

    def keep_cookie(self, name: str, value: str) -> None:
        """Put a cookie into the browser, as whoever owns it can."""
        self._client.cookies.set(name, value)

    def stored(self, applicant_id: str = "a1") -> Applicant:
        """What is stored of the applicant."""
        with reading(self.engine) as session:
            return read(session, APPLICANTS, applicant_id)


AsRole = Callable[[str], Browsing]


@pytest.fixture
def as_role(everyone: Headers, guarded: FastAPI, service: TestClient, database: Engine) -> AsRole:
    """Browsers of accounts that are called as their roles."""

    def browsing(role: str) -> Browsing:
        token = everyone(role)["Cookie"].partition("=")[2]
        client = TestClient(guarded, base_url="https://testserver", headers={"Sec-Fetch-Site": "same-origin"})
        client.portal = service.portal  # it would start a thread and a loop for every request
        client.cookies.set(COOKIE, token)
        return Browsing(client, database)

    return browsing


@pytest.fixture
def applicant(as_role: AsRole) -> Browsing:
    """The browser of the applicant a1."""
    return as_role("applicant")
