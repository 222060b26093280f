"""Frank–Wolfe steps over lotteries of lists, each of them a sort.

With the lists of one side fixed, both the expected matches and the sum of the other side's concave utilities are
linear in each list of the other to first order, and a linear function of a lottery over lists is largest where the list
is sorted by its gradient (rearrangement inequality). A step therefore sorts every row and moves the exposures towards
those of the sorted lists; the lists of all steps, with the weights of the steps, *are* the lottery. The authors solve a
linear program with O(n m^2) variables instead.

Source: Y. Tomita and T. Yokoyama (2024), Fair reciprocal recommendation in matching markets, RecSys, arXiv:2409.00720,
for the objective, the alternation, the start and the step; M. Frank and P. Wolfe (1956), doi:10.1002/nav.3800030109.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int32s, Reals
from matching.kernels import Kernel
from matching.ranking.exposure import even_exposure, mix_in
from matching.ranking.list_market import ListMarket
from matching.ranking.orders import order_rows
from matching.ranking.utilities import TILE, utilities

__all__ = ["ListSide", "TwoSides"]

BLOCK = 1 << 17
"""Entries whose gradient and order are held at a time: a megabyte each, whatever the size of the market."""

LEAST_UTILITY = 1e-6
"""Utilities below it count as it, so that somebody without any has a finite weight."""


@dataclass(frozen=True, eq=False)
class ListSide:
    """The lists of one side: rows read them, columns stand in them.

    Attributes
    ----------
    exposure : (R, C) float64
        Written in place by :meth:`turn_towards`.
    exam : (K,) float64
    eligible : (R, C) bool, optional
    """

    exposure: Reals
    exam: Reals
    eligible: Bools | None

    @classmethod
    def even(cls, exam: Reals, shape: tuple[int, int], eligible: Bools | None) -> ListSide:
        """Lists in random cyclic order."""
        return cls(even_exposure(exam, shape, eligible), exam, eligible)

    def turn_towards(self, pairs: Reals, seen_by: Reals, weights: Reals, step: float) -> list[Int32s]:
        """Move a step towards the lists sorted by ``pairs * seen_by * weights``; return them, block by block.

        ``seen_by`` (R, C) are the exposures of the rows in the lists of the columns, ``weights`` (C,) how much an
        expected match of each column counts.
        """
        n_rows, n_items = self.exposure.shape
        size = max(1, BLOCK // max(n_items, 1))
        orders: list[Int32s] = []
        for first in range(0, n_rows, size):
            rows = slice(first, min(first + size, n_rows))
            gradient = np.empty((rows.stop - first, n_items))
            _gradient(gradient, first, pairs, seen_by, weights)
            if self.eligible is not None:
                gradient[~self.eligible[rows]] = -1.0
            orders.append(order_rows(gradient, self.exam.size))
            mix_in(self.exposure, first, orders[-1], self.exam, step)
        return orders


class TwoSides:
    """Both sides' lists during the rounds; every table is stored by the rows of the side that reads it.

    Parameters
    ----------
    market : ListMarket

    Attributes
    ----------
    left, right : ListSide
    utility_of_left : (n,) float64
        Of the lists as they are.
    """

    def __init__(self, market: ListMarket) -> None:
        n, m = market.pairs.shape
        eligible = market.eligible
        self.market = market
        self.left = ListSide.even(market.exam_left, (n, m), eligible)
        self.right = ListSide.even(market.exam_right, (m, n), None if eligible is None else eligible.T)
        self.utility_of_left = self._utilities()[0]

    @property
    def matches(self) -> float:
        """Expected matches of the lists as they are."""
        return float(self.utility_of_left.sum())

    def round(self, alpha: float, step: float) -> tuple[list[Int32s], list[Int32s]]:
        """Turn the right lists, then the left ones, and return the new lists of left and right in blocks."""
        market = self.market
        weights = market.left_weights * _marginal(self.utility_of_left, alpha)
        right = self.right.turn_towards(market.pairs.T, self.left.exposure.T, weights, step)
        weights = market.right_weights * _marginal(self._utilities()[1] / market.capacity, alpha)
        left = self.left.turn_towards(market.pairs, self.right.exposure.T, weights, step)
        self.utility_of_left = self._utilities()[0]
        return left, right

    def _utilities(self) -> tuple[Reals, Reals]:
        return utilities(self.market.pairs, self.left.exposure, self.right.exposure.T)


def _marginal(utility: Reals, alpha: float) -> Reals:
    """Return the derivative of the utility to the power alpha over alpha, which for alpha 0 is the logarithm."""
    marginal: Reals = np.maximum(utility, LEAST_UTILITY) ** (alpha - 1.0)
    return marginal


@Kernel
def _gradient(gradient: Reals, first: int, pairs: Reals, seen_by: Reals, weights: Reals) -> None:
    """Fill the gradient of the rows from ``first`` on."""
    n_rows, n_items = gradient.shape
    for top in range(0, n_rows, TILE):
        for start in range(0, n_items, TILE):
            for row in range(top, min(top + TILE, n_rows)):
                for item in range(start, min(start + TILE, n_items)):
                    gradient[row, item] = pairs[first + row, item] * seen_by[first + row, item] * weights[item]
