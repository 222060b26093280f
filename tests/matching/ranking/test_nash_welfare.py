from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking import (
    ExaminationModel,
    annealing,
    both_sides_market,
    envy_pairs,
    examination,
    expected_matches,
    gini,
    nash_welfare,
    pair_chances,
    ranking_policy,
    utilities,
)
from matching.ranking.exposure import even_exposure
from matching.ranking.frank_wolfe import ListSide
from tests.oracles.ranking import alternating_lists

GOLDEN = both_sides_market(30, 20, 0.5, seed=0)
INV = examination("inv", 20), examination("inv", 30)


# The published notebook's market of 30 x 20, crowding .5, inv, seed 0; envy and Gini of the left and the right
@pytest.mark.parametrize(
    ("alpha", "rounds", "matches", "envy", "ginis"),
    [
        (0.0, 42, 15.7623, (0, 0), (0.1496, 0.1539)),
        (0.2, 46, 15.9716, (1, 0), (0.1526, 0.1639)),
        (0.4, 48, 16.2660, (8, 1), (0.1732, 0.1719)),
        (0.6, 45, 16.5842, (15, 2), (0.2443, 0.2103)),
        (0.8, 56, 16.8082, (19, 3), (0.2576, 0.2225)),
        (1.0, 53, 16.5096, (28, 7), (0.3061, 0.2334)),
    ],
)
def test_the_published_market_gives_the_published_figures(
    alpha: float, rounds: int, matches: float, envy: tuple[int, int], ginis: tuple[float, float]
) -> None:
    policy = ranking_policy(*GOLDEN, *INV, alpha=alpha)
    a, b = policy.left_exposure, policy.right_exposure
    pairs = pair_chances(*GOLDEN)
    assert policy.matches.size == rounds
    assert round(expected_matches(pairs, a, b), 4) == matches
    assert envy_pairs(pairs, a, b) == envy
    assert tuple(round(gini(side), 4) for side in utilities(pairs, a, b)) == ginis


def test_annealing_ends_with_more_matches_and_less_envy_than_expected_matches_alone() -> None:
    pairs = pair_chances(*GOLDEN)
    before, after = nash_welfare(*GOLDEN, *INV, alpha=1.0), nash_welfare(*GOLDEN, *INV, alpha=annealing())
    assert expected_matches(pairs, *after) > expected_matches(pairs, *before) + 0.3
    assert all(less < more for less, more in zip(envy_pairs(pairs, *after), envy_pairs(pairs, *before), strict=True))


def test_where_all_agree_annealing_doubles_the_matches() -> None:
    market, exam = both_sides_market(50, 50, 1.0, seed=0), examination("inv", 50)
    plain = ranking_policy(*market, exam, exam, alpha=1.0).matches[-1]
    assert plain == pytest.approx(12.67, abs=0.01)
    assert ranking_policy(*market, exam, exam, alpha=annealing()).matches[-1] > 2 * plain


@pytest.mark.parametrize("seed", range(6))
def test_nash_welfare_leaves_no_envy_in_small_markets(seed: int) -> None:
    market, exam = both_sides_market(24, 24, 0.3, seed=seed), examination("inv", 24)
    assert envy_pairs(pair_chances(*market), *nash_welfare(*market, exam, exam, tolerance=1e-3)) == (0, 0)


@settings(max_examples=30)
@given(st.integers(3, 9), st.integers(3, 9), st.integers(0, 99), st.sampled_from([0.0, 0.5, 1.0, 1.5]))
def test_the_kernels_agree_with_the_formulas_on_whole_tables(n: int, m: int, seed: int, alpha: float) -> None:
    left, right = both_sides_market(n, m, 0.2, seed)
    exams = examination("log2", m), examination("inv", n)
    expected = alternating_lists(left, right, exams, [alpha] * 20, 0.1)
    for found, wanted in zip(nash_welfare(left, right, *exams, alpha=[alpha] * 20), expected, strict=True):
        assert found == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=30)
@given(st.integers(2, 8), st.integers(2, 8), st.integers(0, 99), st.integers(0, 6))
def test_a_short_step_never_lowers_the_sum_of_logarithms(n: int, m: int, seed: int, taken: int) -> None:
    pairs, lists, of_left, objective = _one_side(n, m, seed)
    for _ in range(taken):
        lists.turn_towards(pairs.T, np.ones((m, n)), 1 / of_left(), 0.3)
    before = objective()
    lists.turn_towards(pairs.T, np.ones((m, n)), 1 / of_left(), 1e-7)
    assert objective() >= before - 1e-13


