"""The calibration of the sample market: every number with its evidence flag and source, from ``parameters.toml``."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from features.errors import SyntheticError

__all__ = [
    "Normal",
    "Parameter",
    "date_text",
    "entry",
    "instead",
    "names_of",
    "normal",
    "number",
    "parameters",
    "shares",
]


class Parameter(BaseModel):
    """One parameter: value, evidence (V read in a source, K general knowledge, A assumption) and source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | str | dict[str, float] | tuple[str, ...]
    evidence: Literal["V", "K", "A"]
    source: str


_OTHERS: Final[ContextVar[Mapping[str, Parameter]]] = ContextVar("others", default=MappingProxyType({}))


class Normal(NamedTuple):
    """A normal distribution clipped to ``[low, high]`` and rounded to ``step``."""

    mean: float
    sd: float
    low: float
    high: float
    step: float


def parameters() -> pl.DataFrame:
    """All parameters: columns ``name``, ``value`` (JSON text), ``evidence`` and ``source``, in the order of the file.

    Examples
    --------
    >>> parameters().row(by_predicate=pl.col("name") == "chooses_place", named=True)["evidence"]
    'V'
    """
    rows = [
        {
            "name": name,
            "value": json.dumps(parameter.value, ensure_ascii=False),
            "evidence": parameter.evidence,
            "source": parameter.source,
        }
        for name, parameter in _table().items()
    ]
    return pl.DataFrame(
        rows, schema={"name": pl.String, "value": pl.String, "evidence": pl.String, "source": pl.String}
    )


def number(name: str) -> float:
    """A single number."""
    value = entry(name).value
    if isinstance(value, float):
        return value
    raise _wrong(name, "a number")


def shares(name: str) -> Mapping[str, float]:
    """A table of numbers: shares, weights or the parameters of a distribution."""
    value = entry(name).value
    if isinstance(value, dict):
        return value
    raise _wrong(name, "a table of numbers")


def normal(name: str) -> Normal:
    """A clipped normal distribution."""
    return Normal(**shares(name))


def names_of(name: str) -> tuple[str, ...]:
    """A list of codes or names."""
    value = entry(name).value
    if isinstance(value, tuple):
        return value
    raise _wrong(name, "a list")


def date_text(name: str) -> str:
    """A text, such as an ISO date."""
    value = entry(name).value
    if isinstance(value, str):
        return value
    raise _wrong(name, "a text")


@contextmanager
def instead(others: Mapping[str, Parameter]) -> Generator[None]:
    """Draw with other values of some parameters inside the block: a market like that of one office.

    Only of this thread or task. What places exist and how they are wished for is read once and stays.

    Raises
    ------
    SyntheticError
        If the sample market has no parameter of a name.

    Examples
    --------
    >>> with instead({"applying_share": Parameter(value=1.0, evidence="A", source="an office's own list")}):
    ...     number("applying_share")
    1.0
    """
    for name in others:
        entry(name)
    token = _OTHERS.set({**_OTHERS.get(), **others})
    try:
        yield
    finally:
        _OTHERS.reset(token)


def entry(name: str) -> Parameter:
    """A parameter with its evidence and source.

    Raises
    ------
    SyntheticError
        If the sample market has none of that name.
    """
    found = _OTHERS.get().get(name) or _table().get(name)
    if found is None:
        raise SyntheticError(f"the sample market has no parameter {name}")
    return found


def _wrong(name: str, expected: str) -> SyntheticError:
    return SyntheticError(f"parameter {name} of the sample market is not {expected}")


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Parameter]:
    content = tomllib.loads(files("features.synthetic").joinpath("parameters.toml").read_text(encoding="utf-8"))
    try:
        return MappingProxyType({name: Parameter.model_validate(entry) for name, entry in content.items()})
    except ValidationError as error:
        raise SyntheticError(
            f"parameters.toml of the sample market: {error.error_count()} malformed entries"
        ) from error
