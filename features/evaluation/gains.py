"""What a plan changes: the corrected claim of :mod:`features.evaluation.augmented`, less what was done, normalised.

For somebody whom the plan puts where the person was placed nothing changes, whatever a chance says: what happened *is*
the outcome. Only of those it puts elsewhere must something be foretold, and there those it left where they were speak
for the others. So the correction is written over the people it is meant for: those in agreement count by the odds of
having been placed elsewhere, (1 − chance) / chance, and these odds are brought to the number of people who are moved
[1]_. In sum this is the same as the plain corrected claim when the chances are right. When they are too low the plain
sum is off by whatever the model is off, times the excess; this one is not.

References
----------
.. [1] J. Hájek (1971), Comment on "An essay on the logical foundations of survey sampling", in: Foundations of
   Statistical Inference, Holt, Rinehart and Winston, 236: the ratio estimator. The odds are those of [2]_.
.. [2] K. Hirano, G. W. Imbens and G. Ridder (2003), Efficient estimation of average treatment effects using the
   estimated propensity score, Econometrica 71, 1161-1189, :doi:`10.1111/1468-0262.00442`.
.. [3] R. G. Miller (1974), The jackknife: a review, Biometrika 61, 1-15, :doi:`10.1093/biomet/61.1.1`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import claimed_values
from features.evaluation.happened import Happened
from features.evaluation.overlap import LEAST_CHANCE, agreed_by, speaking_weights, supported

__all__ = ["gain_values"]

_Floats = npt.NDArray[np.float64]
_NEARLY_ALL = 0.1  # one who holds more than nine tenths of the weight: without that person nothing would be left


def gain_values(
    plan: _Floats, predicted: _Floats, happened: Happened, rows: npt.NDArray[np.bool_], *, least: float = LEAST_CHANCE
) -> _Floats:
    """Per person asked about, ``(rows.sum(),)``: the mean is the plan's gain over what was done.

    Parameters
    ----------
    plan, predicted : (n, m) float64
        As of :func:`~features.evaluation.augmented.augmented_values`.
    happened : Happened
    rows : (n,) bool
        Who is asked about.
    least : float, default 0.05
        Of pairs with a smaller chance only the model speaks.

    Notes
    -----
    The normalising makes the values hang together; each holds how far the estimate would move without the person (the
    jackknife [3]_), so that their spread tells how uncertain the mean is, also where few speak for many.

    Examples
    --------
    What was done, whatever chances and model say of it, gains nothing over itself:

    >>> once = Happened(np.array([0, 1]), np.array([1.0, 0.0]), np.array([[0.1, 0.2], [0.3, 0.1]]), np.arange(2))
    >>> gain_values(np.eye(2), np.full((2, 2), 0.5), once, np.ones(2, np.bool_)).tolist()
    [0.0, 0.0]
    """
    if plan.shape[1] == 0:
        return -happened.stayed[rows]
    kept: _Floats = plan * supported(happened.chance, least=least)
    here = predicted[np.arange(len(plan)), np.maximum(happened.posting_of, 0)]
    same = agreed_by(plan, happened)
    foretold = (claimed_values(plan, predicted) - same * here - (1.0 - same) * happened.stayed)[rows]
    moved = (kept.sum(axis=1) - agreed_by(kept, happened))[rows]
    weights, surprise = speaking_weights(kept, happened)[rows], (happened.stayed - here)[rows]
    total = weights.sum()
    if total <= 0:
        return foretold
    mean = float(weights @ surprise / total)
    share = weights * (surprise - mean) / np.maximum(1.0 - weights / total, _NEARLY_ALL)
    gains: _Floats = foretold + moved * mean + moved.sum() / total * (share - share.mean())
    return gains
