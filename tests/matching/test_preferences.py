from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError
from matching.preferences import Preferences
from tests.strategies import Wishes, wishes


@given(st.data(), st.integers(0, 6))
def test_lists_survive_the_way_through_arrays(data: st.DataObject, n_choices: int) -> None:
    lists: list[Wishes] = data.draw(st.lists(wishes(n_choices, strict=False), max_size=4))
    as_read = [[sorted(entry) if isinstance(entry, list) else entry for entry in row] for row in lists]
    assert Preferences.from_lists(lists, n_choices).to_lists() == as_read


@given(st.data(), st.integers(0, 4), st.integers(0, 5), st.none() | st.integers(0, 5))
def test_higher_scores_come_first_and_equal_scores_tie(data: st.DataObject, n: int, m: int, top: int | None) -> None:
    scores = np.array(data.draw(st.lists(st.integers(-2, 2), min_size=n * m, max_size=n * m)), float).reshape(n, m)
    mask = np.array(data.draw(st.lists(st.booleans(), min_size=n * m, max_size=n * m)), bool).reshape(n, m)
    expected = []
    for row, allowed in zip(scores, mask, strict=True):
        kept = sorted(row[allowed], reverse=True)
        limit = kept[top - 1] if top and top <= len(kept) else (np.inf if top == 0 else -np.inf)
        values = sorted({value for value in kept if value >= limit}, reverse=True)
        classes = [[int(j) for j in np.flatnonzero(allowed & (row == value))] for value in values]
        expected.append([tied if len(tied) > 1 else tied[0] for tied in classes])
    assert Preferences.from_scores(scores, acceptable=mask, top=top).to_lists() == expected


def test_blocks_of_rows_do_not_show_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = np.random.default_rng(5).integers(0, 4, (23, 7)).astype(float)
    whole = Preferences.from_scores(scores, top=3).to_lists()
    monkeypatch.setattr("matching.preferences._BLOCK_CELLS", 14)
    assert Preferences.from_scores(scores, top=3).to_lists() == whole


def test_whole_numbers_are_scores_too() -> None:
    assert Preferences.from_scores(np.array([[1, 3, 3]])).to_lists() == [[[1, 2], 0]]


def test_arrays_cannot_be_changed_from_either_side() -> None:
    indices = np.array([0, 1], dtype=np.int32)
    lists = Preferences(np.array([0, 2]), indices, np.array([0, 1], dtype=np.int32), 2)
    indices[0] = 1
    assert lists.indices.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        lists.indices[0] = 1


def test_strictness_looks_at_one_row_at_a_time() -> None:
    assert Preferences.from_lists([[0], [], [0, 1]], n_choices=2).is_strict
    assert not Preferences.from_lists([[0], [[0, 1]]], n_choices=2).is_strict


@pytest.mark.parametrize(
    ("indptr", "indices", "ranks", "message"),
    [
        (
            [0, 1, 3],
            [0, 1, 2],
            [0, 0, 1],
            "row 1 has choice 2 with rank 1 at position 1, expected a choice in 0..2 (exclusive)",
        ),
        (
            [0, 1, 3],
            [0, 1, -1],
            [0, 0, 1],
            "row 1 has choice -1 with rank 1 at position 1, expected a choice in 0..2 (exclusive)",
        ),
        ([0, 2], [1, 1], [0, 1], "row 0 has choice 1 with rank 1 at position 1, which the row lists already"),
        (
            [0, 2],
            [0, 1],
            [1, 0],
            "row 0 has choice 1 with rank 0 at position 1, expected a rank >= 0, no better than the one before",
        ),
        (
            [0, 1],
            [0],
            [-1],
            "row 0 has choice 0 with rank -1 at position 0, expected a rank >= 0, no better than the one before",
        ),
        (
            [0, 2],
            [1, 0],
            [0, 0],
            "row 0 has choice 0 with rank 0 at position 1, expected the members of a tie in ascending order",
        ),
        ([0, 2, 1], [0], [0], "row 1 ends at 1, before its start 2"),
        ([0, 2], [0], [0], "indptr is [0 2], expected 0 first, 1 last"),
        ([], [0], [0], "indptr is [], expected 0 first, 1 last"),
        ([0, 1], [0], [0, 1], "ranks has 2 entries, expected one for each of the 1 indices"),
        ([0, 1], [0.5], [0], "indices has dtype float64 and shape (1,), expected one row of integers"),
        ([0, 1], [True], [0], "indices has dtype bool and shape (1,), expected one row of integers"),
        ([0, 1], [2**40], [0], "indices[0] is 1099511627776, which does not fit int32"),
    ],
)
def test_a_broken_row_is_named(indptr: list[int], indices: list[int], ranks: list[int], message: str) -> None:
    with pytest.raises(MarketError) as error:
        Preferences(np.array(indptr), np.array(indices), np.array(ranks), 2)
    assert str(error.value) == message


def test_a_score_that_is_no_number_is_named() -> None:
    scores = np.array([[0.0, 1.0], [2.0, np.nan]])
    with pytest.raises(MarketError, match=r"^scores\[1, 1\] is nan, expected a finite number$"):
        Preferences.from_scores(scores)
    with pytest.raises(MarketError, match=r"^acceptable has shape \(2,\), expected that of the scores, \(2, 2\)$"):
        Preferences.from_scores(scores, acceptable=np.ones(2, np.bool_))
    with pytest.raises(MarketError, match=r"^top is -1, expected >= 0$"):
        Preferences.from_scores(scores, top=-1)
    with pytest.raises(MarketError, match=r"^scores have shape \(2,\)"):
        Preferences.from_scores(scores[0])
