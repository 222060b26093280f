"""A round's market from lists of the best: what a full sort of exact scores gives, however applicants are cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError
from matching.market import Market
from matching.mechanisms.stable.deferred_acceptance import deferred_acceptance
from matching.mechanisms.stable.ties import break_ties
from matching.properties import blocking_pairs
from matching.ranking.listed_market import listed_market
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide
from tests.matching.ranking.sample_sides import block_rows, sides
from tests.oracles.top_k import is_excluded, lists_of_applicants, score_units

Lists = list[list[int | list[int]]]


def _nested(row: list[tuple[int, int]]) -> list[int | list[int]]:
    """(item, units) in order → lists as ``Preferences.to_lists`` tells them."""
    classes: dict[int, list[int]] = {}
    for item, units in row:
        classes.setdefault(units, []).append(item)
    return [tied if len(tied) > 1 else tied[0] for tied in classes.values()]


def _expected(
    applicants: tuple[ApplicantSide, ApplicantSide], postings: tuple[PostingSide, PostingSide], length: int
) -> tuple[Lists, Lists]:
    own = lists_of_applicants(applicants[0], postings[0], length)
    listed = {(i, j) for i, row in enumerate(own) for j, _ in row}
    reading = [
        sorted(
            (
                (i, score_units(applicants[1], postings[1], i, j))
                for i in range(len(applicants[1]))
                if (i, j) in listed and not is_excluded(applicants[1], postings[1], i, j)
            ),
            key=lambda entry: (-entry[1], entry[0]),
        )
        for j in range(len(postings[1]))
    ]
    return [_nested(row) for row in own], [_nested(row) for row in reading]


def _market(
    applicants: tuple[ApplicantSide, ApplicantSide], postings: tuple[PostingSide, PostingSide], cut: int, length: int
) -> Market:
    n = len(applicants[0])
    blocks = [
        ApplicantBlock(start, *(block_rows(side, start, stop) for side in applicants))
        for start, stop in ((0, cut), (cut, n))
    ]
    return listed_market(blocks, Postings(*postings), np.ones(len(postings[0]), int), per_applicant=length)


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12), st.integers(0, 5), st.data())
def test_both_sides_list_as_a_full_sort_of_exact_scores_does(
    seed: int, n: int, m: int, length: int, data: st.DataObject
) -> None:
    one, other = sides(seed, n, m), sides(seed + 1, n, m)
    applicants, postings = (one[0], other[0]), (one[1], other[1])
    market = _market(applicants, postings, data.draw(st.integers(0, n)), length)
    found = market.applicants.to_lists(), market.postings.to_lists()
    assert found == _expected(applicants, postings, length)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_with_one_score_both_sides_agree_on_every_pair_and_a_round_leaves_none_blocking(
    seed: int, n: int, m: int
) -> None:
    applicants, postings = sides(seed, n, m)
    market = listed_market([ApplicantBlock(0, applicants)], Postings(postings), np.full(m, 2), per_applicant=5)
    strict = break_ties(market, rng=np.random.default_rng(seed)).market
    assert np.all(market.rank_at_posting >= 0)
    assert len(blocking_pairs(market, deferred_acceptance(strict))) == 0


def test_nobody_and_nothing_make_an_empty_market() -> None:
    nobody = listed_market([], Postings(PostingSide(np.zeros((2, 1)))), [1, 1])
    assert (nobody.n_applicants, nobody.n_postings) == (0, 2)
    three = [ApplicantBlock(0, ApplicantSide(np.zeros((3, 1))))]
    nothing = listed_market(three, Postings(PostingSide(np.zeros((0, 1)))), [])
    assert (nothing.n_applicants, nothing.n_postings) == (3, 0)


def test_a_missing_block_is_refused() -> None:
    block = ApplicantBlock(2, ApplicantSide(np.zeros((1, 1))))
    with pytest.raises(MarketError, match="starts at 2, expected 0"):
        listed_market([block], Postings(PostingSide(np.zeros((1, 1)))), [1])


def test_progress_is_told_after_every_block() -> None:
    seen: list[int] = []
    blocks = [ApplicantBlock(at, ApplicantSide(np.zeros((2, 1)))) for at in (0, 2)]
    listed_market(blocks, Postings(PostingSide(np.zeros((1, 1)))), [1], progress=seen.append)
    assert seen == [2, 4]
