from __future__ import annotations

import numpy as np
import pytest

from matching.errors import MarketError
from matching.market import Market
from matching.preferences import Preferences
from matching.reserves import NO_QUOTA, Reserves

OF_TYPE = np.array([[True, False], [True, True], [False, False]])


@pytest.mark.parametrize(
    ("of_type", "reserved", "quota", "message"),
    [
        (OF_TYPE, [[1, 0], [0, -1]], [[-1, 0], [0, 0]], "posting 1 has reserved -1 for type 1, expected >= 0"),
        (OF_TYPE, [[1, 0], [0, 1]], [[-1, 0], [-2, 0]], "posting 1 has quota -2 for type 0, expected >= -1"),
        (
            OF_TYPE,
            [[1], [0]],
            [[-1, 0], [0, 0]],
            "reserved has shape (2, 1), is_of_type (3, 2), expected the same types",
        ),
        (OF_TYPE, [[1, 0]], [[0, 0, 0]], "quota has shape (1, 3), is_of_type (3, 2), expected the same types"),
        (
            OF_TYPE,
            [[1, 0]],
            [[0, 0], [0, 0]],
            "quota has shape (2, 2), expected that of reserved, (1, 2)",
        ),
        (
            OF_TYPE[:, 0],
            [[1, 0]],
            [[0, 0]],
            "reserved has shape (1, 2), is_of_type (3,), expected the same types",
        ),
        (OF_TYPE, [1, 0], [[0, 0]], "reserved has shape (2,), expected one row a posting and one column a type"),
        (
            OF_TYPE,
            [[0.5, 0]],
            [[0, 0]],
            "reserved has dtype float64 and shape (2,), expected one row of integers",
        ),
        ([[1, 0.5]], [[1, 0]], [[0, 0]], "is_of_type[0, 1] is 0.5, expected true or false"),
        ([[1, 0], [0, 2]], [[1, 0]], [[0, 0]], "is_of_type[1, 1] is 2, expected true or false"),
    ],
)
def test_numbers_out_of_range_and_shapes_that_do_not_fit_are_refused(
    of_type: object, reserved: object, quota: object, message: str
) -> None:
    with pytest.raises(MarketError) as error:
        Reserves(of_type, reserved, quota)  # type: ignore[arg-type]
    assert str(error.value) == message


def test_the_arrays_are_copies_that_cannot_be_written() -> None:
    of_type, reserved, quota = OF_TYPE.copy(), np.array([[1, 0]]), np.array([[NO_QUOTA, 3]])
    reserves = Reserves(of_type, reserved, quota)
    of_type[:], reserved[:], quota[:] = False, 7, 7
    assert (reserves.is_of_type == OF_TYPE).all()
    assert (reserves.reserved.tolist(), reserves.quota.tolist()) == ([[1, 0]], [[-1, 3]])
    for array in (reserves.is_of_type, reserves.reserved, reserves.quota):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0] = 1


def test_there_may_be_no_types_no_postings_and_no_people() -> None:
    assert Reserves(np.zeros((3, 0), np.bool_), np.zeros((2, 0), np.int64), np.zeros((2, 0), np.int64)).n_types == 0
    assert Reserves(np.zeros((0, 2), np.bool_), np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64)).n_types == 2


def test_reserves_of_another_market_are_refused() -> None:
    market = Market(
        Preferences.from_lists([[0], [], [0]], n_choices=1), Preferences.from_lists([[0]], 3), np.array([1])
    )
    Reserves(OF_TYPE, np.array([[0, 0]]), np.array([[0, 0]])).verify_fits(market)
    for people, postings in ((2, 1), (3, 2)):
        other = Reserves(OF_TYPE[:people], np.zeros((postings, 2), np.int64), np.zeros((postings, 2), np.int64))
        with pytest.raises(MarketError) as error:
            other.verify_fits(market)
        assert str(error.value) == f"reserves hold {people} applicants and {postings} postings, expected 3 and 1"
