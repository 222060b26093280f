"""Weights of the terms: one TOML file, named and digested in every run.

A file has the tables ``[coordinator]`` and ``[applicant]``; it may name only the terms it changes, the rest stays as in
``weight_files/default.toml``, where each weight says why it is what it is. Each table is then scaled to sum 1.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, cast, get_args

import numpy as np
from numpy.typing import NDArray

from features.errors import WeightError
from features.terms import ALL_TERMS
from features.terms.term import Audience

__all__ = ["Weights", "applicant_weights", "default_weights", "load_weights", "reweighed", "weights_of_file"]

_AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
_AS_IN_FILE = 0.5  # the slider in its middle leaves the weights of the file
_LONGEST_NAME = 200
_LARGEST = 1e9  # anything larger is a slip of the keyboard


@dataclass(frozen=True)
class Weights:
    """Weights of both sides, each at least 0 and summing to 1 over every term that side may use.

    Attributes
    ----------
    coordinator, applicant : dict of term name to float
        In the order of :data:`features.terms.ALL_TERMS`; a term that the side leaves out has weight 0.
    name : str
        Name of the file's content.
    digest : str
        SHA-256 of the scaled weights of both sides; the name does not enter.
    """

    coordinator: dict[str, float]
    applicant: dict[str, float]
    name: str
    digest: str


@lru_cache(maxsize=1)
def default_weights() -> Weights:
    """The weights that ship with the engine.

    Examples
    --------
    >>> weights = default_weights()
    >>> round(weights.coordinator["place_link"], 2), round(sum(weights.applicant.values()), 9)
    (0.03, 1.0)
    """
    tables = _default_tables()
    return _weights({audience: tables[audience] for audience in _AUDIENCES}, name="default")


def load_weights(path: Path | str) -> Weights:
    """Weights of a file over the default ones.

    Parameters
    ----------
    path : path
        TOML with ``[coordinator]`` and ``[applicant]``, each optional, and an optional ``name``.

    Raises
    ------
    WeightError
        If the file cannot be read or is not TOML (the message gives the line), has an unknown table or term (the
        message lists the known ones), a term in the table of a side that may not use it, a weight that is no
        number from 0 to 1e9, or only zeros for a side.
    """
    path = Path(path)
    content = _read(path)
    known = {"name", *_AUDIENCES}
    for key in content:
        if key not in known:
            expected = ", ".join(sorted(known))
            raise WeightError(f"{path.name} has the key {key[:_LONGEST_NAME]}, expected only {expected}")
    name = content.get("name", path.stem)
    if not isinstance(name, str) or not 0 < len(name) <= _LONGEST_NAME:
        raise WeightError(f"{path.name} has a name that is no text of 1 to {_LONGEST_NAME} characters")
    defaults = _default_tables()
    changed = {audience: _changes(path.name, audience, content.get(audience, {})) for audience in _AUDIENCES}
    return _weights({audience: defaults[audience] | changed[audience] for audience in _AUDIENCES}, name=name)


def weights_of_file(path: Path | None) -> Weights:
    """Weights of a file over the default ones, or these alone where no file is named.

    Raises
    ------
    WeightError
        As :func:`load_weights`.
    """
    return default_weights() if path is None else load_weights(path)


def reweighed(weights: Weights, coordinator: Mapping[str, float]) -> Weights:
    """The same weights with others for the coordinator, scaled to sum 1.

    Parameters
    ----------
    weights : Weights
    coordinator : mapping of term name to float
        Every term that is to weigh something; the rest weighs nothing.

    Raises
    ------
    WeightError
        As :func:`load_weights` does.

    Examples
    --------
    >>> reweighed(default_weights(), {"work_done": 30, "place_link": 10}).coordinator["work_done"]
    0.75
    """
    name = f"{weights.name} (tried)"
    table = _changes(name, "coordinator", dict(coordinator))
    return _weights({"coordinator": table, "applicant": weights.applicant}, name=name)


def applicant_weights(
    weights: Weights, place_weight: NDArray[np.float64]
) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Every applicant's weights, moved by the place–mission slider.

    Parameters
    ----------
    weights : Weights
    place_weight : (n,) float64
        0 = mission only, 0.5 = as in the file, 1 = place only; NaN = not said, as in the file.

    Returns
    -------
    names : tuple of str
        The terms with a weight above 0, T of them.
    rows : (n, T) float64
        Each row sums to 1. A slider that would leave nothing (place only, and the file weighs no place term) leaves
        the weights of the file.

    Raises
    ------
    WeightError
        If a slider lies outside 0 to 1.

    Examples
    --------
    >>> import numpy as np
    >>> names, rows = applicant_weights(default_weights(), np.array([0.0, np.nan]))
    >>> rows[0, names.index("region_wish")].item(), round(rows[1, names.index("region_wish")].item(), 2)
    (0.0, 0.18)
    """
    slider = np.where(np.isnan(place_weight), _AS_IN_FILE, place_weight)
    outside = np.flatnonzero((slider < 0) | (slider > 1))
    if outside.size:
        raise WeightError(f"place_weight of row {outside[0]} is {slider[outside[0]]}, expected 0 to 1")
    used = [term for term in ALL_TERMS if weights.applicant.get(term.name, 0.0) > 0]
    base = np.array([weights.applicant[term.name] for term in used])
    is_place = np.array([term.theme == "place" for term in used])
    rows = base * np.where(is_place, slider[:, None], 1 - slider[:, None])
    rows = np.where(rows.sum(axis=1, keepdims=True) > 0, rows, base)
    return tuple(term.name for term in used), rows / rows.sum(axis=1, keepdims=True)


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise WeightError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WeightError(f"{path.name} is not UTF-8 at byte {error.start}") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise WeightError(f"{path.name} is not TOML: {error}") from error
    except ValueError as error:
        raise WeightError(f"{path.name} holds a number with too many digits") from error


