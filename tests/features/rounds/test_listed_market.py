"""Lists that belong together make one market; which of them are cut is known."""

from __future__ import annotations

import pytest

from features.errors import RecordError
from features.partitions.lists import Calls, PartitionLists, list_partition
from features.rounds.listed_market import open_listed_round
from tests.features.rounds.listed_rounds import EVERYONE, opened
from tests.features.small_market import ON


def test_no_list_is_cut_that_has_all_places(calls: Calls) -> None:
    assert not opened(calls, EVERYONE).is_cut.any()


@pytest.mark.parametrize(
    ("kind", "told"),
    [("priorities", "there is no score of it"), ("everybody", "there is no such person")],
)
def test_lists_that_do_not_belong_together_are_refused(calls: Calls, kind: str, told: str) -> None:
    lists = list_partition(EVERYONE, calls)
    torn = PartitionLists(**{**vars(lists), kind: getattr(lists, kind).head(3)})

    with pytest.raises(RecordError, match=told):
        open_listed_round([torn], calls.postings, on=ON, list_length=50)
    with pytest.raises(RecordError, match="there is no such posting"):
        open_listed_round([lists], calls.postings[:1], on=ON, list_length=50)
