"""Regions by name: prefectures, and named sets of prefectures that may overlap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import polars as pl

from features.errors import MunicipalityError
from features.municipalities import prefecture_names

__all__ = ["prefectures_of", "region_names", "verify_region"]


def prefectures_of(name: str) -> frozenset[str]:
    """2-digit codes of the prefectures of a region; a prefecture's name works with or without 都府県.

    Raises
    ------
    MunicipalityError
        If no region has that name; the message lists the known ones.

    Examples
    --------
    >>> sorted(prefectures_of("北陸"))
    ['16', '17', '18']
    """
    found = _regions().get(name)
    if found is None:
        known = "、".join(region_names())
        raise MunicipalityError(f"no region is named so; expected a prefecture or one of {known}")
    return found


def region_names() -> tuple[str, ...]:
    """The named sets of prefectures."""
    return tuple(_sets())


def verify_region(name: str) -> str:
    """The name itself, where :func:`prefectures_of` knows it."""
    prefectures_of(name)
    return name


@lru_cache(maxsize=1)
def _sets() -> Mapping[str, frozenset[str]]:
    path = files("features").joinpath("reference/regions.csv")
    frame = pl.read_csv(path.read_bytes(), schema_overrides={"prefectures": pl.String})
    return {name: frozenset(codes.split()) for name, codes in frame.iter_rows()}


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, frozenset[str]]:
    regions = dict(_sets())
    for code, name in prefecture_names().items():
        short = name if code == "01" else name[:-1]
        regions |= {name: frozenset({code}), short: frozenset({code})}
    return regions
