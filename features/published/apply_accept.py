"""The rows in which candidates apply and employers accept: expected matches of three ways to make the lists.

The published code mixes wishes with one order that falls from 1 to 0. The published figures of the two simple orders
come out, to the printed digits, with an order that falls from 1 by 1/size and ends above 0: they belong to that market.
The lists with the most matches are therefore computed on both.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.published.comparison import Figure
from features.published.tables import ApplicationRow
from matching.ranking.application_matches import apply_accept_matches
from matching.ranking.application_simulation import simulate_apply_accept
from matching.ranking.apply_accept import apply_accept_welfare
from matching.ranking.examination import examination
from matching.ranking.exposure import exposure_of_orders
from matching.ranking.markets import apply_accept_market
from matching.ranking.orders import order_rows

__all__ = ["SEED", "application_figures", "market_of_the_figures"]

SEED = 621
"""Seed of the published markets; also that of the simulation."""

_Floats: TypeAlias = NDArray[np.float64]


def application_figures(row: ApplicationRow, *, runs: int) -> dict[str, Figure]:
    """Expected matches by the candidates' own order, by the product of both wishes, and with the most matches.

    Parameters
    ----------
    row : ApplicationRow
    runs : int
        Simulated markets for each figure beside the exact expectation; 0 for none.
    """
    candidates = 3 * row.employers // 2
    exam_c, exam_j = examination(row.examination, row.employers), examination(row.examination, candidates)
    f, g = market_of_the_figures(row)
    code_f, code_g = apply_accept_market(row.employers, row.crowding, taste=row.taste, seed=SEED)
    policies: dict[str, tuple[_Floats, _Floats, _Floats]] = {
        "own": (f, g, exposure_of_orders(order_rows(f), exam_c, row.employers)),
        "product": (f, g, exposure_of_orders(order_rows(f * g.T), exam_c, row.employers)),
        "welfare": (f, g, apply_accept_welfare(f, g, exam_c, exam_j)),
        "welfare_of_the_code": (code_f, code_g, apply_accept_welfare(code_f, code_g, exam_c, exam_j)),
    }
    return {key: _figure(row, key, policy, exam_j, runs) for key, policy in policies.items()}


def market_of_the_figures(row: ApplicationRow) -> tuple[_Floats, _Floats]:
    """The market whose simple orders have the published figures.

    Returns
    -------
    f, g : (candidates, employers) and (employers, candidates) float64
    """
    f, g = apply_accept_market(row.employers, 0.0, taste=row.taste, seed=SEED)
    return _crowded(f, row.crowding), _crowded(g, row.crowding)


def _crowded(wishes: _Floats, crowding: float) -> _Floats:
    common: _Floats = np.linspace(1.0, 0.0, wishes.shape[1], endpoint=False)
    return (1 - crowding) * wishes + crowding * common


def _figure(
    row: ApplicationRow, key: str, policy: tuple[_Floats, _Floats, _Floats], exam_j: _Floats, runs: int
) -> Figure:
    simulated, error = None, None
    if runs > 1:
        matches = simulate_apply_accept(*policy, exam_j, runs=runs, rng=np.random.default_rng(SEED))
        simulated, error = float(matches.mean()), float(matches.std(ddof=1) / np.sqrt(runs))
    return Figure(
        ours=apply_accept_matches(*policy, exam_j),
        published=row.published.get(key),
        published_error=row.errors.get(key),
        simulated=simulated,
        simulated_error=error,
    )
