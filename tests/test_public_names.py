"""Every module says what it is and what it offers."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import api
import features
import matching


def _modules() -> list[str]:
    found = [package.__name__ for package in (matching, features, api)]
    for package in (matching, features, api):
        found += [info.name for info in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    return sorted(name for name in found if not name.rpartition(".")[2].startswith("_"))


MODULES = {name: importlib.import_module(name) for name in _modules()}
REFUSED = {"utils", "helpers", "common", "base", "manager", "misc", "core"}


def test_a_module_has_a_docstring_and_a_name_that_says_what_it_is() -> None:
    assert [name for name, module in MODULES.items() if not (module.__doc__ or "").strip()] == []
    assert [name for name in MODULES if name.rpartition(".")[2] in REFUSED] == []


def test_every_public_name_exists_and_is_documented() -> None:
    silent = [name for name, module in MODULES.items() if not hasattr(module, "__all__")]
    assert [name for name in silent if not _is_empty_package(MODULES[name])] == [], "modules without __all__"
    undocumented = [
        f"{name}.{public}"
        for name, module in MODULES.items()
        for public in getattr(module, "__all__", ())
        if _is_own(thing := getattr(module, public)) and not (thing.__doc__ or "").strip()
    ]
    assert undocumented == []


def test_public_names_are_sorted() -> None:
    offered = {name: list(getattr(module, "__all__", ())) for name, module in MODULES.items()}
    assert [name for name, names in offered.items() if names != sorted(names, key=_isort_key)] == []


def _is_own(thing: object) -> bool:
    return callable(thing) and getattr(thing, "__module__", "").startswith(("matching", "features", "api"))


def _is_empty_package(module: ModuleType) -> bool:
    offered = [thing for name, thing in vars(module).items() if not name.startswith("_")]
    return hasattr(module, "__path__") and all(isinstance(thing, ModuleType) for thing in offered)


def _isort_key(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)
