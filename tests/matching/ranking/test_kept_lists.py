"""Lists that follow a market's changes are those of a full pass over the changed market, to the last bit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError
from matching.ranking.kept_lists import KeptLists
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide, RuleTable
from matching.ranking.side_changes import copied, one_applicant, one_posting, with_applicant, with_posting
from matching.ranking.top_k import top_k
from tests.matching.ranking.sample_sides import sides

Market = tuple[ApplicantBlock, Postings]
ONE = Postings(PostingSide(np.ones((1, 1))))
A_RULE = RuleTable(np.ones((1, 1), bool), np.zeros(1, int))


def _market(seed: int, n: int, m: int, *, has_two_scores: bool) -> Market:
    one = sides(seed, n, m)
    if not has_two_scores:
        return ApplicantBlock(0, one[0]), Postings(one[1])
    other = sides(seed + 1, n, m)
    return ApplicantBlock(0, one[0], other[0]), Postings(one[1], other[1])


def _is_as_a_full_pass(kept: KeptLists, market: Market, lengths: tuple[int, int]) -> None:
    found = top_k([market[0]], market[1], per_applicant=lengths[0], per_posting=lengths[1])
    for one, other in ((kept.applicants, found.applicants), (kept.postings, found.postings)):
        np.testing.assert_array_equal(one.items, other.items)
        np.testing.assert_array_equal(one.units, other.units)


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.sampled_from([0.0, 0.25, 2.0]), st.data())
def test_after_every_change_the_lists_are_those_of_a_full_pass(
    seed: int, has_two_scores: bool, reserve: float, data: st.DataObject
) -> None:
    n, m = data.draw(st.integers(2, 9)), data.draw(st.integers(2, 9))
    length = st.integers(0, 3) | st.just(10**12)
    lengths = data.draw(length), data.draw(length)
    everyone, postings = _market(seed, n, m, has_two_scores=has_two_scores)
    kept = KeptLists(everyone, postings, per_applicant=lengths[0], per_posting=lengths[1], reserve=reserve)
    everyone = copied(everyone)
    for _ in range(data.draw(st.integers(1, 8))):
        at, by = data.draw(st.integers(0, 99)), data.draw(st.integers(0, 99))
        if data.draw(st.booleans()):  # somebody becomes like somebody else
            like = copied(one_applicant(everyone, by % n))
            record = ApplicantBlock(at % n, like.by_applicant, like.by_posting)
            kept.change_applicant(record)
            everyone = with_applicant(everyone, record)
        else:
            call = one_posting(postings, by % m)
            kept.change_posting(at % m, call)
            postings = with_posting(postings, at % m, call)
        _is_as_a_full_pass(kept, (everyone, postings), lengths)


def test_a_list_that_loses_more_than_its_reserve_is_made_anew() -> None:
    everyone = ApplicantBlock(0, ApplicantSide(np.arange(1.0, 9.0)[:, None] / 8))
    kept = KeptLists(everyone, ONE, per_applicant=1, per_posting=2, reserve=0.5)
    for row in (7, 6, 5, 4):  # the best four, one after the other, become the worst
        kept.change_applicant(ApplicantBlock(row, ApplicantSide(np.array([[-1.0]]))))
    assert kept.postings.items.tolist() == [[3, 2]]


def test_what_happens_later_to_the_arrays_it_was_given_changes_nothing() -> None:
    wishes = np.array([[1.0], [0.5]])
    kept = KeptLists(ApplicantBlock(0, ApplicantSide(wishes)), ONE)
    wishes[:] = -1
    kept.change_posting(0, ONE)
    assert kept.postings.scores[0, :2].tolist() == [1.0, 0.5]


def _plain(vectors: list[list[float]], first: int = 0) -> ApplicantBlock:
    return ApplicantBlock(first, ApplicantSide(np.array(vectors)))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (_plain([[0.5]], 2), "1 applicants from 2 on, expected one of 2"),
        (_plain([[0.5], [0.5]]), "2 applicants from 0 on"),
        (_plain([[0.5, 0.5]]), "vectors of a block of applicants have shape"),
        (_plain([[float("nan")]]), "is nan, expected a number"),
        (ApplicantBlock(0, ApplicantSide(np.ones((1, 1)), excluded=np.ones((1, 1), bool))), "the market has none"),
    ],
)
def test_a_record_that_does_not_fit_changes_nothing(record: ApplicantBlock, message: str) -> None:
    kept = KeptLists(_plain([[1.0], [0.5]]), ONE)
    with pytest.raises(MarketError, match=message):
        kept.change_applicant(record)
    assert kept.postings.scores[0, :2].tolist() == [1.0, 0.5]
    assert kept.applicants.scores[:, 0].tolist() == [1.0, 0.5]


@pytest.mark.parametrize(
    ("posting", "record", "message"),
    [
        (1, ONE, "posting 1 is changed to 1, expected one of 1"),
        (0, Postings(PostingSide(np.ones((2, 1)))), "posting 0 is changed to 2"),
        (0, Postings(PostingSide(np.ones((1, 2)))), "a vector of another length"),
        (0, Postings(PostingSide(np.ones((1, 1)), rules=(A_RULE,))), "rules"),
        (0, Postings(PostingSide(np.ones((1, 1))), PostingSide(np.ones((1, 1)))), "for one score and the market"),
        (0, Postings(PostingSide(np.array([[np.inf]]))), "is inf, expected a number"),
    ],
)
def test_a_posting_that_does_not_fit_changes_nothing(posting: int, record: Postings, message: str) -> None:
    kept = KeptLists(_plain([[1.0], [0.5]]), ONE)
    with pytest.raises(MarketError, match=message):
        kept.change_posting(posting, record)
    assert kept.postings.scores[0, :2].tolist() == [1.0, 0.5]


def test_numbers_that_the_market_would_round_are_refused() -> None:
    kept = KeptLists(ApplicantBlock(0, ApplicantSide(np.ones((1, 1), np.float32))), ONE)
    with pytest.raises(MarketError, match="numbers of float64, the market of float32"):
        kept.change_applicant(_plain([[0.1]]))


def test_a_block_that_does_not_begin_at_the_first_is_refused() -> None:
    with pytest.raises(MarketError, match="starts at 3, expected 0"):
        KeptLists(_plain([[1.0]], 3), ONE)
