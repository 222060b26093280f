"""The collector: what is kept is walked through by nobody, what was erased is not kept by it."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from api.operation.collecting import Collecting, collect_everything
from api.own_data.forgetting import forget_in_memory

_ALONE = """
import gc, weakref
from api.operation.collecting import Collecting, collect_everything

class Person:
    def __init__(self):
        self.itself = self  # so that only the collector lets it go

def set_aside():
    person = Person()
    collecting.set_aside()
    return weakref.ref(person)

before = gc.get_threshold()
collecting = Collecting()
"""
_BEGUN = f"{_ALONE}collecting.begin()\n"


def _verify_alone(code: str) -> None:
    """Run the assertions in a small process: each full collection of this one walks through a million objects."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


def test_what_is_set_aside_is_not_walked_through() -> None:
    _verify_alone(f"""{_BEGUN}
kept = set_aside()
gc.collect()
assert kept() is not None
""")


def test_what_was_set_aside_and_erased_goes_when_everything_is_collected() -> None:
    _verify_alone(f"""{_BEGUN}
kept = set_aside()
collect_everything()
assert kept() is None
assert gc.get_freeze_count() > 0  # the rest is aside again
""")


class _Person:
    """Refers to itself, so that only the collector lets it go."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collecting() -> Iterator[Collecting]:
    """In this process, whose tests are set aside again afterwards."""
    collecting = Collecting()
    collecting.begin()
    yield collecting
    collecting.end()
    gc.freeze()


def test_an_erasure_lets_go_what_refers_to_itself(
    collecting: Collecting, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.own_data.forgetting.collect_everything", collect_everything)
    person = _Person()
    collecting.set_aside()
    kept = weakref.ref(person)
    del person
    forget_in_memory(engine)
    assert kept() is None


def test_it_is_due_once_much_is_new_and_no_longer_when_that_is_set_aside() -> None:
    _verify_alone(f"""{_BEGUN}
collecting.set_aside()
assert not collecting.is_due
for _ in range(25):
    gc.collect(1)
assert collecting.is_due
collecting.set_aside()
assert not collecting.is_due
""")


def test_a_process_that_sets_nothing_aside_is_left_as_it_was() -> None:
    _verify_alone(f"""{_ALONE}
assert gc.get_threshold() == before
collecting.begin()
assert gc.get_threshold() != before
collecting.end()
assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
collect_everything()
assert gc.get_freeze_count() == 0
""")
