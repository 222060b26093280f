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

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.learning.fit import fit
from features.learning.likelihood import Likelihood
from features.learning.penalty import Penalty
from features.learning.stages import Stages

__all__ = ["RIDGES", "RidgeChoice", "choose_ridge", "log_evidence"]

RIDGES: Final[tuple[float, ...]] = (*(10.0 ** (step / 4) for step in range(-10, 13)), np.inf)
"""Candidates: 0.003 (a weight may be anything) to 1,000 (hardly moved), and infinity (not moved)."""

_FEW: Final = 50  # choices; below it a strong accident is likelier than strong knowledge
_STRONG: Final = 3.0  # in log evidence, as Kass and Raftery name it
_VERY_STRONG: Final = 5.0


@dataclass(frozen=True)
class RidgeChoice:
    """The chosen ridge, and the log evidence of every candidate (``RIDGES``, the softest first)."""

    ridge: float
    log_evidence: tuple[float, ...]
    ridges: tuple[float, ...]


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
    """The firmest ridge against which the evidence is not strong.

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
        The firmest whose log evidence is within 3 of the largest [2]_, within 5 where there are fewer than 50 choices:
        weights move only where the choices plainly ask for it. Without choices the firmest.

    References
    ----------
    .. [2] R. E. Kass and A. E. Raftery (1995), Bayes factors, Journal of the American Statistical Association 90,
       773-795, :doi:`10.1080/01621459.1995.10476572`.

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
    by_stages = [_evidences(one, penalties) for one in stages]
    found = [math.fsum(column) for column in zip(*by_stages, strict=True)]
    asked = _STRONG if sum(one.n_stages for one in stages) >= _FEW else _VERY_STRONG
    enough = max(found) - asked
    firmest = max(k for k, evidence in enumerate(found) if evidence >= enough)
    return RidgeChoice(ridges[firmest], tuple(found), tuple(ridges))


def _evidences(stages: Stages, penalties: Sequence[Penalty]) -> list[float]:
    """The evidence under each penalty; from the firmest on, each search begins where the last one ended."""
    laid_out, start, found = Likelihood(stages), None, list[float]()
    for penalty in reversed(penalties):
        evidence, start = _evidence(stages, penalty, laid_out, start)
        found.append(evidence)
    return found[::-1]
