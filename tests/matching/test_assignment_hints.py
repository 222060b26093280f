"""Which pairs assignment looks at first: what the two choosers promise, though no answer depends on it."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matching.arrays import fixed
from matching.mechanisms.assignment.core_pairs import Rows, likely_pairs, lot
from matching.mechanisms.assignment.tables import Marks, Table, marked_cells

N, M = 12, 70
"""Rows longer than a run of cells."""


def scores_of(seed: int, n: int = N, m: int = M) -> np.ndarray:
    """No two alike."""
    return np.random.default_rng(seed).permutation(n * m).reshape(n, m) / 1024


def table_of(scores: np.ndarray) -> Table:
    return Table(fixed(scores.ravel()), M, 1.0, 1.0, float(np.abs(scores).max(initial=0.0)))


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(0, 70))
def test_of_a_table_everything_above_the_marks_is_taken_and_some_of_the_best_of_each_person(
    seed: int, for_each: int, n_above: int
) -> None:
    scores = scores_of(seed)
    place = scores.mean(axis=0)
    marks = Marks(np.zeros(N), np.full(M, (N * M - n_above - 0.5) / 1024))
    cells = marked_cells(table_of(scores), marks, np.ones(M, np.int64), place, for_each).tolist()
    assert cells == sorted(set(cells))
    above = np.flatnonzero(scores.ravel() > marks.posting[0]).tolist()
    assert (len(above), set(above) <= set(cells)) == (n_above, True)
    for applicant in range(N):
        mine = {cell - applicant * M for cell in cells if cell // M == applicant}
        assert int((scores[applicant] - place).argmax()) in mine
    assert marked_cells(table_of(scores), marks, np.ones(M, np.int64), place, 0).tolist() == above


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.lists(st.integers(0, 2), min_size=9, max_size=9))
def test_of_lists_some_pairs_of_each_person_are_taken_and_more_of_each_open_posting(
    seed: int, for_each: int, seats: list[int]
) -> None:
    n, m, capacity = 60, len(seats), np.array(seats)
    lists = np.arange(n + 1) * m, np.tile(np.arange(m, dtype=np.int32), n), scores_of(seed, n, m).ravel()
    rows = Rows(*map(fixed, lists), 1.0, 1.0, 0.0)
    chosen = np.unique(likely_pairs(rows, capacity, for_each))
    is_open = capacity > 0
    assert is_open[chosen % m].all()
    assert (np.bincount(chosen % m, minlength=m)[is_open] >= 2 * for_each + 3 * capacity[is_open]).all()
    assert (np.bincount(chosen // m, minlength=n) >= min(for_each, np.count_nonzero(is_open))).all()


def test_lots_differ_and_lie_between_nothing_and_one() -> None:
    lots = [lot(applicant, posting) for applicant in range(30) for posting in range(30)]
    assert all(0 <= drawn < 1 for drawn in lots)
    assert len({round(drawn, 9) for drawn in lots}) == 900
