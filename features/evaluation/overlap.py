"""Can the past speak of a plan? Overlap of what is planned and what was done by some chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.augmented import weights_of
from features.evaluation.errors import EvaluationError
from features.evaluation.happened import Happened, verified_table

__all__ = ["LEAST_CHANCE", "LEAST_EFFECTIVE", "LEAST_SUPPORTED", "Overlap", "overlap_of", "supported"]

LEAST_CHANCE: Final = 0.05
"""A pair that was done with a smaller chance has no support: one such person would count more than twenty times."""
LEAST_SUPPORTED: Final = 0.5
"""With less of the planned pairs supported a plan's value is not answerable."""
LEAST_EFFECTIVE: Final = 10.0
"""With fewer people, each counted once, in whom plan and past agree, its value is not answerable either."""


@dataclass(frozen=True)
class Overlap:
    """How far the past speaks of a plan.

    Attributes
    ----------
    planned : float
        People the plan places (for a plan with chance: expected).
    supported : float
        Share of them at a posting where they had at least the least chance.
    agreed : float
        People who were placed where the plan wants them (expected).
    effective : float
        Effective number of people in whom plan and past agree: (Σw)²/Σw² of their weights.
    largest_weight : float
    """

    planned: float
    supported: float
    agreed: float
    effective: float
    largest_weight: float

    @property
    def is_answerable(self) -> bool:
        """Whether the plan's value can be told from what happened."""
        return self.supported >= LEAST_SUPPORTED and self.effective >= LEAST_EFFECTIVE


def supported(chance: npt.NDArray[np.float64], *, least: float = LEAST_CHANCE) -> npt.NDArray[np.bool_]:
    """(n, m) pairs that were done with at least the least chance.

    Raises
    ------
    EvaluationError
        If the least chance is not above 0 and at most 1.
    """
    if not 0 < least <= 1:
        raise EvaluationError(f"least chance is {least}, expected above 0 and at most 1")
    is_supported: npt.NDArray[np.bool_] = chance >= least
    return is_supported


def overlap_of(plan: npt.ArrayLike, happened: Happened, *, least: float = LEAST_CHANCE) -> Overlap:
    """Compare a plan with the chances of what was done.

    Parameters
    ----------
    plan : (n, m) float64
    happened : Happened
    least : float, default 0.05
        Chance from which a pair counts as supported; pairs without support do not enter the other figures.

    Examples
    --------
    >>> half = Happened(np.array([0, 1]), np.array([1.0, 0.0]), np.array([[0.5, 0.5], [0.0, 1.0]]), np.arange(2))
    >>> overlap_of(np.array([[1.0, 0.0], [1.0, 0.0]]), half)
    Overlap(planned=2.0, supported=0.5, agreed=1.0, effective=1.0, largest_weight=2.0)
    """
    rows = verified_table(plan, "plan", shape=happened.chance.shape)
    kept = rows * supported(happened.chance, least=least)
    weights = weights_of(kept, happened)
    planned, squares = float(rows.sum()), float((weights**2).sum())
    return Overlap(
        planned=planned,
        supported=float(kept.sum()) / planned if planned else 0.0,
        agreed=float((weights * happened.chance_taken).sum()),
        effective=float(weights.sum()) ** 2 / squares if squares else 0.0,
        largest_weight=float(weights.max(initial=0.0)),
    )
