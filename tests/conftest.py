"""What holds for every test: no rule file of this machine decides, nobody signs in, and no clock decides either."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from threading import Event
from typing import Final

import pytest
from hypothesis import Phase, settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from tests.kept_vectors import keep_vectors, make_folder
from tests.together import ByService
from tests.uncompiled import IS_UNCOMPILED, bring_within_reach

os.environ["ENMUSUBI_RULES_DIR"] = os.devnull
os.environ["ENMUSUBI_SIGN_IN"] = "off"  # most tests are about records; tests/api/accounts is about who may see them
os.environ["ENMUSUBI_JOBS"] = "inline"  # a job is done when its answer is there; tests/api/jobs starts real workers
# the workers of pytest take every core: threads of a product of matrices would wait for one another
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# a busy machine is not a wrong answer; `pytest --hypothesis-profile long` tries ten times as many examples
settings.register_profile("enmusubi", deadline=None, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=500)
# `make mutants` asks whether an example fails, not for the smallest that does
settings.register_profile("mutants", deadline=None, max_examples=50, phases=set(Phase) - {Phase.shrink, Phase.explain})
settings.load_profile("enmusubi")

_UNFREEZE: Final = gc.unfreeze
_THAWED: Final = Event()

# files of tests that take longest begin first: a worker that begins one last leaves the other idle
_LONG: Final = (
    "tests/matching/ranking",  # compiles kernels that each process of a cluster would compile for itself
    "tests/api/fuzz/test_schemathesis.py",
    "tests/api/pages/coordinator/test_reading_in_browser.py",
    "tests/api/pages/test_pages_in_browser.py",
    "tests/api/test_backup.py",
    "tests/api/operation/test_serve.py",
    "tests/api/operation/test_offline.py",
    "tests/test_notebooks.py",
    "tests/api/pages",
    "tests/api/fuzz",
    "tests/api/audit",
    "tests/api/own_data",
    "tests/api/documents",
    "tests/test_docs.py",
    "tests/api/test_crash.py",  # by then others have compiled what its killed processes would compile
    "tests/api",
    "tests/features",
    "tests/matching",
)


def pytest_configure() -> None:
    """Collections are rare: they took a twentieth of the time; a full one walks through a million objects of tests."""
    gc.set_threshold(20_000, 10, 25)
    gc.unfreeze = _thaw
    make_folder()


def pytest_collection_finish() -> None:
    """No collection walks through the tests themselves, which half a second would go into each time."""
    keep_vectors()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """A service that ends leaves nothing set aside (``api.operation.collecting``): the tests themselves are, again."""
    result = yield
    if _THAWED.is_set():  # to count what is set aside is to walk through it: 29 ms a test
        _THAWED.clear()
        gc.freeze()
    return result


def _thaw() -> None:
    _UNFREEZE()
    _THAWED.set()


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """No module of tests shows an example in its docstring, so none is searched for some."""
    return [found for found in (yield) if type(found).__name__ != "DoctestModule"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    """Files that visit the same service run in one process."""
    return ByService(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first, `make test` lets xdist keep that order; without the compiler, do what is within reach."""
    if not config.getoption("random_order_enabled", default=False):  # `make shuffled`
        items.sort(
            key=lambda item: next((place for place, at in enumerate(_LONG) if item.nodeid.startswith(at)), len(_LONG))
        )
    if IS_UNCOMPILED:
        for item in items:
            bring_within_reach(item)
