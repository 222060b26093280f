"""Where rule files come from: those that ship with the engine, and those that were added beside them.

A file lies at ``<program>/<name>.toml`` and its id says so. Its CSV tables lie beside it or ship with the engine. On
one day the file with the latest ``valid_from`` speaks for its programme; an added file beats a shipped one of the same
day and replaces one of the same id.
"""

from __future__ import annotations

import hashlib
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final, Literal

from pydantic import ValidationError

from features.errors import RulesetError
from features.rules.forms import FORMS
from features.rules.region_table import RegionTable, read_region_table
from features.rules.ruleset import Ruleset, RulesetFile
from features.rules.verification import verify_parameters, verify_rules

__all__ = ["PROGRAMS", "load_ruleset", "rules_directory", "rulesets_on", "shipped_rulesets", "stored_rulesets"]

PROGRAMS: Final = ("kyoryokutai", "kigyojin", "must_have")


def rules_directory() -> Path:
    """Folder of added rule files: ``ENMUSUBI_RULES_DIR``, else the user's data folder."""
    named = os.environ.get("ENMUSUBI_RULES_DIR")
    if named:
        return Path(named)
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "enmusubi" / "rules"


def load_ruleset(path: Path) -> Ruleset:
    """Read and verify one rule file that did not ship with the engine.

    Raises
    ------
    RulesetError
        One line that names the file, the place and what was expected.
    """
    return _load(path, origin="added")


@lru_cache(maxsize=1)
def shipped_rulesets() -> tuple[Ruleset, ...]:
    """The rule files that ship with the engine, by id."""
    return tuple(_load(path, origin="shipped") for path in _files_in(files("features").joinpath("rulesets")))


def stored_rulesets(directories: Iterable[Path] | None = None) -> tuple[Ruleset, ...]:
    """Shipped and added rule files, by id.

    Parameters
    ----------
    directories : iterable of Path, optional
        Folders of added files; a later one replaces ids of an earlier one. Default: :func:`rules_directory`.

    Raises
    ------
    RulesetError
        If an added file is malformed.
    """
    found = {ruleset.id: ruleset for ruleset in shipped_rulesets()}
    for directory in (rules_directory(),) if directories is None else directories:
        found |= {ruleset.id: ruleset for ruleset in map(load_ruleset, _paths_in(directory))}
    return tuple(found[an_id] for an_id in sorted(found))


def rulesets_on(
    on: date, rulesets: Sequence[Ruleset] | None = None, *, programs: Sequence[str] = PROGRAMS
) -> dict[str, Ruleset]:
    """The rule file of each programme on one day.

    Parameters
    ----------
    on : date
    rulesets : sequence of Ruleset, optional
        Default: :func:`stored_rulesets`.
    programs : sequence of str
        The programmes that are asked about; the others need no file for the day.

    Raises
    ------
    RulesetError
        If no file of a programme covers the day (the message names the known span), or two with the same first day do.

    Examples
    --------
    >>> rulesets_on(date(2026, 11, 23), shipped_rulesets())["kigyojin"].id
    'kigyojin/fy2026'
    """
    known = stored_rulesets() if rulesets is None else rulesets
    return {program: _speaking(program, on, [r for r in known if r.program == program]) for program in programs}


def _speaking(program: str, on: date, known: list[Ruleset]) -> Ruleset:
    found = [ruleset for ruleset in known if ruleset.covers(on)]
    if not found:
        raise RulesetError(f"no {program} rule file covers {on}, known span {_span(known)}")
    best = max((ruleset.valid_from, ruleset.origin == "added") for ruleset in found)
    latest = [ruleset for ruleset in found if (ruleset.valid_from, ruleset.origin == "added") == best]
    if len(latest) > 1:
        ids = ", ".join(sorted(ruleset.id for ruleset in latest))
        raise RulesetError(f"{ids} all speak about {on} from {best[0]} on, expected one rule file a programme")
    return latest[0]


def _span(known: list[Ruleset]) -> str:
    if not known:
        return "empty"
    last = None if any(r.valid_to is None for r in known) else max(r.valid_to for r in known if r.valid_to)
    return f"{min(ruleset.valid_from for ruleset in known)} to {last or 'open'}"


def _files_in(root: Traversable) -> Iterator[Traversable]:
    for folder in sorted(root.iterdir(), key=lambda entry: entry.name):
        if folder.is_dir():
            yield from sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda entry: entry.name)


def _paths_in(directory: Path) -> list[Path]:
    return sorted(path for path in directory.glob("*/*.toml") if path.parent.name in PROGRAMS)


def _load(path: Traversable, *, origin: Literal["shipped", "added"]) -> Ruleset:
    place = path.name
    text = _text_of(path, place)
    try:
        content = RulesetFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RulesetError(f"{place}: not TOML: {error}") from None
    except ValidationError as error:
        raise RulesetError(f"{place}: {_first_fault(error)}") from None
    place = f"{place} ({content.id})"
    verify_rules(content, FORMS, place=place)
    digest = hashlib.sha256(text.encode()).hexdigest()
    regions = _regions_of(content, path, place)
    ruleset = Ruleset(**dict(content), origin=origin, text_digest=digest, regions=regions)
    verify_parameters(ruleset, FORMS, place=place)
    return ruleset


def _regions_of(content: RulesetFile, path: Traversable, place: str) -> RegionTable | None:
    table = content.region_table
    if table is None:
        return None
    texts = [_table_text(path, name, place) for name in (table.matrix, table.categories)]
    return read_region_table(*texts, expected=[category.id for category in table.category], place=place)


def _table_text(path: Traversable, name: str, place: str) -> str:
    if isinstance(path, Path) and (path.parent / name).is_file():
        return _text_of(path.parent / name, name)
    shipped = files("features.reference").joinpath(name)
    if not shipped.is_file():
        raise RulesetError(f"{place}: table {name} lies neither beside the file nor among the shipped tables")
    return shipped.read_text(encoding="utf-8")


def _text_of(path: Traversable, place: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RulesetError(f"{place}: not UTF-8 at byte {error.start}") from None
    except OSError as error:
        raise RulesetError(f"{place}: {error.strerror or 'cannot be read'}") from None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in fault["loc"]) or "the file"
    return f"{where}: {fault['msg'].removeprefix('Value error, ')}"
