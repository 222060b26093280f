from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.errors import MarketError, MechanismError
from matching.ranking import examination_by_seats
from matching.ranking.application_matches import apply_accept_matches, apply_accept_pairs
from matching.ranking.apply_accept import apply_accept_policy, apply_accept_welfare
from matching.ranking.examination import ExaminationModel, examination
from matching.ranking.exposure import exposure_of_orders
from matching.ranking.markets import EmployerTaste, apply_accept_market
from matching.ranking.orders import order_rows
from tests.oracles.applications import best_alone, matches_by_counts

Options = dict[str, Any]


def exams(n_employers: int, model: ExaminationModel = "inv") -> tuple[np.ndarray, np.ndarray]:
    return examination(model, n_employers), examination(model, 3 * n_employers // 2)


# (employers, taste, examination, crowding, published expected matches) of Su, Bayoumi and Joachims (2022), README of
# their code. The published figures come from markets whose least wanted keep 1/size; here they keep 0, which is harder.
PUBLISHED: list[tuple[int, EmployerTaste, ExaminationModel, float, float]] = [
    (100, "random", "inv", 0.0, 198.5),
    (100, "random", "inv", 0.25, 173.5),
    (100, "random", "inv", 0.5, 152.7),
    (100, "random", "inv", 0.75, 134.2),
    (100, "similar", "inv", 0.5, 167.4),
    (100, "reverse", "inv", 0.5, 128.4),
    (100, "random", "exp", 0.5, 84.4),
    (100, "random", "log", 0.5, 673.7),
    (50, "random", "inv", 0.5, 68.9),
]


@pytest.mark.compiled(reason="markets of the published size; smaller ones below settle in the same way")
@pytest.mark.parametrize(("n_employers", "taste", "model", "crowding", "published"), PUBLISHED)
def test_the_lists_lead_to_at_least_the_published_matches(
    n_employers: int, taste: EmployerTaste, model: ExaminationModel, crowding: float, published: float
) -> None:
    f, g = apply_accept_market(n_employers, crowding, taste=taste)
    policy = apply_accept_policy(f, g, *exams(n_employers, model))

    assert round(policy.matches, 1) >= published


@pytest.mark.compiled(reason="a hundred candidates; smaller markets below settle in the same way")
def test_lists_settle_apart_even_where_all_candidates_and_all_employers_agree() -> None:
    f, g = apply_accept_market(100, 1.0)
    exam_c, exam_j = exams(100)
    lottery, settled = (apply_accept_policy(f, g, exam_c, exam_j, sweeps=sweeps) for sweeps in (0, 20))

    assert lottery.matches < 118.2 < settled.matches  # the published figure
    assert settled.matches == pytest.approx(matches_by_counts(f, g, settled.exposure, np.tile(exam_j, (100, 1))).sum())


@given(seed=st.integers(0, 10**6), crowding=st.sampled_from([0.0, 0.5, 1.0]))
def test_no_candidate_alone_can_raise_the_settled_matches(seed: int, crowding: float) -> None:
    f, g = apply_accept_market(4, crowding, seed=seed)
    exam_c, exam_j = exams(4)
    policy = apply_accept_policy(f, g, exam_c, exam_j, rounds=10, sweeps=100)
    rows = np.tile(exam_j, (4, 1))

    for c in range(6):
        assert best_alone(f, g, policy.exposure, exam_c, rows, c) <= policy.matches * (1 + 1e-5 / 6) + 1e-9


@given(seed=st.integers(0, 10**6), rounds=st.sampled_from([1, 5, 50]))
def test_settling_never_loses_to_the_lottery_it_starts_from(seed: int, rounds: int) -> None:
    f, g = apply_accept_market(8, 0.5, seed=seed)
    lottery, settled = (apply_accept_policy(f, g, *exams(8), rounds=rounds, sweeps=sweeps) for sweeps in (0, 20))

    assert settled.matches >= lottery.matches * (1 - 1e-9)


@pytest.mark.parametrize("model", ["inv", "log", "first", "linear"])
@pytest.mark.parametrize("sweeps", [0, 20])
def test_the_lottery_has_the_exposures(model: ExaminationModel, sweeps: int) -> None:
    f, g = apply_accept_market(12, 0.5)
    exam_c, exam_j = exams(12, model)
    policy = apply_accept_policy(f, g, exam_c, exam_j, sweeps=sweeps)

    np.testing.assert_allclose(policy.lists.exposure(exam_c), policy.exposure, atol=1e-12)
    np.testing.assert_allclose(policy.exposure.sum(axis=1), exam_c.sum())
    assert policy.matches == pytest.approx(apply_accept_matches(f, g, policy.exposure, exam_j), rel=1e-12)


def test_settled_lists_are_one_list_a_candidate_and_clipped_ones_stay_a_lottery() -> None:
    f, g = apply_accept_market(12, 0.5)
    inv, log = (apply_accept_policy(f, g, *exams(12, model)).lists for model in ("inv", "log"))

    assert inv.rankings.shape == (1, 18, 12)
    assert log.rankings.shape == (50, 18, 12)
    np.testing.assert_array_equal(inv.draw(np.random.default_rng(0)), inv.draw(np.random.default_rng(1)))


def test_many_candidates_keep_the_lottery_unless_sweeps_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matching.ranking.apply_accept._SETTLED_UP_TO", 17)
    f, g = apply_accept_market(12, 0.5)

    assert apply_accept_policy(f, g, *exams(12)).lists.rankings.shape[0] == 50
    assert apply_accept_policy(f, g, *exams(12), sweeps=1).lists.rankings.shape[0] == 1


def test_candidates_and_employers_in_another_order_get_the_same_lottery() -> None:
    f, g = apply_accept_market(12, 0.5)
    rng = np.random.default_rng(3)
    people, places = rng.permutation(18), rng.permutation(12)
    exposure = apply_accept_welfare(f, g, *exams(12), sweeps=0)
    moved = apply_accept_welfare(f[np.ix_(people, places)], g[np.ix_(places, people)], *exams(12), sweeps=0)

    np.testing.assert_allclose(moved, exposure[np.ix_(people, places)], atol=1e-9)


def test_the_lists_beat_the_candidates_own_order_and_that_of_the_product() -> None:
    f, g = apply_accept_market(30, 0.75)
    exam_c, exam_j = exams(30)
    simple = [exposure_of_orders(order_rows(weights), exam_c, 30) for weights in (f, f * g.T)]
    best = apply_accept_policy(f, g, exam_c, exam_j).matches

    assert best > 1.15 * max(apply_accept_matches(f, g, exposure, exam_j) for exposure in simple)


@pytest.mark.parametrize("options", [{}, {"sweeps": 0}])
def test_an_employer_that_is_not_eligible_is_never_shown(options: Options) -> None:
    f, g = apply_accept_market(8, 0.5)
    eligible = np.random.default_rng(0).random(f.shape) < 0.5
    eligible[0] = False
    policy = apply_accept_policy(f, g, *exams(8), eligible=eligible, **options)

    assert (policy.exposure[~eligible] == 0).all()
    assert (policy.exposure[eligible] > 0).all()
    drawn = policy.lists.draw(np.random.default_rng(0))
    assert (drawn[0] == -1).all()
    assert all(eligible[c, j] for c, row in enumerate(drawn) for j in row if j >= 0)


def test_a_short_list_shows_only_its_first_ranks() -> None:
    f, g = apply_accept_market(8, 0.5)
    exposure = apply_accept_welfare(f, g, examination("inv", 8, top=3), exams(8)[1])

    assert (np.count_nonzero(exposure, axis=1) == 3).all()


def test_seats_draw_lists_towards_the_employer_that_has_them() -> None:
    f, g = np.full((6, 3), 0.9), np.full((3, 6), 0.9)
    exam_c, exam_j = examination("first", 3), examination("first", 6)
    exposure = apply_accept_welfare(f, g, exam_c, examination_by_seats(exam_j, [4, 1, 1]))

    assert exposure.sum(axis=0).tolist() == [4, 1, 1]


@given(seed=st.integers(0, 10**6))
def test_more_seats_never_mean_fewer_matches(seed: int) -> None:
    f, g = apply_accept_market(4, 0.5, seed=seed)
    exam_c, exam_j = exams(4)
    exposure = apply_accept_welfare(f, g, exam_c, exam_j)
    one, two = (apply_accept_pairs(f, g, exposure, examination_by_seats(exam_j, [k] * 4)) for k in (1, 2))

    assert (one <= two + 1e-12).all()


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_a_side_without_members_has_no_matches(shape: tuple[int, int]) -> None:
    n, m = shape
    policy = apply_accept_policy(np.zeros((n, m)), np.zeros((m, n)), examination("inv", m), examination("inv", n))

    assert policy.exposure.shape == shape
    assert policy.matches == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"f": [[0.5, 1.5], [0, 0]]}, r"f\[0, 1\] is 1.5, expected a number from 0 to 1"),
        ({"f": [[0.5, np.nan], [0, 0]]}, r"f\[0, 1\] is nan, expected a number from 0 to 1"),
        ({"f": [0.5]}, r"f has shape \(1,\), expected a table"),
        ({"g": [[0.5, 0.5]]}, r"g has shape \(1, 2\), expected \(2, 2\)"),
        ({"exam_j": [1.0, -1.0]}, r"exam_j\[0, 1\] is -1.0, expected a finite number >= 0"),
        ({"exam_j": [1.0]}, r"exam_j has shape \(2, 1\), expected \(2, 2\)"),
        ({"exam_c": [0.5, 1.0]}, r"exam_c\[1\] is 1.0 after 0.5, expected weights that do not rise"),
        (
            {"eligible": np.ones((1, 2), np.bool_)},
            r"eligible has shape \(1, 2\) and dtype bool, expected \(2, 2\)",
        ),
    ],
)
def test_a_market_that_does_not_fit_is_refused_by_the_entry(changes: Options, message: str) -> None:
    market: Options = {"f": [[0.5] * 2] * 2, "g": [[0.5] * 2] * 2, "exam_c": [1.0, 0.5], "exam_j": [1.0, 0.5]}

    with pytest.raises(MarketError, match=message):
        apply_accept_welfare(**(market | changes))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rounds": -1}, "rounds is -1, expected a whole number >= 0"),
        ({"sweeps": -2}, "sweeps is -2, expected a whole number >= 0"),
        ({"rounds": 2.5}, "rounds is 2.5, expected a whole number >= 0"),
        ({"step": 0.0}, r"step is 0.0, expected over 0 and at most 1"),
        ({"step": 1.5}, r"step is 1.5, expected over 0 and at most 1"),
    ],
)
def test_an_option_out_of_range_is_refused(options: Options, message: str) -> None:
    with pytest.raises(MechanismError, match=message):
        apply_accept_welfare([[0.5]], [[0.5]], [1.0], [1.0], **options)
