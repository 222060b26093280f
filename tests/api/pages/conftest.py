"""Pages in a real browser: ``pages_service``, ``as_role("coordinator")`` and ``check_page(page)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.api.accounts.conftest import (
    account,
    clock,
    database,
    guarded,
    passwords,
    service,
)
from tests.api.pages.kept_browser import KeptBrowser
from tests.api.pages.pages_service import PagesService, Visits, chromium, running_service

__all__ = ["account", "clock", "database", "guarded", "passwords", "service"]  # fixtures

AsRole = Callable[..., Page]
CheckPage = Callable[[Page], None]
_KEPT = pytest.StashKey[KeptBrowser]()


@pytest.fixture(scope="session")
def pages_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesService]:
    """One service for all tests of pages; a test that changes something makes what it changes."""
    with running_service(tmp_path_factory.mktemp("pages")) as service:
        yield service


@pytest.fixture(scope="session")
def kept_browser(request: pytest.FixtureRequest) -> Iterator[KeptBrowser]:
    """Chromium for one file of tests after the other."""
    if chromium() is None:
        pytest.skip("Chromium is not installed: pages are not tried in a browser (Debian: apt-get install chromium)")
    kept = request.config.stash[_KEPT] = KeptBrowser()
    yield kept
    kept.close()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The browser ends before a test that has none: its event loop would stand in the way of that test's own."""
    if _KEPT in item.config.stash and "kept_browser" not in getattr(nextitem, "fixturenames", ()):
        item.config.stash[_KEPT].close()


@pytest.fixture
def visits(pages_service: PagesService, kept_browser: KeptBrowser) -> Iterator[Visits]:
    found = Visits(pages_service, kept_browser.browser, kept_browser.left)
    yield found
    found.close()


@pytest.fixture
def as_role(visits: Visits) -> AsRole:
    """A browser's page of somebody with a role: ``as_role("coordinator", width=390, javascript=False)``."""
    return visits.as_role


@pytest.fixture
def check_page(visits: Visits) -> CheckPage:
    """Refuses what no page may have: see :meth:`Visits.check_page`."""
    return visits.check_page
