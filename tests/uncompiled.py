"""What tests do while coverage is measured (``make coverage``): kernels run as plain Python, a hundred times slower.

A property then tries fewer examples, and a test that proves its point on thousands of records only is left to the
compiled run. ``make mutants`` runs kernels as plain Python too, but with every example, outside this profile.
"""

from __future__ import annotations

import os
from typing import Final

import pytest
from hypothesis import is_hypothesis_test, settings

__all__ = ["EXAMPLES", "IS_UNCOMPILED", "bring_within_reach"]

IS_UNCOMPILED: Final = os.environ.get("ENMUSUBI_TEST_PROFILE") == "uncompiled"
EXAMPLES: Final = 40  # of a property; also where its own settings ask for more


def bring_within_reach(item: pytest.Item) -> None:
    """Give a property fewer examples, the same at every run, and skip a test that is marked ``compiled``."""
    for mark in item.iter_markers("compiled"):
        item.add_marker(pytest.mark.skip(reason=f"compiled only: {mark.kwargs['reason']}"))
    function = getattr(item, "obj", None)
    if is_hypothesis_test(function):
        # where the decorator leaves them and hypothesis' own pytest plugin reads them: no public name sets them later
        asked: settings = function._hypothesis_internal_use_settings
        fewer = settings(asked, max_examples=min(asked.max_examples, EXAMPLES), derandomize=True, database=None)
        function._hypothesis_internal_use_settings = fewer
