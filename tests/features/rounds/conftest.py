"""Calls that lists are made for."""

from __future__ import annotations

import pytest

from features.partitions.lists import Calls
from tests.features.partitions.people import read_calls


@pytest.fixture(scope="session")
def calls() -> Calls:
    return read_calls()
