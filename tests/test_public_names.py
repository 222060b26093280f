"""Every module says what it is and what it offers."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

import api
import features
import matching


def _modules() -> list[str]:
    found = [package.__name__ for package in (matching, features, api)]
    for package in (matching, features, api):
        found += [info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    return sorted(name for name in found if not name.rpartition(".")[2].startswith("_"))


REFUSED = {"utils", "helpers", "common", "base", "manager", "misc", "core"}


@pytest.mark.parametrize("name", _modules())
def test_a_module_has_a_docstring_and_a_name_that_says_what_it_is(name: str) -> None:
    module = importlib.import_module(name)

    assert (module.__doc__ or "").strip(), f"{name} has no docstring"
    assert name.rpartition(".")[2] not in REFUSED


@pytest.mark.parametrize("name", _modules())
def test_every_public_name_exists_and_is_documented(name: str) -> None:
    module = importlib.import_module(name)
    offered = getattr(module, "__all__", None)

    assert offered is not None or _is_empty_package(module), f"{name} has no __all__"
    for public in offered or ():
        thing = getattr(module, public)
        if callable(thing) and getattr(thing, "__module__", "").startswith(("matching", "features", "api")):
            assert (thing.__doc__ or "").strip(), f"{name}.{public} has no docstring"


@pytest.mark.parametrize("name", _modules())
def test_public_names_are_sorted(name: str) -> None:
    offered = getattr(importlib.import_module(name), "__all__", [])

    assert list(offered) == sorted(offered, key=_isort_key)


def _is_empty_package(module: ModuleType) -> bool:
    offered = [thing for name, thing in vars(module).items() if not name.startswith("_")]
    return hasattr(module, "__path__") and all(isinstance(thing, ModuleType) for thing in offered)


def _isort_key(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
