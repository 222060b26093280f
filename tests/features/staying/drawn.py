"""Placements of the twin for the tests of who stays."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from features.staying.placements import Placements
from features.synthetic.placed_years import known_truth, placed_years, placements_of

__all__ = ["few", "large", "past"]


@lru_cache(maxsize=1)
def past() -> Placements:
    """Four years of 150 people in 20 municipalities."""
    return placements_of(placed_years(seed=5, n_years=4, n_people=150, n_postings=20, n_municipalities=20))


@lru_cache(maxsize=1)
def large() -> Placements:
    """3,600 people, everything on record that matters."""
    truth = known_truth().without_noise()
    years = placed_years(seed=6, n_years=4, n_people=900, n_postings=24, n_municipalities=24, truth=truth)
    return placements_of(years)


def few(**changed: object) -> Placements:
    """Three placements with two terms, some of it changed."""
    facts = {
        "terms": ("work_done", "place_link"),
        "features": np.array([[0.2, 0.0], [0.8, 1.0], [0.5, 0.5]]),
        "left_in": np.array([0, 7, 0]),
        "seen_months": np.array([12, 12, 24]),
        "municipality": np.array([1, 1, 2]),
        "year": np.array([1, 1, 0]),
    }
    return Placements(**{**facts, **changed})  # type: ignore[arg-type]
