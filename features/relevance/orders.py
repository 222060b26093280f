"""Orders of reading that are compared: the engine's own and, by name, those with less in them.

All follow the same rules: whom the engine excludes is read by nobody. What differs is the order of the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import EXCLUDED, ScoredMarket
from features.market.standings import standings_of, told
from features.relevance.ablations import no_facets, no_taxonomy, no_vectors
from features.relevance.plain_orders import bigrams, facet_vectors, vectors, words

__all__ = ["ENGINE", "ORDERS", "Order", "engine", "scores_of"]

Grid: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Order:
    """A way to order the people who are read for a call.

    Attributes
    ----------
    name, title : str
        Key in JSON; what a table prints.
    totals : function
        ``(n, m)`` scores of a market, higher first.
    """

    name: str
    title: str
    totals: Callable[[ScoredMarket], Grid]


def engine(market: ScoredMarket) -> Grid:
    """The totals by which a ranking orders its candidates."""
    return np.stack([standings_of(market, posting_id).totals for posting_id in market.postings.ids], axis=1)


def scores_of(order: Order, market: ScoredMarket) -> Grid:
    """``(n, m)`` scores to the digits a ranking tells; ``-inf`` where the rules exclude, as nobody reads on there."""
    totals = told(order.totals(market))
    codes = market.verdicts.codes(slice(None), slice(None))
    return np.where(codes >= EXCLUDED, -np.inf, totals)


ENGINE: Final = Order("engine", "エンジン", engine)
ORDERS: Final[tuple[Order, ...]] = (
    ENGINE,
    Order("bigrams", "共通する二文字", bigrams),
    Order("words", "共通する言葉", words),
    Order("vectors", "全体のベクトル", vectors),
    Order("facet_vectors", "経験・志望のベクトル", facet_vectors),
    Order("no_taxonomy", "仕事の種類なし", no_taxonomy),
    Order("no_facets", "経験と志望の区別なし", no_facets),
    Order("no_vectors", "ベクトルなし", no_vectors),
)