@pytest.mark.parametrize("seed", range(5))
def test_falling_steps_of_one_side_reach_the_largest_sum_of_logarithms(seed: int) -> None:
    pairs, lists, of_left, objective = _one_side(8, 6, seed)
    seen_by = np.ones((6, 8))
    for t in range(600):
        lists.turn_towards(pairs.T, seen_by, 1 / of_left(), 2 / (t + 2))
    # the objective is concave: no lists gain more than a full step does by the gradient
    gradient, before = pairs.T / of_left(), lists.exposure.copy()
    lists.turn_towards(pairs.T, seen_by, 1 / of_left(), 1.0)
    assert float((gradient * (lists.exposure - before)).sum()) < 0.02
    lists.exposure[:] = even_exposure(lists.exam, (6, 8))
    even = objective()
    lists.exposure[:] = before
    assert objective() > even + 0.1


@given(st.integers(0, 99))
@settings(max_examples=15)
def test_exchanging_members_exchanges_their_exposures(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = rng.random((7, 5)), rng.random((5, 7))
    exams = examination("inv", 5), examination("inv", 7)
    rows, columns = rng.permutation(7), rng.permutation(5)
    moved = nash_welfare(left[np.ix_(rows, columns)], right[np.ix_(columns, rows)], *exams, tolerance=0, rounds=15)
    for exposure, other in zip(nash_welfare(left, right, *exams, tolerance=0, rounds=15), moved, strict=True):
        assert other == pytest.approx(exposure[np.ix_(rows, columns)], abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 8), st.integers(0, 8), st.integers(0, 99), st.integers(1, 9))
def test_the_exposures_of_a_list_add_up_to_the_weights_of_its_ranks(n: int, m: int, seed: int, top: int) -> None:
    exams = examination("inv", m, top=top), examination("linear", n)
    a, b = nash_welfare(*both_sides_market(n, m, 0.5, seed), *exams, rounds=7)
    assert a.shape == b.shape == (n, m)
    assert a.sum(axis=1) == pytest.approx(np.full(n, exams[0].sum()))
    assert b.sum(axis=0) == pytest.approx(np.full(m, exams[1].sum()))


@given(st.integers(0, 99))
@settings(max_examples=15)
def test_pairs_that_are_not_eligible_stand_in_no_list(seed: int) -> None:
    eligible = np.random.default_rng(seed).random((9, 7)) < 0.5
    exams = examination("inv", 7, top=3), examination("inv", 9)
    a, b = nash_welfare(*both_sides_market(9, 7, 0.0, seed), *exams, eligible=eligible, rounds=10)
    assert not a[~eligible].any()
    assert not b[~eligible].any()
    reached = [np.concatenate([[0.0], np.cumsum(exam)]) for exam in exams]
    assert a.sum(axis=1) == pytest.approx(reached[0][eligible.sum(axis=1)])
    assert b.sum(axis=0) == pytest.approx(reached[1][eligible.sum(axis=0)])


def test_a_short_examination_is_one_that_weighs_later_ranks_nothing() -> None:
    short, long = INV[0][:6], examination("inv", 20, top=6)
    for first, second in zip(nash_welfare(*GOLDEN, short, INV[1]), nash_welfare(*GOLDEN, long, INV[1]), strict=True):
        assert np.array_equal(first, second)


def test_seats_weigh_a_posting_in_nash_welfare_and_not_in_expected_matches() -> None:
    seats = np.linspace(1, 4, 20).round()
    by_seats = nash_welfare(*GOLDEN, *INV, capacity=seats)
    by_weight = nash_welfare(*GOLDEN, *INV, right_weights=seats)
    assert by_seats[0] == pytest.approx(by_weight[0], abs=1e-9)
    assert np.array_equal(
        nash_welfare(*GOLDEN, *INV, alpha=1, capacity=seats)[0], nash_welfare(*GOLDEN, *INV, alpha=1)[0]
    )


def test_a_posting_with_more_seats_expects_more_matches() -> None:
    pairs, seats = pair_chances(*GOLDEN), np.ones(20)
    seats[4] = 3
    before = utilities(pairs, *nash_welfare(*GOLDEN, *INV))[1]
    after = utilities(pairs, *nash_welfare(*GOLDEN, *INV, capacity=seats))[1]
    assert after[4] > 1.25 * before[4]


def test_members_who_count_more_expect_more() -> None:
    pairs, weights = pair_chances(*GOLDEN), np.where(np.arange(30) < 10, 2.0, 1.0)
    before = utilities(pairs, *nash_welfare(*GOLDEN, *INV))[0]
    after = utilities(pairs, *nash_welfare(*GOLDEN, *INV, left_weights=weights))[0]
    assert after[:10].sum() > 1.2 * before[:10].sum()


def test_progress_hears_of_every_round() -> None:
    heard: list[tuple[int, float]] = []
    policy = ranking_policy(*GOLDEN, *INV, progress=lambda *told: heard.append(told))
    assert heard == list(enumerate(policy.matches.tolist(), start=1))


