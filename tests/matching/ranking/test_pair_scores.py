"""Single precision stays as near to the exact score as is promised, whatever the parts of a score are."""

from __future__ import annotations

import numpy as np
import pytest

from matching.ranking.exact_units import SCORE_UNIT
from matching.ranking.pair_scores import TILE_WIDTH, add_tables, exact_units_of_pairs, posting_arrays, row_arrays
from matching.ranking.piecewise_products import multiply_tile
from matching.ranking.score_sides import ApplicantSide, PostingSide, ScoreTable


@pytest.mark.parametrize("d", [0, 3, 257, 2000])
@pytest.mark.parametrize("n_tables", [0, 1, 5])
def test_a_float32_score_is_off_by_less_than_its_slack(d: int, n_tables: int) -> None:
    rng = np.random.default_rng(d + n_tables)
    tables = []
    for t in range(n_tables):
        shape = (300 if t == 2 else 4, 3)
        tables.append(ScoreTable(rng.uniform(-3, 3, shape), rng.integers(0, 3, 40), rng.uniform(0, 2, 40)))
    side = PostingSide(rng.uniform(-1, 1, (40, d)), tuple(tables))
    codes = np.array([rng.integers(0, table.values.shape[0], 20) for table in tables], dtype=np.int64)
    applicants = ApplicantSide(
        rng.uniform(-1, 1, (20, d)), codes=codes.reshape(n_tables, 20).T, weights=rng.uniform(0, 2, (20, n_tables))
    )
    rows, postings = row_arrays(applicants, side), posting_arrays(side)
    scores, spare = np.empty((2, 20, TILE_WIDTH), np.float32)
    multiply_tile(scores, spare, 0, rows.vectors, postings.tiles[0])
    add_tables(scores, 0, 0, rows, postings)
    at = np.indices((20, 40), np.int32).reshape(2, -1)
    exact = exact_units_of_pairs(at[0], at[1], rows, postings).reshape(20, 40) * SCORE_UNIT

    assert (np.abs(scores[:, postings.places] - exact) <= rows.slack[:, None]).all()
    assert d + n_tables == 0 or rows.slack.max() < 1e-2  # of scores up to 700: nearly everything is dropped
