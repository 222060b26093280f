"""How firmly to hold the hand weights: the ridge under which the choices at hand are least surprising.

Empirical Bayes: deviations from the hand weights are drawn from a normal curve whose width is chosen by the probability
of the choices, all weights averaged over (the evidence, by Laplace's approximation [1]_). A ridge of infinity, which
keeps the hand weights and lets the scale alone move, is always among the candidates.

References
----------
.. [1] D. J. C. MacKay (1992), Bayesian interpolation, Neural Computation 4, 415-447,
   :doi:`10.1162/neco.1992.4.3.415`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty
from features.learning.ratio_tests import is_contradicted
from features.learning.stages import Stages

__all__ = ["RIDGES", "RidgeChoice", "choose_ridge", "log_evidence"]

RIDGES: Final[tuple[float, ...]] = (*(10.0 ** (step / 4) for step in range(-10, 13)), np.inf)
"""Candidates: 0.003 (a weight may be anything) to 1,000 (hardly moved), and infinity (not moved)."""

_FEW: Final = 50  # decisions, not places or pairs; below it a strong accident is likelier than strong knowledge
_POSITIVE: Final = 2.0  # less than this against a firmer ridge is told by too many accidents
_STRONG: Final = 3.0  # in log evidence, as Kass and Raftery name it
_VERY_STRONG: Final = 5.0
_ODDS: Final = 3.0  # that the hand weights are right, against all other candidates together, before any choice


@dataclass(frozen=True)
class RidgeChoice:
    """The chosen ridge, and of every candidate (``RIDGES``, the softest first) log evidence and probability.

    Where the firmest is chosen it has the probability 1.
    """

    ridge: float
    log_evidence: tuple[float, ...]
    ridges: tuple[float, ...]
    probability: tuple[float, ...]


def log_evidence(stages: Stages, penalty: Penalty) -> float:
    """Log-probability of the choices, averaged over what the penalty believes of the weights.

    The limits of the signs are left out: they cut off a part of the belief whose size the approximation does not know.
    """
    return _evidence(stages, penalty, Likelihood(stages), None)[0]


def _evidence(
    stages: Stages, penalty: Penalty, laid_out: Likelihood, start: npt.NDArray[np.float64] | None
) -> tuple[float, npt.NDArray[np.float64]]:
    found = fit(stages, penalty.unlimited(), laid_out=laid_out, start=start)
    into = np.eye(penalty.mean.size) if penalty.basis is None else penalty.basis
    off = found.coefficients - penalty.mean
    prior = np.linalg.slogdet(into.T @ penalty.precision @ into)[1]
    posterior = np.linalg.slogdet(into.T @ found.curvature @ into)[1]
    evidence = float(found.log_likelihood - off @ penalty.precision @ off / 2 + (prior - posterior) / 2)
    return evidence, found.coefficients


def choose_ridge(
    stages: Sequence[Stages], penalty_at: Callable[[float], Penalty], *, ridges: Sequence[float] = RIDGES
) -> RidgeChoice:
    """How firmly to hold the weights that the penalty is drawn to.

    Parameters
    ----------
    stages : sequence of Stages
        One a group of choices with weights of its own (an office): their evidence adds up.
    penalty_at : callable
        Ridge → penalty.
    ridges : sequence of float
        Candidates, ascending.

    Returns
    -------
    RidgeChoice
        Infinity, where that is a candidate, unless the choices contradict the hand weights beyond chance
        (:func:`~features.learning.ratio_tests.is_contradicted`). Then, with fewer than 50 decisions, the firmest whose
        log evidence is within 5 of the largest [2]_: weights move only where the choices plainly ask for it. From 50
        on that whose coefficients lie nearest, in the information of the choices, to the mean over all candidates,
        each counted by its probability [3]_ (of equals the firmest), or the firmest within 2 where that is firmer. Of
        several groups the firmest within 3: they are told apart where the evidence is strong. Without choices the
        firmest.

    References
    ----------
    .. [2] R. E. Kass and A. E. Raftery (1995), Bayes factors, Journal of the American Statistical Association 90,
       773-795, :doi:`10.1080/01621459.1995.10476572`.
    .. [3] J. A. Hoeting, D. Madigan, A. E. Raftery and C. T. Volinsky (1999), Bayesian model averaging: a tutorial,
       Statistical Science 14, 382-417, :doi:`10.1214/ss/1009212519`.

    Examples
    --------
    >>> from features.learning.choice_sets import ChoiceSets
    >>> from features.learning.penalty import towards_hand_weights
    >>> from features.learning.stages import stages_of
    >>> nothing = stages_of(ChoiceSets.empty(("a", "b")))
    >>> choose_ridge([nothing], lambda r: towards_hand_weights(("a", "b"), {"a": 1, "b": 1}, ridge=r)).ridge
    inf
    """
    penalties = [penalty_at(ridge) for ridge in ridges]
    tried = [_tried(one, penalties) for one in stages]
    found = np.sum([one.evidence for one in tried], axis=0) if tried else np.zeros(len(ridges))
    is_few = sum(one.n_decisions for one in stages) < _FEW
    if len(tried) == 1 and penalties[-1].basis is not None and _is_kept(stages[0], penalties):
        chosen = len(ridges) - 1
    elif is_few or len(tried) > 1:
        chosen = _firmest_within(found, _VERY_STRONG if is_few else _STRONG)
    else:
        chosen = max(_nearest_to_mean(tried[0], _probabilities(found)), _firmest_within(found, _POSITIVE))
    shares = _probabilities(found) if np.isfinite(ridges[chosen]) else np.arange(len(ridges)) == chosen
    return RidgeChoice(
        ridges[chosen], tuple(found.tolist()), tuple(ridges), tuple(np.asarray(shares, dtype=np.float64).tolist())
    )


def _firmest_within(evidence: npt.NDArray[np.float64], threshold: float) -> int:
    return int(np.flatnonzero(evidence >= evidence.max() - threshold).max())


def _is_kept(stages: Stages, penalties: Sequence[Penalty]) -> bool:
    return not is_contradicted(stages, penalties[-1], penalties[0])


class _Tried(NamedTuple):
    """One group of choices under each of r candidates."""

    evidence: npt.NDArray[np.float64]  # (r,)
    coefficients: npt.NDArray[np.float64]  # (r, K)
    information: npt.NDArray[np.float64]  # (K, K) of the choices, at the firmest


def _tried(stages: Stages, penalties: Sequence[Penalty]) -> _Tried:
    """From the firmest candidate on, each search begins where the last one ended."""
    laid_out, start, evidences, coefficients = Likelihood(stages), None, list[float](), list[npt.NDArray[np.float64]]()
    for penalty in reversed(penalties):
        evidence, start = _evidence(stages, penalty, laid_out, start)
        evidences.append(evidence)
        coefficients.append(start)
    return _Tried(np.array(evidences[::-1]), np.array(coefficients[::-1]), laid_out.at(coefficients[0]).information)


def _probabilities(evidence: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Of the candidates, the firmest being as likely beforehand as :data:`_ODDS` says, the others evenly."""
    before = np.full(evidence.size, 1.0 / max(evidence.size - 1, 1))
    before[-1] = _ODDS
    weight = before * np.exp(evidence - evidence.max())
    probabilities: npt.NDArray[np.float64] = weight / weight.sum()
    return probabilities


def _nearest_to_mean(tried: _Tried, probability: npt.NDArray[np.float64]) -> int:
    """One ridge in place of all, so that errors and limits of signs are those of one fit."""
    off = tried.coefficients - probability @ tried.coefficients
    distance = np.einsum("rk,kl,rl->r", off, tried.information, off)
    return int(np.flatnonzero(distance <= distance.min() * (1 + 1e-9) + 1e-12).max())
