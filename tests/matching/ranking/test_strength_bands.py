"""Bands of a posting's scores, and the chance of a seat they tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.ranking.strength_bands import N_BANDS, band_of, chance_of_a_seat, stronger_applications
from tests.oracles.spread import chance_by_series, stronger_by_pairs

_flows = st.lists(st.floats(0, 5), min_size=N_BANDS, max_size=N_BANDS)


@given(st.floats(-1, 2), st.floats(-1, 2))
def test_a_higher_score_is_never_in_a_lower_band(a: float, b: float) -> None:
    low, high = band_of(np.array(sorted([a, b])))

    assert 0 <= low <= high < N_BANDS


@given(_flows)
def test_stronger_applications_are_those_above_and_half_of_ones_own_band(flow: list[float]) -> None:
    found = stronger_applications(np.array([flow]))[0]

    np.testing.assert_allclose(found, [stronger_by_pairs(flow, band) for band in range(N_BANDS)], atol=1e-9)
    assert np.all(np.diff(found) <= 1e-9)


@given(st.floats(0, 20), st.integers(0, 8))
def test_the_chance_is_the_sum_of_poissons_terms_below_the_seats(stronger: float, seats: int) -> None:
    chance = chance_of_a_seat(np.array([[stronger]]), np.array([seats]))[0, 0]

    assert chance == pytest.approx(chance_by_series(stronger, seats), abs=1e-12)


@given(st.floats(0, 20), st.floats(0, 5), st.integers(1, 8))
def test_the_chance_falls_with_competition_and_rises_with_seats(stronger: float, more: float, seats: int) -> None:
    chance = chance_of_a_seat(np.array([[stronger, stronger + more]] * 2), np.array([seats, seats + 1]))

    assert chance[0, 1] <= chance[0, 0] + 1e-12
    assert chance[0, 0] <= chance[1, 0] + 1e-12
