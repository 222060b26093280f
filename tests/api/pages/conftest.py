"""Pages in a real browser: ``pages_service``, ``as_role("coordinator")`` and ``check_page(page)``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.api.accounts.conftest import (
    account,
    clock,
    database,
    guarded,
    passwords,
    service,
)
from tests.api.pages.pages_service import PagesService, Visits, Window, chromium, running_browser, running_service

__all__ = ["account", "clock", "database", "guarded", "passwords", "service"]  # fixtures

AsRole = Callable[..., Page]
CheckPage = Callable[[Page], None]


@pytest.fixture(scope="session")
def pages_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesService]:
    """One service for all tests of pages; a test that changes something makes what it changes."""
    with running_service(tmp_path_factory.mktemp("pages")) as service:
        yield service


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium for a file of tests: its event loop would stand in the way of other tests' own."""
    if chromium() is None:
        pytest.skip("Chromium is not installed: pages are not tried in a browser (Debian: apt-get install chromium)")
    with running_browser() as found:
        yield found


@pytest.fixture(scope="module")
def left(browser: Browser) -> dict[tuple[bool, str], list[Window]]:
    """Windows of the browser that nobody sits at."""
    del browser  # they end with it
    return {}


@pytest.fixture
def visits(
    pages_service: PagesService, browser: Browser, left: dict[tuple[bool, str], list[Window]]
) -> Iterator[Visits]:
    found = Visits(pages_service, browser, left)
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
