"""Standard errors, tests, ridge, pooling and the number of choices still needed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from features.learning.fit import Fit, fit
from features.learning.penalty import Penalty, no_hand_weights, towards_hand_weights
from features.learning.pooling import fit_pooled
from features.learning.ratio_tests import is_contradicted, likelihood_ratio_test, without_terms_test
from features.learning.ridge import RIDGES, choose_ridge, log_evidence
from features.learning.ridge_uncertainty import intervals_over_ridges
from features.learning.sample_size import choices_until_order_is_known
from features.learning.stages import stages_of
from features.learning.standard_errors import coefficient_covariance, weight_covariance, weight_intervals
from tests.features.learning.drawn import drawn

HAND = {"t0": 0.5, "t1": 0.3, "t2": 0.2}
TERMS = tuple(HAND)
EVERY = np.ones(3, dtype=np.bool_)
TRUE = np.array([5.0, 3.0, 2.0])


def _fit(sets: ChoiceSets, *, sign_limits: bool = False) -> Fit:
    return fit(stages_of(sets), no_hand_weights(3, sign_limits=sign_limits))


def test_the_delta_method_agrees_with_weights_of_drawn_coefficients() -> None:
    rng = np.random.default_rng(0)
    covariance = np.array([[0.05, 0.01, 0.0], [0.01, 0.04, -0.01], [0.0, -0.01, 0.03]])
    sample = rng.multivariate_normal(TRUE, covariance, 200_000)
    by_draws = np.cov((sample / sample.sum(axis=1, keepdims=True)).T)

    np.testing.assert_allclose(weight_covariance(TRUE, covariance, EVERY), by_draws, atol=2e-5)


def test_errors_from_the_information_are_the_spread_of_the_estimates() -> None:
    rng = np.random.default_rng(1)
    found = [_fit(drawn(rng, 200, TRUE)) for _ in range(60)]
    spread = np.std([one.coefficients for one in found], axis=0)
    told = np.sqrt([np.diag(coefficient_covariance(one, "information")) for one in found]).mean(axis=0)

    np.testing.assert_allclose(told, spread, rtol=0.25)


def test_errors_by_who_chose_see_that_repeated_choices_tell_nothing_new() -> None:
    once = drawn(np.random.default_rng(2), 100, TRUE)
    four_times = ChoiceSets(
        TERMS,
        np.tile(once.features, (4, 1)),
        np.arange(401) * 5,
        np.tile(once.place, 4),
        np.tile(np.arange(100), 4),
    )
    alone, repeated = (coefficient_covariance(_fit(sets), "sandwich") for sets in (once, four_times))

    np.testing.assert_allclose(repeated, alone, rtol=1e-6)
    naive = coefficient_covariance(_fit(four_times), "information")
    np.testing.assert_allclose(naive * 4, coefficient_covariance(_fit(once), "information"), rtol=1e-6)


def test_a_weight_held_at_0_has_an_upper_limit_and_no_error() -> None:
    found = _fit(drawn(np.random.default_rng(3), 300, [4.0, -1.0, 3.0]), sign_limits=True)
    told = weight_intervals(found, EVERY, spread="posterior")

    assert np.isnan(told.standard_error[1])
    assert (told.weight[1], told.low[1]) == (0.0, 0.0)
    assert 0 < told.high[1] < 0.2
    assert np.isfinite(told.standard_error[[0, 2]]).all()


@pytest.mark.parametrize("kind", ["constant", "equal"])
def test_what_no_choice_tells_is_as_uncertain_by_who_chose_as_the_ridge_leaves_it(kind: str) -> None:
    sets = drawn(np.random.default_rng(23), 200, TRUE)
    features = sets.features.copy()
    features[:, 1] = 0.7 if kind == "constant" else features[:, 2]
    blind = ChoiceSets(TERMS, features, sets.indptr, sets.place, np.arange(200) % 40)
    found = fit(stages_of(blind), towards_hand_weights(TERMS, HAND, ridge=0.5))
    by_chooser, posterior = (weight_intervals(found, EVERY, spread=one) for one in ("sandwich", "posterior"))

    assert by_chooser.standard_error[1] == pytest.approx(posterior.standard_error[1], rel=0.15)
    assert by_chooser.high[1] - by_chooser.low[1] > 0.1


def test_few_who_chose_have_the_quantile_of_students_t() -> None:
    sets = drawn(np.random.default_rng(24), 200, TRUE)
    few = ChoiceSets(TERMS, sets.features, sets.indptr, sets.place, np.arange(200) % 5)
    told = weight_intervals(_fit(few), EVERY, spread="sandwich")

    np.testing.assert_allclose((told.high - told.weight) / told.standard_error, 2.7764, rtol=1e-4)


def test_weights_held_at_0_beside_a_single_one_have_no_order_that_choices_could_tell() -> None:
    one_left = _fit(drawn(np.random.default_rng(25), 300, [6.0, -3.0, -3.0]), sign_limits=True)
    two_held = fit(
        stages_of(drawn(np.random.default_rng(26), 400, [6.0, 3.0, -3.0, -3.0])),
        no_hand_weights(4, sign_limits=True),
    )

    alone = weight_intervals(one_left, EVERY)

    assert one_left.is_at_limit.tolist() == [False, True, True]
    assert np.isnan(alone.standard_error[0])
    assert (alone.low[0], alone.high[0]) == (1 - alone.high[1:].max(), 1.0)
    assert choices_until_order_is_known(one_left, EVERY) is None
    assert two_held.is_at_limit.tolist() == [False, False, True, True]
    assert choices_until_order_is_known(two_held, np.ones(4, np.bool_)) is None


def test_weights_of_sum_1_vary_together_so_their_errors_cancel() -> None:
    found = _fit(drawn(np.random.default_rng(4), 300, TRUE))
    covariance = weight_covariance(found.coefficients, coefficient_covariance(found, "information"), EVERY)

    np.testing.assert_allclose(covariance.sum(axis=0), 0, atol=1e-12)


def test_too_few_choices_leave_the_posterior_only() -> None:
    sets = drawn(np.random.default_rng(5), 1, TRUE, size=2)
    found = fit(stages_of(sets), towards_hand_weights(TERMS, HAND, ridge=1))

    with pytest.raises(LearningError, match="do not tell every weight: take the posterior"):
        coefficient_covariance(found, "information")
    with pytest.raises(LearningError, match="1 who chose, expected at least 2"):
        coefficient_covariance(found, "sandwich")
    with pytest.raises(LearningError, match="spread is 'x', expected one of information, posterior, sandwich"):
        coefficient_covariance(found, "x")  # type: ignore[arg-type]
    assert np.isfinite(coefficient_covariance(found, "posterior")).all()


def test_choices_without_exception_and_terms_that_never_differ_can_contradict_the_hand_weights() -> None:
    found = drawn(np.random.default_rng(24), 40, [0.0, 0.0, 1e4])
    features = found.features * [1, 0, 1]  # the second is the same for everybody
    sets = ChoiceSets(TERMS, features, found.indptr, found.place)
    kept, softest = (towards_hand_weights(TERMS, HAND, ridge=one) for one in (np.inf, RIDGES[0]))

    assert likelihood_ratio_test(sets, HAND) is None
    assert is_contradicted(stages_of(sets), kept, softest)
    assert not is_contradicted(stages_of(ChoiceSets.empty(TERMS)), kept, softest)


def test_a_true_hypothesis_is_rejected_as_often_as_the_test_says() -> None:
    rng = np.random.default_rng(6)
    tests = [likelihood_ratio_test(drawn(rng, 100, TRUE), HAND, sign_limits=False) for _ in range(80)]
    shares = np.mean([test is not None and test.p_value < 0.05 for test in tests])

    assert tests[0] is not None
    assert tests[0].degrees_of_freedom == 2
    assert 0.01 <= shares <= 0.125


def test_wrong_hand_weights_are_contradicted_and_a_needed_term_is_found() -> None:
    sets = drawn(np.random.default_rng(7), 300, TRUE)
    test = likelihood_ratio_test(sets, {"t0": 0.1, "t1": 0.1, "t2": 0.8})

    assert test is not None
    assert test.p_value < 1e-4
    assert without_terms_test(sets, ("t0",)).p_value < 1e-8
    assert without_terms_test(sets, TERMS).degrees_of_freedom == 3


def test_tests_refuse_what_they_cannot_answer() -> None:
    sets = drawn(np.random.default_rng(8), 20, TRUE)

    with pytest.raises(LearningError, match="reading is pairs, whose pairs of a set hang together"):
        likelihood_ratio_test(sets, HAND, reading="pairs")
    with pytest.raises(LearningError, match="salary is to be left out, expected some of t0, t1, t2"):
        without_terms_test(sets, ("salary",))


def test_the_evidence_is_that_of_the_integral() -> None:
    sets = drawn(np.random.default_rng(9), 40, [2.0], size=3)
    stages, penalty = stages_of(sets), no_hand_weights(1, ridge=0.5)
    grid = np.linspace(-15, 15, 20_001)
    prior = norm.pdf(grid, scale=np.sqrt(2))
    x, taken = sets.features.reshape(40, 3), sets.place.reshape(40, 3).argmax(axis=1)
    chance = np.prod(
        [np.exp(grid * row[k]) / np.exp(np.outer(row, grid)).sum(axis=0) for row, k in zip(x, taken, strict=True)],
        axis=0,
    )

    assert log_evidence(stages, penalty) == pytest.approx(np.log(np.trapezoid(chance * prior, grid)), abs=0.02)


def test_the_ridge_is_firm_where_hand_weights_are_true_and_soft_where_they_are_not() -> None:
    def ridge_of(truth: list[float], n_sets: int) -> float:
        stages = stages_of(drawn(np.random.default_rng(10), n_sets, truth))
        return choose_ridge([stages], lambda r: towards_hand_weights(TERMS, HAND, ridge=r)).ridge

    assert ridge_of([5.0, 3.0, 2.0], 300) > 3 * ridge_of([0.0, 0.0, 10.0], 300)
    assert ridge_of([0.0, 0.0, 10.0], 300) < 10
    assert ridge_of([0.0, 0.0, 10.0], 0) == RIDGES[-1]


def test_from_fifty_choices_on_the_ridge_lies_nearest_to_the_mean_of_all_candidates_or_is_firmer() -> None:
    stages = stages_of(drawn(np.random.default_rng(21), 60, [2.0, 3.0, 5.0]))
    penalties = [towards_hand_weights(TERMS, HAND, ridge=one, sign_limits=False) for one in RIDGES]
    fits = [fit(stages, penalty).coefficients for penalty in penalties]
    evidence = np.array([log_evidence(stages, penalty) for penalty in penalties])
    likely = np.exp(evidence - evidence.max()) * np.array([1 / (len(RIDGES) - 1)] * (len(RIDGES) - 1) + [3.0])
    mean = sum(share * one for share, one in zip(likely / likely.sum(), fits, strict=True))
    information = fit(stages, penalties[-1]).information
    off = [float((one - mean) @ information @ (one - mean)) for one in fits]

    chosen = choose_ridge([stages], lambda r: towards_hand_weights(TERMS, HAND, ridge=r))
    firmest = max(one for one, e in zip(RIDGES, evidence, strict=True) if e >= evidence.max() - 2)
    assert chosen.ridge == max(RIDGES[int(np.argmin(off))], firmest)
    assert chosen.probability == pytest.approx(likely / likely.sum())
    assert np.isfinite(chosen.ridge)


def test_an_interval_knows_that_the_ridge_was_chosen() -> None:
    rng, hand = np.random.default_rng(23), np.array([HAND[one] for one in TERMS]) / sum(HAND.values())
    inside, narrow, wider = list[bool](), list[bool](), list[bool]()

    def penalty_at(ridge: float) -> Penalty:
        return towards_hand_weights(TERMS, HAND, ridge=ridge)

    for _ in range(40):
        truth = rng.dirichlet(5 * hand)
        stages = stages_of(drawn(rng, 60, 12 * truth))
        chosen = choose_ridge([stages], penalty_at)
        if np.isinf(chosen.ridge):
            continue
        plain = weight_intervals(fit(stages, penalty_at(chosen.ridge)), EVERY)
        known = intervals_over_ridges(stages, penalty_at, chosen, EVERY)
        inside += ((known.low <= truth) & (truth <= known.high)).tolist()
        narrow += ((plain.low <= truth) & (truth <= plain.high)).tolist()
        wider += (known.high - known.low >= plain.high - plain.low - 1e-9).tolist()

    assert len(inside) > 45
    assert np.mean(inside) >= 0.88
    assert np.mean(inside) >= np.mean(narrow)
    assert np.mean(wider) > 0.6


def test_below_fifty_choices_weights_move_for_very_strong_evidence_alone() -> None:
    stages = stages_of(drawn(np.random.default_rng(22), 49, [2.0, 3.0, 5.0]))
    chosen = choose_ridge([stages], lambda r: towards_hand_weights(TERMS, HAND, ridge=r))
    evidence = np.array(chosen.log_evidence)

    assert chosen.ridge == max(one for one, e in zip(RIDGES, evidence, strict=True) if e >= evidence.max() - 5)


def test_an_office_of_few_choices_borrows_and_one_of_many_stands_alone() -> None:
    rng = np.random.default_rng(11)
    parts = [drawn(rng, n, [8.0, 1.0, 1.0] if n in (150, 4) else [1.0, 1.0, 8.0]) for n in (150, 150, 150, 300, 4)]
    office_of = np.repeat(np.arange(5), [150, 150, 150, 300, 4])
    features, place = np.concatenate([p.features for p in parts]), np.concatenate([p.place for p in parts])
    pooled = fit_pooled(ChoiceSets(TERMS, features, np.arange(755) * 5, place), office_of, HAND)
    weights = {office: one.coefficients / one.coefficients.sum() for office, one in pooled.offices.items()}
    alone = fit(stages_of(parts[4]), towards_hand_weights(TERMS, HAND, ridge=1e-3)).coefficients

    assert np.isfinite(pooled.ridge)
    assert weights[0][0] > 0.6
    assert weights[3][2] > 0.6
    common = pooled.common.coefficients / pooled.common.coefficients.sum()
    assert np.abs(weights[4] - common).max() < np.abs(alone / alone.sum() - common).max()


def test_offices_alike_share_their_weights() -> None:
    rng = np.random.default_rng(12)
    pooled = fit_pooled(drawn(rng, 200, TRUE), np.arange(200) % 10, HAND)
    weights = np.array([one.coefficients / one.coefficients.sum() for one in pooled.offices.values()])

    assert pooled.ridge == np.inf
    np.testing.assert_allclose(weights, np.tile(weights[0], (10, 1)), atol=1e-9)
    with pytest.raises(LearningError, match=r"office_of has shape \(1,\), expected \(200,\)"):
        fit_pooled(drawn(rng, 200, TRUE), np.zeros(1, dtype=np.int64), HAND)


def test_the_promised_number_of_choices_tells_the_order_as_often_as_promised() -> None:
    rng = np.random.default_rng(13)
    truth = [6.0, 4.0, 2.0]
    plan = choices_until_order_is_known(_fit(drawn(rng, 3_000, truth)), EVERY, first=2)
    assert plan is not None
    n_sets = int(plan.needed)
    found = [choices_until_order_is_known(_fit(drawn(rng, n_sets, truth)), EVERY, first=2) for _ in range(60)]
    known = np.mean([one is not None and one.is_known for one in found])

    assert plan.is_known
    assert plan.more == 0.0
    assert known >= 0.7  # promised 0.8; of 60


def test_more_choices_are_asked_for_where_gaps_are_small_and_none_would_do_where_there_is_none() -> None:
    rng = np.random.default_rng(14)
    near = choices_until_order_is_known(_fit(drawn(rng, 100, [5.0, 4.0, 3.0])), EVERY)
    assert near is not None
    assert near.more > 0
    assert near.more_if_closer >= near.more
    hand = fit(stages_of(ChoiceSets.empty(TERMS)), towards_hand_weights(TERMS, HAND, ridge=1))
    assert choices_until_order_is_known(hand, EVERY) is None
    with pytest.raises(LearningError, match="first is 0"):
        choices_until_order_is_known(hand, EVERY, first=0)
