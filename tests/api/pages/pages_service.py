"""A real service on loopback with the sample market and one account of each role, and a browser that visits it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Error, Page, Request, expect, sync_playwright
from sqlalchemy import Engine
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from api.accounts.consents import record_consent
from api.accounts.passwords import Passwords
from api.accounts.roles import ROLES
from api.accounts.sessions import open_session
from api.accounts.tables import AccountRow
from api.app import create_app
from api.operation.server import bound
from api.settings import Settings
from api.storage.database import writing
from features.json_files.record_files import dump_records
from features.records import Records
from features.synthetic import sample_market

__all__ = [
    "AXE",
    "PASSWORD",
    "TODAY",
    "Kind",
    "PagesService",
    "Visits",
    "Window",
    "chromium",
    "running_browser",
    "running_service",
]

PASSWORD = "薪を割る朝の音が好きです"
TODAY = date(2026, 11, 23)
AXE = Path(__file__).with_name("vendored") / "axe.min.js"
_FLAGS: tuple[str, ...] = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
)
_PATIENCE = 30_000.0  # milliseconds; nothing waits longer than it must, and a machine may have other work
_AXE_ADDRESS = "/static/axe.min.js"
# a script of its origin is what a page may load and a browser keeps compiled; and what axe leaves out unless it is
# asked for: targets of 24 pixels, of WCAG 2.2 AA
_LOOK = f"""async () => {{
  await new Promise((loaded, failed) => document.head.append(
    Object.assign(document.createElement('script'), {{src: '{_AXE_ADDRESS}', onload: loaded, onerror: failed}})))
  const asked = {{resultTypes: ['violations'], rules: {{'target-size': {{enabled: true}}}}}}
  const {{violations}} = await axe.run(document, asked)
  const {{scrollWidth, clientWidth}} = document.documentElement
  const told = violations.map(({{id, help, nodes}}) =>
    `${{id}}: ${{help}} at ${{JSON.stringify(nodes.slice(0, 3).map((node) => node.target))}}`)
  return scrollWidth > clientWidth ? [...told, `${{scrollWidth - clientWidth}} px too wide`] : told
}}"""


class PagesClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class PagesService:
    """The running service.

    Attributes
    ----------
    url : str
        ``http://127.0.0.1:port``.
    app : FastAPI
    clock : PagesClock
    posting_id, applicant_id : str
        A posting of the coordinator's municipality with applications, and the record of the account ``applicant``.
    """

    url: str
    app: FastAPI
    clock: PagesClock
    posting_id: str
    applicant_id: str

    @property
    def engine(self) -> Engine:
        engine: Engine = self.app.state.engine
        return engine

    def session_of(self, name: str) -> str:
        """The token of a new session of an account; accounts are called as their roles."""
        with writing(self.engine) as session:
            return open_session(session, session.get_one(AccountRow, f"id-{name}"), now=self.clock())

    def new_account(self, name: str, role: str, **belongs: str | None) -> None:
        """Store an active account with PASSWORD."""
        stored = self.app.state.passwords.hashed(PASSWORD)
        row: dict[str, Any] = {"id": f"id-{name}", "sign_in_name": name, "display_name": _NAMES.get(name, name)}
        row |= belongs
        with writing(self.engine) as session:
            session.add(AccountRow(**row, role=role, state="active", password_hash=stored, created_at=self.clock()))


_JSON = {"content-type": "application/json"}
_NAMES = {
    "applicant": "見本 花子",
    "coordinator": "見本 太郎",
    "supporter": "見本 次郎",
    "supporter-hokkaido": "見本 四郎",
    "researcher": "見本 三郎",
    "auditor": "見本 五月",
    "administrator": "見本 葉子",
}


@contextmanager
def running_service(folder: Path, **settings: Any) -> Generator[PagesService]:
    """The service with the sample market, as people reach it."""
    url = f"sqlite:///{folder / 'pages.db'}"
    records = sample_market(n_applicants=80, n_postings=30, n_kigyojin_postings=4, n_company_people=6)
    app = create_app(Settings(database_url=url, today=TODAY, sign_in="off"))
    with TestClient(app) as client:
        assert client.post("/api/v1/records", content=dump_records(records), headers=_JSON).status_code == 201
    served: dict[str, Any] = {"database_url": url, "today": TODAY, "sign_in": "required", "jobs": "inline"} | settings
    app.state.settings = Settings(**served)
    app.state.clock = clock = PagesClock()
    app.state.passwords = Passwords(passes=1, memory_kib=8, lanes=1)
    posting_id, town, applicant_id = _meeting(records)
    with _listening(app) as address:
        service = PagesService(address, app, clock, posting_id, applicant_id)
        belongs: dict[str, dict[str, str | None]] = {
            "applicant": {"applicant_id": applicant_id},
            "coordinator": {"municipality_code": town},
            "supporter": {"prefecture_code": town[:2]},
        }
        for role in ROLES:
            service.new_account(role, role, **belongs.get(role, {}))
        with writing(service.engine) as session:
            record_consent(session, town, document="見本第1号", by="id-administrator", now=clock())
        yield service


def _meeting(records: Records) -> tuple[str, str, str]:
    """The posting with the most applications, its municipality, and one who applied there."""
    by_posting: dict[str, list[str]] = {}
    for one in records.applications:
        by_posting.setdefault(one.posting_id, []).append(one.applicant_id)
    posting_id = max(by_posting, key=lambda an_id: (len(by_posting[an_id]), an_id))
    town = next(one.municipality_code for one in records.postings if one.posting_id == posting_id)
    return posting_id, town, by_posting[posting_id][0]


def _with_axe(app: FastAPI) -> ASGIApp:
    """The service, and axe beside it."""
    for_ever = {"Cache-Control": "public, max-age=31536000, immutable"}
    axe = Response(AXE.read_bytes(), media_type="text/javascript", headers=for_ever)

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        await (axe if scope.get("path") == _AXE_ADDRESS else app)(scope, receive, send)

    return served


@contextmanager
def _listening(app: FastAPI) -> Generator[str]:
    found = bound(Settings(port=0))  # as `enmusubi serve` listens
    server = uvicorn.Server(uvicorn.Config(_with_axe(app), log_config=None, access_log=False, lifespan="on", ws="none"))
    thread = Thread(target=server.run, args=([found],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the service did not start"
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{found.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=20)
        found.close()


def chromium() -> str | None:
    """Where Chromium is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def running_browser(*flags: str) -> Generator[Browser]:
    """Headless Chromium."""
    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*_FLAGS, *flags])
        yield browser
        browser.close()


