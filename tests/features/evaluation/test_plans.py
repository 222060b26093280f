"""Lotteries, first come first served, the best assignment, and whether the past can speak of a plan."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from features.evaluation.errors import EvaluationError
from features.evaluation.overlap import Overlap, overlap_of, supported
from features.evaluation.plans import (
    best_assignment,
    counted_chances,
    greedy_assignment,
    random_chances,
    sure_plan,
)
from tests.features.evaluation.seasons import happened

ALLOWED = np.array([[True, True], [True, False], [True, True]])
CAPACITY = np.array([1, 2])


def _exact_lottery(capacity: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Every order of the people, every seat that is drawn."""
    n, m = allowed.shape
    found = np.zeros((n, m))

    def draw(order: tuple[int, ...], left: np.ndarray, weight: float) -> None:
        if not order:
            return
        person, seats = order[0], left * allowed[order[0]]
        if not seats.sum():
            draw(order[1:], left, weight)
        for posting in np.flatnonzero(seats):
            share = weight * seats[posting] / seats.sum()
            found[person, posting] += share
            draw(order[1:], left - np.eye(m, dtype=int)[posting], share)

    orders = list(permutations(range(n)))
    for order in orders:
        draw(order, capacity, 1 / len(orders))
    return found


def test_the_lottery_has_the_chances_that_counting_every_order_and_seat_gives() -> None:
    drawn = random_chances(CAPACITY, ALLOWED, rng=np.random.default_rng(0), n_draws=20_000)

    np.testing.assert_allclose(drawn, _exact_lottery(CAPACITY, ALLOWED), atol=0.015)


def test_no_lottery_gives_away_more_seats_than_there_are_or_a_pair_that_is_barred() -> None:
    rng = np.random.default_rng(1)
    allowed = rng.random((40, 6)) < 0.4
    drawn = random_chances(rng.integers(0, 6, 6), allowed, rng=rng, n_draws=50)

    assert (drawn[~allowed] == 0).all()
    assert (drawn.sum(axis=1) <= 1 + 1e-12).all()
    assert random_chances(np.array([3]), np.ones((5, 1), bool), rng=rng, n_draws=9).sum() == pytest.approx(3)


def test_the_best_assignment_is_never_worth_less_than_first_come_first_served() -> None:
    rng = np.random.default_rng(2)
    for _ in range(5):
        values, allowed, seats = rng.random((12, 4)), rng.random((12, 4)) < 0.8, rng.integers(1, 4, 4)
        best, greedy = best_assignment(values, seats, allowed), greedy_assignment(values, seats, allowed)

        assert (sure_plan(best, 4) * values).sum() >= (sure_plan(greedy, 4) * values).sum() - 1e-12
        for one in (best, greedy):
            assert (np.bincount(one[one >= 0], minlength=4) <= seats).all()
            assert allowed[np.flatnonzero(one >= 0), one[one >= 0]].all()


def test_who_comes_when_all_seats_are_taken_gets_none() -> None:
    assert greedy_assignment(np.array([[0.5], [0.9]]), np.array([1]), np.ones((2, 1), bool)).tolist() == [0, -1]


def test_counted_chances_are_shares_of_the_draws() -> None:
    drawn = iter([np.array([0, -1]), np.array([1, 0]), np.array([1, -1]), np.array([1, 0])])

    found = counted_chances(lambda _: next(drawn), (2, 2), rng=np.random.default_rng(0), n_draws=4)

    assert found.tolist() == [[0.25, 0.75], [0.5, 0.0]]


def test_a_plan_that_does_what_was_done_for_certain_is_wholly_supported() -> None:
    done = happened([0, 1, -1], [1.0, 0.0, 0.0], [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])

    assert overlap_of(sure_plan(done.posting_of, 2), done) == Overlap(2.0, 1.0, 2.0, 2.0, 1.0, 0.0, 1.0)


def test_without_support_or_with_few_in_agreement_a_plan_is_not_answerable() -> None:
    rng = np.random.default_rng(4)
    done = happened(rng.integers(0, 2, 60).tolist(), [1.0] * 60, [[0.5, 0.5]] * 60)
    rare = happened([1] * 60, [1.0] * 60, [[0.01, 0.99]] * 60)
    plan = sure_plan(np.zeros(60, np.int64), 2)

    assert overlap_of(plan, done).is_answerable
    assert overlap_of(plan, rare).supported == 0.0
    assert not overlap_of(plan, rare).is_answerable
    assert not overlap_of(plan[:12], happened([0] * 4 + [1] * 8, [1.0] * 12, [[0.5, 0.5]] * 12)).is_answerable


@pytest.mark.parametrize("least", [0.0, -0.1, 1.1])
def test_a_least_chance_that_is_none_is_refused(least: float) -> None:
    with pytest.raises(EvaluationError, match=f"least chance is {least}, expected above 0 and at most 1"):
        supported(np.ones((1, 1)), least=least)


def test_an_assignment_out_of_range_is_refused() -> None:
    with pytest.raises(EvaluationError, match="an assignment names a posting out of range, expected below 2 or -1"):
        sure_plan(np.array([2]), 2)
