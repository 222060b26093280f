"""The fit: against expanded months, against numerical slopes, against what is known to be true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from features.staying.effects import effects_of, fixed_covariance
from features.staying.errors import StayingError
from features.staying.month_rows import MonthRows, month_rows
from features.staying.pooled_fit import PooledFit, fit_pooled
from features.synthetic.placed_years import known_truth
from features.synthetic.year_draws import FILE
from tests.features.staying.drawn import few, large, past

ENDS = (3, 6, 12, 36)


def rows_of_past() -> MonthRows:
    return month_rows(past(), ENDS)[0]


def penalised(rows: MonthRows, fit: PooledFit, point: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """The penalised log-likelihood, written month by month."""
    n_base, n_terms = rows.n_intervals, rows.features.shape[1]
    base, effects, places = point[:n_base], point[n_base : n_base + n_terms], point[n_base + n_terms :]
    total = 0.0
    for k in range(len(rows.features)):
        odds = base[rows.interval[k]] + rows.features[k] @ effects + places[rows.place[k]]
        stay = 1 / (1 + np.exp(-odds))
        total += (rows.months[k] - rows.leaves[k]) * np.log(stay) + rows.leaves[k] * np.log(1 - stay)
    stays = (rows.months - rows.leaves).sum()
    common = np.log((stays + 0.5) / (rows.leaves.sum() + 0.5))
    total -= 0.01 * ((base - common) ** 2).sum() / 2 + ((effects * rows.features.std(axis=0)) ** 2).sum() / 2
    return float(total - (places**2).sum() / (2 * fit.place_sd**2))


def whole_covariance(fit: PooledFit) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Of base, effects and places, put together from its parts."""
    into = np.vstack([np.eye(len(fit.covariance)), fit.across])
    own = np.concatenate([np.zeros(len(fit.covariance)), fit.own_variance])
    return into @ fit.covariance @ into.T + np.diag(own)


def test_the_same_as_logistic_regression_on_one_row_a_month() -> None:
    """Twin: scikit-learn on expanded person-months, no penalty on either side but the weak one on the bases."""
    rows = rows_of_past()
    found = fit_pooled(rows, ridge=0.0, pooled=False)
    design = np.hstack([np.eye(4)[rows.interval], rows.features])
    stays = (rows.months - rows.leaves).astype(int)
    expanded = np.vstack([np.repeat(design, stays, axis=0), np.repeat(design, rows.leaves.astype(int), axis=0)])
    outcome = np.repeat([1, 0], [stays.sum(), int(rows.leaves.sum())])
    peer = LogisticRegression(C=np.inf, fit_intercept=False, tol=1e-10, max_iter=1000).fit(expanded, outcome)

    np.testing.assert_allclose(found.effects, peer.coef_[0, 4:], atol=0.01)
    np.testing.assert_allclose(found.base, peer.coef_[0, :4], atol=0.01)


def test_no_direction_rises_from_the_optimum_and_the_curvature_is_that_of_the_likelihood() -> None:
    rows = rows_of_past()
    found = fit_pooled(rows, ridge=1.0, place_sd=0.7)
    point = np.concatenate([found.base, found.effects, found.places])
    whole = whole_covariance(found)
    size = np.sqrt(np.diag(whole))
    slope = approx_fprime(point, lambda at: penalised(rows, found, at), 1e-6)
    precision = np.linalg.inv(whole)

    assert np.abs(slope * size).max() < 1e-3
    assert found.distance < 1e-5
    for one in (0, 5, point.size - 1):  # a base, an effect, a place
        step = 0.02 * size[one] * np.eye(point.size)[one]
        ahead, here, behind = (penalised(rows, found, at) for at in (point + step, point, point - step))
        assert (2 * here - ahead - behind) / step[one] ** 2 == pytest.approx(precision[one, one], rel=1e-3)


def test_months_that_are_not_seen_change_nothing() -> None:
    """Property: what is cut off after the last look may be anything."""
    early = past().known_at(6)
    rows, _ = month_rows(early, ENDS)
    found = fit_pooled(rows, ridge=1.0, pooled=False)
    told = fit_pooled(month_rows(early, (3, 6))[0], ridge=1.0, pooled=False)

    np.testing.assert_allclose(found.effects, told.effects, atol=1e-7)
    np.testing.assert_allclose(found.base[:2], told.base, atol=1e-7)


def test_as_many_places_as_the_nation_has_are_one_fit() -> None:
    rows = rows_of_past()
    many = replace(rows, place=np.arange(len(rows.place)) % 1200, n_places=1200)
    found = fit_pooled(many, ridge=1.0)

    assert found.places.shape == (1200,)
    assert found.distance < 1e-4