def _changes(place: str, audience: Audience, table: object) -> dict[str, float]:
    if not isinstance(table, Mapping):
        raise WeightError(f"{place} has {audience} that is no table, expected [{audience}]")
    weights = cast("Mapping[str, object]", table)
    return {name: _weight(f"{place} [{audience}]", audience, name, value) for name, value in weights.items()}


def _weight(place: str, audience: Audience, name: str, value: object) -> float:
    known = [term.name for term in ALL_TERMS if audience in term.audiences]
    if name not in known:
        elsewhere = any(term.name == name for term in ALL_TERMS)
        what = f"may not use the term {name}" if elsewhere else f"has no term {name[:_LONGEST_NAME]}"
        raise WeightError(f"{place} {what}; known terms of {audience}: {', '.join(known)}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LARGEST:
        expected = f"expected a number from 0 to {_LARGEST:g}; known terms: {', '.join(known)}"
        raise WeightError(f"{place} {name} is {value!r:.50}, {expected}")
    return float(value)


def _weights(tables: Mapping[Audience, Mapping[str, float]], *, name: str) -> Weights:
    sides = {audience: _scaled(audience, tables[audience]) for audience in _AUDIENCES}
    canonical = json.dumps(sides, sort_keys=True, separators=(",", ":"))
    return Weights(
        coordinator=sides["coordinator"],
        applicant=sides["applicant"],
        name=name,
        digest=hashlib.sha256(canonical.encode()).hexdigest(),
    )


def _scaled(audience: Audience, table: Mapping[str, float]) -> dict[str, float]:
    names = [term.name for term in ALL_TERMS if audience in term.audiences]
    total = math.fsum(table.values())
    if total <= 0:
        raise WeightError(f"all weights of {audience} are 0, expected one above 0 of: {', '.join(names)}")
    return {name: table.get(name, 0.0) / total for name in names}


@lru_cache(maxsize=1)
def _default_tables() -> Mapping[Audience, dict[str, float]]:
    path = files("features").joinpath("weight_files/default.toml")
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return {audience: _changes("default.toml", audience, content[audience]) for audience in _AUDIENCES}
