"""Outlines of the prefectures' largest pieces of land (``VENDORED.md`` says where they come from), and islands."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import polars as pl

from features.municipalities import find, table

__all__ = ["island_areas", "prefecture_outlines"]


@cache
def prefecture_outlines() -> Mapping[str, tuple[tuple[float, float], ...]]:
    """Two-digit prefecture code → (longitude, latitude) of the outline in order, not closed; in the order of codes.

    Examples
    --------
    >>> len(prefecture_outlines())
    47
    """
    rings: dict[str, list[tuple[float, float]]] = {}
    text = files("api.documents").joinpath("data", "prefecture_outlines.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        rings.setdefault(row["prefecture_code"], []).append((float(row["longitude"]), float(row["latitude"])))
    return {code: tuple(ring) for code, ring in rings.items()}


@cache
def island_areas() -> tuple[tuple[float, float, float], ...]:
    """(longitude, latitude, km²) of the municipalities on islands without an outline, by code, at their hall."""
    islands = table().filter(pl.col("land") == "island")["code"].to_list()
    towns = [find(code) for code in islands]
    return tuple((town.longitude, town.latitude, float(town.facts["area_km2"] or 0)) for town in towns)
