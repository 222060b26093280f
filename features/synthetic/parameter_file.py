"""One TOML file of parameters with their evidence, read once and asked by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

from pydantic import ValidationError

from features.errors import SyntheticError
from features.synthetic.parameters import Parameter

__all__ = ["ParameterFile"]


class ParameterFile:
    """Parameters of one file of this folder.

    Examples
    --------
    >>> ParameterFile("outcome_truth.toml").number("place_sd") > 0
    True
    >>> ParameterFile("outcome_truth.toml").number("exit_reasons")
    Traceback (most recent call last):
    features.errors.SyntheticError: parameter exit_reasons of outcome_truth.toml is not a number
    """

    def __init__(self, name: str) -> None:
        self.name = name

    def entries(self) -> Mapping[str, Parameter]:
        """All parameters in the order of the file."""
        return _read(self.name)

    def number(self, name: str) -> float:
        """A single number."""
        value = self._entry(name).value
        if isinstance(value, float):
            return value
        raise SyntheticError(f"parameter {name} of {self.name} is not a number")

    def shares(self, name: str) -> Mapping[str, float]:
        """A table of numbers."""
        value = self._entry(name).value
        if isinstance(value, dict):
            return value
        raise SyntheticError(f"parameter {name} of {self.name} is not a table of numbers")

    def _entry(self, name: str) -> Parameter:
        found = self.entries().get(name)
        if found is None:
            raise SyntheticError(f"{self.name} has no parameter {name}")
        return found


@lru_cache(maxsize=8)
def _read(name: str) -> Mapping[str, Parameter]:
    content = tomllib.loads(files("features.synthetic").joinpath(name).read_text(encoding="utf-8"))
    try:
        return MappingProxyType({key: Parameter.model_validate(entry) for key, entry in content.items()})
    except ValidationError as error:
        raise SyntheticError(f"{name}: {error.error_count()} malformed entries") from error
