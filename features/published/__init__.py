"""Figures that the literature on ranking in matching markets has published, and the same figures computed anew."""

from __future__ import annotations

from features.published.comparison import Figure, Reached, Row, reached
from features.published.reproduce import SEED, Step, steps
from features.published.tables import Column, PublishedTable, TableName, published_tables

__all__ = [
    "SEED",
    "Column",
    "Figure",
    "PublishedTable",
    "Reached",
    "Row",
    "Step",
    "TableName",
    "published_tables",
    "reached",
    "steps",
]
