"""Likelihood-ratio tests: whether choices contradict the hand weights, and whether a term is needed at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc

from features.learning.choice_sets import ChoiceSets
from features.learning.clustered_test import ClusterTest, levels_of, score_test_by_cluster
from features.learning.errors import LearningError
from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty, no_hand_weights, towards_hand_weights
from features.learning.stages import Reading, Stages, stages_of

__all__ = [
    "RatioTest",
    "contradiction_by_cluster",
    "is_contradicted",
    "likelihood_ratio_test",
    "verify_nested",
    "without_terms_test",
]

_SLACK = 1e-6  # two optima of rounded arithmetic
_BEYOND_CHANCE: Final = 0.05


@dataclass(frozen=True)
class RatioTest:
    """2Δ log-likelihood against χ² with as many degrees of freedom as coefficients are free beyond the smaller model.

    Under sign limits the true distribution is a mixture with fewer degrees of freedom, so the chance told is too high
    rather than too low: whatever it calls a contradiction is one.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float


def likelihood_ratio_test(
    sets: ChoiceSets, hand: Mapping[str, float], *, reading: Reading = "choices", sign_limits: bool = True
) -> RatioTest | None:
    """Whether choices contradict the proportions of hand weights; None where they cannot tell.

    Both models have a free scale and no ridge. Pairs of one set are not independent, so ``pairs`` is refused.

    Raises
    ------
    LearningError
        If the reading is ``pairs``.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.random((400, 2))
    >>> y = [int(k == 4 * (k // 4) + x[4 * (k // 4) : 4 * (k // 4) + 4, 0].argmax()) for k in range(400)]
    >>> sets = ChoiceSets.from_rows(x, y, sets=np.arange(400) // 4, terms=("a", "b"))
    >>> likelihood_ratio_test(sets, {"a": 0.5, "b": 0.5}) is None  # always the best in a: no largest likelihood
    True
    """
    verify_nested(reading)
    stages = stages_of(sets, reading)
    kept = towards_hand_weights(sets.terms, hand, ridge=np.inf)
    limits = np.array([0.0 if sign_limits and term in hand else -np.inf for term in sets.terms])
    return _against(stages, kept, limits)


def is_contradicted(stages: Stages, kept: Penalty, softest: Penalty) -> bool:
    """Whether choices contradict the proportions that are kept beyond chance, and say something at all.

    Parameters
    ----------
    stages : Stages
    kept : Penalty
        A ridge of infinity: the scale alone moves.
    softest : Penalty
        A ridge that hardly holds. It stands for free weights where these have no largest likelihood, which makes the
        contradiction rather too small.

    Notes
    -----
    Two tests of 5 %: free weights against a free scale, and free weights against choosing at random. Choices made
    without regard to any term pass neither. Pairs of a set hang together, so all of them count as one. Both take
    decisions for independent, so both are asked again by who chose and by where these belong
    (:func:`~features.learning.clustered_test.score_test_by_cluster`), and every answer must be beyond chance: a habit
    of one person is not one of all.
    """
    if kept.basis is None or not stages.n_stages:
        return False
    test = _against(stages, kept, kept.lower) if stages.is_independent else None
    share = 1.0 if stages.is_independent else stages.n_decisions / stages.n_stages
    full, n_terms = fit(stages, softest), kept.mean.size
    if test is None:
        gained = full.log_likelihood - fit(stages, kept).log_likelihood
        test = _test(max(gained, 0.0) * share, 0.0, n_terms - kept.basis.shape[1])
    said = _test(max(full.log_likelihood - full.log_likelihood_at_random, 0.0) * share, 0.0, n_terms)
    if max(test.p_value, said.p_value) > _BEYOND_CHANCE:
        return False
    against = contradiction_by_cluster(stages, kept)
    return max(against.p_value, _by_cluster(stages, None, n_terms).p_value) <= _BEYOND_CHANCE


def contradiction_by_cluster(stages: Stages, kept: Penalty) -> ClusterTest:
    """Whether choices contradict the proportions that are kept, by who chose and by where these belong: the weaker.

    With one who chose, by decision: the weights learned are that one's.
    """
    return _by_cluster(stages, kept, kept.mean.size)


def _by_cluster(stages: Stages, kept: Penalty | None, n_terms: int) -> ClusterTest:
    """Scores where only what is kept is fitted; without it, where everybody is as likely as everybody else."""
    at = Likelihood(stages).at(np.zeros(n_terms) if kept is None else fit(stages, kept).coefficients)
    free = None if kept is None else kept.basis
    tests = [score_test_by_cluster(at.scores, at.information, one, free=free) for one in levels_of(stages)]
    return max(tests, key=lambda test: test.p_value)


def _against(stages: Stages, kept: Penalty, lower: npt.NDArray[np.float64]) -> RatioTest | None:
    free = Penalty(kept.mean * 0, kept.precision * 0, lower)
    scale_free = Penalty(kept.mean * 0, kept.precision * 0, kept.lower, kept.basis)
    try:
        full, restricted = fit(stages, free), fit(stages, scale_free)
    except LearningError:
        return None
    n_kept = 1 if kept.basis is None else kept.basis.shape[1]
    return _test(full.log_likelihood, restricted.log_likelihood, kept.mean.size - n_kept)


def without_terms_test(
    sets: ChoiceSets, left_out: Sequence[str], *, reading: Reading = "choices", sign_limits: bool = False
) -> RatioTest:
    """Whether the choices need some columns: the model without them against the one with all, no ridge.

    Raises
    ------
    LearningError
        If a column is unknown, the reading is ``pairs``, or one of the models has no largest likelihood.
    """
    verify_nested(reading)
    unknown = [term for term in left_out if term not in sets.terms]
    if unknown or not left_out:
        named = unknown[0] if unknown else "nothing"
        raise LearningError(f"{named} is to be left out, expected some of {', '.join(sets.terms)}")
    stages = stages_of(sets, reading)
    full = fit(stages, no_hand_weights(len(sets.terms), sign_limits=sign_limits))
    kept = [k for k, term in enumerate(sets.terms) if term not in left_out]
    less = stages.projected(np.eye(len(sets.terms))[:, kept])
    if not kept:
        return _test(full.log_likelihood, Likelihood(stages).at_random, len(set(left_out)))
    restricted = fit(less, no_hand_weights(len(kept), sign_limits=sign_limits))
    return _test(full.log_likelihood, restricted.log_likelihood, len(set(left_out)))


def verify_nested(reading: Reading) -> None:
    """Raise :class:`LearningError` where the likelihood is not one of independent stages."""
    if reading == "pairs":
        raise LearningError("reading is pairs, whose pairs of a set hang together: test with lists")


def _test(full: float, restricted: float, degrees: int) -> RatioTest:
    statistic = 2 * (full - restricted)
    if statistic < -_SLACK:
        raise LearningError(f"the larger model is less likely by {-statistic / 2:g}, expected at least as likely")
    statistic = max(statistic, 0.0)
    return RatioTest(statistic, degrees, float(chdtrc(degrees, statistic)) if degrees else 1.0)
