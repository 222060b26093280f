"""Lists of a partition are those of the ranking, whatever the partition."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from features.lists.ranking import rank, recommend
from features.partitions.errors import PartitionError
from features.partitions.lists import Calls, PartitionLists, list_partition
from features.partitions.merging import merge_candidates
from features.weights import default_weights
from tests.features.partitions.people import people, read_calls
from tests.features.small_market import ON

N, LENGTHS = 60, {"per_applicant": 3, "per_posting": 20}
TOLD = 1e-5  # a score is told as a sum of parts of which each is rounded to 1e-6


@pytest.fixture(scope="module")
def calls() -> Calls:
    return read_calls()


@pytest.fixture(scope="module")
def whole(calls: Calls) -> PartitionLists:
    return list_partition(people(N), calls, **LENGTHS)


def test_a_posting_lists_the_candidates_whom_its_ranking_reads_first(calls: Calls, whole: PartitionLists) -> None:
    market = calls.market(people(N))
    for posting_id in market.postings.ids:
        ranked = [
            line
            for line in rank(market, posting_id, top=N, what_if=False).candidates
            if line.placed_by == "score"  # who wants no order by scores is listed apart
        ][: LENGTHS["per_posting"]]
        listed = whole.candidates.filter(pl.col("posting_id") == posting_id)

        assert listed["place"].to_list() == list(range(1, len(ranked) + 1))
        assert listed["applicant_id"].to_list() == [line.id for line in ranked]
        assert listed["score"].to_numpy() == pytest.approx(np.array([line.score for line in ranked]), abs=TOLD)


def test_an_applicant_lists_the_places_that_are_recommended(calls: Calls, whole: PartitionLists) -> None:
    market = calls.market(people(N))
    for applicant_id in market.applicants.ids[::4]:
        places = recommend(market, applicant_id, top=LENGTHS["per_applicant"]).postings
        listed = whole.places.filter(pl.col("applicant_id") == applicant_id)

        assert listed["posting_id"].to_list() == [line.id for line in places]
        assert listed["score"].to_numpy() == pytest.approx(np.array([line.score for line in places]), abs=TOLD)


def test_a_closed_call_is_in_no_list_of_places_but_has_its_own_candidates(whole: PartitionLists) -> None:
    assert "p3" not in set(whole.places["posting_id"])
    assert "p3" in set(whole.candidates["posting_id"])


def test_a_private_wish_moves_nobody_in_a_list_of_candidates(calls: Calls, whole: PartitionLists) -> None:
    """Who refuses 北海道 is not shown its calls, and stands where the coordinator's score has them all the same."""
    refusing = "a007"
    seen = whole.places.filter(pl.col("applicant_id") == refusing)["posting_id"].to_list()
    candidates = list_partition(people(N), calls, per_applicant=3, per_posting=N).candidates

    assert seen
    assert "p0" not in seen
    assert candidates.filter(pl.col("applicant_id") == refusing, pl.col("posting_id") == "p0").height == 1


def test_who_wants_no_order_by_scores_is_in_no_list_of_candidates_and_is_named_apart(whole: PartitionLists) -> None:
    assert whole.unordered["applicant_id"].to_list() == [f"a{number:03}" for number in range(0, N, 11)]
    assert set(whole.candidates["applicant_id"]).isdisjoint(whole.unordered["applicant_id"])


@pytest.mark.parametrize("cut", [1, 2, 7, 60], ids=lambda n: f"{n} partitions")
def test_the_cut_of_a_register_changes_nothing(calls: Calls, whole: PartitionLists, cut: int) -> None:
    everyone = people(N)
    parts = [list_partition(everyone[start::cut][::-1], calls, **LENGTHS) for start in range(cut)]
    merged = merge_candidates([part.candidates for part in reversed(parts)], length=LENGTHS["per_posting"])

    assert merged.equals(whole.candidates)
    assert pl.concat([part.places for part in parts]).sort("applicant_id", "place").equals(whole.places)


def test_a_partition_of_nobody_has_empty_lists(calls: Calls, whole: PartitionLists) -> None:
    lists = list_partition((), calls)

    assert (lists.places.height, lists.candidates.height, lists.unordered.height) == (0, 0, 0)
    assert lists.candidates.schema == whole.candidates.schema


def test_lists_without_a_posting_are_refused() -> None:
    with pytest.raises(PartitionError, match=r"^there is no posting to list applicants for, expected at least one$"):
        Calls((), ON, default_weights())
