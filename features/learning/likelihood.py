"""How likely the choices are at given weights: log-likelihood, gradient, Hessian and the score of every stage."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from features.learning.stages import Stages
from features.learning.tied_choices import group_moments
from matching.arrays import totals_before

__all__ = ["Likelihood", "LikelihoodAt"]


class LikelihoodAt(NamedTuple):
    """At one vector of coefficients.

    ``log_likelihood`` is the sum of ``by_stage`` (T,); ``scores`` (T, K) sum to the gradient; ``information`` (K, K) is
    minus the Hessian, which for these models is observed and expected information in one.
    """

    log_likelihood: float
    by_stage: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float64]
    information: npt.NDArray[np.float64]


class Likelihood:
    """Stages laid out once, to be asked at many coefficients.

    Parameters
    ----------
    stages : Stages

    Notes
    -----
    Stages of which one row is taken (nearly all) are one softmax over segments; stages of which several are taken are
    grouped by size and number taken (:func:`~features.learning.tied_choices.group_moments`).

    Examples
    --------
    >>> from features.learning.choice_sets import ChoiceSets
    >>> from features.learning.stages import stages_of
    >>> stages = stages_of(ChoiceSets.from_rows([[1.0], [0.0]], [1, 0]))
    >>> round(Likelihood(stages).at(np.zeros(1)).log_likelihood, 6)  # one of two, at random
    -0.693147
    """

    def __init__(self, stages: Stages) -> None:
        self._stages = stages

    def at(self, coefficients: npt.NDArray[np.float64]) -> LikelihoodAt:
        """The likelihood at (K,) coefficients."""
        stages, k = self._stages, coefficients.size
        by_stage, scores = np.zeros(stages.n_stages), np.zeros((stages.n_stages, k))
        information = np.zeros((k, k))
        if self._single.size:
            information += self._add_single(coefficients, by_stage, scores)
        for which, rows, taken in self._tied:
            information += _add_tied(stages.features[rows], coefficients, taken, (by_stage, scores, which))
        return LikelihoodAt(float(by_stage.sum()), by_stage, scores, information)

    @cached_property
    def at_random(self) -> float:
        """Log-likelihood where everybody is as likely as everybody else."""
        n_columns: int = self._stages.features.shape[1]
        return self.at(np.zeros(n_columns)).log_likelihood

    def _add_single(
        self, coefficients: npt.NDArray[np.float64], by_stage: npt.NDArray[np.float64], scores: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        x, starts, of, taken = self._segments
        utility = x @ coefficients
        top = np.maximum.reduceat(utility, starts)
        odds = np.exp(utility - top[of])
        total = np.add.reduceat(odds, starts)
        chance = odds / total[of]
        away = x - np.add.reduceat(chance[:, None] * x, starts, axis=0)[of]
        by_stage[self._single] = utility[taken] - top - np.log(total)
        scores[self._single] = away[taken]
        information: npt.NDArray[np.float64] = (chance[:, None] * away).T @ away
        return information

    @cached_property
    def _n_taken(self) -> npt.NDArray[np.int64]:
        stages = self._stages
        if not stages.n_stages:
            return np.zeros(0, np.int64)
        return np.add.reduceat(stages.is_taken.astype(np.int64), stages.indptr[:-1])

    @cached_property
    def _single(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self._n_taken == 1)

    @cached_property
    def _segments(
        self,
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Rows of the stages that take one, their starts, the stage of each row, and who is taken."""
        stages, single = self._stages, self._single
        sizes = np.diff(stages.indptr)[single]
        starts = totals_before(sizes)[:-1]
        of = np.repeat(np.arange(single.size), sizes)
        entries = np.arange(of.size) - starts[of] + stages.indptr[single][of]
        return stages.features[stages.row[entries]], starts, of, np.flatnonzero(stages.is_taken[entries])

    @cached_property
    def _tied(self) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]]:
        """Stages that take several, by size and number: which, (T', n) their rows, and who is taken."""
        sizes, several = np.diff(self._stages.indptr), np.flatnonzero(self._n_taken > 1)
        shapes = np.unique(np.column_stack([sizes[several], self._n_taken[several]]), axis=0)
        found: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]] = []
        for size, count in shapes.tolist():
            which = several[(sizes[several] == size) & (self._n_taken[several] == count)]
            entries: npt.NDArray[np.int64] = self._stages.indptr[which][:, None] + np.arange(size, dtype=np.int64)
            found.append((which, self._stages.row[entries], self._stages.is_taken[entries]))
        return found


def _add_tied(
    features: npt.NDArray[np.float64],
    coefficients: npt.NDArray[np.float64],
    taken: npt.NDArray[np.bool_],
    out: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> npt.NDArray[np.float64]:
    by_stage, scores, which = out
    if 2 * taken[0].sum() > taken.shape[1]:  # whom to take is whom to leave, with the signs turned
        features, taken = -features, ~taken
    utility = features @ coefficients
    moments = group_moments(features, utility, int(taken[0].sum()))
    by_stage[which] = (utility * taken).sum(axis=1) - moments.log_total
    scores[which] = (features * taken[..., None]).sum(axis=1) - moments.mean
    information: npt.NDArray[np.float64] = moments.covariance.sum(axis=0)
    return information
