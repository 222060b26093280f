"""Means of what is possible: against what is known exactly, and against who stayed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import digamma

from features.staying.month_rows import MonthRows
from features.staying.pooled_fit import fit_pooled
from features.staying.stay_model import StayModel
from features.synthetic.placed_years import placed_years, placements_of


def test_the_mean_of_one_base_is_that_of_a_beta_curve() -> None:
    """Golden: log-odds of s of n have the mean digamma(s) − digamma(n − s) where nothing is believed beforehand."""
    stays, leaves = 60, 15
    rows = MonthRows(
        features=np.zeros((75, 1)),
        interval=np.zeros(75, np.int64),
        months=np.ones(75),
        leaves=(np.arange(75) < leaves).astype(float),
        place=np.zeros(75, np.int64),
        n_intervals=1,
        n_places=1,
    )
    found = fit_pooled(rows, ridge=1.0, pooled=False)

    assert found.base[0] == pytest.approx(np.log(stays / leaves), abs=1e-4)  # a base is nearly free
    assert found.base[0] + found.shift.fixed[0] == pytest.approx(digamma(stays) - digamma(leaves), abs=0.002)
    assert found.shift.fixed[1] == pytest.approx(0, abs=1e-12)
    assert found.shift.places.tolist() == [0.0]


def test_a_place_s_mean_is_that_of_its_curve() -> None:
    """Twin: one place's effect integrated on a grid, base and effects held as found."""
    rng = np.random.default_rng(7)
    place = np.concatenate([np.repeat(np.arange(39), 200), np.full(12, 39)])  # base is known, the last place is not
    leaves = (rng.random(place.size) < 0.2).astype(float)
    rows = MonthRows(
        np.zeros((place.size, 1)), np.zeros(place.size, np.int64), np.ones(place.size), leaves, place, 1, 40
    )
    found = fit_pooled(rows, ridge=1.0, place_sd=0.9)
    grid = np.linspace(-5, 8, 4001)
    here, base = place == 39, found.base[0]
    log_odds = base + grid
    log_chance = (1 - leaves[here]).sum() * -np.logaddexp(0, -log_odds) - leaves[here].sum() * np.logaddexp(0, log_odds)
    weight = np.exp(log_chance - grid**2 / (2 * 0.9**2) - (log_chance - grid**2 / (2 * 0.9**2)).max())
    mean = float(weight @ grid / weight.sum())

    assert found.places[39] + found.shift.places[39] - found.across[39] @ found.shift.fixed == pytest.approx(
        mean, abs=0.03
    )
    assert abs(found.places[39] - mean) > 0.05  # the optimum alone is further off


def test_the_mean_chance_is_that_of_those_who_stayed() -> None:
    """Regression: chances of the likeliest curve were 0.4 points low on average (issue 9)."""
    told, likeliest = list[float](), list[float]()
    for seed in range(8):
        past = placements_of(placed_years(seed=seed, n_years=4, n_people=150, n_postings=30, n_municipalities=30))
        curve = StayModel(terms=past.terms, ridge=0.0).fit_placements(past).curve_
        share = float(past.stayed(12).mean())
        told.append(curve.mean(past.features, past.municipality, 12)[0] - share)
        likeliest.append(float(curve.chance(past.features, past.municipality, 12).mean()) - share)

    assert abs(np.mean(told)) < 0.003
    assert np.mean(likeliest) < -0.003
