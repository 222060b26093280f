from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from matching.errors import MarketError, OutcomeError
from matching.market import Market
from matching.outcome import Matching
from matching.preferences import Preferences
from tests.oracles.enumeration import ranks_of
from tests.strategies import markets


@given(markets())
def test_each_entry_carries_the_rank_that_the_other_side_gives_back(market: Market) -> None:
    applicants, postings = ranks_of(market.applicants.to_lists()), ranks_of(market.postings.to_lists())
    at_posting = [
        postings[p].get(a, -1) for a, p in zip(market.applicants.rows(), market.applicants.indices, strict=True)
    ]
    at_applicant = [
        applicants[a].get(p, -1) for p, a in zip(market.postings.rows(), market.postings.indices, strict=True)
    ]
    assert market.rank_at_posting.tolist() == at_posting
    assert market.rank_at_applicant.tolist() == at_applicant


@pytest.mark.parametrize(
    ("n_choices", "n_others", "capacity", "message"),
    [
        (3, 1, [1, 1], "applicants choose among 3, expected the 2 postings"),
        (2, 5, [1, 1], "postings choose among 5, expected the 1 applicants"),
        (2, 1, [1], "capacity has 1 entries, expected 2 postings"),
        (2, 1, [1, -1], "posting 1 has capacity -1, expected >= 0"),
        (2, 1, [1.5, 1], "capacity has dtype float64 and shape (2,), expected one row of integers"),
    ],
)
def test_sides_that_do_not_fit_are_refused(n_choices: int, n_others: int, capacity: list[int], message: str) -> None:
    applicants = Preferences.from_lists([[0]], n_choices)
    postings = Preferences.from_lists([[0], []], n_others)
    with pytest.raises(MarketError) as error:
        Market(applicants, postings, np.array(capacity))
    assert str(error.value) == message


def test_a_placement_at_a_posting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OutcomeError, match=r"^applicant 1 is placed at 2, expected one of 2 postings or -1$"):
        Matching(np.array([0, 2]), n_postings=2)
