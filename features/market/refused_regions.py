"""Which postings lie where an applicant will not go: a private wish that serves the applicant's own list only."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from features.market.scored_market import ScoredMarket
from features.reference.regions import prefectures_of

__all__ = ["refused_pairs", "refused_postings"]


def refused_postings(market: ScoredMarket, applicant: int) -> NDArray[np.bool_]:
    """(m,) which postings lie in a region the applicant refuses."""
    return _within(market, market.records.applicants[applicant].private_preferences.regions_refused or ())


def refused_pairs(market: ScoredMarket) -> NDArray[np.bool_]:
    """(n, m) the same for everybody; equal wishes are looked up once."""
    refused = np.zeros((len(market.applicants), len(market.postings)), dtype=np.bool_)
    rows_of: dict[frozenset[str], list[int]] = {}
    for row, person in enumerate(market.records.applicants):
        if regions := person.private_preferences.regions_refused:
            rows_of.setdefault(frozenset(regions), []).append(row)
    for wish, rows in rows_of.items():
        refused[rows] = _within(market, wish)
    return refused


def _within(market: ScoredMarket, regions: Iterable[str]) -> NDArray[np.bool_]:
    prefectures = {code for region in regions for code in prefectures_of(region)}
    return np.array([p.municipality_code[:2] in prefectures for p in market.records.postings], dtype=np.bool_)
