"""A service with a filled database that is put back after every change, and every way to ask it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Final

from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import Engine
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from api.accounts.api_tokens import make_api_token
from api.accounts.consents import record_consent
from api.accounts.passwords import Passwords
from api.accounts.permissions import permissions
from api.accounts.roles import ROLES, SIGNED_OUT
from api.accounts.sessions import open_session
from api.accounts.tables import AccountRow
from api.app import create_app
from api.kept_markets.markets import StoredMarket
from api.settings import Settings
from api.storage.database import reading, writing
from api.storage.stored_records import records_revision
from tests.api.fuzz.marked import ACCOUNTS, IDS, RECORDS
from tests.api.fuzz.one_thread import spare_threads, sparing_threads
from tests.api.fuzz.putting_back import CopiedFile, CopiedRows, PutBack

__all__ = ["COOKIE", "DOORS", "NOW", "OFF", "PASSWORD", "WHOEVER_MAY", "FilledService", "filled_service"]

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PASSWORD: Final = "薪を割る朝の音が好きです"
COOKIE: Final = "__Host-enmusubi-session"
OFF: Final = "off"  # the single PC before its accounts are set up
WHOEVER_MAY: Final = "whoever may"  # for each operation a session of a role that the table lets in
DOORS: Final = (OFF, SIGNED_OUT, *(f"{role} {kind}" for role in ROLES for kind in ("session", "token")))
_OWN: Final = {"sec-fetch-site": "same-origin"}
_CHANGES: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class FilledService:
    """An ASGI application: the service as somebody asks it, on a database that is the same for every request.

    Attributes
    ----------
    door : str
        One of :data:`DOORS`: who asks, and how.
    keeps : bool
        Whether changes stay, for tests that follow what they made.
    ids : dict of name of a parameter to list of str
        Ids of what is stored.
    document : dict
        The OpenAPI document as whoever asks for it reads it.
    """

    def __init__(self, app: FastAPI, document: dict[str, Any]) -> None:
        self.app = app
        self.document: dict[str, Any] = json.loads(json.dumps(document))
        self.keeps = False
        self.ids: dict[str, list[str]] = defaultdict(list, {name: list(known) for name, known in IDS.items()})
        self._secrets: dict[str, str] = {}
        self._filled: PutBack
        self._revision = 0  # of the records that are put back
        self.door: str = OFF

    @property
    def engine(self) -> Engine:
        engine: Engine = self.app.state.engine
        return engine

    def fill(self, client: TestClient) -> None:
        """Store the records, one account of each role with a session and a token, and one consent."""
        self._set(sign_in="off")
        filled = client.post("/api/v1/records", json=RECORDS)
        assert filled.status_code == 201, filled.text
        passwords: Passwords = self.app.state.passwords
        stored = passwords.hashed(PASSWORD)
        with writing(self.engine) as session:
            for name, belongs in {**ACCOUNTS, "spare": {}, "second": {}}.items():
                role = {"spare": "auditor", "second": "administrator"}.get(name, name)
                row = AccountRow(
                    id=f"id-{name}",
                    sign_in_name=name,
                    display_name="印account印",
                    role=role,
                    state="active",
                    password_hash=stored,
                    created_at=NOW,
                    **belongs,
                )
                session.add(row)
                session.flush()
                if name in ACCOUNTS:
                    self._secrets[f"{name} session"] = open_session(session, row, now=NOW)
                    token, made = make_api_token(
                        session, row.id, label="印account印", scopes=permissions().token_scopes, days=90, now=NOW
                    )
                    self._secrets[f"{name} token"] = token
                    self.ids["token_id"].append(made.id)
            record_consent(session, "01468", document="印consent印", by="id-administrator", now=NOW)
        self._set(jobs="inline")  # one round is there to be asked for; later ones wait, as no worker comes
        assert client.post("/api/v1/runs", json={}).status_code == 202
        self._set(jobs="worker")
        self._learn_ids(client)
        with reading(self.engine) as session:
            self._revision = records_revision(session)
        self._filled = CopiedFile(self.engine) if self.engine.dialect.name == "sqlite" else CopiedRows(self.engine)

    def _learn_ids(self, client: TestClient) -> None:
        """Ids in every list that anybody may read, so that routes that came later are asked for what is there."""
        paths = [path for path, item in self.document["paths"].items() if "get" in item and "{" not in path]
        for door in (OFF, "administrator session"):
            headers = self.through(door).headers()
            for path in paths:
                self._collect_ids(client.get(path, headers=headers))

    def _collect_ids(self, answer: Response) -> None:
        is_list = answer.status_code == 200 and "json" in answer.headers.get("content-type", "")
        for name, value in _strings_in(answer.json()) if is_list else ():
            if name.endswith("_id") and value not in self.ids[name] and len(self.ids[name]) < 6:
                self.ids[name].append(value)

    def role(self, method: str, path: str) -> str:
        """Who asks for an address through the present door."""
        if self.door != WHOEVER_MAY:
            return self.door.partition(" ")[0]
        return next((role for name, role in _first_roles() if name.fullmatch(f"{method} {path}")), "administrator")

    def headers(self, method: str = "", path: str = "") -> dict[str, str]:
        """What a request through the present door carries."""
        door = f"{self.role(method, path)} session" if self.door == WHOEVER_MAY else self.door
        secret = self._secrets.get(door)
        if secret is None:
            return dict(_OWN)
        if door.endswith("token"):
            return {"authorization": f"Bearer {secret}"}
        return {**_OWN, "cookie": f"{COOKIE}={secret}"}

    def token_of(self, role: str, *, scopes: Sequence[str]) -> str:
        """A new token of the account of a role, gone with the next :meth:`restore`."""
        with writing(self.engine) as session:
            made, _ = make_api_token(session, f"id-{role}", label="x", scopes=scopes, days=1, now=NOW)
        return made

    def through(self, door: str) -> FilledService:
        """Ask through another door from now on."""
        self.door = door
        self._set(sign_in="off" if door == OFF else "required")
        return self

    @contextmanager
    def keeping(self) -> Generator[None]:
        """Let changes stay while the block runs."""
        self.keeps = True
        try:
            yield
        finally:
            self.keeps = False
            self.restore()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and put the database back where the answer says that something was changed."""
        if scope["type"] == "lifespan":  # the service itself was started by whoever made this
            await _stay(receive, send)
            return
        status = 0

        async def noting(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        spare_threads()
        given = self.headers(scope["method"], scope["path"])
        added = [(name.encode(), value.encode()) for name, value in given.items()]
        await self.app({**scope, "headers": [*scope["headers"], *added]}, receive, noting)
        if scope["method"] in _CHANGES and status < 400 and not self.keeps:
            self.restore()

    def restore(self) -> None:
        """Put the filled database back."""
        self._filled.put_back(self.engine)
        kept = self.app.state.market.kept()
        if kept is not None and kept.revision != self._revision:  # it was read after the change
            self.app.state.market = StoredMarket(self.engine, self.app.state.settings)

    def _set(self, **changes: str) -> None:
        self.app.state.settings = self.app.state.settings.model_copy(update=changes)


@cache
def _first_roles() -> list[tuple[re.Pattern[str], str]]:
    """The addresses of each operation and the first role that is let in; the signed out where they are."""
    found = []
    for name, line in permissions().operations.items():
        roles = (SIGNED_OUT, "coordinator", *ROLES)
        role = next((role for role in roles if line.extents[role] != "never"), "administrator")
        found.append((re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(name))), role))
    return found


async def _stay(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


def _strings_in(node: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _strings_in(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _strings_in(value, name)
    elif isinstance(node, str):
        yield name, node


@contextmanager
def filled_service(
    database_url: str, *, document: dict[str, Any] | None = None, **settings: Any
) -> Generator[FilledService]:
    """The service on a database of the present schema with nothing in it.

    ``document`` is that of any application of this service, where there is one: making it takes a second.
    """
    app = create_app(Settings(database_url=database_url, today=date(2026, 11, 23), **settings))
    app.state.clock = lambda: NOW
    app.state.passwords = Passwords(passes=1, memory_kib=8, lanes=1)
    service = FilledService(app, document or app.openapi())
    with sparing_threads(), TestClient(app, base_url="https://testserver") as client:
        service.fill(client)
        yield service
