"""Write ``docs/reference/licences.md``: under which terms each distribution comes that the service or its tests use.

Read from what is installed (``python docs/maintenance/build_licences.py`` after a version has changed). A test compares
the page with it and refuses terms that this project cannot be handed out with.
"""

from __future__ import annotations

import runpy
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

__all__ = ["forbidding", "licence_of", "page", "parts"]

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = ROOT / "docs" / "reference" / "licences.md"
_LONG: Final = 60  # a field that holds the whole text, not its name
_CLASS: Final = "License :: OSI Approved :: "
_FIRST: Final = "## Part of the service"


def page(written: str) -> str:
    """The page with its tables as the installed distributions give them; what stands above the tables is kept."""
    run, tests = parts()
    service = _table(_FIRST, "With the extra `dask`, which serves several machines.", run)
    tools = _table("## Tests and tools only", "Nobody who only uses enmusubi needs them.", tests)
    return "\n".join((written.partition(_FIRST)[0].rstrip("\n") + "\n", service, tools))


def parts() -> tuple[dict[str, str], dict[str, str]]:
    """Name → terms of what the service needs, and of what only its tests and tools need."""
    needed = runpy.run_path(str(Path(__file__).with_name("build_sbom.py")))["needed"]
    run = frozenset[str](needed("dask"))
    tests = frozenset[str](needed("dask", "dev")) - run
    return {name: licence_of(name) for name in sorted(run)}, {name: licence_of(name) for name in sorted(tests)}


def licence_of(name: str) -> str:
    """What a distribution says of its terms: the SPDX expression, else a short field, else the classifiers."""
    told = distribution(name).metadata
    if expression := told.get("License-Expression"):
        return str(expression)
    classes = [str(line).removeprefix(_CLASS) for line in told.get_all("Classifier") or () if _CLASS in str(line)]
    field = str(told.get("License") or "")
    is_name = 0 < len(field) < _LONG and "\n" not in field and field != "UNKNOWN"
    return field if is_name else " / ".join(classes)


def forbidding(licence: str) -> bool:
    """Whether terms ask that everything combined with the part comes under them too.

    >>> [forbidding(terms) for terms in ("GPL-3.0-only", "AGPLv3+", "MIT OR GPL-2.0-only", "LGPL-3.0-only")]
    [True, True, False, False]
    """
    choices = licence.split(" OR ")
    return all("GPL" in one.replace("LGPL", "").replace("Lesser General", "") for one in choices)


def _table(title: str, said: str, held: dict[str, str]) -> str:
    rows = "".join(f"| `{name}` | {licence} |\n" for name, licence in held.items())
    return f"{title}\n\n{said}\n\n| distribution | terms |\n|---|---|\n{rows}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