def test_a_schedule_runs_to_its_end() -> None:
    policy = ranking_policy(*GOLDEN, *INV, alpha=annealing(5, 200))
    assert policy.alphas.tolist() == annealing(5, 200).tolist()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"alpha": 2.5}, "alpha is 2.5 in round 1, expected between 0 and 2.0"),
        ({"alpha": [0.5, -1.0]}, "alpha is -1.0 in round 2, expected between 0 and 2.0"),
        ({"step": 0.0}, "step is 0.0, expected over 0 and at most 1"),
        ({"rounds": -1}, "rounds is -1, expected a whole number >= 0"),
        ({"rounds": 2.5}, "rounds is 2.5, expected a whole number >= 0"),
        ({"tolerance": float("nan")}, "tolerance is nan, expected >= 0"),
        ({"alpha": float("nan")}, "alpha is nan in round 1, expected between 0 and 2.0"),
        ({"alpha": [0.5, float("inf")]}, "alpha is inf in round 2, expected between 0 and 2.0"),
        (
            {"alpha": []},
            "alpha has dtype float64 and shape (0,), expected a number or one for each round",
        ),
        (
            {"alpha": [[0.5]]},
            "alpha has dtype float64 and shape (1, 1), expected a number or one for each round",
        ),
    ],
)
def test_an_option_out_of_its_range_is_refused(options: dict[str, object], message: str) -> None:
    with pytest.raises(MechanismError) as error:
        nash_welfare(*GOLDEN, *INV, **options)  # type: ignore[arg-type]
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"right": GOLDEN[0]}, "right has shape (30, 20), expected (20, 30): a row a member of the right side"),
        ({"left": [[0.5, 1.2]]}, "left[0, 1] is 1.2, expected between 0 and 1"),
        ({"left": [[float("nan")]]}, "left[0, 0] is nan, expected between 0 and 1"),
        ({"left": [0.5]}, "left has dtype float64 and shape (1,), expected a table of chances"),
        ({"exam_left": [0.5, 0.7]}, "exam_left[1] is 0.7 after 0.5, expected weights that do not rise"),
        ({"exam_right": [0.5, -0.7]}, "exam_right[1] is -0.7, expected >= 0"),
        ({"capacity": [1.0]}, "capacity has 1 entries, expected 20"),
        ({"left_weights": np.zeros(30)}, "left_weights[0] is 0.0, expected > 0"),
        (
            {"eligible": np.ones((20, 30), np.bool_)},
            "eligible has shape (20, 30) and dtype bool, expected (30, 20) bool",
        ),
    ],
)
def test_arrays_that_form_no_market_are_refused(changes: dict[str, object], message: str) -> None:
    arguments = {"left": GOLDEN[0], "right": GOLDEN[1], "exam_left": INV[0], "exam_right": INV[1]} | changes
    with pytest.raises(MarketError) as error:
        nash_welfare(**arguments)  # type: ignore[arg-type]
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rising": -1}, "rising is -1, expected a whole number >= 0"),
        ({"final": 2.5}, "final is 2.5, expected a whole number >= 0"),
        ({"peak": float("nan")}, "peak is nan, expected between 0 and 2.0"),
        ({"peak": 2.5}, "peak is 2.5, expected between 0 and 2.0"),
    ],
)
def test_annealing_out_of_range_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(MechanismError) as error:
        annealing(**options)
    assert str(error.value) == message


@pytest.mark.parametrize(("model", "fewer_matches"), [("linear", True), ("first", False)])
def test_where_all_agree_annealing_may_lose_matches_or_add_envy(model: ExaminationModel, fewer_matches: bool) -> None:
    market, exam = both_sides_market(50, 50, 1.0, seed=0), examination(model, 50)
    alone, annealed = (ranking_policy(*market, exam, exam, alpha=alpha) for alpha in (1.0, annealing()))
    envy = [envy_pairs(pair_chances(*market), p.left_exposure, p.right_exposure) for p in (alone, annealed)]
    assert (annealed.matches[-1] < alone.matches[-1]) == fewer_matches
    assert (envy[1].left > envy[0].left) != fewer_matches


def _one_side(n: int, m: int, seed: int):  # type: ignore[no-untyped-def]
    """Right lists alone, the left members always looking: pairs, the lists, the left utilities, the objective."""
    pairs = pair_chances(*both_sides_market(n, m, 0.4, seed)) + 0.01
    lists = ListSide.even(examination("inv", n), (m, n), None)

    def of_left() -> np.ndarray:
        return np.asarray((pairs * lists.exposure.T).sum(axis=1))

    return pairs, lists, of_left, lambda: float(np.log(of_left()).sum())
