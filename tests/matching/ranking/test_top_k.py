"""The lists of both sides: exact, the same however a market is cut, and what does not fit is refused by name."""

from __future__ import annotations

import importlib
import itertools
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking.orders import NOT_LISTED
from matching.ranking.pair_scores import TILE_WIDTH
from matching.ranking.score_sides import (
    ApplicantBlock,
    ApplicantSide,
    PairExceptions,
    Postings,
    PostingSide,
    RuleTable,
    ScoreTable,
)
from matching.ranking.top_k import BlockLists, prepare_postings, top_k, top_k_by_block, top_k_of_block
from matching.ranking.top_lists import TopLists, merge_lists
from tests.matching.ranking.sample_sides import block_rows, sides
from tests.oracles.top_k import Lists, lists_of_applicants, lists_of_postings


def _pairs(lists: TopLists) -> Lists:
    return [
        [(item, units) for item, units in zip(*row, strict=True) if item != NOT_LISTED]
        for row in zip(lists.items.tolist(), lists.units.tolist(), strict=True)
    ]


def _blocks(side: ApplicantSide, cuts: list[int]) -> list[ApplicantBlock]:
    ends = sorted({0, *cuts, len(side)})
    return [ApplicantBlock(start, block_rows(side, start, stop)) for start, stop in itertools.pairwise(ends)]


def _is_same(one: TopLists, other: TopLists) -> bool:
    return one.items.tobytes() == other.items.tobytes() and one.units.tobytes() == other.units.tobytes()


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(0, 40),
    m=st.integers(0, 90),
    lengths=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
@settings(max_examples=40, deadline=None)
def test_the_lists_of_both_sides_are_those_of_a_full_sort_of_exact_scores(
    seed: int, n: int, m: int, lengths: tuple[int, int]
) -> None:
    applicants, postings = sides(seed, n, m)
    found = top_k([ApplicantBlock(0, applicants)], Postings(postings), per_applicant=lengths[0], per_posting=lengths[1])

    assert _pairs(found.applicants) == lists_of_applicants(applicants, postings, lengths[0])
    assert _pairs(found.postings) == lists_of_postings(applicants, postings, lengths[1])


@given(seed=st.integers(0, 10**6), cuts=st.lists(st.integers(1, 29), max_size=4))
@settings(max_examples=20, deadline=None)
def test_however_applicants_are_cut_into_blocks_the_bytes_are_the_same(seed: int, cuts: list[int]) -> None:
    applicants, postings = sides(seed, 30, 70)
    whole = top_k([ApplicantBlock(0, applicants)], Postings(postings), per_applicant=5, per_posting=4)
    parts = top_k(_blocks(applicants, cuts), Postings(postings), per_applicant=5, per_posting=4)

    assert _is_same(whole.applicants, parts.applicants)
    assert _is_same(whole.postings, parts.postings)


