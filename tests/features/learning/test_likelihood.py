"""The likelihood: against brute force, numeric derivatives, scipy, and what may not change it."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

from features.learning.choice_sets import OUTSIDE, ChoiceSets
from features.learning.errors import LearningError
from features.learning.likelihood import Likelihood
from features.learning.stages import Reading, stages_of
from tests.features.learning.drawn import ragged

READINGS: tuple[Reading, ...] = ("choices", "lists", "pairs")


def _log_likelihood(sets: ChoiceSets, beta: np.ndarray, reading: Reading) -> float:
    return Likelihood(stages_of(sets, reading)).at(beta).log_likelihood


def _by_definition(utility: np.ndarray, place: np.ndarray, reading: Reading) -> float:
    """One set, straight from the formulas."""
    odds, taken = np.exp(utility), np.flatnonzero(place > 0)
    if reading == "choices":
        if not 0 < taken.size < place.size:
            return 0.0
        groups = [odds[list(group)].prod() for group in combinations(range(place.size), taken.size)]
        return float(np.log(odds[taken].prod() / np.sum(groups)))
    behind = np.where(place == 0, 99, place)
    if reading == "pairs":
        pairs = [(i, j) for i in taken for j in range(place.size) if behind[j] > behind[i]]
        return float(sum(np.log(odds[i] / (odds[i] + odds[j])) for i, j in pairs))
    total = 0.0
    for number in sorted(set(place[place > 0].tolist())):
        left = np.flatnonzero(behind >= number)
        mask = (place[left] == number).astype(int)
        total += _by_definition(utility[left], mask, "choices")
    return total


@given(seed=st.integers(0, 5_000), reading=st.sampled_from(READINGS))
def test_it_is_what_the_formulas_say_set_by_set(seed: int, reading: Reading) -> None:
    rng = np.random.default_rng(seed)
    sets, beta = ragged(rng, 6), rng.normal(size=3)
    expected = sum(
        _by_definition(sets.features[a:b] @ beta, sets.place[a:b], reading)
        for a, b in zip(sets.indptr[:-1], sets.indptr[1:], strict=True)
    )

    assert _log_likelihood(sets, beta, reading) == pytest.approx(expected, abs=1e-9)


def test_the_chances_of_all_orders_of_a_list_sum_to_1() -> None:
    rng = np.random.default_rng(4)
    x, beta = rng.normal(size=(4, 2)), np.array([1.5, -0.5])
    chances = [
        np.exp(_log_likelihood(ChoiceSets.from_rows(x, np.argsort(order) + 1), beta, "lists"))
        for order in permutations(range(4))
    ]

    assert len(chances) == 24
    assert sum(chances) == pytest.approx(1.0, abs=1e-12)


@settings(max_examples=30)
@given(seed=st.integers(0, 5_000), reading=st.sampled_from(READINGS))
def test_gradient_and_hessian_are_the_numeric_derivatives(seed: int, reading: Reading) -> None:
    rng = np.random.default_rng(seed)
    likelihood, beta = Likelihood(stages_of(ragged(rng, 6), reading)), rng.normal(size=3)
    here = likelihood.at(beta)
    gradient = approx_fprime(beta, lambda b: likelihood.at(b).log_likelihood, 1e-6)
    columns = [approx_fprime(beta, lambda b, k=k: likelihood.at(b).scores.sum(axis=0)[k], 1e-6) for k in range(3)]

    np.testing.assert_allclose(here.scores.sum(axis=0), gradient, atol=2e-4)
    np.testing.assert_allclose(-here.information, np.array(columns), atol=2e-4)


@given(seed=st.integers(0, 5_000), reading=st.sampled_from(READINGS))
def test_adding_the_same_to_a_whole_set_and_changing_the_order_of_sets_change_nothing(
    seed: int, reading: Reading
) -> None:
    rng = np.random.default_rng(seed)
    sets, beta = ragged(rng, 6), rng.normal(size=3)
    moved = sets.features + np.repeat(rng.normal(size=(6, 3)), np.diff(sets.indptr), axis=0)
    shifted = ChoiceSets(sets.terms, moved, sets.indptr, sets.place)
    before = _log_likelihood(sets, beta, reading)

    assert _log_likelihood(shifted, beta, reading) == pytest.approx(before, abs=1e-9)
    assert _log_likelihood(sets.take(rng.permutation(6)), beta, reading) == pytest.approx(before, abs=1e-9)


@given(seed=st.integers(0, 5_000))
def test_the_logarithm_is_concave_also_where_several_are_taken_at_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    likelihood = Likelihood(stages_of(ragged(rng, 6), "lists"))
    a, b = rng.normal(size=(2, 3)) * 3
    ends = (likelihood.at(a).log_likelihood + likelihood.at(b).log_likelihood) / 2

    assert likelihood.at((a + b) / 2).log_likelihood >= ends - 1e-9
    assert np.linalg.eigvalsh(likelihood.at(a).information)[0] >= -1e-9


def test_utilities_of_thousands_neither_overflow_nor_lose_the_rest() -> None:
    sets = ChoiceSets.from_rows([[1.0], [0.0], [0.5]], [0, 1, 1])
    here = Likelihood(stages_of(sets)).at(np.array([4_000.0]))

    assert here.log_likelihood == pytest.approx(-4_000.0)
    assert np.isfinite(here.information).all()


def test_the_choice_of_nobody_is_a_row_with_a_column_of_its_own() -> None:
    sets = ChoiceSets.from_rows([[1.0], [0.5], [0.2]], [0, 0, 1], sets=[0, 0, 1]).with_outside()

    assert sets.terms == ("x0", OUTSIDE)
    assert sets.place.tolist() == [0, 0, 1, 1, 0]
    assert sets.features[:, 1].tolist() == [0.0, 0.0, 1.0, 0.0, 1.0]
    expected = np.log(np.e**0.3 / (np.e**2 + np.e + np.e**0.3)) + np.log(np.e**0.4 / (np.e**0.4 + np.e**0.3))
    assert _log_likelihood(sets, np.array([2.0, 0.3]), "choices") == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rows", "place", "extra", "message"),
    [
        ([[np.nan]], [1], {}, "row 0 of the features is not finite"),
        ([[1.0]], [-1], {}, "row 0 has place -1, expected >= 0"),
        ([[1.0]], [1.5], {}, "place has dtype float64, expected whole numbers"),
        ([[1.0], [2.0]], [1], {}, r"place has shape \(1,\), expected \(2,\)"),
        ([[1.0]], [1], {"sets": [1, 2]}, r"sets has shape \(2,\), expected \(1,\)"),
        ([[1.0], [2.0]], [1, 0], {"clusters": [1, 2]}, "row 1 has another cluster than the rest of its set"),
        ([[1.0]], [1], {"terms": ("a", "b")}, r"features have shape \(1, 1\), expected \(rows, 2\)"),
    ],
)
def test_rows_that_form_no_sets_are_refused(
    rows: list[list[float]], place: list[int], extra: dict[str, Any], message: str
) -> None:
    with pytest.raises(LearningError, match=message):
        ChoiceSets.from_rows(rows, place, **extra)


def test_an_unknown_reading_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LearningError, match="reading is 'votes', expected one of choices, lists, pairs"):
        stages_of(ChoiceSets.empty(("a",)), "votes")  # type: ignore[arg-type]


def test_many_taken_at_once_in_no_order_are_refused() -> None:
    sets = ChoiceSets.from_rows(np.zeros((402, 1)), [1] * 201 + [0] * 201)

    with pytest.raises(LearningError, match="set 0 takes 201 of 402 at once, expected at most 200 taken or left"):
        stages_of(sets)
    assert stages_of(sets, "pairs").n_stages == 201 * 201