def test_effects_are_found_again_in_a_large_sample() -> None:
    truth = known_truth().without_noise()
    found = fit_pooled(month_rows(large(), ENDS)[0], ridge=0.0)
    told = effects_of(found, truth.terms)
    off = (told.effect - truth.effects) / told.standard_error

    assert np.abs(off).max() < 3.5
    assert (told.standard_error * [FILE.shares(f"term_{term}")["reach"] for term in truth.terms]).max() < 0.2
    assert found.place_sd == pytest.approx(truth.place_sd, rel=0.4)
    np.testing.assert_allclose(found.base - found.base[0], truth.base - truth.base[0], atol=0.5)


def test_equal_places_are_not_told_apart() -> None:
    rng = np.random.default_rng(4)
    n = 3000
    rows = MonthRows(
        features=rng.random((n, 1)),
        interval=np.zeros(n, np.int64),
        months=np.ones(n),
        leaves=(rng.random(n) < 0.3).astype(float),
        place=rng.integers(0, 30, n),
        n_intervals=1,
        n_places=30,
    )

    assert fit_pooled(rows, ridge=1.0).place_sd < 0.2


def test_an_effect_of_nobody_stays_at_the_belief() -> None:
    rows = rows_of_past()
    silent = replace(rows, features=np.column_stack([rows.features, np.zeros(len(rows.features))]))
    found = fit_pooled(silent, ridge=4.0, pooled=False)

    assert found.effects[-1] == 0.0
    assert np.sqrt(found.covariance[-1, -1]) == pytest.approx(0.5)


def test_without_a_belief_the_same_is_refused() -> None:
    rows = rows_of_past()
    silent = replace(rows, features=np.column_stack([rows.features, np.zeros(len(rows.features))]))

    with pytest.raises(StayingError, match="do not tell every effect apart: use a ridge above 0"):
        fit_pooled(silent, ridge=0.0, pooled=False)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"left_in": np.zeros(3, int)}, "all placements went the same way"),
        ({}, "2 municipalities, expected at least 5 to tell how unlike they are; fit with pooled=False"),
    ],
)
def test_too_little_is_refused_with_the_way_out(changed: dict[str, object], message: str) -> None:
    with pytest.raises(StayingError, match=message):
        fit_pooled(month_rows(few(**changed), ENDS)[0], ridge=1.0)


def test_errors_by_municipality_need_two_of_them() -> None:
    found = fit_pooled(month_rows(few(municipality=np.zeros(3, int)), ENDS)[0], ridge=1.0, pooled=False)

    with pytest.raises(StayingError, match="1 municipality, expected at least 2"):
        fixed_covariance(found, "municipalities")
    with pytest.raises(StayingError, match="spread is 'x', expected one of information, municipalities"):
        fixed_covariance(found, "x")  # type: ignore[arg-type]


def test_errors_by_municipality_agree_with_the_information_where_the_model_is_right() -> None:
    found = fit_pooled(month_rows(large(), ENDS)[0], ridge=0.0)
    ratio = np.sqrt(np.diag(fixed_covariance(found, "municipalities")) / np.diag(fixed_covariance(found)))

    assert ratio[len(found.base) :].mean() == pytest.approx(1.0, abs=0.25)


def test_errors_by_municipality_hold_the_truth_of_two_terms_that_go_together() -> None:
    rng, n, truth = np.random.default_rng(2), 200, np.array([1.5, 0.0])
    held = list[np.ndarray]()
    for _ in range(150):
        one = rng.random(n)
        features = np.column_stack([one, np.clip(one + rng.normal(0, 0.05, n), 0, 1)])
        leaves = rng.random((n, 12)) > expit(1.85 + features @ truth)[:, None]
        rows = MonthRows(
            features=features,
            interval=np.zeros(n, np.int64),
            months=np.where(leaves.any(axis=1), leaves.argmax(axis=1) + 1, 12).astype(float),
            leaves=leaves.any(axis=1).astype(float),
            place=np.repeat(np.arange(40), 5),
            n_intervals=1,
            n_places=40,
        )
        told = effects_of(fit_pooled(rows, ridge=4.0, pooled=False), ("a", "b"), spread="municipalities")
        held.append((told.low <= truth) & (truth <= told.high))

    assert np.mean(held, axis=0).min() >= 0.92


def test_a_term_that_only_rounding_tells_apart_is_the_same_for_everybody() -> None:
    rows = rows_of_past()
    noise = np.random.default_rng(3).normal(0, 1e-17, len(rows.features))
    features = rows.features.copy()
    features[:, 0] = 0.7 + noise
    features[::2, 0] = np.nextafter(0.7, 1)
    found = fit_pooled(replace(rows, features=features), ridge=4.0, pooled=False)

    assert abs(found.effects[0]) < 2  # held as one value of 0.7 is, and not left free by a spread of 1e-17
