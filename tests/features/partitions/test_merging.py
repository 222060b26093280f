"""Lists of partitions are merged into the best of all, by brute force."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.partitions import merging
from features.partitions.merging import merge_candidates

Pairs = list[tuple[str, str, float]]
PAIRS = st.lists(
    st.tuples(st.sampled_from("pqé"), st.sampled_from("abcdef縁"), st.sampled_from([0.25, 0.5, 0.5 + 2**-52])),
    unique_by=lambda pair: pair[:2],
)


def _frame(pairs: Pairs) -> pl.DataFrame:
    names = ("posting_id", "applicant_id", "score")
    columns = {name: [pair[at] for pair in pairs] for at, name in enumerate(names)}
    schema = {"posting_id": pl.String, "applicant_id": pl.String, "score": pl.Float64, "place": pl.Int32}
    return pl.DataFrame(columns | {"place": [1] * len(pairs)}, schema=schema)


def _best(pairs: Pairs, length: int) -> list[tuple[str, int, str, float]]:
    found = list[tuple[str, int, str, float]]()
    for posting_id in sorted({pair[0] for pair in pairs}):
        mine = sorted((pair for pair in pairs if pair[0] == posting_id), key=lambda pair: (-pair[2], pair[1]))
        found += [(posting_id, place, pair[1], pair[2]) for place, pair in enumerate(mine[:length], start=1)]
    return found


@given(pairs=PAIRS, n_parts=st.integers(1, 4), length=st.integers(1, 4), most=st.integers(0, 8))
def test_the_merged_lists_are_the_best_of_all_pairs(pairs: Pairs, n_parts: int, length: int, most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "_MOST", most)
        merged = merge_candidates([_frame(pairs[part::n_parts]) for part in range(n_parts)], length=length)

    assert merged.rows() == _best(pairs, length)


def test_no_part_merges_to_no_list() -> None:
    assert merge_candidates([], length=3).columns == ["posting_id", "place", "applicant_id", "score"]
