"""A market in which both sides see lists, checked once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Reals, first_index, read_only_reals
from matching.errors import MarketError

__all__ = ["ListMarket", "pair_chances", "positive_entries", "read_examination", "require_flags"]


@dataclass(frozen=True, eq=False)
class ListMarket:
    """Chances of the pairs, weights of the ranks, and what the two sides' utilities count.

    Attributes
    ----------
    pairs : (n, m) float64
        Chance that both want each other once each looks at the other.
    exam_left, exam_right : (K,) float64
        Weight of the ranks of a left and of a right list; without the ranks that weigh 0.
    capacity : (m,) float64
        Seats, by which a right utility is divided.
    left_weights, right_weights : (n,) and (m,) float64
        How much a member's utility counts.
    eligible : (n, m) bool, optional
        Pairs that may see each other; all of them by default.
    """

    pairs: Reals
    exam_left: Reals
    exam_right: Reals
    capacity: Reals
    left_weights: Reals
    right_weights: Reals
    eligible: Bools | None = None

    @classmethod
    def of(
        cls,
        left: npt.ArrayLike,
        right: npt.ArrayLike,
        exam_left: npt.ArrayLike,
        exam_right: npt.ArrayLike,
        *,
        capacity: npt.ArrayLike | None = None,
        left_weights: npt.ArrayLike | None = None,
        right_weights: npt.ArrayLike | None = None,
        eligible: Bools | None = None,
    ) -> ListMarket:
        """Read a market from what a caller holds.

        Raises
        ------
        MarketError
            When shapes do not fit, a chance is not between 0 and 1, an examination rises, or a weight or a number of
            seats is not positive.
        """
        pairs = pair_chances(left, right)
        n, m = pairs.shape
        if eligible is not None:
            require_flags(eligible, (n, m))
            np.multiply(pairs, eligible, out=pairs)
        return cls(
            pairs,
            read_examination(exam_left, m, "exam_left"),
            read_examination(exam_right, n, "exam_right"),
            positive_entries(capacity, m, "capacity"),
            positive_entries(left_weights, n, "left_weights"),
            positive_entries(right_weights, m, "right_weights"),
            eligible,
        )


def pair_chances(left: npt.ArrayLike, right: npt.ArrayLike) -> Reals:
    """Return (n, m) the chance that both members of a pair want each other.

    Parameters
    ----------
    left, right : (n, m) and (m, n), chances between 0 and 1
        A row is the member that wants, a column the member that is wanted.

    Raises
    ------
    MarketError
        When the shapes do not fit or an entry is not a chance.

    Examples
    --------
    >>> pair_chances([[0.5, 1.0]], [[0.5], [0.2]])
    array([[0.25, 0.2 ]])
    """
    given = {"left": np.asarray(left), "right": np.asarray(right)}
    for name, table in given.items():
        _require_chances(name, table)
    n, m = given["left"].shape
    if given["right"].shape != (m, n):
        raise MarketError(
            f"right has shape {given['right'].shape}, expected {(m, n)}: a row a member of the right side"
        )
    pairs: Reals = np.multiply(given["left"], given["right"].T, dtype=np.float64, order="C")
    return pairs


def read_examination(exam: npt.ArrayLike, n_ranks: int, name: str) -> Reals:
    """Return the weights of the ranks that count: those of the list, up to the last that is not 0.

    Raises
    ------
    MarketError
        When they are not finite, one is negative, or they rise from one rank to the next.

    Examples
    --------
    >>> read_examination([1, 0.5, 0, 0], 3, "exam_left")
    array([1. , 0.5])
    """
    weights = read_only_reals(exam, name)[:n_ranks]
    risen = first_index(np.diff(weights) > 0)
    if risen is not None:
        raise MarketError(
            f"{name}[{risen + 1}] is {weights[risen + 1]} after {weights[risen]}, expected weights that do not rise"
        )
    if weights.size and weights[-1] < 0:
        raise MarketError(f"{name}[{weights.size - 1}] is {weights[-1]}, expected >= 0")
    return weights[: np.count_nonzero(weights)]


def positive_entries(values: npt.ArrayLike | None, size: int, name: str) -> Reals:
    """Return (size,) positive numbers, 1 where none are given; raise :class:`MarketError` naming one that is not."""
    if values is None:
        return np.ones(size)
    array: Reals = read_only_reals(values, name)
    if array.size != size:
        raise MarketError(f"{name} has {array.size} entries, expected {size}")
    wrong = first_index(array <= 0)
    if wrong is not None:
        raise MarketError(f"{name}[{wrong}] is {array[wrong]}, expected > 0")
    return array


def require_flags(eligible: Bools, shape: tuple[int, int]) -> None:
    """Raise :class:`MarketError` unless there is a flag for every pair that may stand in a list."""
    if eligible.shape != shape or eligible.dtype != np.bool_:
        raise MarketError(f"eligible has shape {eligible.shape} and dtype {eligible.dtype}, expected {shape} bool")


def _require_chances(name: str, table: npt.NDArray[Any]) -> None:
    if table.ndim != 2 or table.dtype.kind not in "iufb":
        raise MarketError(f"{name} has dtype {table.dtype} and shape {table.shape}, expected a table of chances")
    if table.size and not (table.min() >= 0 and table.max() <= 1):
        row, column = (int(at[0]) for at in np.nonzero(~((table >= 0) & (table <= 1))))
        raise MarketError(f"{name}[{row}, {column}] is {table[row, column]}, expected between 0 and 1")
