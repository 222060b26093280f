"""Regions by name: prefectures, and named sets of prefectures that may overlap."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from features.errors import MunicipalityError
from features.reference import region_table
from features.reference.municipality_names import prefecture_codes

__all__ = ["prefectures_of", "region_names", "verify_region"]


def prefectures_of(name: str) -> frozenset[str]:
    """2-digit codes of the prefectures of a region.

    Parameters
    ----------
    name : str
        A prefecture with or without 都府県, or a named set of prefectures.

    Raises
    ------
    MunicipalityError
        If no region has that name; the message lists the named sets.

    Examples
    --------
    >>> sorted(prefectures_of("北陸")), sorted(prefectures_of("長野"))
    (['16', '17', '18'], ['20'])
    """
    found = _regions().get(name)
    if found is None:
        raise MunicipalityError(f"no region has that name, expected a prefecture or one of {'、'.join(region_names())}")
    return found


def region_names() -> tuple[str, ...]:
    """The named sets of prefectures, in the order of the file."""
    return tuple(region_table()["region"].to_list())


def verify_region(name: str) -> str:
    """The name itself, where :func:`prefectures_of` knows it; the same error where not."""
    prefectures_of(name)
    return name


@lru_cache(maxsize=1)
def _regions() -> Mapping[str, frozenset[str]]:
    # a prefecture comes first: 北海道 and 沖縄 are both a prefecture and a region, of the same place
    sets = {name: frozenset(codes.split()) for name, codes in region_table().iter_rows()}
    return MappingProxyType(sets | {name: frozenset({code}) for name, code in prefecture_codes().items()})
