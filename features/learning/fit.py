"""The most likely weights of choices under a penalty, with all that standard errors and tests need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.learning.errors import LearningError
from features.learning.likelihood import Likelihood, LikelihoodAt
from features.learning.maximum import Curve, Optimum, minimise
from features.learning.penalty import Penalty
from features.learning.separation import flat_direction, separating_direction
from features.learning.stages import Stages

__all__ = ["Fit", "fit"]


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients and what the choices say of them.

    Attributes
    ----------
    coefficients : (K,) float64
        Scale × weight; without choices exactly the penalty's mean.
    is_at_limit : (K,) bool
        Held at the limit of its sign.
    log_likelihood, log_likelihood_at_random : float
        Of the choices, and where everybody is as likely as everybody else.
    information : (K, K) float64
        Of the choices alone.
    penalty : Penalty
    scores : (T, K) float64
        Of each stage, by ``cluster`` (T,) of who chose.
    gradient_norm : float
        Of the penalised likelihood, projected, in standard errors: the proof of the optimum.
    steps, n_sets, n_stages : int
    n_decisions : int
        Sets that tell something, each counted once however many stages it is read as.
    """

    coefficients: npt.NDArray[np.float64]
    is_at_limit: npt.NDArray[np.bool_]
    log_likelihood: float
    log_likelihood_at_random: float
    information: npt.NDArray[np.float64]
    penalty: Penalty
    scores: npt.NDArray[np.float64]
    cluster: npt.NDArray[np.int64]
    gradient_norm: float
    steps: int
    n_sets: int
    n_stages: int
    n_decisions: int

    @property
    def curvature(self) -> npt.NDArray[np.float64]:
        """(K, K) information and precision of the penalty together."""
        total: npt.NDArray[np.float64] = self.information + self.penalty.precision
        return total


def fit(
    stages: Stages,
    penalty: Penalty,
    *,
    laid_out: Likelihood | None = None,
    start: npt.NDArray[np.float64] | None = None,
) -> Fit:
    """The coefficients with the largest penalised likelihood.

    Parameters
    ----------
    stages : Stages
    penalty : Penalty
    laid_out : Likelihood, optional
        Of these stages, where several penalties are tried.
    start : (K,) float64, optional
        Where the search begins: decides the time, never the optimum.

    Raises
    ------
    LearningError
        Where the penalty leaves a direction free in which the likelihood rises for ever, or in which no choice says
        anything. With a ridge above 0 neither can happen.

    Examples
    --------
    >>> from features.learning.choice_sets import ChoiceSets
    >>> from features.learning.penalty import towards_hand_weights
    >>> from features.learning.stages import stages_of
    >>> nothing = stages_of(ChoiceSets.empty(("a", "b")))
    >>> fit(nothing, towards_hand_weights(("a", "b"), {"a": 0.75, "b": 0.25}, ridge=1.0)).coefficients
    array([7.5, 2.5])
    """
    if stages.features.shape[1] != penalty.mean.size:
        raise LearningError(f"the penalty has {penalty.mean.size} columns, expected {stages.features.shape[1]}")
    inner = penalty.reduced()
    on = stages if penalty.basis is None else stages.projected(penalty.basis)
    whole = laid_out or Likelihood(stages)
    likelihood = whole if penalty.basis is None else Likelihood(on)
    if not inner.is_proper:
        _verify_finite(on, inner, likelihood)
    found, there = _maximum(likelihood, inner, start if penalty.basis is None else None)
    at = found.at if penalty.basis is None else penalty.basis @ found.at
    outer = there if penalty.basis is None else whole.at(at)
    is_at_limit = found.is_at_limit if penalty.basis is None else np.zeros(at.size, np.bool_)
    return Fit(
        at,
        is_at_limit,
        outer.log_likelihood,
        whole.at_random,
        outer.information,
        penalty,
        outer.scores,
        stages.cluster,
        found.gradient_norm,
        found.steps,
        stages.n_sets,
        stages.n_stages,
        stages.n_decisions,
    )


def _maximum(
    likelihood: Likelihood, penalty: Penalty, start: npt.NDArray[np.float64] | None
) -> tuple[Optimum, LikelihoodAt]:
    asked: dict[bytes, LikelihoodAt] = {}

    def curve_at(coefficients: npt.NDArray[np.float64]) -> Curve:
        here, off = likelihood.at(coefficients), coefficients - penalty.mean
        asked[coefficients.tobytes()] = here
        pull = penalty.precision @ off
        return Curve(
            -here.log_likelihood + float(off @ pull) / 2,
            pull - here.scores.sum(axis=0),
            here.information + penalty.precision,
        )

    found = minimise(curve_at, penalty.mean if start is None else start, penalty.lower)
    return found, asked[found.at.tobytes()]


def _verify_finite(stages: Stages, penalty: Penalty, likelihood: Likelihood) -> None:
    # what no choice tells apart is the same at all coefficients: every chance is above 0 at all of them
    flat = flat_direction(likelihood.at(penalty.mean).information + penalty.precision)
    if flat is not None:
        raise LearningError(f"no choice tells columns {_named(flat)} apart: use a ridge above 0 or leave one out")
    direction = separating_direction(stages, penalty.lower)
    if direction is not None and np.abs(penalty.precision @ direction).max() <= 1e-12:
        raise LearningError(f"columns {_named(direction)} explain the choices without exception: use a ridge above 0")


def _named(direction: npt.NDArray[np.float64]) -> str:
    return ", ".join(str(k) for k in np.flatnonzero(np.abs(direction) > 1e-3))
