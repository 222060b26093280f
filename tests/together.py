"""Files of tests that one process runs one after the other, where pytest divides the files among several.

They visit the same service: each process that runs one of them makes its market and reads its texts, and starts
Chromium.
"""

from __future__ import annotations

from typing import Final

from xdist.scheduler import LoadFileScheduling

__all__ = ["ByService"]

_VISIT_ONE_SERVICE: Final = frozenset(
    {
        "tests/api/pages/applicant/test_applicant_journey.py",
        "tests/api/pages/coordinator/test_reading_in_browser.py",
        "tests/api/pages/office/test_office_in_browser.py",
        "tests/api/pages/test_oversight_in_browser.py",
        "tests/api/pages/test_page_weights.py",
        "tests/api/pages/test_pages_in_browser.py",
    }
)


class ByService(LoadFileScheduling):
    """As ``--dist loadfile``, but for those."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return "the service of pages" if file in _VISIT_ONE_SERVICE else file
