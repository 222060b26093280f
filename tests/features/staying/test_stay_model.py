"""The estimators: scores that add up, chances of months, places, and where the past cannot answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from features.staying.boosted import BoostedStay
from features.staying.errors import StayingError
from features.staying.households import household_choices
from features.staying.settlement_model import SettlementModel
from features.staying.stay_model import StayModel
from features.synthetic.placed_years import known_truth, placed_years, placements_of
from tests.features.staying.drawn import few, large, past
from tests.features.staying.test_pooled_fit import whole_covariance


@pytest.fixture(scope="module")
def model() -> StayModel:
    return StayModel(terms=past().terms).fit_placements(past())


def test_parameters_are_read_and_copied_as_scikit_learn_does() -> None:
    made = StayModel(terms=("place_link",), ridge=2.0, months=6)
    copied = clone(made)

    assert copied.get_params() == made.get_params()
    assert copied.set_params(ridge=3.0).ridge == 3.0
    with pytest.raises(NotFittedError):
        copied.predict_proba([[0.5]])


def test_fit_and_fit_placements_say_the_same(model: StayModel) -> None:
    same = StayModel(terms=past().terms).fit(
        past().features, past().left_in, seen_months=past().seen_months, municipality=past().municipality
    )

    assert (same.coef_ == model.coef_).all()
    assert same.score(past().features, past().left_in, seen_months=past().seen_months) < 0


def test_the_score_is_the_sum_of_its_reasons(model: StayModel) -> None:
    """Equal sums of contributions are equal chances, whatever terms they come from."""
    first = np.full((1, 8), 0.4)
    second = first.copy()
    weak, strong = (int(k) for k in np.argsort(np.abs(model.coef_))[[3, -1]])
    second[0, weak] += 0.1
    second[0, strong] -= 0.1 * model.coef_[weak] / model.coef_[strong]

    assert model.contributions(first).sum() == pytest.approx(model.contributions(second).sum(), abs=1e-12)
    assert model.stay(first)[0] == pytest.approx(model.stay(second)[0], abs=1e-12)


def test_chances_fall_with_the_months_and_add_up(model: StayModel) -> None:
    some = past().features[:5]
    by_month = np.stack([model.stay(some, months=months) for months in (1, 3, 6, 12, 36)])

    assert (np.diff(by_month, axis=0) < 0).all()
    np.testing.assert_allclose(model.predict_proba(some).sum(axis=1), 1.0)
    assert (model.predict(some) == (model.stay(some) >= 0.5)).all()


def test_every_pair_of_a_market_is_told_at_once(model: StayModel) -> None:
    year = placed_years(seed=9, n_years=1, n_people=20, n_postings=20, n_municipalities=20)[0]
    every = model.stay(year.terms, municipality=year.municipality)

    assert every.shape == (20, 20)
    assert every[3, 7] == model.stay(year.terms[3, [7]], municipality=year.municipality[[7]])[0]


def test_a_place_without_a_past_is_as_places_are_on_average(model: StayModel) -> None:
    row = past().features[:1]
    shifts = model.place_sd_ * np.random.default_rng(0).normal(size=200_000)
    fit = model.curve_.fit
    odds = (row @ fit.effects)[0] + fit.base[:3]
    by_chance = np.exp(-sum(n * np.logaddexp(0, -(o + shifts)) for n, o in zip((3, 3, 6), odds, strict=True)))

    assert model.place_sd_ > 0.2
    assert model.stay(row)[0] == pytest.approx(by_chance.mean(), abs=0.003)
    assert model.stay(row, municipality=[10**6])[0] == model.stay(row)[0]
    assert model.estimate(row).standard_error[0] >= by_chance.std() * 0.98


def test_standard_errors_are_the_slope_times_the_covariance(model: StayModel) -> None:
    """Twin: chances under 4,000 draws of the coefficients."""
    every = model.stay(past().features, municipality=past().municipality)
    middle = [int(np.abs(every - 0.7).argmin())]  # near 0 and 1 a slope says little
    row, place = past().features[middle], past().municipality[middle]
    told = model.estimate(row, municipality=place)
    fit = model.curve_.fit
    centre = np.concatenate([fit.base, fit.effects, fit.places])
    drawn = np.random.default_rng(1).multivariate_normal(centre, whole_covariance(fit), 4000)
    at = int(np.searchsorted(model.curve_.places, place[0]))
    odds = drawn[:, 4:12] @ row[0] + drawn[:, 12 + at]
    stay = np.exp(-sum(n * np.logaddexp(0, -(drawn[:, k] + odds)) for k, n in enumerate((3, 3, 6))))

    assert told.standard_error[0] == pytest.approx(stay.std(), rel=0.15)
    assert told.low[0] < told.chance[0] < told.high[0]


def test_the_mean_of_many_is_surer_than_any_one_of_them(model: StayModel) -> None:
    told = model.estimate(past().features, municipality=past().municipality)
    mean, error = model.curve_.mean(past().features, past().municipality, 12)

    assert 0 < abs(mean - told.chance.mean()) < error  # the likeliest curve is not the mean of what is possible
    assert error < np.median(told.standard_error) / 2


def test_an_office_with_little_past_hears_i_do_not_know() -> None:
    rows = np.arange(25)
    small = past().take(rows)
    told = StayModel(terms=past().terms, pooled=False).fit_placements(small).estimate(small.features)
    known = StayModel(terms=large().terms).fit_placements(large())
    seen = known.estimate(large().features, municipality=large().municipality)

    assert not told.is_known.all()
    assert seen.is_known.mean() > 0.95


def test_what_lies_outside_the_past_is_not_answered() -> None:
    inside = large().take(large().features[:, 4] == 0)
    model = StayModel(terms=large().terms).fit_placements(inside)
    visited = inside.features[:1].copy()
    visited[0, 4] = 0.9

    assert model.estimate(inside.features[:1], municipality=inside.municipality[:1]).is_known[0]
    assert not model.estimate(visited, municipality=inside.municipality[:1]).is_known[0]


def test_nothing_is_said_of_months_that_nobody_was_seen_for() -> None:
    model = StayModel(terms=past().terms, pooled=False).fit_placements(past().known_at(12))

    with pytest.raises(StayingError, match="months is 36, expected 1 to 12: nobody was seen for longer"):
        model.stay(past().features[:1], months=36)
    with pytest.raises(StayingError, match="nobody was seen for 24 months"):
        model.set_params(months=24).score(past().features, past().left_in, seen_months=np.full(past().n, 12))


@pytest.mark.parametrize("estimator", [StayModel, SettlementModel, BoostedStay])
def test_a_model_and_its_placements_have_the_same_terms(estimator: type[StayModel]) -> None:
    with pytest.raises(StayingError, match="placements have the terms work_done, place_link, the model availability"):
        estimator(terms=("availability",)).fit_placements(few())


def test_settlement_is_found_again() -> None:
    truth = known_truth().without_noise()
    found = SettlementModel(terms=large().terms, ridge=0.0).fit_placements(large()).effects()
    off = (found.effect - truth.settling_effects) / found.standard_error

    assert np.abs(off).max() < 3.5
    assert found.level == 0.95


def test_settlement_and_stay_multiply_to_the_whole_way() -> None:
    model = SettlementModel(terms=large().terms).fit_placements(large())
    known = large().take(large().settled >= 0)

    assert model.settle(known.features, municipality=known.municipality).mean() == pytest.approx(
        (known.settled > 0).mean(), abs=0.01
    )
    assert model.predict_proba(known.features).shape == (known.n, 2)
    assert set(model.predict(known.features).tolist()) <= {True, False}
    assert model.estimate(known.features[:3]).chance.shape == (3,)


def test_trees_come_near_the_straight_score_on_a_straight_truth() -> None:
    trees = BoostedStay(terms=large().terms).fit_placements(large())
    straight = StayModel(terms=large().terms, pooled=False).fit_placements(large())

    assert np.corrcoef(trees.stay(large().features), straight.stay(large().features))[0, 1] > 0.75
    assert trees.stay(large().features).mean() == pytest.approx(straight.stay(large().features).mean(), abs=0.02)
    assert trees.predict(large().features[:4]).shape == (4,)


def test_a_household_is_named_where_the_rule_decides_its_place() -> None:
    stay = np.array([[0.80, 0.50], [0.10, 0.50], [0.30, 0.20]])
    found = household_choices(stay, np.array([0, 0, 1]))

    assert found.differs.tolist() == [True, False]
    assert set(found.values) == {"sum", "at-least-one", "least"}


@pytest.mark.parametrize(
    ("months", "message"),
    [(0, "months is 0, expected 1 to"), (6.5, "months is 6.5, expected a whole number")],
)
def test_months_that_are_none_are_refused_and_not_taken_for_twelve(model: StayModel, months: Any, message: str) -> None:
    rows = np.full((1, len(model.terms)), 0.5)
    with pytest.raises(StayingError, match=message):
        model.stay(rows, months=months)
    with pytest.raises(StayingError, match=message):
        model.estimate(rows, months=months)


@pytest.mark.parametrize(
    ("municipality", "message"),
    [
        (["北海道"] * 4, "municipality has dtype <U3, expected whole numbers"),
        ([1.0, np.nan, 1.0, 1.0], "municipality is nan once, expected whole numbers"),
        ([1.0, 2.5, 1.0, 1.0], "municipality is 2.5 once, expected whole numbers"),
    ],
)
def test_a_municipality_is_its_code(municipality: Any, message: str) -> None:
    rows, left, seen = [[1.0], [1.0], [0.0], [0.0]], [0, 0, 0, 4], [12] * 4
    model = StayModel(terms=["place_link"], pooled=False)
    with pytest.raises(StayingError, match=message):
        model.fit(rows, left, seen_months=seen, municipality=municipality)
    with pytest.raises(StayingError, match=message):
        model.fit(rows, left, seen_months=seen).stay(rows, municipality=municipality)


def test_a_month_of_leaving_is_a_whole_number() -> None:
    with pytest.raises(StayingError, match=r"left_in is 4\.5 once, expected whole numbers"):
        StayModel(terms=["place_link"], pooled=False).fit([[1.0], [0.0]], [0, 4.5], seen_months=[12, 12])


def test_learning_needs_months_and_the_time_seen() -> None:
    with pytest.raises(StayingError, match="requires y to be passed"):
        StayModel(terms=["place_link"]).fit([[0.5]])
    with pytest.raises(StayingError, match="requires y to be passed"):
        SettlementModel(terms=["place_link"]).fit([[0.5]])


def test_the_order_of_the_placements_changes_nothing() -> None:
    turned = past().take(np.random.default_rng(2).permutation(past().n))
    first = StayModel(terms=past().terms).fit_placements(past())
    second = StayModel(terms=past().terms).fit_placements(turned)

    np.testing.assert_allclose(first.coef_, second.coef_, atol=1e-6)
    assert first.place_sd_ == pytest.approx(second.place_sd_, abs=1e-6)


def test_years_not_yet_seen_to_the_end_say_nothing_of_the_end() -> None:
    last = placements_of(placed_years(seed=5, n_years=1, n_people=150, n_postings=20, n_municipalities=20))

    assert last.seen_months.max() == 12
    assert last.left_in.max() <= 12
    assert (last.settled == -1).all()
