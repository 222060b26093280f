"""What happened in a season: who was placed where, by what chance, and who stayed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["Happened", "verified_table"]

_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Happened:
    """A season as it was done, once its outcomes are known.

    Attributes
    ----------
    posting_of : (n,) int64
        Where each person was placed, -1 for nowhere.
    stayed : (n,) float64
        1 for somebody who was still there after the months that are asked about, else 0; 0 without a place.
    chance : (n, m) float64
        The chance with which the way it was done would have placed each person at each posting, over the lots it drew;
        a row sums to at most 1, the rest is the chance of no place.
    cluster : (n,) int64
        People whose fates hang together, as a household's do, share a number.

    Raises
    ------
    EvaluationError
        Where the arrays do not fit, naming the first person who does not.
    """

    posting_of: npt.NDArray[np.int64]
    stayed: npt.NDArray[np.float64]
    chance: npt.NDArray[np.float64]
    cluster: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        chance = verified_table(self.chance, "chance")
        n, m = chance.shape
        for name in ("posting_of", "stayed", "cluster"):
            if getattr(self, name).shape != (n,):
                raise EvaluationError(f"{name} has shape {getattr(self, name).shape}, expected ({n},), one a person")
        _refuse_first((self.posting_of < -1) | (self.posting_of >= m), f"a posting below {m} or -1", self.posting_of)
        _refuse_first(~((self.stayed >= 0) & (self.stayed <= 1)), "an outcome from 0 to 1", self.stayed)
        _refuse_first((self.posting_of < 0) & (self.stayed > 0), "outcome 0 without a place", self.stayed)
        _refuse_first(chance.sum(axis=1) > 1 + _ROUNDING, "chances of sum at most 1", chance.sum(axis=1))
        _refuse_first(
            self.is_placed & (self.chance_taken <= 0), "a chance above 0 of the place it was given", self.chance_taken
        )
        for name in ("posting_of", "stayed", "chance", "cluster"):
            values = getattr(self, name).copy()
            values.flags.writeable = False
            object.__setattr__(self, name, values)

    @property
    def is_placed(self) -> npt.NDArray[np.bool_]:
        """(n,) whether each person was given a place."""
        return self.posting_of >= 0

    @property
    def chance_taken(self) -> npt.NDArray[np.float64]:
        """(n,) the chance of the place that each person was given; 1 for those without one."""
        if self.chance.shape[1] == 0:
            return np.ones(self.posting_of.size)
        taken = self.chance[np.arange(self.posting_of.size), np.maximum(self.posting_of, 0)]
        return np.where(self.is_placed, taken, 1.0)


def verified_table(
    values: npt.ArrayLike, name: str, *, shape: tuple[int, ...] | None = None
) -> npt.NDArray[np.float64]:
    """Return values in [0, 1] of people × postings as float64.

    Raises
    ------
    EvaluationError
        If they are no table, have another shape than asked for, or one is outside [0, 1], naming its place.
    """
    table = np.asarray(values, np.float64)
    if table.ndim != 2 or (shape is not None and table.shape != shape):
        raise EvaluationError(f"{name} has shape {table.shape}, expected {shape or 'people × postings'}")
    outside = np.argwhere(~((table >= 0) & (table <= 1 + _ROUNDING)))
    if outside.size:
        person, posting = outside[0]
        raise EvaluationError(
            f"{name} of person {person}, posting {posting} is {table[person, posting]}, expected 0 to 1"
        )
    return table


def _refuse_first(
    is_wrong: npt.NDArray[np.bool_], expected: str, values: npt.NDArray[np.float64] | npt.NDArray[np.int64]
) -> None:
    if is_wrong.any():
        person = int(is_wrong.argmax())
        raise EvaluationError(f"person {person} has {values[person]}, expected {expected}")
