"""Augmented inverse propensity weighting: a model's claim, corrected by what happened where it can be compared [1]_.

References
----------
.. [1] J. M. Robins, A. Rotnitzky and L. P. Zhao (1994), Estimation of regression coefficients when some regressors are
   not always observed, Journal of the American Statistical Association 89, 846-866,
   :doi:`10.1080/01621459.1994.10476818`.
.. [2] M. Dudík, D. Erhan, J. Langford and L. Li (2014), Doubly robust policy evaluation and optimization, Statistical
   Science 29, 485-511, :doi:`10.1214/14-STS500`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.evaluation.happened import Happened, verified_table

__all__ = ["augmented_values", "claimed_values", "weights_of"]


def claimed_values(plan: npt.NDArray[np.float64], predicted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """What the model says that each person gains from a plan, (n,): Σ_j plan × predicted.

    Examples
    --------
    >>> claimed_values(np.array([[0.5, 0.5], [0.0, 0.0]]), np.array([[0.2, 0.6], [0.9, 0.9]]))
    array([0.4, 0. ])
    """
    claimed: npt.NDArray[np.float64] = np.einsum("nm,nm->n", plan, predicted)
    return claimed


def weights_of(plan: npt.NDArray[np.float64], happened: Happened) -> npt.NDArray[np.float64]:
    """How often the plan does what was done, over how often that was done, (n,); 0 for people without a place."""
    if plan.shape[1] == 0:
        return np.zeros(len(plan))
    agreed = plan[np.arange(len(plan)), np.maximum(happened.posting_of, 0)]
    weights: npt.NDArray[np.float64] = np.where(happened.is_placed, agreed / happened.chance_taken, 0.0)
    return weights


def augmented_values(plan: npt.ArrayLike, predicted: npt.ArrayLike, happened: Happened) -> npt.NDArray[np.float64]:
    """Estimate each person's outcome under a plan, (n,); means and sums of it are what can be read.

    Parameters
    ----------
    plan : (n, m) float64
        Chance with which the plan puts each person at each posting, a row of sum at most 1.
    predicted : (n, m) float64
        Modelled chance to stay, from a model that has not seen this person's outcome.
    happened : Happened

    Notes
    -----
    ψ_i = Σ_j plan_ij·predicted_ij + w_i·(stayed_i − predicted_i,placed) with w_i = plan/chance of the place given. Its
    mean is right on average over the lots that were drawn when the chances are right, however wrong the model is; and
    when the model is right, however wrong the chances are [2]_. A person without a place has outcome 0 for certain, so
    nothing is corrected there. Where the chance of a planned pair is 0 or tiny nothing can be corrected either:
    :mod:`features.evaluation.overlap` says for how many.

    Examples
    --------
    Said 0.5, happened 1, done by a chance of a half: the surprise counts twice.

    >>> once = Happened(np.array([0]), np.array([1.0]), np.array([[0.5, 0.5]]), np.array([0]))
    >>> augmented_values([[1.0, 0.0]], [[0.5, 0.4]], once)
    array([1.5])
    """
    rows = verified_table(plan, "plan", shape=happened.chance.shape)
    says = verified_table(predicted, "predicted", shape=happened.chance.shape)
    claimed = claimed_values(rows, says)
    if says.shape[1] == 0:
        return claimed
    surprise = happened.stayed - says[np.arange(len(says)), np.maximum(happened.posting_of, 0)]
    corrected: npt.NDArray[np.float64] = claimed + weights_of(rows, happened) * surprise
    return corrected
