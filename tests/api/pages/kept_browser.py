"""Headless Chromium that one file of tests after the other uses, with its windows that nobody sits at."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Final

from playwright.sync_api import Browser

from tests.api.pages.pages_service import Kind, Window, running_browser

__all__ = ["KeptBrowser"]

# a script runs for a moment on each page: compiling it for speed takes longer than it gains
_WITHOUT_COMPILERS: Final = "--js-flags=--no-opt --no-maglev"


class KeptBrowser:
    """Runs from the first :attr:`browser` to :meth:`close`, and may begin again."""

    def __init__(self) -> None:
        self.left: dict[Kind, list[Window]] = {}
        self._running = ExitStack()
        self._browser: Browser | None = None

    @property
    def browser(self) -> Browser:
        """The browser, started where it does not run."""
        if self._browser is None:
            self._browser = self._running.enter_context(running_browser(_WITHOUT_COMPILERS))
        return self._browser

    def close(self) -> None:
        """End it and its windows."""
        self._browser = None
        self.left.clear()
        self._running.close()
