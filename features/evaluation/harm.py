"""Who would stay less likely than where they were placed? A mean can rise over people who lose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import claimed_values
from features.evaluation.bootstrap import Interval, mean_intervals, share_interval
from features.evaluation.happened import Happened, verified_table
from features.evaluation.plans import sure_plan

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
    mean_loss : float
        Of those with a lower prediction; 0 without any.
    worst : int
        Row of the person who loses most; -1 where nobody loses.
    """

    rate: Interval
    notable: Interval
    mean_loss: float
    worst: int


def harm_of(
    plan: npt.ArrayLike, predicted: npt.ArrayLike, happened: Happened, *, rng: np.random.Generator, n_draws: int = 2000
) -> Harm:
    """Compare predictions person by person.

    Parameters
    ----------
    plan : (n, m) float64
    predicted : (n, m) float64
        Chances to stay, from a model that has not seen the person's outcome.
    happened : Happened
    rng : numpy.random.Generator
    n_draws : int, default 2000

    Notes
    -----
    One person's outcome tells next to nothing about that person's chance, so harm of single people is a prediction,
    never a fact; the interval is about which people came, not about the model.

    Examples
    --------
    >>> done = Happened(np.array([0, 0]), np.ones(2), np.array([[1.0, 0.0], [1.0, 0.0]]), np.arange(2))
    >>> predicted = np.array([[0.6, 0.5], [0.4, 0.9]])
    >>> harm = harm_of(np.array([[0.0, 1.0], [0.0, 1.0]]), predicted, done, rng=np.random.default_rng(0))
    >>> harm.rate.estimate, round(harm.mean_loss, 3), harm.worst
    (0.5, 0.1, 0)
    """
    rows = verified_table(plan, "plan", shape=happened.chance.shape)
    says = verified_table(predicted, "predicted", shape=happened.chance.shape)
    done = claimed_values(sure_plan(happened.posting_of, rows.shape[1]), says)
    loss = done - claimed_values(rows, says)
    lower = loss > _ROUNDING
    shares = np.stack([lower, loss > NOTABLE + _ROUNDING], axis=1).astype(np.float64)
    drawn, n = mean_intervals(shares, happened.cluster, rng=rng, n_draws=n_draws), np.unique(happened.cluster).size
    rate, notable = (share_interval(found, n) for found in drawn)
    return Harm(
        rate, notable, float(loss[lower].mean()) if lower.any() else 0.0, int(loss.argmax()) if lower.any() else -1
    )
