"""Choice sets: who or what stood beside each other, and what was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.learning.errors import LearningError
from matching.arrays import totals_before

__all__ = ["OUTSIDE", "ChoiceSets", "label_codes"]

OUTSIDE: Final = "outside"
"""Name of the column that says whether a row is the choice of nobody."""


@dataclass(frozen=True, eq=False)
class ChoiceSets:
    """Rows of several choice sets, one set after the other.

    Parameters
    ----------
    terms : tuple of str
        Names of the columns, K of them.
    features : (r, K) float64
        What each term says of each row; finite.
    indptr : (S + 1,) int64
        Where each set's rows start; no set is empty.
    place : (r,) int64
        1 = first choice, 2 = second …, equal numbers = chosen together, 0 = not chosen.
    cluster : (S,) int64, optional
        Who chose (an officer, a municipality): their choices are not taken as independent. Each set its own when
        omitted.
    office : (S,) int64, optional
        What who chose belongs to, where several may belong to one (officers of a municipality): they may share habits.
        Who chose when omitted.
    name : tuple of S str, optional
        What errors call each set; its number when omitted.

    Raises
    ------
    LearningError
        Naming the row or set that does not fit.

    Examples
    --------
    >>> sets = ChoiceSets.from_rows([[1.0], [0.0], [0.5]], [1, 0, 2], terms=("work_done",))
    >>> sets.n_sets, sets.place.tolist()
    (1, [1, 0, 2])
    """

    terms: tuple[str, ...]
    features: npt.NDArray[np.float64]
    indptr: npt.NDArray[np.int64]
    place: npt.NDArray[np.int64]
    cluster: npt.NDArray[np.int64] | None = None
    office: npt.NDArray[np.int64] | None = None
    name: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        features, place, indptr = np.asarray(self.features, np.float64), self.place, self.indptr
        if features.ndim != 2 or features.shape[1] != len(self.terms):
            raise LearningError(f"features have shape {features.shape}, expected (rows, {len(self.terms)})")
        if place.shape != (features.shape[0],):
            raise LearningError(f"place has shape {place.shape}, expected ({features.shape[0]},)")
        _verify_entries(features, place)
        if indptr[0] != 0 or indptr[-1] != features.shape[0] or (np.diff(indptr) < 1).any():
            raise LearningError(f"indptr does not cut {features.shape[0]} rows into sets of at least one")
        cluster = np.arange(indptr.size - 1) if self.cluster is None else self.cluster
        if cluster.shape != (indptr.size - 1,):
            raise LearningError(f"cluster has shape {cluster.shape}, expected ({indptr.size - 1},)")
        office = cluster if self.office is None else self.office
        if office.shape != cluster.shape:
            raise LearningError(f"office has shape {office.shape}, expected {cluster.shape}")
        if self.name is not None and len(self.name) != cluster.size:
            raise LearningError(f"name has {len(self.name)} names, expected {cluster.size}")
        arrays = {"features": features, "place": place, "indptr": indptr, "cluster": cluster, "office": office}
        for name, array in arrays.items():
            kept = np.array(array, dtype=np.float64 if name == "features" else np.int64)
            kept.flags.writeable = False
            object.__setattr__(self, name, kept)

    @classmethod
    def from_rows(
        cls,
        features: npt.ArrayLike,
        place: npt.ArrayLike,
        *,
        sets: npt.ArrayLike | None = None,
        clusters: npt.ArrayLike | None = None,
        terms: Sequence[str] | None = None,
    ) -> ChoiceSets:
        """Sets of rows in any order.

        Parameters
        ----------
        features, place
            As of the class.
        sets : (r,) array-like, optional
            Name of the set each row belongs to; all rows form one set when omitted.
        clusters : (r,) array-like, optional
            Who chose, one value throughout a set.
        terms : sequence of str, optional
            ``x0``, ``x1`` … when omitted.

        Raises
        ------
        LearningError
            As of the class, and where a set has two clusters.
        """
        x = np.atleast_2d(np.asarray(features, dtype=np.float64))
        places = np.asarray(place)
        if places.dtype.kind not in "iub":
            raise LearningError(f"place has dtype {places.dtype}, expected whole numbers")
        if places.shape != x.shape[:1]:
            raise LearningError(f"place has shape {places.shape}, expected ({x.shape[0]},)")
        label = np.zeros(x.shape[0], np.int64) if sets is None else label_codes(sets, x.shape[0], "sets")
        order = np.argsort(label, kind="stable")
        indptr = np.concatenate([[0], np.flatnonzero(np.diff(label[order])) + 1, [x.shape[0]]])
        cluster = None
        if clusters is not None:
            by_row = label_codes(clusters, x.shape[0], "clusters")[order]
            cluster = by_row[indptr[:-1]]
            mixed = np.flatnonzero(by_row != np.repeat(cluster, np.diff(indptr)))
            if mixed.size:
                raise LearningError(f"row {order[mixed[0]]} has another cluster than the rest of its set")
        names = tuple(f"x{k}" for k in range(x.shape[1])) if terms is None else tuple(terms)
        return cls(names, x[order], indptr.astype(np.int64), places[order].astype(np.int64), cluster)

    @classmethod
    def empty(cls, terms: Sequence[str]) -> ChoiceSets:
        """No sets at all."""
        return cls(tuple(terms), np.zeros((0, len(terms))), np.zeros(1, np.int64), np.zeros(0, np.int64))

    @property
    def n_sets(self) -> int:
        """Number of sets, S."""
        return self.indptr.size - 1

    @property
    def cluster_of(self) -> npt.NDArray[np.int64]:
        """(S,) who chose."""
        return np.arange(self.n_sets) if self.cluster is None else self.cluster

    @property
    def office_of(self) -> npt.NDArray[np.int64]:
        """(S,) what who chose belongs to."""
        return self.cluster_of if self.office is None else self.office

    def take(self, chosen: npt.ArrayLike) -> ChoiceSets:
        """The sets of some indices (or of a mask), in that order."""
        which = np.arange(self.n_sets, dtype=np.int64)[np.asarray(chosen)]
        ends = self.indptr.tolist()
        spans = [np.arange(ends[s], ends[s + 1], dtype=np.int64) for s in which.tolist()]
        rows = np.concatenate(spans) if spans else np.zeros(0, np.int64)
        indptr = totals_before([span.size for span in spans])
        at: list[int] = which.tolist()
        name = None if self.name is None else tuple(self.name[s] for s in at)
        return ChoiceSets(
            self.terms,
            self.features[rows],
            indptr,
            self.place[rows],
            self.cluster_of[which],
            self.office_of[which],
            name,
        )

    def with_outside(self) -> ChoiceSets:
        """Every set with one row more, the choice of nobody, which is chosen where nobody is.

        The row has 0 in every term and 1 in a column of its own, :data:`OUTSIDE`: how good somebody must be.
        """
        if OUTSIDE in self.terms:
            raise LearningError(f"the sets have the column {OUTSIDE} already")
        has_any = np.logical_or.reduceat(self.place > 0, self.indptr[:-1]) if self.n_sets else np.zeros(0, np.bool_)
        ends = self.indptr[1:]
        features = np.column_stack([self.features, np.zeros(self.place.size)])
        nobody = np.append(np.zeros(len(self.terms)), 1.0)
        return ChoiceSets(
            (*self.terms, OUTSIDE),
            np.insert(features, ends, nobody, axis=0),
            self.indptr + np.arange(self.n_sets + 1),
            np.insert(self.place, ends, np.where(has_any, 0, 1)),
            self.cluster,
            self.office,
            self.name,
        )


def _verify_entries(features: npt.NDArray[np.float64], place: npt.NDArray[np.int64]) -> None:
    bad = np.flatnonzero(~np.isfinite(features).all(axis=1))
    if bad.size:
        raise LearningError(f"row {bad[0]} of the features is not finite")
    negative = np.flatnonzero(place < 0)
    if negative.size:
        raise LearningError(f"row {negative[0]} has place {place[negative[0]]}, expected >= 0 (0 = not chosen)")


def label_codes(labels: npt.ArrayLike, n_rows: int, name: str) -> npt.NDArray[np.int64]:
    """Labels of rows, texts or numbers, as numbers from 0 on in the order of the labels.

    Raises
    ------
    LearningError
        If there is not one a row, one is missing, or they cannot be compared with each other.
    """
    values = np.asarray(labels)
    if values.shape != (n_rows,):
        raise LearningError(f"{name} has shape {values.shape}, expected ({n_rows},)")
    if values.dtype.kind == "f" and np.isnan(values).any():
        raise LearningError(f"{name} of row {np.isnan(values).argmax()} is NaN, expected a label of every row")
    try:
        return np.unique(values, return_inverse=True)[1].astype(np.int64)
    except TypeError:
        raise LearningError(f"{name} mixes values that cannot be ordered, expected all texts or all numbers") from None
