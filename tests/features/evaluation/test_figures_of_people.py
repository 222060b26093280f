"""Harm, order, groups and the weakest tenth against figures that can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kendalltau

from features.evaluation.bootstrap import Interval
from features.evaluation.decision_value import asked_people, decision_value
from features.evaluation.errors import EvaluationError
from features.evaluation.fairness import exposure_of, parity_of, short_listed
from features.evaluation.happened import Happened
from features.evaluation.harm import harm_of
from features.evaluation.order_quality import kendall, mean_order_quality, normalised_worth, recall_at
from features.evaluation.plans import sure_plan
from features.evaluation.swaps import swap_test
from features.evaluation.weakest import weakest_of
from tests.features.evaluation.seasons import happened

RNG = np.random.default_rng


def test_a_plan_that_repeats_what_was_done_for_certain_gains_exactly_nothing() -> None:
    stayed = [1.0, 0.0, 1.0, 1.0] * 5
    done = happened([0, 1] * 10, stayed, [[1.0, 0.0], [0.0, 1.0]] * 10)
    predicted = RNG(0).random((20, 2))

    found = decision_value(done.posting_of, done, claims=predicted, predicted=predicted, others={}, rng=RNG(1))

    assert found.judged.gain == pytest.approx((0.0, 0.0, 0.0), abs=1e-12)
    assert found.judged.value.estimate == pytest.approx(0.75)
    assert found.judged.claimed_gain == 0.0
    assert found.status_quo.estimate == 0.75


def test_people_whose_planned_place_was_never_a_chance_are_not_asked_about() -> None:
    done = happened([0, 0, 1] * 4, [1.0, 1.0, 0.0] * 4, [[1.0, 0.0], [0.5, 0.5], [0.5, 0.5]] * 4)
    assigned = np.array([1, 1, 0] * 4)

    assert asked_people(assigned, done).tolist() == [False, True, True] * 4
    found = decision_value(
        assigned, done, claims=np.full((12, 2), 0.5), predicted=np.full((12, 2), 0.5), others={}, rng=RNG(0)
    )
    assert (found.n_people, found.n_asked) == (12, 8)
    assert found.judged_overlap.supported == pytest.approx(2 / 3)
    assert found.status_quo.estimate == 0.5  # of the eight alone


def test_an_assignment_the_past_never_speaks_of_is_refused_not_answered() -> None:
    done = happened([0, 0], [1.0, 0.0], [[1.0, 0.0], [1.0, 0.0]])

    with pytest.raises(EvaluationError, match="the past speaks of nobody's planned place"):
        decision_value(np.array([1, 1]), done, claims=np.ones((2, 2)), predicted=np.ones((2, 2)), others={}, rng=RNG(0))


def test_of_pairs_without_support_in_another_plan_only_the_model_speaks() -> None:
    done = happened([0] * 6, [1.0] * 6, [[1.0, 0.0]] * 6)
    other = np.array([[0.0, 1.0]] * 6)

    found = decision_value(
        done.posting_of,
        done,
        claims=np.full((6, 2), 0.5),
        predicted=np.tile([0.5, 0.3], (6, 1)),
        others={"elsewhere": other},
        rng=RNG(0),
    )

    assert found.others[0].value.estimate == pytest.approx(0.3)
    assert found.others[0].overlap.supported == 0.0


def test_harm_counts_who_is_predicted_lower_and_by_how_much() -> None:
    done = happened([0] * 4, [1.0] * 4, [[0.5, 0.5]] * 4)
    predicted = np.array([[0.5, 0.9], [0.5, 0.47], [0.5, 0.2], [0.5, 0.5]])

    harm = harm_of(sure_plan(np.ones(4, np.int64), 2), predicted, done)
    many = happened([0] * 12, [1.0] * 12, [[0.5, 0.5]] * 12)
    told = harm_of(sure_plan(np.ones(12, np.int64), 2), np.tile(predicted, (3, 1)), many)

    assert (harm.rate.estimate, harm.notable.estimate) == (0.5, 0.25)
    assert harm.mean_loss is None  # of two people it would be theirs
    assert told.mean_loss == pytest.approx((0.03 + 0.3) / 2)
    assert 0 <= harm.rate.low <= harm.rate.high <= 1


def test_nobody_is_harmed_where_everybody_stays_where_they_were() -> None:
    done = happened([0, 1], [1.0, 0.0], [[0.5, 0.5]] * 2)
    harm = harm_of(sure_plan(done.posting_of, 2), RNG(0).random((2, 2)), done)

    assert (harm.rate.estimate, harm.mean_loss) == (0.0, 0.0)


def test_kendall_agrees_with_scipy_with_and_without_ties() -> None:
    rng = RNG(6)
    for levels in (3, 50):
        a, b = (rng.integers(0, levels, 30).astype(float) for _ in range(2))

        assert kendall(a, b) == pytest.approx(kendalltau(a, b).statistic)


def test_the_best_order_has_gain_and_recall_1_and_the_worst_less() -> None:
    worth = RNG(7).random((20, 3))
    allowed = np.ones((20, 3), np.bool_)

    best, worst = (mean_order_quality(sign * worth, worth, allowed) for sign in (1, -1))

    assert (best.gain, best.recall, best.kendall, best.n_lists) == (1.0, 1.0, pytest.approx(1.0), 3)
    assert worst.gain < 0.5
    assert (worst.recall, worst.kendall) == (0.0, pytest.approx(-1.0))
    assert normalised_worth(np.ones(2), np.zeros(2), at=2) != normalised_worth(np.ones(2), np.ones(2), at=2)


@pytest.mark.parametrize(
    ("stayed", "expected"),
    [
        ([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], 1.0),  # eight are equally good, five of them stand first
        ([1, 1, 1, 1, 0, 0, 1, 1, 1, 1], 0.8),
        ([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], 1.0),
        ([1, 0, 0, 0, 0, 0, 0, 0, 1, 1], 0.6),  # two of the three who stayed stand last
    ],
)
def test_of_equals_it_is_not_said_who_the_best_are(stayed: list[int], expected: float) -> None:
    worth, scores = np.array(stayed, np.float64), np.arange(10.0, 0.0, -1.0)

    assert recall_at(scores, worth, at=5) == expected
    for seed in range(5):
        rows = RNG(seed).permutation(10)
        assert recall_at(scores[rows], worth[rows], at=5) == expected


def test_lists_on_which_nobody_differs_are_refused() -> None:
    with pytest.raises(EvaluationError, match="no posting has people of different worth on its list"):
        mean_order_quality(np.ones((3, 1)), np.ones((3, 1)), np.ones((3, 1), np.bool_))


def test_exposure_falls_with_the_rank_and_counts_own_lists_alone() -> None:
    scores = np.array([[0.9, 0.1], [0.5, 0.0], [0.1, 0.8]])
    allowed = np.array([[True, True], [True, False], [True, True]])

    assert exposure_of(scores, allowed) == pytest.approx([(1 + 1 / np.log2(3)) / 2, 1 / np.log2(3), (0.5 + 1) / 2])
    assert short_listed(scores, allowed, top=1).tolist() == [1.0, 0.0, 1.0]


def test_a_label_without_meaning_shows_a_gap_as_often_as_chance_does() -> None:
    rng = RNG(8)
    low = [
        parity_of({"x": rng.random(60)}, rng.integers(0, 2, 60), np.arange(60), rng=rng, n_draws=100).p_values["x"]
        <= 0.1
        for _ in range(100)
    ]

    assert 0.03 <= np.mean(low) <= 0.2


def test_groups_that_are_too_small_are_left_out_and_counted() -> None:
    group = np.repeat([0, 1, 2], [20, 20, 3])
    found = parity_of({"x": np.arange(43.0)}, group, np.arange(43), rng=RNG(0), n_draws=20)

    assert ([one.group for one in found.groups], found.left_out, found.gaps) == ([0, 1], 3, {"x": 20.0})
    with pytest.raises(EvaluationError, match="1 groups of at least 10 people, expected at least 2 to compare"):
        parity_of({"x": np.ones(12)}, np.zeros(12, np.int64), np.arange(12), rng=RNG(0))


def test_the_weakest_tenth_is_that_of_the_smallest_mean_chance_over_allowed_places() -> None:
    predicted = np.full((20, 2), 0.8)
    predicted[[3, 11]] = [0.1, 0.3]
    predicted[5] = [0.0, 0.9]  # the first place is barred for this person
    allowed = np.ones((20, 2), np.bool_)
    allowed[5, 0] = False

    found = weakest_of({"first": sure_plan(np.zeros(20, np.int64), 2)}, predicted, allowed)

    assert (found.rows, found.expected) == ((3, 11), {"first": pytest.approx(0.1)})


def test_whom_no_place_is_open_to_is_not_the_weakest() -> None:
    allowed = np.ones((20, 1), np.bool_)
    allowed[:5] = False
    predicted = np.linspace(0.2, 0.8, 20)[:, None]

    assert weakest_of({}, predicted, allowed).rows == (5,)
    with pytest.raises(EvaluationError, match="nobody to evaluate"):
        weakest_of({}, predicted, np.zeros((20, 1), np.bool_))


def test_a_score_that_moves_in_its_last_bit_is_found() -> None:
    def leaks(told: object) -> np.ndarray:
        return np.nextafter(np.ones(3), 2.0) if list(told) == ["x"] * 3 else np.ones(3)  # type: ignore[call-overload]

    found = swap_test(leaks, ["y", "y", "x"], ["x", "y"])

    assert (found.changed, found.n_scores, found.n_swaps) == (3, 3, 2)
    with pytest.raises(EvaluationError, match="no value to swap to"):
        swap_test(leaks, ["y"], [])


def test_no_shuffle_makes_a_p_value_of_0_and_labels_of_a_cluster_move_together() -> None:
    half = np.repeat([0, 1], 20)
    alone = parity_of({"placed": 1.0 - half}, half, np.arange(40), rng=RNG(0), n_draws=99)
    towns = parity_of({"placed": 1.0 - half}, half, np.repeat(np.arange(4), 10), rng=RNG(0), n_draws=99)
    uneven = parity_of({"placed": 1.0 - half}, half, np.repeat([0, 1, 1, 1], 10), rng=RNG(0), n_draws=99)

    assert alone.p_values["placed"] == 0.01
    assert towns.p_values["placed"] > 0.2  # two of six ways to name two of four towns show as much
    assert uneven.p_values["placed"] == 1.0  # no two clusters can be exchanged


def _all_stayed(n: int = 24) -> Happened:
    return happened([0, 1] * (n // 2), [1.0] * n, [[0.5, 0.5]] * n)


def test_shares_of_nobody_and_of_everybody_are_not_told_for_certain() -> None:
    done = _all_stayed()
    same, worse = np.full((24, 2), 0.7), np.tile([0.9, 0.2], (24, 1))
    nobody = harm_of(sure_plan(done.posting_of, 2), same, done).rate
    down = happened([0] * 24, [1.0] * 24, [[0.5, 0.5]] * 24)
    everybody = harm_of(sure_plan(np.ones(24, np.int64), 2), worse, down).rate

    assert nobody == pytest.approx((0.0, 0.0, 1 - 0.025 ** (1 / 24)))
    assert everybody == pytest.approx((0.025 ** (1 / 24), 1.0, 1.0))


def test_where_all_outcomes_are_the_same_no_plan_is_said_to_be_better() -> None:
    done = _all_stayed()
    plan = np.array([0, 0, 1, 1] * 6)
    found = decision_value(
        plan, done, claims=np.full((24, 2), 0.6), predicted=np.full((24, 2), 0.9), others={}, rng=RNG(0)
    )

    assert (found.outcomes_differ, found.is_answerable, found.verdict) == (False, False, "open")
    assert found.status_quo.low < 1.0
    assert 0 <= found.judged.value.low < found.judged.value.high <= 1


@pytest.mark.parametrize(
    ("gain", "verdict"),
    [
        ((1e-12, 2e-12, 3e-12), "open"),
        ((0.0, 0.0, 0.0), "open"),
        ((0.01, 0.02, 0.03), "more"),
        ((-0.3, -0.2, -0.1), "fewer"),
    ],
)
def test_more_is_said_of_what_is_more_than_rounding(gain: tuple[float, float, float], verdict: str) -> None:
    done = happened([0, 1] * 20, [1.0, 0.0, 1.0, 1.0] * 10, [[0.5, 0.5]] * 40)
    told = decision_value(
        done.posting_of, done, claims=done.chance, predicted=done.chance, others={}, rng=RNG(0), n_draws=50
    )

    assert replace(told, judged=replace(told.judged, gain=Interval(*gain))).verdict == verdict


def test_no_end_lies_outside_of_what_a_share_or_a_difference_can_be() -> None:
    rng = RNG(4)
    done = happened(rng.integers(0, 2, 6).tolist(), [1.0, 0.0, 1.0, 1.0, 0.0, 1.0], [[0.06, 0.94]] * 6)
    found = decision_value(
        np.zeros(6, np.int64), done, claims=rng.random((6, 2)), predicted=rng.random((6, 2)), others={}, rng=rng
    )

    assert 0 <= found.judged.value.low <= found.judged.value.estimate <= found.judged.value.high <= 1
    assert -1 <= found.judged.gain.low <= found.judged.gain.estimate <= found.judged.gain.high <= 1
