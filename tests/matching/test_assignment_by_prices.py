"""An assignment found by prices is worth what the whole table gives, and its bound says so."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from matching.arrays import Bools, Int64s, Reals
from matching.errors import MarketError, MechanismError
from matching.mechanisms.assignment.by_prices import assignment_by_prices
from matching.mechanisms.assignment.linear_assignment import optimal_assignment
from matching.ranking.exact_units import told
from matching.ranking.score_sides import ApplicantBlock, ApplicantSide, Postings, PostingSide, RuleTable
from matching.scored_pairs import ScoredPairs
from tests.matching.ranking.sample_sides import block_rows, sides
from tests.oracles.top_k import is_excluded, score_units


def _table(applicants: ApplicantSide, postings: PostingSide) -> ScoredPairs:
    n, m = len(applicants), len(postings)
    units = np.array([[score_units(applicants, postings, i, j) for j in range(m)] for i in range(n)], dtype=np.int64)
    allowed = np.array([[not is_excluded(applicants, postings, i, j) for j in range(m)] for i in range(n)])
    return ScoredPairs.from_dense(told(units.reshape(n, m)), acceptable=allowed.reshape(n, m))


def _bound(table: ScoredPairs, prices: Reals, seats: Int64s) -> float:
    """What prices prove, of rounded ones: the most that each person gains by any pair, and what the seats cost."""
    gains = np.zeros(table.n_applicants)
    held = np.floor(prices * 2.0**26) / 2.0**26
    has_seat = seats[table.postings] > 0
    np.maximum.at(gains, table.applicants[has_seat], (table.scores - held[table.postings])[has_seat])
    return float(gains.sum() + (held * seats).sum())


@settings(max_examples=80)
@given(st.integers(0, 2**32 - 1), st.integers(1, 14), st.integers(1, 10), st.data())
def test_the_value_is_that_of_the_whole_table_and_the_bound_proves_it(
    seed: int, n: int, m: int, data: st.DataObject
) -> None:
    applicants, postings = sides(seed, n, m)
    seats = np.array(data.draw(st.lists(st.integers(0, 3), min_size=m, max_size=m)))
    lengths = [data.draw(st.integers(1, 3) | st.just(10**12)) for _ in range(3)]
    cut = data.draw(st.integers(0, n))
    parts = [(0, cut), (cut, n)]
    found = assignment_by_prices(
        lambda: [ApplicantBlock(start, block_rows(applicants, start, stop)) for start, stop in parts],
        Postings(postings),
        seats,
        per_applicant=lengths[0],
        per_posting=lengths[1],
        added=lengths[2],
    )
    table = _table(applicants, postings)
    assert found.assignment.value == pytest.approx(optimal_assignment(table, seats).value, abs=1e-9)
    assert found.bound == pytest.approx(found.assignment.value, abs=1e-6 * (1 + seats.sum()))
    assert found.bound >= found.assignment.value
    assert found.bound == pytest.approx(_bound(table, found.assignment.posting_prices, seats), abs=1e-11)
    placed = np.flatnonzero(found.assignment.matching.posting_of >= 0)
    for i in placed:
        assert not is_excluded(applicants, postings, int(i), int(found.assignment.matching.posting_of[i]))


def _seat_by_seat(scores: Reals, allowed: Bools, seats: Int64s) -> float:
    """The largest total by scipy, a column a seat; to stay without one, or to take one that may not be, is worth 0."""
    worth = np.where(allowed, np.maximum(scores, 0.0), 0.0).repeat(seats, axis=1)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    return float(worth[rows, columns].sum())


@pytest.mark.parametrize("seed", range(150))
def test_the_value_is_that_of_scipy_on_every_seat_with_ties_and_people_who_may_go_nowhere(seed: int) -> None:
    rng = np.random.default_rng([10, seed])
    n, m = (int(size) for size in rng.integers(1, (25, 9)))
    scores = rng.integers(-2, 4, (n, m)) / 4  # ten people a value: ties everywhere, some scores below nothing
    allowed = rng.random((n, m)) < rng.choice([0.2, 0.7, 1.0])
    allowed[rng.random(n) < 0.2] = False
    seats = rng.integers(0, 5, m)
    rule = RuleTable(~allowed, np.arange(m))
    everyone = ApplicantSide(scores, states=np.arange(n)[:, None])
    cut = int(rng.integers(0, n + 1))
    lengths = [int(length) for length in rng.integers(1, 4, 3)]

    found = assignment_by_prices(
        lambda: [ApplicantBlock(start, block_rows(everyone, start, stop)) for start, stop in ((0, cut), (cut, n))],
        Postings(PostingSide(np.eye(m), rules=(rule,))),
        seats,
        per_applicant=lengths[0],
        per_posting=lengths[1],
        added=lengths[2],
    )

    posting_of = found.assignment.matching.posting_of
    placed = np.flatnonzero(posting_of >= 0)
    assert allowed[placed, posting_of[placed]].all()
    assert (np.bincount(posting_of[placed], minlength=m) <= seats).all()
    assert scores[placed, posting_of[placed]].sum() == found.assignment.value  # quarters: no sum of them is rounded
    assert found.assignment.value == _seat_by_seat(scores, allowed, seats)
    assert found.assignment.value == optimal_assignment(ScoredPairs.from_dense(scores, acceptable=allowed), seats).value
    assert 0 <= found.gap <= seats.sum() * 2**-26


def test_pairs_far_behind_the_first_lists_are_found() -> None:
    # everybody likes the same ten towns; the last people belong to towns that stand at the end of their lists
    rng = np.random.default_rng(5)
    popular = np.sort(rng.random(60))[::-1]
    scores = popular[None, :] + 0.01 * rng.random((60, 60))
    everyone = ApplicantSide(scores)
    found = assignment_by_prices(
        lambda: [ApplicantBlock(0, everyone)],
        Postings(PostingSide(np.eye(60))),
        np.ones(60, int),
        per_applicant=2,
        per_posting=1,
        added=2,
    )
    whole = optimal_assignment(ScoredPairs.from_dense(scores), np.ones(60, int))
    assert found.assignment.value == pytest.approx(whole.value, abs=1e-6)
    assert found.gap < 1e-5
    assert found.n_pairs < 60 * 60


def test_the_bound_counts_what_rounding_a_price_down_leaves_to_whoever_goes_without_the_seat() -> None:
    # one seat: its price is what person 1 would pay, with more digits than prices held against all pairs; to person 2
    # it is worth less than nothing
    third = 1 / 3
    found = assignment_by_prices(
        lambda: [ApplicantBlock(0, ApplicantSide(np.array([[1.0, 0.0, 1.0], [0.0, third, 1.0], [0.0, -1.0, 1.0]])))],
        Postings(PostingSide(np.array([[third, third, 0.0], [0.0, 0.0, -1.0]]))),  # nobody gains by the other posting
        [1, 1],
    )
    price = found.assignment.posting_prices[0]
    left = price - np.floor(price * 2**26) / 2**26
    assert found.assignment.matching.posting_of.tolist() == [0, -1, -1]
    assert 0 < left < 2**-26
    assert found.gap == pytest.approx(left, abs=1e-15)


def test_progress_tells_the_pass_and_the_applicants() -> None:
    told_of: list[tuple[int, int]] = []
    assignment_by_prices(
        lambda: [ApplicantBlock(0, ApplicantSide(np.ones((2, 1))))],
        Postings(PostingSide(np.ones((1, 1)))),
        [1],
        progress=lambda number, end: told_of.append((number, end)),
    )
    assert told_of == [(0, 2), (1, 2)]


def test_nobody_and_nothing_are_assigned_nothing() -> None:
    nobody = assignment_by_prices(lambda: [], Postings(PostingSide(np.ones((2, 1)))), [1, 1])
    assert (nobody.assignment.value, nobody.bound) == (0.0, 0.0)
    nothing = assignment_by_prices(
        lambda: [ApplicantBlock(0, ApplicantSide(np.ones((2, 1))))], Postings(PostingSide(np.ones((0, 1)))), []
    )
    assert nothing.assignment.matching.posting_of.tolist() == [-1, -1]


def test_what_does_not_fit_is_refused_by_name() -> None:
    one = PostingSide(np.ones((1, 1)))
    block = ApplicantBlock(1, ApplicantSide(np.ones((1, 1))))
    with pytest.raises(MechanismError, match="postings have two scores"):
        assignment_by_prices(lambda: [block], Postings(one, one), [1])
    with pytest.raises(MechanismError, match="added is 0, expected at least 1"):
        assignment_by_prices(lambda: [block], Postings(one), [1], added=0)
    with pytest.raises(MarketError, match="capacity has 2 entries, expected 1"):
        assignment_by_prices(lambda: [block], Postings(one), [1, 1])
    with pytest.raises(MarketError, match="starts at 1, expected 0"):
        assignment_by_prices(lambda: [block], Postings(one), [1])
