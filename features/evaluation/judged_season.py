"""Everything that a season is judged by: the assignment in question, what happened, and two models' chances."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError
from features.evaluation.happened import Happened, verified_table

__all__ = ["JudgedSeason"]


@dataclass(frozen=True, eq=False)
class JudgedSeason:
    """A season and the assignment that is asked about.

    Attributes
    ----------
    posting_of : (n,) int64
        The assignment, -1 for no place; not chosen by this season's outcomes.
    happened : Happened
    claims : (n, m) float64
        Chances to stay by the model that decided.
    predicted : (n, m) float64
        Chances to stay by models that have not seen the person's outcome.
    capacity : (m,) int64
    is_allowed : (n, m) bool
        Pairs that rules leave.
    group : (n,) int64 or None
        An invented attribute for the audit of fairness: it enters no model and no assignment.
    arrival : (n,) int64 or None
        Each person's place in the order of arrival, 0 first. Without it first come, first served is not told.

    Raises
    ------
    EvaluationError
        If the arrays do not fit, or the assignment takes a pair that rules do not leave or more seats than there are.
    """

    posting_of: npt.NDArray[np.int64]
    happened: Happened
    claims: npt.NDArray[np.float64]
    predicted: npt.NDArray[np.float64]
    capacity: npt.NDArray[np.int64]
    is_allowed: npt.NDArray[np.bool_]
    group: npt.NDArray[np.int64] | None = None
    arrival: npt.NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        n, m = self.happened.chance.shape
        for name in ("claims", "predicted"):
            verified_table(getattr(self, name), name, shape=(n, m))
        expected = {"posting_of": (n,), "capacity": (m,), "is_allowed": (n, m), "group": (n,), "arrival": (n,)}
        for name, shape in expected.items():
            values = getattr(self, name)
            if values is not None and values.shape != shape:
                raise EvaluationError(f"{name} has shape {values.shape}, expected {shape}")
        if self.arrival is not None and sorted(self.arrival.tolist()) != list(range(n)):
            raise EvaluationError(f"arrival is no order of {n} people, expected each place from 0 on once")
        placed = np.flatnonzero(self.posting_of >= 0)
        at = self.posting_of[placed]
        barred = placed[~((at < m) & self.is_allowed[placed, np.minimum(at, m - 1)])]
        if barred.size:
            raise EvaluationError(
                f"person {barred[0]} is assigned to posting {self.posting_of[barred[0]]}, expected one of those allowed"
            )
        held = np.bincount(at, minlength=m)
        over = np.flatnonzero(held > self.capacity)
        if over.size:
            raise EvaluationError(
                f"posting {over[0]} is assigned {held[over[0]]} people, expected at most {self.capacity[over[0]]}"
            )
