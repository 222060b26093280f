"""Fits find what the costs were made from."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.fits import fit_costs, power_law


def test_the_exponent_of_a_power_is_found_through_noise() -> None:
    rng = np.random.default_rng(0)
    sizes = 10.0 ** np.arange(7, 11)
    costs = 3e-9 * sizes**1.02 * np.exp(rng.normal(0, 0.005, 4))

    law = power_law(sizes.tolist(), costs.tolist())

    assert law.exponent == pytest.approx(1.02, abs=0.005)
    assert 0 < law.spread < 0.02


def test_a_fixed_cost_flattens_the_exponent() -> None:
    sizes = [10.0**e for e in range(7, 11)]

    assert power_law(sizes, [0.2 + 3e-9 * size for size in sizes]).exponent < 0.9


def test_costs_of_each_driver_are_found() -> None:
    rng = np.random.default_rng(1)
    drivers, costs = rng.uniform(1, 1e6, (8, 3)), np.array([2.0, 0.0, 5e-6])

    assert fit_costs(drivers.tolist(), (drivers @ costs).tolist()) == pytest.approx(costs, abs=1e-9)


def test_nothing_costs_less_than_nothing() -> None:
    assert (fit_costs([[1, 10], [1, 20], [1, 40]], [30, 20, 10]) >= 0).all()


def test_small_sizes_count_as_much_as_large_ones() -> None:
    off = fit_costs([[1.0], [1000.0]], [2.0, 1000.0])[0]

    # least squares of the relative errors x / 2 - 1 and x - 1
    assert off == pytest.approx(1.5 / 1.25)
