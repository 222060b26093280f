"""The reference tables that ship with the engine, each read once on first use.

Sources, vintage and licences of every column stand in the README beside the files. Codes are text: ``01100``.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files

import polars as pl

__all__ = [
    "REGION_TABLE_DATE",
    "municipality_table",
    "prefecture_table",
    "reference_text",
    "region_table",
    "vintage",
    "ward_table",
]

REGION_TABLE_DATE = "2022-04-01"

_TEXT_COLUMNS = (
    *("code", "code6", "pref_code", "city_code", "capital_code", "pref_codes"),
    *("pref", "name", "kana", "name_en", "region", "capital", "district", "romaji", "type", "url", "land"),
    *("kaso", "kaso_areas", "disadvantaged", "abolished_on"),
    *("airport_iata", "shinkansen_station", "rail_station", "climate_station", "snow_station"),
)


def reference_text(name: str) -> str:
    """The text of one reference file, such as ``region_matrix.csv``."""
    return files("features.reference").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def municipality_table() -> pl.DataFrame:
    """The 1,741 municipalities, one row each, sorted by code."""
    return _read("municipalities.csv").sort("code")


@lru_cache(maxsize=1)
def prefecture_table() -> pl.DataFrame:
    """The 47 prefectures, one row each, sorted by code."""
    return _read("prefectures.csv").sort("pref_code")


@lru_cache(maxsize=1)
def ward_table() -> pl.DataFrame:
    """The wards of the 20 designated cities, those abolished since 2024 included."""
    return _read("wards.csv")


@lru_cache(maxsize=1)
def region_table() -> pl.DataFrame:
    """Named sets of prefectures: ``region`` and ``pref_codes`` (2-digit codes, separated by spaces)."""
    return _read("regions.csv")


@lru_cache(maxsize=1)
def vintage() -> str:
    """Date of the region table and digest of the municipality table: two engines that agree here read the same facts.

    Examples
    --------
    >>> vintage()
    '2022-04-01 sha256:...'
    """
    digest = hashlib.sha256(reference_text("municipalities.csv").encode()).hexdigest()
    return f"{REGION_TABLE_DATE} sha256:{digest[:16]}"


def _read(name: str) -> pl.DataFrame:
    header = reference_text(name).partition("\n")[0].split(",")
    overrides = {column: pl.String for column in header if column in _TEXT_COLUMNS}
    return pl.read_csv(reference_text(name).encode(), schema_overrides=overrides, infer_schema_length=None)
