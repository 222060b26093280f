"""The rows in which both sides see lists: matches, envy and evenness of one way to make the lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.published.comparison import Figure
from features.published.tables import BothSidesRow, Method
from matching.ranking.examination import examination
from matching.ranking.exposure import exposure_of_orders
from matching.ranking.list_market import pair_chances
from matching.ranking.markets import both_sides_market
from matching.ranking.metrics import envy_pairs, gini
from matching.ranking.nash_welfare import annealing, nash_welfare
from matching.ranking.orders import order_rows
from matching.ranking.simple_orders import assignment_orders, own_orders, product_orders
from matching.ranking.transferable_utility import transferable_utility
from matching.ranking.utilities import utilities

__all__ = ["list_figures"]

_Floats: TypeAlias = NDArray[np.float64]
_Orders: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32]]


def list_figures(row: BothSidesRow) -> dict[str, Figure]:
    """Measures of the lists, averaged over the row's markets.

    Matches are expected numbers; envy counts ordered pairs of one side; Gini is that of the expected matches.
    """
    found = [_measures(row, seed) for seed in row.seeds]
    return {key: _figure(row, key, [measures[key] for measures in found]) for key in found[0]}


def _figure(row: BothSidesRow, key: str, values: list[float]) -> Figure:
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return Figure(
        ours=float(np.mean(values)),
        published=row.published.get(key),
        published_error=row.errors.get(key),
        error=error,
    )


def _measures(row: BothSidesRow, seed: int) -> dict[str, float]:
    left, right = both_sides_market(row.left, row.right, row.crowding, seed)
    exposures = _exposures(row, left, right)
    pairs = pair_chances(left, right)
    of_left, of_right = utilities(pairs, *exposures)
    envy = envy_pairs(pairs, *exposures)
    return {
        "matches": float(of_left.sum()),
        "envy_left": float(envy.left),
        "envy_right": float(envy.right),
        "gini_left": gini(of_left),
        "gini_right": gini(of_right),
    }


def _exposures(row: BothSidesRow, left: _Floats, right: _Floats) -> tuple[_Floats, _Floats]:
    exam_left, exam_right = examination(row.examination, row.right), examination(row.examination, row.left)
    if row.method in _ORDERS:
        of_left, of_right = _ORDERS[row.method](left, right)
        mirrored = exposure_of_orders(of_right, exam_right, row.left)
        return exposure_of_orders(of_left, exam_left, row.right), np.ascontiguousarray(mirrored.T)
    alpha = annealing() if row.alpha is None else row.alpha
    return nash_welfare(left, right, exam_left, exam_right, alpha=alpha)


def _transferable_orders(left: _Floats, right: _Floats) -> _Orders:
    shares = transferable_utility(left, right)
    return order_rows(shares), order_rows(shares.T)


_ORDERS: Final[Mapping[Method, Callable[[_Floats, _Floats], _Orders]]] = {
    "own": own_orders,
    "product": product_orders,
    "transferable": _transferable_orders,
    "assignment": assignment_orders,
}
