"""Choices, ordered lists and pairs as one thing: stages, in each of which some rows are taken of those still there.

A choice is one stage. An ordered list is a stage a place: the first out of all, the second out of the rest (Plackett
and Luce). A comparison of two is a stage of two rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from features.learning.choice_sets import ChoiceSets
from features.learning.errors import LearningError
from matching.arrays import totals_before

__all__ = ["Reading", "Stages", "stages_of"]

Reading: TypeAlias = Literal["choices", "lists", "pairs"]
_MOST_AT_ONCE: Final = 200  # the groups of so many are counted in seconds
_Stage: TypeAlias = tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]


@dataclass(frozen=True, eq=False)
class Stages:
    """Stages of all sets.

    Attributes
    ----------
    features : (r, K) float64
        Of the rows of the sets.
    row : (N,) int64
        Row of each member of a stage.
    indptr : (T + 1,) int64
        Where each stage's members start.
    is_taken : (N,) bool
        Who is taken: at least one of a stage, and not all.
    set_of, cluster, office : (T,) int64
        The choice set of a stage, who chose, and what who chose belongs to.
    n_sets : int
        Sets they come from, those without a stage among them.
    is_independent : bool
        Whether the stages of one set tell something each of its own; pairs of a set do not.
    """

    features: npt.NDArray[np.float64]
    row: npt.NDArray[np.int64]
    indptr: npt.NDArray[np.int64]
    is_taken: npt.NDArray[np.bool_]
    set_of: npt.NDArray[np.int64]
    cluster: npt.NDArray[np.int64]
    office: npt.NDArray[np.int64]
    n_sets: int
    is_independent: bool = True

    @property
    def n_stages(self) -> int:
        """Number of stages, T."""
        return self.indptr.size - 1

    @property
    def n_decisions(self) -> int:
        """Number of sets with a stage: one decision, however many places or pairs it is read as."""
        return int(np.unique(self.set_of).size)

    def projected(self, basis: npt.NDArray[np.float64]) -> Stages:
        """The same stages on the columns ``features @ basis``."""
        return replace(self, features=self.features @ basis)


def stages_of(sets: ChoiceSets, reading: Reading = "choices") -> Stages:
    """The stages of choice sets.

    Parameters
    ----------
    sets : ChoiceSets
    reading : "choices", "lists" or "pairs"
        *choices*: everybody placed was taken at once, in no order. *lists*: places in their order, equal ones at once.
        *pairs*: everybody placed against everybody behind, two by two; the pairs of a set are not independent, so take
        standard errors by cluster.

    Raises
    ------
    LearningError
        If the reading is unknown, or a set takes more than 200 at once in no order.

    Examples
    --------
    >>> sets = ChoiceSets.from_rows([[1.0], [0.0], [0.5]], [1, 0, 2])
    >>> stages = stages_of(sets, "lists")
    >>> stages.row.tolist(), stages.indptr.tolist()
    ([0, 1, 2, 1, 2], [0, 3, 5])
    """
    if reading not in _READINGS:
        raise LearningError(f"reading is {reading!r}, expected one of {', '.join(get_args(Reading))}")
    read = _READINGS[reading]
    members: list[npt.NDArray[np.int64]] = []
    taken: list[npt.NDArray[np.bool_]] = []
    set_of: list[int] = []
    for s, (start, end) in enumerate(zip(sets.indptr[:-1].tolist(), sets.indptr[1:].tolist(), strict=True)):
        for inside, is_taken in read(sets.place[start:end]):
            n_taken = int(is_taken.sum())
            if min(n_taken, is_taken.size - n_taken) > _MOST_AT_ONCE:
                who = f"set {s}" if sets.name is None else sets.name[s]
                at_once = f"{who} takes {n_taken} of {is_taken.size} at once"
                most = f"expected at most {_MOST_AT_ONCE} taken or left"
                raise LearningError(f"{at_once}, {most}: tell their order, or leave the set out")
            if 0 < n_taken < is_taken.size:  # taking all, or nobody, says nothing of the weights
                members.append(start + inside)
                taken.append(is_taken)
                set_of.append(s)
    of = np.array(set_of, dtype=np.int64)
    return Stages(
        sets.features,
        np.concatenate(members) if members else np.zeros(0, np.int64),
        totals_before([one.size for one in members]),
        np.concatenate(taken) if taken else np.zeros(0, np.bool_),
        of,
        sets.cluster_of[of],
        sets.office_of[of],
        sets.n_sets,
        is_independent=reading != "pairs",
    )


def _choices(place: npt.NDArray[np.int64]) -> Iterator[_Stage]:
    yield np.arange(place.size), place > 0


def _lists(place: npt.NDArray[np.int64]) -> Iterator[_Stage]:
    for number in np.unique(place[place > 0]):
        left = np.flatnonzero((place == 0) | (place >= number))
        yield left, place[left] == number


def _pairs(place: npt.NDArray[np.int64]) -> Iterator[_Stage]:
    behind = np.where(place == 0, np.iinfo(np.int64).max, place)
    for first in np.flatnonzero(place > 0).tolist():
        for second in np.flatnonzero(behind > behind[first]).tolist():
            yield np.array([first, second]), np.array([True, False])


_READINGS: Final[Mapping[Reading, Callable[[npt.NDArray[np.int64]], Iterator[_Stage]]]] = {
    "choices": _choices,
    "lists": _lists,
    "pairs": _pairs,
}
