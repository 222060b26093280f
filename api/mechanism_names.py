"""Names of the mechanisms for market files: apart from them, so that naming one on the command line loads none."""

from __future__ import annotations

__all__ = ["MECHANISM_NAMES"]

MECHANISM_NAMES = (
    "deferred-acceptance",
    "max-cardinality-stable",
    "welfare-stable",
    "all-stable",
    "reserves",
    "flexible-deferred-acceptance",
    "jrmp",
    "couples",
    "optimal-assignment",
    "constrained-assignment",
    "serial-dictatorship",
    "immediate-acceptance",
    "top-trading-cycles",
    "efficiency-adjusted-deferred-acceptance",
)
"""Mechanisms that ``solve`` and ``verify`` know, in the order in which pages list them."""