@pytest.mark.parametrize("rows", [7, 64])
def test_how_many_applicants_pass_together_and_in_how_many_threads_changes_no_byte(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(5)
    vectors, others = rng.standard_normal((60, 33)), rng.standard_normal((400, 33))
    others[200:] = others[:200]  # every score twice
    blocks, postings = [ApplicantBlock(0, ApplicantSide(vectors))], Postings(PostingSide(others))
    usual = top_k(blocks, postings, per_applicant=9, per_posting=9)
    monkeypatch.setattr(importlib.import_module("matching.ranking.top_k"), "_ROWS", rows)
    found = top_k(blocks, postings, per_applicant=9, per_posting=9, threads=3)

    assert _is_same(usual.applicants, found.applicants)
    assert _is_same(usual.postings, found.postings)


@pytest.mark.parametrize("n_outstanding", [0, 20, 200])
def test_a_limit_that_was_guessed_too_high_costs_no_item(n_outstanding: int) -> None:
    m, rng = 3000, np.random.default_rng(n_outstanding)
    scores = rng.random(m)
    scores[rng.random(m) < 0.5] = 0.25
    guessed_from = prepare_postings(Postings(PostingSide(scores[:, None]))).sides[0][0].order[:TILE_WIDTH]
    scores[guessed_from[:n_outstanding]] += 2  # 14 of them are the guess; fewer than 50 reach it, or more
    excluded = rng.random((3, m)) < [[0.0], [0.3], [0.97]]
    side = ApplicantSide(np.array([[1.0], [0.5], [1.0]]), excluded=excluded)
    found = top_k([ApplicantBlock(0, side)], Postings(PostingSide(scores[:, None])), per_posting=2).applicants

    exact = np.rint(scores * 2**26)
    for row in range(3):
        best = np.lexsort((np.arange(m), np.where(excluded[row], 1, -exact)))[:50]
        assert (found.items[row] == best).all()


def test_scores_that_single_precision_cannot_tell_apart_stand_in_their_exact_order() -> None:
    rng = np.random.default_rng(11)
    steps = rng.permutation(600)
    others = np.stack([np.ones(600), steps * 2.0**-26], axis=1)  # a step is 2⁻⁴⁶ of a score of 1
    side = ApplicantSide(np.array([[1.0, 2.0**-20]] * 3))
    found = top_k([ApplicantBlock(0, side)], Postings(PostingSide(others)), per_applicant=10, per_posting=2)

    assert (found.applicants.items == np.argsort(-steps)[:10]).all()
    assert (found.postings.items == [0, 1]).all()


def test_where_all_scores_are_equal_the_first_are_listed() -> None:
    side, postings = ApplicantSide(np.full((500, 1), 0.3)), Postings(PostingSide(np.full((700, 1), 0.7)))
    found = top_k([ApplicantBlock(0, side)], postings, per_applicant=3, per_posting=20)

    assert (found.applicants.items == [0, 1, 2]).all()
    assert (found.postings.items == np.arange(20)).all()


def test_who_is_left_out_everywhere_has_an_empty_list_and_stands_in_none() -> None:
    side = ApplicantSide(np.ones((3, 1)), states=np.array([[0], [1], [0]]))
    rule = RuleTable(np.array([[False], [True]]), np.zeros(80, np.int64))
    postings = Postings(PostingSide(np.ones((80, 1)), rules=(rule,)))
    found = top_k([ApplicantBlock(0, side)], postings, per_applicant=2, per_posting=3)

    assert found.applicants.items.tolist() == [[0, 1], [-1, -1], [0, 1]]
    assert found.applicants.scores.tolist() == [[1.0, 1.0], [-np.inf, -np.inf], [1.0, 1.0]]
    assert (found.postings.items == [0, 2, -1]).all()


def test_two_scores_give_each_side_the_list_of_its_own() -> None:
    own, reading = sides(1, 20, 70), sides(2, 20, 70)
    blocks = [ApplicantBlock(0, own[0], reading[0])]
    found = top_k(blocks, Postings(own[1], reading[1]), per_applicant=4, per_posting=3)

    assert _pairs(found.applicants) == lists_of_applicants(*own, 4)
    assert _pairs(found.postings) == lists_of_postings(*reading, 3)


def test_blocks_that_know_nothing_of_each_other_merge_to_the_same_bytes_in_any_order() -> None:
    applicants, postings = sides(4, 30, 70)
    prepared = pickle.loads(pickle.dumps(prepare_postings(Postings(postings))))  # as another process would get it  # noqa: S301
    alone = [top_k_of_block(block, prepared, per_posting=3) for block in _blocks(applicants, [9, 17])]
    whole = top_k([ApplicantBlock(0, applicants)], Postings(postings), per_posting=3).postings

    for one, two, three in itertools.permutations(lists.postings for lists in alone):
        assert _is_same(merge_lists(one, merge_lists(two, three)), whole)
        assert _is_same(merge_lists(merge_lists(one, two), three), whole)


def test_a_pass_that_stopped_goes_on_from_the_lists_it_stored() -> None:
    applicants, postings = sides(6, 30, 70)
    blocks, told = _blocks(applicants, [8, 20]), list[int]()
    whole = list(top_k_by_block(blocks, Postings(postings), per_posting=3, progress=told.append))
    stored: BlockLists = pickle.loads(pickle.dumps(whole[0]))  # noqa: S301
    rest = list(top_k_by_block(blocks[1:], Postings(postings), per_posting=3, known=stored.postings))

    assert told == [8, 20, 30]
    assert _is_same(rest[-1].postings, whole[-1].postings)
    assert all(_is_same(a.applicants, b.applicants) for a, b in zip(rest, whole[1:], strict=True))


def test_a_market_without_applicants_or_without_postings_has_empty_lists() -> None:
    nobody = top_k([], Postings(PostingSide(np.ones((2, 1)))), per_applicant=3, per_posting=2)
    nowhere = top_k([ApplicantBlock(0, ApplicantSide(np.ones((2, 1))))], Postings(PostingSide(np.ones((0, 1)))))

    assert [lists.items.shape for lists in (nobody.applicants, nobody.postings)] == [(0, 2), (2, 0)]
    assert [lists.items.shape for lists in (nowhere.applicants, nowhere.postings)] == [(2, 0), (0, 2)]


@pytest.mark.parametrize("cuts", [[], [1], [4, 5]])
def test_lists_longer_than_the_market_are_cut_to_it(cuts: list[int]) -> None:
    own, reading = sides(1, 6, 9), sides(2, 6, 9)
    blocks = [
        ApplicantBlock(one.first, one.by_applicant, other.by_applicant)
        for one, other in zip(_blocks(own[0], cuts), _blocks(reading[0], cuts), strict=True)
    ]
    postings = Postings(own[1], reading[1])
    whole = top_k(blocks, postings, per_applicant=9, per_posting=6)
    found = top_k(blocks, postings, per_applicant=10**12, per_posting=10**12)

    assert _is_same(found.applicants, whole.applicants)
    assert _is_same(found.postings, whole.postings)
    assert _pairs(found.applicants) == lists_of_applicants(*own, 9)
    assert _pairs(found.postings) == lists_of_postings(*reading, 6)


TABLE = ScoreTable(np.ones((2, 1)), np.zeros(2, np.int64))
RULE = RuleTable(np.zeros((2, 1), dtype=bool), np.zeros(2, np.int64))
NO_PAIRS = np.zeros(0, np.int64)


@pytest.mark.parametrize(
    ("block", "postings", "message"),
    [
        (ApplicantSide(np.ones((1, 2))), PostingSide(np.ones((2, 1))), r"vectors .* shape \(1, 2\), expected \(1, 1\)"),
        (
            ApplicantSide(np.array([[np.nan]])),
            PostingSide(np.ones((2, 1))),
            r"vectors of a block of applicants\[0, 0\] is nan",
        ),
        (ApplicantSide(np.ones((1, 1))), PostingSide(np.full((2, 1), np.inf)), r"vectors of postings\[0, 0\] is inf"),
        (
            ApplicantSide(np.full((1, 4), 31.0)),
            PostingSide(np.full((2, 4), 31.0)),
            r"scores of row 0 can reach 3844, expected at most 1024",
        ),
        (
            ApplicantSide(np.ones((1, 1)), codes=np.array([[2]])),
            PostingSide(np.ones((2, 1)), (TABLE,)),
            r"codes\[0, 0\] is 2, expected 0 to 1",
        ),
        (
            ApplicantSide(np.ones((1, 1)), states=np.array([[-1]])),
            PostingSide(np.ones((2, 1)), rules=(RULE,)),
            r"states\[0, 0\] is -1, expected 0 to 1",
        ),
        (ApplicantSide(np.ones((1, 1))), PostingSide(np.ones((2, 1)), (TABLE,)), r"codes .* shape \(1, 0\)"),
        (
            ApplicantSide(np.ones((1, 1)), exceptions=PairExceptions(NO_PAIRS, NO_PAIRS + 1, np.zeros(0, dtype=bool))),
            PostingSide(np.ones((2, 2))),
            r"vectors .* expected \(1, 2\)",
        ),
        (
            ApplicantSide(
                np.ones((1, 1)), exceptions=PairExceptions(np.array([0]), np.array([2]), np.ones(1, dtype=bool))
            ),
            PostingSide(np.ones((2, 1))),
            r"exceptions\[0, 1\] is 2, expected 0 to 1",
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_name(block: ApplicantSide, postings: PostingSide, message: str) -> None:
    with pytest.raises(MarketError, match=message):
        top_k([ApplicantBlock(0, block)], Postings(postings))


def test_postings_that_do_not_fit_are_refused_by_name() -> None:
    codes = np.zeros(2, np.int64)
    with pytest.raises(MarketError, match=r"codes of a score table\[1, 0\] is 5, expected 0 to 0"):
        ScoreTable(np.ones((1, 1)), np.array([0, 5]))
    with pytest.raises(MarketError, match=r"weights of a score table have shape \(1,\), expected \(2,\)"):
        ScoreTable(np.ones((1, 1)), codes, np.ones(1))
    with pytest.raises(MarketError, match=r"weighted values of a score table reach 64\.0, expected at most 31"):
        ScoreTable(np.full((1, 1), 8.0), codes, np.full(2, 8.0))
    with pytest.raises(MarketError, match=r"rule table has shape \(1,\) and codes of \(2,\)"):
        RuleTable(np.zeros(1, dtype=bool), codes)
    with pytest.raises(MarketError, match="a table has codes of 2 postings, expected 3"):
        PostingSide(np.ones((3, 1)), (TABLE,))
    with pytest.raises(MarketError, match=r"vectors of postings have shape \(3,\)"):
        PostingSide(np.ones(3))
    with pytest.raises(MarketError, match="the scores read 3 and 2 postings"):
        Postings(PostingSide(np.ones((3, 1))), PostingSide(np.ones((2, 1))))
    with pytest.raises(MarketError, match="expected three of one length"):
        PairExceptions(codes, codes, np.zeros(1, dtype=bool))


def test_blocks_out_of_order_or_for_other_scores_are_refused() -> None:
    side, postings = ApplicantSide(np.ones((2, 1))), Postings(PostingSide(np.ones((2, 1))))
    with pytest.raises(MarketError, match="block of applicants starts at 1, expected 2 or later"):
        list(top_k_by_block([ApplicantBlock(0, side), ApplicantBlock(1, side)], postings))
    with pytest.raises(MarketError, match="block of applicants starts at 3, expected 0"):
        top_k([ApplicantBlock(3, side)], postings)
    with pytest.raises(MarketError, match="block of 2 applicants starts at -1, expected 0 to 2147483645"):
        top_k_of_block(ApplicantBlock(-1, side), prepare_postings(postings))
    with pytest.raises(MarketError, match="for one score and for two"):
        top_k([ApplicantBlock(0, side, side)], postings)
    with pytest.raises(MarketError, match="read 2 and 1 applicants of a block"):
        two = Postings(postings.by_applicant, postings.by_applicant)
        top_k([ApplicantBlock(0, side, ApplicantSide(np.ones((1, 1))))], two)
    with pytest.raises(MechanismError, match="per_posting is -1, expected a whole number >= 0"):
        top_k([ApplicantBlock(0, side)], postings, per_posting=-1)
    with pytest.raises(MechanismError, match="threads is 0, expected a whole number >= 1"):
        top_k([ApplicantBlock(0, side)], postings, threads=0)
    with pytest.raises(MarketError, match=r"known lists have shape \(1, 3\), expected \(2, 3\)"):
        known = TopLists(np.zeros((1, 3), np.int32), np.zeros((1, 3), np.int64))
        top_k_of_block(ApplicantBlock(0, side), prepare_postings(postings), per_posting=3, known=known)
    with pytest.raises(MarketError, match=r"lists of \(1, 3\) cannot be merged with lists of \(1, 2\)"):
        merge_lists(known, TopLists(known.items[:, :2], known.units[:, :2]))
    with pytest.raises(MarketError, match="expected equal"):
        TopLists(known.items, known.units[:, :1])
