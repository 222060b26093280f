"""Can the past speak of a plan? Overlap of what is planned and what was done by some chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.evaluation.happened import Happened, verified_table

__all__ = [
    "LEAST_CHANCE",
    "LEAST_EFFECTIVE",
    "LEAST_SUPPORTED",
    "Overlap",
    "agreed_by",
    "overlap_of",
    "speaking_weights",
    "supported",
]

LEAST_CHANCE: Final = 0.05
"""A pair that was done with a smaller chance has no support: one such person would count more than twenty times."""
LEAST_SUPPORTED: Final = 0.5
"""With less of the planned pairs supported, or of those that change something, a value is not answerable."""
LEAST_EFFECTIVE: Final = 10.0
"""With fewer people, each counted once, who agree and speak for those it moves, it is not answerable either."""


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
        Effective number of people in whom plan and past agree, as they speak for those who are moved: (Σw)²/Σw² of
        :func:`speaking_weights`; of those who agree where nobody is moved.
    largest_weight : float
    changed : float
        People placed elsewhere than it was done (expected).
    changed_supported : float
        Share of them at a posting where they had at least the least chance; 1 where there are none.
    """

    planned: float
    supported: float
    agreed: float
    effective: float
    largest_weight: float
    changed: float
    changed_supported: float

    @property
    def is_answerable(self) -> bool:
        """Whether the plan's value can be told from what happened; what was done can always be."""
        is_supported = min(self.supported, self.changed_supported) >= LEAST_SUPPORTED
        return not self.changed or (is_supported and self.effective >= LEAST_EFFECTIVE)


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


def agreed_by(plan: npt.NDArray[np.float64], happened: Happened) -> npt.NDArray[np.float64]:
    """How often the plan does what was done, (n,); 0 for people without a place."""
    if plan.shape[1] == 0:
        return np.zeros(len(plan))
    agreed = plan[np.arange(len(plan)), np.maximum(happened.posting_of, 0)]
    return np.where(happened.is_placed, agreed, 0.0)


def speaking_weights(plan: npt.NDArray[np.float64], happened: Happened) -> npt.NDArray[np.float64]:
    """For how many others like them, whom the plan would have moved, those in agreement speak, (n,).

    The odds (1 − chance) / chance of the place given: whoever was bound to be placed there speaks for nobody.
    """
    chance = happened.chance_taken
    weights: npt.NDArray[np.float64] = agreed_by(plan, happened) * np.maximum(1.0 - chance, 0.0) / chance
    return weights


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
    >>> found = overlap_of(np.array([[1.0, 0.0], [1.0, 0.0]]), half)
    >>> found.supported, found.agreed, found.effective, found.changed, found.changed_supported
    (0.5, 1.0, 1.0, 1.0, 0.0)
    """
    rows = verified_table(plan, "plan", shape=happened.chance.shape)
    kept = rows * supported(happened.chance, least=least)
    agreed = agreed_by(kept, happened)
    changed = float(rows.sum() - agreed_by(rows, happened).sum())
    weights = speaking_weights(kept, happened) if changed else agreed
    planned, squares = float(rows.sum()), float((weights**2).sum())
    return Overlap(
        planned=planned,
        supported=float(kept.sum()) / planned if planned else 0.0,
        agreed=float(agreed.sum()),
        effective=float(weights.sum()) ** 2 / squares if squares else 0.0,
        largest_weight=float(weights.max(initial=0.0)),
        changed=changed,
        changed_supported=float(kept.sum() - agreed.sum()) / changed if changed else 1.0,
    )