@dataclass(frozen=True)
class Window:
    """A page of a browser that nobody sits at, and what went wrong on it."""

    page: Page
    wrong: list[str]


Kind = tuple[bool, str]  # with scripts or without, language: what a window keeps all its life


@dataclass
class Visits:
    """Visits of people: pages with the cookie of a role, each watched for what a page must never do.

    A window is emptied and given to the next visitor: opening one costs Chromium a second of work. ``left`` holds those
    that are empty; whoever makes visits one after the other passes the same.
    """

    service: PagesService
    browser: Browser
    left: dict[Kind, list[Window]] = field(default_factory=dict[Kind, list[Window]])
    _taken: list[tuple[Kind, Window]] = field(default_factory=list[tuple[Kind, Window]])

    def as_role(self, role: str, *, width: int = 1024, javascript: bool = True, language: str = "ja") -> Page:
        """A page of somebody with this role (``signed_out``: nobody); open addresses of the service by their path."""
        kind = (javascript, language)
        waiting = self.left.get(kind)
        window = waiting.pop() if waiting else self._opened(kind)
        self._taken.append((kind, window))
        window.page.set_viewport_size({"width": width, "height": 800})
        if role != "signed_out":
            token = self.service.session_of(role)
            window.page.context.add_cookies([{"name": "enmusubi-session", "value": token, "url": self.service.url}])
        return window.page

    def _opened(self, kind: Kind) -> Window:
        javascript, language = kind
        context = self.browser.new_context(base_url=self.service.url, java_script_enabled=javascript, locale=language)
        context.set_default_timeout(_PATIENCE)
        page, wrong = context.new_page(), list[str]()
        page.on("console", lambda said: wrong.append(f"console: {said.text}") if _is_fault(said.text) else None)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        page.on("request", lambda request: self._note_request(request, wrong))
        return Window(page, wrong)

    def _note_request(self, request: Request, wrong: list[str]) -> None:
        if not request.url.startswith((self.service.url, "data:", "blob:", "about:")):
            wrong.append(f"external: {request.url}")

    def check_page(self, page: Page) -> None:
        """No violation that axe knows, nothing on the console, nothing fetched from elsewhere, nothing to scroll to."""
        page.wait_for_load_state()  # a link that was followed leads to a page that may have no head yet
        if _is_worked_on(page):  # where the job ends, it draws itself anew
            expect(page.locator("[data-events]")).to_have_count(0, timeout=60_000)
        (has_scripts, _), window = next(one for one in self._taken if one[1].page.context == page.context)
        assert has_scripts, "axe is a script"
        told: list[str] = page.evaluate(_LOOK)
        told += window.wrong
        assert not told, f"{page.url}: {told}"

    def close(self) -> None:
        """End every visit; the windows are as if they had just been opened, but for what the browser keeps of files."""
        for kind, window in self._taken:
            page, context = window.page, window.page.context
            for other in context.pages:
                if other != page:
                    other.close()
            context.set_offline(False)
            page.unroute_all()
            context.clear_cookies()
            page.emulate_media(media="null")
            page.goto("/static/mark.svg")  # of the same origin, so that the same process goes on
            window.wrong.clear()
            self.left.setdefault(kind, []).append(window)
        self._taken.clear()


def _is_worked_on(page: Page) -> bool:
    try:
        found: bool = page.evaluate("document.querySelector('[data-events]') !== null")
    except Error:  # it was just being drawn anew
        return True
    return found


def _is_fault(text: str) -> bool:
    # the browser itself notes every answer from 400 on; such pages are asked for on purpose
    return not text.startswith("Failed to load resource")
