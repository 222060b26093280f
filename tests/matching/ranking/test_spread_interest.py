"""Spreading interest: what must hold at every spread, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking.best_listed import best_listed
from matching.ranking.metrics import gini
from matching.ranking.orders import order_rows
from matching.ranking.spread_interest import Interest, SpreadOptions, spread_interest
from matching.ranking.strength_bands import N_BANDS, band_of

SPREADS = st.sampled_from([0.0, 0.25, 0.5, 1.0])


@dataclass(frozen=True, eq=False)
class _Pairs:
    own: npt.NDArray[np.float64]
    bands: npt.NDArray[np.uint8]
    capacity: npt.NDArray[np.int64]
    acceptable: npt.NDArray[np.bool_]

    def spread(self, spread: float, **options: Any) -> Interest:
        return spread_interest(
            self.own, self.bands, self.capacity, acceptable=self.acceptable, spread=spread, **options
        )

    def lists(self, spread: float, length: int = 10) -> npt.NDArray[np.int32]:
        return best_listed(self.own, self.bands, self.acceptable, self.spread(spread).factor, length)


def _pairs(seed: int, n: int = 40, m: int = 12, *, common: float = 0.3) -> _Pairs:
    """Applicants who agree, more or less, on which postings are good."""
    rng = np.random.default_rng(seed)
    own = 0.3 + common * rng.random(m) + 0.1 * rng.random((n, m))
    return _Pairs(own, band_of(rng.random((n, m))), rng.integers(1, 4, m), rng.random((n, m)) < 0.8)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_without_spread_the_order_is_that_of_the_own_fit(seed: int) -> None:
    pairs = _pairs(seed)
    found = pairs.spread(0.0)

    np.testing.assert_array_equal(found.factor, 1.0)
    listed = np.where(pairs.acceptable, pairs.own, -1.0)
    np.testing.assert_array_equal(pairs.lists(0.0, 12), order_rows(listed, 12))


@given(st.integers(0, 10_000), SPREADS)
@settings(max_examples=20, deadline=None)
def test_the_order_of_the_applicants_changes_no_bit(seed: int, spread: float) -> None:
    pairs = _pairs(seed)
    mixed = np.random.default_rng(seed).permutation(len(pairs.own))
    other = _Pairs(pairs.own[mixed], pairs.bands[mixed], pairs.capacity, pairs.acceptable[mixed])
    a, b = pairs.spread(spread), other.spread(spread)

    for name in ("looks", "stronger", "chance", "factor"):
        np.testing.assert_array_equal(getattr(a, name), getattr(b, name), err_msg=name)


def test_two_equal_places_share_the_looks_of_many_different_people() -> None:
    rng = np.random.default_rng(3)
    n = 400
    taste = rng.random((n, 2)) * 0.2  # the places are alike, the people are not
    own = np.hstack([0.6 + taste, np.full((n, 1), 0.1)])
    options = SpreadOptions(length=1)
    bands = np.full((n, 3), 32, np.uint8)
    found = spread_interest(own, bands, np.ones(3, np.int64), acceptable=own > 0, spread=1.0, options=options)

    assert found.looks[0] == pytest.approx(found.looks[1], rel=0.1)
    assert found.looks[:2].sum() > 0.9 * n


def test_identical_people_are_not_all_sent_to_the_one_of_two_identical_places() -> None:
    own, bands = np.full((200, 2), 0.5), np.full((200, 2), 10, np.uint8)
    found = spread_interest(
        own, bands, np.ones(2, np.int64), acceptable=own > 0, spread=1.0, options=SpreadOptions(length=1)
    )

    assert found.looks.max() < 1.1 * found.looks.min()


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_chance_falls_where_stronger_people_have_applied(seed: int) -> None:
    pairs, rng = _pairs(seed), np.random.default_rng(seed)
    j, band = int(rng.integers(12)), int(rng.integers(1, N_BANDS))
    applications = np.zeros((12, N_BANDS))
    applications[j, band] = 3.0
    before, after = pairs.spread(0.0), pairs.spread(0.0, applications=applications)

    assert np.all(after.chance[j, :band] < before.chance[j, :band])
    np.testing.assert_array_equal(after.chance[j, band + 1 :], before.chance[j, band + 1 :])
    others = np.arange(12) != j
    np.testing.assert_array_equal(after.chance[others], before.chance[others])


@given(st.integers(0, 10_000), SPREADS)
@settings(max_examples=20, deadline=None)
def test_a_pair_that_is_not_acceptable_is_never_listed_nor_looked_at(seed: int, spread: float) -> None:
    pairs = _pairs(seed)
    pairs.acceptable[:, 4] = False
    lists = pairs.lists(spread)
    rows, places = np.nonzero(lists >= 0)

    assert np.all(pairs.acceptable[rows, lists[rows, places]])
    assert pairs.spread(spread).looks[4] == 0


@pytest.mark.parametrize("seed", range(5))
def test_the_looks_are_those_of_the_lists_the_prices_give(seed: int) -> None:
    pairs = _pairs(seed, n=1000, m=60)
    found = pairs.spread(0.5)
    lists = best_listed(pairs.own, pairs.bands, pairs.acceptable, found.factor, 10)
    exam = 1 / np.log2(np.arange(2, 12))
    looks = np.bincount(lists.ravel(), weights=np.tile(exam, len(lists)), minlength=60)

    assert np.abs(looks - found.looks).sum() < 0.03 * found.looks.sum()


@pytest.mark.parametrize("seed", range(5))
def test_more_spread_is_more_even_and_reaches_places_nobody_saw(seed: int) -> None:
    pairs = _pairs(seed, n=600, m=60)
    shown = [np.bincount(pairs.lists(s).ravel(), minlength=60) for s in (0.0, 0.5, 1.0)]

    assert gini(shown[0]) > gini(shown[1]) > gini(shown[2])
    assert np.sort(shown[2])[:6].sum() > np.sort(shown[0])[:6].sum()


def test_no_applicants_and_no_seats_are_no_error() -> None:
    nobody = spread_interest(
        np.zeros((0, 2)), np.zeros((0, 2), np.uint8), np.array([1, 0]), acceptable=np.zeros((0, 2), bool), spread=0.5
    )

    np.testing.assert_array_equal(nobody.looks, 0.0)
    np.testing.assert_array_equal(nobody.chance[:, 0], [1.0, 0.0])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"spread": 1.5}, MechanismError, "spread is 1.5, expected 0 to 1"),
        ({"spread": float("nan")}, MechanismError, "spread is nan, expected 0 to 1"),
        ({"own": np.zeros((2, 2))}, MarketError, r"own has shape \(2, 2\), expected \(2, 3\)"),
        ({"own": np.full((2, 3), -0.1)}, MarketError, r"own\[0, 0\] is -0.1, expected a number >= 0"),
        ({"own": np.full((2, 3), np.nan)}, MarketError, r"own\[0, 0\] is nan"),
        ({"bands": np.full((2, 3), 64, np.uint8)}, MarketError, r"bands\[0, 0\] is 64, expected below 64"),
        ({"capacity": np.ones(2, np.int64)}, MarketError, r"capacity has shape \(2,\), expected \(3,\)"),
    ],
)
def test_what_is_no_market_is_refused(change: dict[str, Any], error: type[Exception], message: str) -> None:
    parts: dict[str, Any] = {
        "own": np.ones((2, 3)),
        "bands": np.zeros((2, 3), np.uint8),
        "capacity": np.ones(3, np.int64),
        "acceptable": np.ones((2, 3), dtype=bool),
        "spread": 0.5,
    } | change

    with pytest.raises(error, match=message):
        spread_interest(parts.pop("own"), parts.pop("bands"), parts.pop("capacity"), **parts)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 0}, "length is 0"),
        ({"evenness": -1.0}, "evenness is -1.0, expected >= 0"),
        ({"least_chance": 0.0}, "least_chance is 0.0, expected above 0"),
    ],
)
def test_options_out_of_range_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(MechanismError, match=message):
        SpreadOptions(**options)


def test_known_lists_by_own_scores_change_nothing() -> None:
    rng = np.random.default_rng(5)
    own, bands = rng.random((30, 12)), rng.integers(0, 64, (30, 12)).astype(np.uint8)
    acceptable, options = rng.random((30, 12)) < 0.7, SpreadOptions()
    lists = best_listed(own, bands, acceptable, np.ones((12, 64)), options.length)
    for spread in (0.0, 0.5):
        found = spread_interest(own, bands, np.ones(12, np.int64), acceptable=acceptable, spread=spread)
        again = spread_interest(
            own, bands, np.ones(12, np.int64), acceptable=acceptable, spread=spread, own_lists=lists
        )
        for name, part in vars(found).items():
            np.testing.assert_array_equal(part, getattr(again, name))
