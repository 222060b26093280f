"""Who would stay less likely than where they were placed? A mean can rise over people who lose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import claimed_values
from features.evaluation.bootstrap import Interval
from features.evaluation.happened import Happened, verified_table
from features.evaluation.plans import sure_plan
from features.evaluation.shares import share_interval
from features.smallest_told import SMALLEST_TOLD

__all__ = ["NOTABLE", "Harm", "harm_of"]

NOTABLE: Final = 0.05
"""A predicted chance that is lower by more than this counts as notably lower."""
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Harm:
    """Share of people who are predicted to stay less likely than under the status quo.

    Attributes
    ----------
    rate, notable : Interval
        Lower at all, and lower by more than :data:`NOTABLE`.
    mean_loss : float or None
        Of those with a lower prediction; 0 without any, None where they are so few that it would be that of single
        people.
    """

    rate: Interval
    notable: Interval
    mean_loss: float | None


def harm_of(plan: npt.ArrayLike, predicted: npt.ArrayLike, happened: Happened) -> Harm:
    """Compare predictions person by person.

    Parameters
    ----------
    plan : (n, m) float64
    predicted : (n, m) float64
        Chances to stay, from a model that has not seen the person's outcome.
    happened : Happened

    Notes
    -----
    One person's outcome tells next to nothing about that person's chance, so harm of single people is a prediction,
    never a fact; the interval is about which people came, not about the model.

    Examples
    --------
    >>> done = Happened(np.zeros(8, np.int64), np.ones(8), np.tile([1.0, 0.0], (8, 1)), np.arange(8))
    >>> predicted = np.array([[0.6, 0.5], [0.4, 0.9]] * 4)
    >>> harm = harm_of(np.tile([0.0, 1.0], (8, 1)), predicted, done)
    >>> [round(end, 3) for end in harm.rate], harm.mean_loss is None
    ([0.157, 0.5, 0.843], True)
    """
    rows = verified_table(plan, "plan", shape=happened.chance.shape)
    says = verified_table(predicted, "predicted", shape=happened.chance.shape)
    done = claimed_values(sure_plan(happened.posting_of, rows.shape[1]), says)
    loss = done - claimed_values(rows, says)
    lower = loss > _ROUNDING
    rate, notable = (
        share_interval(counts.astype(np.float64), happened.cluster) for counts in (lower, loss > NOTABLE + _ROUNDING)
    )
    return Harm(rate, notable, _mean_told(loss[lower]))


def _mean_told(loss: npt.NDArray[np.float64]) -> float | None:
    if not loss.size:
        return 0.0
    return float(loss.mean()) if loss.size >= SMALLEST_TOLD else None
