"""Whether the past can answer: how many comparable placements stand behind an estimate, and what lies outside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["SLACK", "Support", "comparable_placements", "support_of"]

Reals = npt.NDArray[np.float64]

SLACK: Final = 0.1
"""How far a term may lie beyond what the past shows before the past is said not to answer."""


@dataclass(frozen=True, eq=False)
class Support:
    """The terms of the placements a model was learned from.

    Attributes
    ----------
    low, high : (K,) float64
        Smallest and largest value of each term.
    inverse : (K + 1, K + 1) float64
        Pseudo-inverse of the cross-products of (1, terms).
    most_leverage : float
        Leverage of the most unusual placement.
    """

    low: Reals
    high: Reals
    inverse: Reals
    most_leverage: float

    def leverage(self, features: Reals) -> Reals:
        """How unusual each combination of terms is, ``(n,)``; over the past itself it adds up to its rank."""
        row = np.hstack([np.ones((len(features), 1)), features])
        leverage: Reals = np.einsum("nk,kl,nl->n", row, self.inverse, row)
        return leverage

    def is_inside(self, features: Reals) -> npt.NDArray[np.bool_]:
        """(n,) True where no term lies more than :data:`SLACK` beyond those of the past and the combination is no more
        unusual than the most unusual of the past.

        Examples
        --------
        >>> past = support_of(np.array([[0.0, 0.0], [0.2, 0.2], [0.4, 0.4], [0.5, 0.3], [0.9, 0.9]]))
        >>> past.is_inside(np.array([[0.3, 0.3], [0.0, 0.9]]))  # no placement had the second without the first
        array([ True, False])
        """
        within = (features >= self.low - SLACK) & (features <= self.high + SLACK)
        inside: npt.NDArray[np.bool_] = within.all(axis=1) & (
            self.leverage(features) <= self.most_leverage * (1 + 1e-9)
        )
        return inside


def support_of(features: Reals) -> Support:
    """The support of placements with terms ``(n, K)``, n at least 1."""
    rows = np.hstack([np.ones((len(features), 1)), features])
    inverse = np.asarray(np.linalg.pinv(rows.T @ rows, hermitian=True), np.float64)
    most = float(np.einsum("nk,kl,nl->n", rows, inverse, rows).max())
    return Support(features.min(axis=0), features.max(axis=0), inverse, most)


def comparable_placements(chance: Reals, standard_error: Reals) -> Reals:
    """How many placements exactly like this one would leave an estimate as uncertain: p (1 − p) / se².

    Examples
    --------
    >>> comparable_placements(np.array([0.75]), np.array([0.05]))
    array([75.])
    """
    with np.errstate(divide="ignore"):
        count: Reals = chance * (1 - chance) / standard_error**2
    return count
