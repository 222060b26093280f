from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MechanismError
from matching.ranking import apply_accept_market, both_sides_market


def test_the_market_of_both_sides_draws_left_before_right_from_the_legacy_generator() -> None:
    np.random.seed(3)  # noqa: NPY002 - the published figures belong to this generator
    first, second = np.random.uniform(0, 1, (4, 3)), np.random.uniform(0, 1, (3, 4))  # noqa: NPY002
    left, right = both_sides_market(4, 3, 0.25, seed=3)
    assert left == pytest.approx(0.75 * first + 0.25 * np.array([1, 0.5, 0]))
    assert right == pytest.approx(0.75 * second + 0.25 * np.linspace(1, 0, 4))


def test_drawing_a_market_leaves_the_global_generator_alone() -> None:
    before = np.random.get_state()[1].tolist()  # type: ignore[index] # noqa: NPY002
    both_sides_market(2, 2, 0, seed=1)
    assert np.random.get_state()[1].tolist() == before  # type: ignore[index] # noqa: NPY002


def test_half_as_many_candidates_more_than_employers_apply() -> None:
    f, g = apply_accept_market(10, 0.5)
    assert f.shape == (15, 10)
    assert g.shape == (10, 15)


def test_similar_employers_want_those_who_want_them_and_reverse_ones_the_contrary() -> None:
    correlations = {}
    for taste in ("random", "similar", "reverse"):
        f, g = apply_accept_market(60, 0.0, taste=taste)
        assert 0 <= g.min() <= g.max() <= 1
        correlations[taste] = float(np.corrcoef(f.ravel(), g.T.ravel())[0, 1])
    assert correlations["similar"] > 0.75
    assert correlations["reverse"] < -0.75
    assert abs(correlations["random"]) < 0.05


def test_an_unknown_taste_and_a_crowding_over_one_are_refused() -> None:
    with pytest.raises(MechanismError, match=r"^taste is 'odd', expected one of random, similar, reverse$"):
        apply_accept_market(4, 0.5, taste="odd")  # type: ignore[arg-type]
    with pytest.raises(MechanismError, match=r"^crowding is 1.5, expected between 0 and 1$"):
        both_sides_market(2, 2, 1.5, seed=0)
