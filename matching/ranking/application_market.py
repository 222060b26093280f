"""The apply-accept market: candidates read a list and apply, employers read what they received in their own order.

A candidate examines an employer with its exposure, the weight of the rank at which the employer stands in the list, and
applies with relevance times exposure. An employer orders the applications it received by its own relevance and accepts
the k-th with relevance times the weight of rank k. Every product is clipped at 1: it is a probability.

Source: Y. Su, M. Bayoumi and T. Joachims (2022), Optimizing rankings for recommendation in matching markets, WWW,
doi:10.1145/3485447.3511961, arXiv:2106.01941.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals, first_index, read_only_integers, read_only_reals
from matching.errors import MarketError

__all__ = ["ApplicationMarket", "Readings", "examination_by_seats"]


class Readings(NamedTuple):
    """What kernels know of the employers, (m, n) each: whom they accept, weights of the ranks, order of reading."""

    accepts: Reals
    exam: Reals
    order: Int64s


@dataclass(frozen=True, eq=False)
class ApplicationMarket:
    """Who would apply where, whom an employer would accept, and how far down it reads.

    Attributes
    ----------
    f : (n, m) float64 in [0, 1]
        Chance that candidate c applies to employer j once it looks at it; 0 for a pair that may not form.
    g : (m, n) float64 in [0, 1]
        Chance that employer j accepts candidate c once it looks at the application.
    exam_j : (n,) or (m, n) float64, not negative
        Weight of every rank of an employer's reading, for all employers or for each. Kept as (m, n).

    Examples
    --------
    >>> market = ApplicationMarket.of([[0.5], [1.0]], [[0.2, 0.9]], [1.0, 0.5])
    >>> market.readings.order
    array([[1, 0]])
    """

    f: Reals
    g: Reals
    exam_j: Reals

    @classmethod
    def of(cls, f: npt.ArrayLike, g: npt.ArrayLike, exam_j: npt.ArrayLike) -> ApplicationMarket:
        """Read a market from what a caller holds.

        Raises
        ------
        MarketError
            When shapes do not fit or an entry is out of range; the message names it.
        """
        wishes = _table(f, "f", most=1.0)
        n, m = wishes.shape
        weights = np.asarray(exam_j, dtype=np.float64)
        if weights.ndim == 1:
            weights = np.broadcast_to(weights, (m, weights.size))
        return cls(wishes, _table(g, "g", shape=(m, n), most=1.0), _table(weights, "exam_j", shape=(m, n), most=np.inf))

    @cached_property
    def readings(self) -> Readings:
        """How the employers read: the most wanted candidate first, equally wanted ones by their index."""
        return Readings(self.g, self.exam_j, np.argsort(-self.g, axis=1, kind="stable"))

    def applications(self, exposure: Reals) -> Reals:
        """Chance that each candidate applies, employer by employer, (m, n)."""
        return np.ascontiguousarray(np.minimum(self.f * exposure, 1.0).T)

    def exposure(self, values: npt.ArrayLike) -> Reals:
        """A policy's exposures, (n, m), checked."""
        return _table(values, "exposure", shape=self.n_and_m, most=np.inf)

    @property
    def n_and_m(self) -> tuple[int, int]:
        """Candidates and employers."""
        return self.f.shape[0], self.f.shape[1]


def examination_by_seats(exam: npt.ArrayLike, seats: npt.ArrayLike) -> Reals:
    """Return the reading of employers that take ``seats`` applications at a time: rank k weighs as rank ceil(k/seats).

    An employer with three seats gives its first three applications the weight that one with a single seat gives its
    first. An employer without seats reads nothing.

    Parameters
    ----------
    exam : (n,) float64
        Reading of an employer with one seat.
    seats : (m,) integers >= 0

    Returns
    -------
    (m, n) float64
        What :func:`~matching.ranking.apply_accept.apply_accept_policy` takes as ``exam_j``.

    Raises
    ------
    MarketError
        When the weights are not one row of finite numbers, or the seats not one row of integers >= 0.

    Examples
    --------
    >>> examination_by_seats([1.0, 0.5, 0.25], [1, 2, 0])
    array([[1.  , 0.5 , 0.25],
           [1.  , 1.  , 0.5 ],
           [0.  , 0.  , 0.  ]])
    """
    weights, counts = read_only_reals(exam, "exam"), read_only_integers(seats, np.int64, "seats")
    below = first_index(counts < 0)
    if below is not None:
        raise MarketError(f"seats[{below}] is {counts[below]}, expected >= 0")
    ranks = np.arange(weights.size) // np.maximum(counts, 1)[:, None]
    return np.where((counts > 0)[:, None], weights[ranks], 0.0)


def _table(values: npt.ArrayLike, name: str, *, most: float, shape: tuple[int, int] | None = None) -> Reals:
    """A read-only table of finite numbers from 0 to ``most``."""
    table = np.array(values, dtype=np.float64, order="C")
    if table.ndim != 2 or shape not in (None, table.shape):
        raise MarketError(f"{name} has shape {table.shape}, expected {'a table' if shape is None else shape}")
    for row, column in np.argwhere(~((table >= 0) & (table <= most) & np.isfinite(table)))[:1].tolist():
        expected = "a finite number >= 0" if np.isinf(most) else f"a number from 0 to {most:g}"
        raise MarketError(f"{name}[{row}, {column}] is {table[row, column]}, expected {expected}")
    table.flags.writeable = False
    return table
