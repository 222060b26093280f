"""The collector: what is kept is walked through by nobody, what was erased is not kept by it."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from api.operation.collecting import Collecting, collect_everything
from api.own_data.forgetting import forget_in_memory


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


class _Person:
    """Refers to itself, so that only the collector lets it go."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collecting() -> Iterator[Collecting]:
    collecting = Collecting()
    collecting.begin()
    yield collecting
    collecting.end()


def test_what_is_set_aside_is_not_walked_through(collecting: Collecting) -> None:
    person = _Person()
    collecting.set_aside()
    kept = weakref.ref(person)
    del person
    gc.collect()
    assert kept() is not None


def test_what_was_set_aside_and_erased_goes_when_everything_is_collected(collecting: Collecting) -> None:
    person = _Person()
    collecting.set_aside()
    kept = weakref.ref(person)
    del person
    collect_everything()
    assert kept() is None
    assert gc.get_freeze_count() > 0  # the rest is aside again


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


def test_it_is_due_once_much_is_new_and_no_longer_when_that_is_set_aside(collecting: Collecting) -> None:
    collecting.set_aside()
    assert not collecting.is_due
    for _ in range(25):
        gc.collect(1)
    assert collecting.is_due
    collecting.set_aside()
    assert not collecting.is_due


def test_a_process_that_sets_nothing_aside_is_left_as_it_was() -> None:
    before = gc.get_threshold()
    collecting = Collecting()
    assert gc.get_threshold() == before
    collecting.begin()
    assert gc.get_threshold() != before
    collecting.end()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)
    collect_everything()
    assert gc.get_freeze_count() == 0
