"""A posting's pairs have the same exact scores, whether its part of the tables is worked out once or for each pair."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.ranking.list_units import exact_units_of_applicants
from matching.ranking.pair_scores import exact_units_of_pairs, posting_arrays, row_arrays
from tests.matching.ranking.sample_sides import sides
from tests.oracles.top_k import score_units


@given(seed=st.integers(0, 10**6), n=st.integers(1, 30), m=st.integers(1, 5))
@settings(max_examples=40, deadline=None)
def test_scores_of_a_posting_are_those_of_its_pairs(seed: int, n: int, m: int) -> None:
    applicants, postings = sides(seed, n, m)
    rows, arrays = row_arrays(applicants, postings), posting_arrays(postings)
    chosen = np.random.default_rng(seed).integers(0, n, 3 * n).astype(np.int32)

    for posting in range(m):
        found = exact_units_of_applicants(chosen, posting, rows, arrays)
        of_pairs = exact_units_of_pairs(chosen, np.full(chosen.size, posting, np.int32), rows, arrays)
        assert found.tolist() == of_pairs.tolist()
        assert found[0] == score_units(applicants, postings, int(chosen[0]), posting)
