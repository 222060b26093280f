"""What answers make of the first places of a list: how likely they change, and how much better they get.

Scores are whole millionths, as they are told, so that two lines stand level exactly when a list shows them so. An
answer changes some scores; the lines are then ordered as a new list would order them, equal ones by id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from features.errors import FeatureError

__all__ = ["Top", "Worth"]

_MILLION = 1_000_000.0


@dataclass(frozen=True, eq=False)
class Worth:
    """What each of some questions is worth, ``(L,)`` float64 each.

    Attributes
    ----------
    change : probability that another set of lines stands in the top
    order : probability that the top reads otherwise, its order included
    replaced : expected number of lines of the top that are replaced
    gain : how much the mean score of the best after the answer is expected to exceed that of today's top
    """

    change: NDArray[np.float64]
    order: NDArray[np.float64]
    replaced: NDArray[np.float64]
    gain: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Top:
    """The first ``size`` lines of a list.

    Parameters
    ----------
    totals : (K,) int64
        Scores of the lines in millionths.
    ids : sequence of str
        Their ids, all different; of equal scores the id that sorts first stands first.
    size : int
        Lines that count as the top; all of them where the list is shorter.

    Raises
    ------
    FeatureError
        If ``size`` is below 1.

    Examples
    --------
    >>> top = Top(np.array([500_000, 400_000, 300_000]), ("a", "b", "c"), 1)
    >>> worth = top.after_one(np.array([1]), np.array([[0, 200_000]]), np.array([[0.75, 0.25]]))
    >>> worth.change.tolist(), worth.gain.tolist()
    ([0.25], [0.025])
    """

    totals: NDArray[np.int64]
    ids: Sequence[str]
    size: int

    def __post_init__(self) -> None:
        if self.size < 1:
            raise FeatureError(f"top is {self.size}, expected >= 1")

    @property
    def n(self) -> int:
        """Lines in the top."""
        return min(self.size, len(self.ids))

    @cached_property
    def best(self) -> NDArray[np.int64]:
        """Positions of the top, best first."""
        return np.argsort(-self._keys(self.totals), kind="stable")[: self.n]

    def after_all(self, changes: NDArray[np.int64], weights: NDArray[np.float64]) -> Worth:
        """The worth, ``(1,)``, of one question whose answers each change every score.

        Parameters
        ----------
        changes : (R, K) int64
            What each answer adds to each score.
        weights : (R,) float64
            Probability of each answer.
        """
        totals = self.totals + changes
        keys = self._keys(totals)
        first = np.argpartition(-keys, self.n - 1, axis=1)[:, : self.n]
        ranked = np.take_along_axis(first, np.argsort(-np.take_along_axis(keys, first, axis=1), axis=1), axis=1)
        replaced = self.n - np.isin(ranked, self.best).sum(axis=1)
        moved = (ranked != self.best).any(axis=1)
        gain = (np.take_along_axis(totals, ranked, axis=1) - totals[:, self.best]).sum(axis=1)
        return self._worth(replaced[None], moved[None], gain[None], weights[None])

    def after_one(self, lines: NDArray[np.int64], changes: NDArray[np.int64], weights: NDArray[np.float64]) -> Worth:
        """The worth, ``(L,)``, of questions that change the score of one line each.

        Parameters
        ----------
        lines : (L,) int64
            Positions.
        changes, weights : (L, Q)
            What each answer adds, in millionths, and its probability.
        """
        totals = self.totals[lines][:, None] + changes
        keys = totals * len(self.ids) + self._level[lines][:, None]
        inside = self._is_best[lines][:, None]
        edge = np.where(inside, self._next_key, self._last_key)
        replaced = np.where(inside, keys < edge, keys > edge)
        gain = np.where(replaced, np.abs(totals - np.where(inside, self._next_total, self._last_total)), 0)
        return self._worth(replaced, replaced | (inside & self._reordered(lines, keys)), gain, weights)

    def reachable(self, lines: NDArray[np.int64], most: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which lines could stand in the top if ``most`` were added to their scores."""
        keys = (self.totals[lines] + most) * len(self.ids) + self._level[lines]
        return keys >= self._last_key

    def _reordered(self, lines: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether a line of the top stands in another place among the top."""
        moved = np.zeros(keys.shape, dtype=np.bool_)
        of_best = self._keys(self.totals)[self.best]
        for place, line in enumerate(self.best.tolist()):
            others = np.delete(of_best, place)
            for row in np.flatnonzero(lines == line):
                moved[row] = (others[:, None] > keys[row]).sum(axis=0) != place
        return moved

    def _worth(
        self,
        replaced: NDArray[np.integer] | NDArray[np.bool_],
        moved: NDArray[np.bool_],
        gain: NDArray[np.int64],
        weights: NDArray[np.float64],
    ) -> Worth:
        change, order, number = (
            (weights * part).sum(axis=1) for part in (replaced > 0, moved, replaced.astype(np.float64))
        )
        return Worth(change, order, number, (weights * gain).sum(axis=1) / (_MILLION * self.n))

    def _keys(self, totals: NDArray[np.int64]) -> NDArray[np.int64]:
        """Numbers that order lines as a list does: by score, then by id; no two are equal."""
        keys: NDArray[np.int64] = totals * len(self.ids) + self._level
        return keys

    @cached_property
    def _level(self) -> NDArray[np.int64]:
        level = np.empty(len(self.ids), dtype=np.int64)
        level[sorted(range(len(self.ids)), key=self.ids.__getitem__, reverse=True)] = np.arange(len(self.ids))
        return level

    @cached_property
    def _is_best(self) -> NDArray[np.bool_]:
        return np.isin(np.arange(len(self.ids)), self.best)

    @cached_property
    def _last_key(self) -> int:
        return int(self._keys(self.totals)[self.best[-1]])

    @cached_property
    def _last_total(self) -> int:
        return int(self.totals[self.best[-1]])

    @cached_property
    def _next(self) -> int | None:
        """The line that would move up; none where everything is in the top."""
        rest = np.flatnonzero(~self._is_best)
        return int(rest[np.argmax(self._keys(self.totals)[rest])]) if rest.size else None

    @cached_property
    def _next_key(self) -> int:
        return np.iinfo(np.int64).min if self._next is None else int(self._keys(self.totals)[self._next])

    @cached_property
    def _next_total(self) -> int:
        return 0 if self._next is None else int(self.totals[self._next])
