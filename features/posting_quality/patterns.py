"""The written patterns of the checks, compiled once from ``patterns.toml``."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

__all__ = ["pattern"]


def pattern(name: str) -> re.Pattern[str]:
    """One list of ``patterns.toml`` as one pattern of alternatives.

    Raises
    ------
    KeyError
        If the file has no such list.

    Examples
    --------
    >>> pattern("rolling").search("随時募集しています") is not None
    True
    """
    return _patterns()[name]


@lru_cache(maxsize=1)
def _patterns() -> Mapping[str, re.Pattern[str]]:
    text = files("features.posting_quality").joinpath("patterns.toml").read_text(encoding="utf-8")
    return MappingProxyType({name: re.compile("|".join(parts)) for name, parts in tomllib.loads(text).items()})
