"""A coordinator's browser without scripts, in a town where two people applied for one seat."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from tests.api.accounts.conftest import COOKIE, Headers
from tests.api.decisions.conftest import (
    account,
    clock,
    database,
    decide,
    everyone,
    guarded,
    passwords,
    service,
    signed_in,
    town,
)

__all__ = [
    "Office",
    "account",
    "clock",
    "database",
    "decide",
    "everyone",
    "guarded",
    "office",
    "passwords",
    "service",
    "signed_in",
    "town",
]

HTML = {"Accept": "text/html", "Accept-Language": "ja"}


@dataclass
class Office:
    """One browser; whoever signs in next sits down at it."""

    service: TestClient
    town: Headers

    def sit_down(self, role: str) -> Office:
        """Sign somebody in."""
        self.service.cookies.set(COOKIE, self.town(role)["Cookie"].partition("=")[2])
        return self

    def get(self, path: str, language: str = "ja") -> Response:
        return self.service.get(path, headers=HTML | {"Accept-Language": language}, follow_redirects=False)

    def fields(self, page: Response, action: str) -> dict[str, str]:
        """Hidden fields of the first form of a page that is sent to an address."""
        form = page.text.partition(f'action="{action}"')[2].partition("</form>")[0]
        assert form, f"no form for {action}"
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        return {name: html.unescape(value) for name, value in found}

    def post(self, action: str, sent: dict[str, str]) -> Response:
        return self.service.post(action, data=sent, headers=HTML, follow_redirects=False)

    def send(self, path: str, action: str, **typed: str) -> Response:
        """Open a page and send one of its forms."""
        return self.post(action, self.fields(self.get(path), action) | typed)


@pytest.fixture
def office(service: TestClient, town: Headers) -> Office:
    return Office(service, town).sit_down("coordinator")
