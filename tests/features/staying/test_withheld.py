"""What a file of a model withholds: combinations of terms that a few people have, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from features.smallest_told import SMALLEST_TOLD
from features.staying.learned_curve import LearnedCurve
from features.staying.placements import Placements
from features.staying.stay_model import StayModel
from features.staying.withheld import told_together, withheld
from tests.features.staying.drawn import past

N = 120
TERMS = ("place_link", "skill_coverage", "work_done")


def office(n_both: int, *, seed: int = 0) -> Placements:
    """Twenty with the first term, twenty with the second, so many of them with both; the third is everybody's own."""
    rng = np.random.default_rng(seed)
    features = np.zeros((N, 3))
    features[:20, 0], features[20 - n_both : 40 - n_both, 1] = 1.0, 0.7
    features[:, 2] = rng.random(N)
    left = np.where(rng.random(N) < 0.3, rng.integers(1, 12, N), 0)
    return Placements(TERMS, features, left, np.full(N, 24), np.arange(N) % 8, np.zeros(N, np.int64))


def people(n: int = N) -> np.ndarray:
    return np.array([f"a{k}" for k in range(n)])


def learned(placements: Placements) -> LearnedCurve:
    return StayModel(terms=TERMS).fit_placements(placements).curve_


@pytest.mark.parametrize(("n_both", "is_told"), [(0, True), (1, False), (4, False), (5, True), (16, False), (15, True)])
def test_a_combination_is_told_where_it_is_nobodys_or_that_of_five(n_both: int, is_told: bool) -> None:
    """16 of 20 with both leave 4 who have the one alone."""
    assert told_together(office(n_both), people())[0, 1] == is_told


def test_several_placements_of_one_person_are_one_person() -> None:
    assert told_together(office(8), people())[0, 1]
    assert not told_together(office(8), np.array([f"a{k // 2}" for k in range(N)]))[0, 1]


def test_a_term_of_which_everybody_has_a_value_of_an_own_hides_who_lacks_another() -> None:
    told = told_together(office(8), people())

    assert told[0, 2]
    assert told[1, 2]


@pytest.mark.parametrize("n_both", [1, 4])
def test_what_a_file_holds_is_the_same_whoever_has_the_combination(n_both: int) -> None:
    """The pair's sums, put together again from the file, are those of two terms without a connection."""
    placements = office(n_both)
    kept = withheld(learned(placements), placements, people())
    products = np.linalg.inv(kept.support.inverse)

    assert products[1, 2] == pytest.approx(products[0, 1] * products[0, 2] / products[0, 0])
    assert products[1, 2] != pytest.approx(float(placements.features[:, 0] @ placements.features[:, 1]))
    information, first = np.linalg.inv(kept.fit.covariance), slice(0, kept.fit.base.size)
    a, b = kept.fit.base.size, kept.fit.base.size + 1
    through_base = information[a, first] @ np.linalg.solve(information[first, first], information[first, b])
    assert information[a, b] == pytest.approx(through_base, abs=1e-8)


def test_chances_are_those_of_the_model_and_errors_stay_errors() -> None:
    placements = office(3)
    whole = learned(placements)
    kept = withheld(whole, placements, people())
    every = (placements.features, placements.municipality, 12)

    np.testing.assert_array_equal(kept.chance(*every), whole.chance(*every))
    assert np.linalg.eigvalsh(kept.fit.covariance).min() > 0
    before, after = (one.estimate(*every, least_comparable=10).standard_error for one in (whole, kept))
    assert after / before == pytest.approx(np.ones(N), abs=0.3)
    assert kept.estimate(*every, least_comparable=0).is_known.all()


def test_where_every_combination_is_that_of_many_sums_stay_as_they_are() -> None:
    placements = office(8)
    whole = learned(placements)
    kept = withheld(whole, placements, people())

    np.testing.assert_array_equal(kept.fit.covariance, whole.fit.covariance)
    np.testing.assert_array_equal(kept.support.inverse, whole.support.inverse)


def test_no_place_tells_its_own_mix_of_terms() -> None:
    whole = StayModel(terms=past().terms).fit_placements(past()).curve_
    across = withheld(whole, past(), people(past().n)).fit.across
    mixes = [(rows / rows[:, :1]).round(9) for rows in (whole.fit.across, across)]
    n_base = whole.fit.base.size

    assert [len(np.unique(mix, axis=0)) for mix in mixes] == [20, 1]
    np.testing.assert_allclose(across[:, :n_base].sum(axis=1), whole.fit.across[:, :n_base].sum(axis=1))


def test_sums_that_contradict_each_other_once_some_are_withheld_are_drawn_together() -> None:
    """Property: five terms that go together, of some pairs of which nothing is told, still give a covariance."""
    rng = np.random.default_rng(3)
    common = rng.random(60) < 0.4
    features = np.column_stack([np.where(rng.random(60) < 0.12, ~common, common) for _ in range(5)]).astype(float)
    terms = ("place_link", "skill_coverage", "work_done", "availability", "mission_meaning")
    left = np.where(rng.random(60) < 0.3, 4, 0)
    placements = Placements(terms, features, left, np.full(60, 24), np.arange(60) % 6, np.zeros(60, np.int64))
    whole = StayModel(terms=terms).fit_placements(placements).curve_
    kept = withheld(whole, placements, people(60))

    assert not told_together(placements, people(60)).all()
    assert np.linalg.eigvalsh(kept.fit.covariance).min() > 0
    assert np.linalg.eigvalsh(kept.support.inverse).min() > 0
    assert SMALLEST_TOLD == 5
