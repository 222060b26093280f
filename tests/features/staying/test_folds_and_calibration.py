"""Folds that leak nothing, and chances that come true."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from features.staying.calibration import calibration, reliability_by_group
from features.staying.errors import StayingError
from features.staying.folds import by_municipality, forward_in_time, held_out
from features.staying.placements import Placements
from features.staying.stay_model import StayModel
from features.synthetic.placed_years import placed_years
from tests.features.staying.drawn import few, large, past


def foretell(old: Placements, new: Placements) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    model = StayModel(terms=old.terms).fit_placements(old)
    return model.stay(new.features, municipality=new.municipality)


def test_no_municipality_is_on_both_sides_of_a_fold() -> None:
    asked = []
    for fold in by_municipality(past(), n_folds=4):
        assert not set(fold.learned.municipality.tolist()) & set(past().municipality[fold.asked].tolist())
        asked.append(fold.asked)

    assert np.array_equal(np.sort(np.concatenate(asked)), np.arange(past().n))


def test_the_future_is_foretold_from_what_was_known_when_it_began() -> None:
    folds = list(forward_in_time(past()))

    assert [fold.name for fold in folds] == ["year 1", "year 2", "year 3"]
    for year, fold in enumerate(folds, start=1):
        assert fold.learned.year.max() < year
        assert (fold.learned.seen_months <= 12 * (year - fold.learned.year)).all()
        assert (past().year[fold.asked] == year).all()


def test_chances_of_places_never_seen_are_calibrated_all_the_same() -> None:
    told = held_out(large(), by_municipality(large(), n_folds=5), foretell)
    found = calibration(told.chance, told.stayed)

    assert told.rows.size == large().n
    assert abs(found.intercept) < 0.5
    assert 0.5 < found.slope < 1.6


def test_chances_of_the_next_year_are_calibrated() -> None:
    told = held_out(large(), forward_in_time(large()), foretell)
    found = calibration(told.chance, told.stayed)

    assert found.slope == pytest.approx(1.0, abs=4 * found.slope_error)
    assert found.brier < found.brier_of_mean
    assert not found.is_alarm
    assert set(told.year.tolist()) == {1, 2, 3}


def test_the_truth_itself_has_slope_one() -> None:
    years = placed_years(seed=8, n_years=2, n_people=3000, n_postings=30, n_municipalities=30)
    told, came = [], []
    for year in years:
        placed = np.flatnonzero(year.assigned >= 0)
        told.append(year.true_stay[placed, year.assigned[placed]])
        came.append(year.stayed[placed])
    found = calibration(np.concatenate(told), np.concatenate(came))

    assert found.slope == pytest.approx(1.0, abs=0.08)
    assert found.intercept == pytest.approx(0.0, abs=0.1)
    assert found.binned_error < 0.02


def test_chances_that_are_too_extreme_have_a_slope_below_one() -> None:
    rng = np.random.default_rng(1)
    chance = rng.uniform(0.2, 0.9, 5000)
    stayed = rng.random(5000) < chance
    found = calibration(expit(2 * logit(chance)), stayed)

    assert found.slope == pytest.approx(0.5, abs=0.05)
    assert found.is_alarm


def test_a_place_that_keeps_fewer_than_told_stands_out() -> None:
    chance = np.full(60, 0.8)
    stayed = np.concatenate([np.ones(24), np.zeros(6), np.ones(12), np.zeros(18)]).astype(bool)
    first, second = reliability_by_group(chance, stayed, np.repeat([1, 2], 30))

    assert (first.share, second.share) == (0.8, 0.4)
    assert abs(first.standardised) < 1e-9
    assert second.standardised == pytest.approx(-12 / np.sqrt(30 * 0.16))


@pytest.mark.parametrize(
    ("chance", "stayed", "message"),
    [
        ([0.5, 1.0], [True, False], "chance 1 is 1.0, expected between 0 and 1"),
        ([0.5, 0.6], [True, True], "all outcomes are the same"),
        ([0.5], [True, False], r"chances have shape \(1,\), outcomes \(2,\)"),
    ],
)
def test_what_cannot_be_judged_is_refused(chance: list[float], stayed: list[bool], message: str) -> None:
    with pytest.raises(StayingError, match=message):
        calibration(np.array(chance), np.array(stayed))


def test_folds_that_are_none_are_refused() -> None:
    with pytest.raises(StayingError, match="n_folds is 3, expected 2 to 2, the number of municipalities"):
        list(by_municipality(few(), n_folds=3))
    with pytest.raises(StayingError, match="all placements are of year 0, expected at least two"):
        list(forward_in_time(few(year=np.zeros(3, int))))
    with pytest.raises(StayingError, match="nobody who is asked about was seen for 36 months"):
        held_out(few(), forward_in_time(few()), foretell, months=36)


@pytest.mark.parametrize(
    "chance",
    [
        np.full(40, 0.7),
        0.7 + 1e-9 * np.arange(40),
        np.where(np.arange(40) < 6, 0.3, 0.9),
        np.where(np.arange(40) < 6, 0.9, 0.3),
        np.where(np.arange(40) < 7, 0.3, 0.9),
        np.where(np.arange(40) < 6, 1e-9, 1 - 1e-9),
    ],
    ids=["one chance", "one but for rounding", "parted", "parted the wrong way", "touching", "certain"],
)
def test_a_slope_that_cannot_be_told_is_none_and_all_else_is_told(chance: np.ndarray) -> None:
    stayed = np.arange(40) >= 6
    found = calibration(chance, stayed)

    assert (found.slope, found.slope_error, found.is_alarm) == (None, None, False)
    assert found.brier == pytest.approx(np.mean((chance - stayed) ** 2))
    assert np.isfinite([found.intercept, found.log_loss, found.binned_error]).all()


def test_one_exception_among_parted_chances_gives_a_slope() -> None:
    chance = np.where(np.arange(40) < 6, 0.3, 0.9)
    chance[0] = 0.95
    found = calibration(chance, np.arange(40) >= 6)

    assert found.slope is not None
    assert found.slope > 0
