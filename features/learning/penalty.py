"""What is believed before any choice is seen: the hand weights, how firmly, and the limits of the signs.

Utilities are ``scale × Σ_t w_t · c_t`` with weights that sum to 1. How sharply people choose (the scale) says nothing
of the weights, so it is left nearly free; only what changes the *proportions* of the hand weights pays the ridge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.learning.errors import LearningError

__all__ = ["SCALE", "Penalty", "no_hand_weights", "towards_coefficients", "towards_hand_weights"]

SCALE: Final = 10.0
"""Scale before any choice is seen: 0.1 more of the score is e = 2.7 times the odds."""

_SCALE_SD: Final = 20.0  # scales of 0 to 50 are all plausible: choices soon decide it
_FREE_SD: Final = 20.0  # of a column that belongs to no term, such as the choice of nobody


@dataclass(frozen=True, eq=False)
class Penalty:
    """½ (β − mean)' precision (β − mean) on the coefficients β = basis @ γ, each β at least its limit.

    Attributes
    ----------
    mean : (K,) float64
    precision : (K, K) float64
        Symmetric, no eigenvalue below 0.
    lower : (K,) float64
        -inf where there is no limit.
    basis : (K, q) float64 or None
        Where only these directions may move (a ridge of infinity); its limits hold for γ and are the caller's.
    """

    mean: npt.NDArray[np.float64]
    precision: npt.NDArray[np.float64]
    lower: npt.NDArray[np.float64]
    basis: npt.NDArray[np.float64] | None = None

    @property
    def is_proper(self) -> bool:
        """Whether it alone decides every coefficient, so that an optimum exists whatever the choices are."""
        return bool(np.linalg.eigvalsh(self.precision)[0] > 0)

    def unlimited(self) -> Penalty:
        """The same without limits of the signs."""
        return Penalty(self.mean, self.precision, np.full(self.mean.size, -np.inf), self.basis)

    def reduced(self) -> Penalty:
        """The same on γ, where there is a basis."""
        if self.basis is None:
            return self
        inverse = np.linalg.pinv(self.basis)
        lower = [0.0 if (c >= 0).all() and np.isfinite(self.lower[c > 0]).all() else -np.inf for c in self.basis.T]
        return Penalty(inverse @ self.mean, self.basis.T @ self.precision @ self.basis, np.array(lower))


def towards_hand_weights(
    terms: Sequence[str], hand: Mapping[str, float], *, ridge: float, sign_limits: bool = True
) -> Penalty:
    """A ridge towards hand weights whose scale is free.

    Parameters
    ----------
    terms : sequence of str
        Columns, K of them; one that ``hand`` does not name belongs to no term and is nearly free.
    hand : mapping of term to float
        At least 0, one above 0; only proportions matter. A term of weight 0 is drawn towards 0.
    ridge : float
        Above 0; ``inf`` keeps the proportions of the hand weights and lets the scale alone move. In units of the
        coefficients: 1 lets a weight move by about 1 / scale.
    sign_limits : bool, default True
        Weights at least 0.

    Raises
    ------
    LearningError
        If a hand weight is negative or none is above 0, or the ridge is not above 0.

    Examples
    --------
    >>> penalty = towards_hand_weights(("a", "b"), {"a": 3, "b": 1}, ridge=1.0)
    >>> penalty.mean.tolist(), penalty.lower.tolist()
    ([7.5, 2.5], [0.0, 0.0])
    """
    if not ridge > 0:
        raise LearningError(f"ridge is {ridge}, expected above 0 where there are hand weights")
    weights = np.array([hand.get(term, 0.0) for term in terms], dtype=np.float64)
    if not np.isfinite(weights).all() or (weights < 0).any() or weights.sum() <= 0:
        raise LearningError("hand weights are not all finite and >= 0 with one above 0")
    is_term = np.array([term in hand for term in terms], dtype=np.bool_)
    return towards_coefficients(SCALE * weights / weights.sum(), is_term, ridge=ridge, sign_limits=sign_limits)


def towards_coefficients(
    mean: npt.NDArray[np.float64], is_term: npt.NDArray[np.bool_], *, ridge: float, sign_limits: bool = True
) -> Penalty:
    """A ridge towards the proportions of other coefficients, such as those of all offices.

    Parameters
    ----------
    mean : (K,) float64
        One of a term is not 0.
    is_term : (K,) bool
        The others are nearly free.
    ridge, sign_limits
        As of :func:`towards_hand_weights`.

    Raises
    ------
    LearningError
        If the ridge is not above 0, or every term stands at 0.
    """
    if not ridge > 0:
        raise LearningError(f"ridge is {ridge}, expected above 0 where there are hand weights")
    line = np.where(is_term, mean, 0.0)
    if not line.any():
        raise LearningError("every term stands at 0: there are no proportions to be drawn to")
    unit = line / np.linalg.norm(line)
    along, on_terms = np.outer(unit, unit), np.diag(is_term.astype(np.float64))
    lower = np.where(is_term & sign_limits, 0.0, -np.inf)
    # s times the mean of scale SCALE: (s − 1)² SCALE² / sd² in units of the length of the mean
    tight = along * (line.sum() / np.linalg.norm(line) / _SCALE_SD) ** 2 + (np.eye(mean.size) - on_terms) / _FREE_SD**2
    if np.isinf(ridge):
        return Penalty(mean, tight, lower, np.column_stack([unit, *np.eye(mean.size)[~is_term]]))
    return Penalty(mean, tight + ridge * (on_terms - along), lower)


def no_hand_weights(n_columns: int, *, ridge: float = 0.0, sign_limits: bool = False) -> Penalty:
    """A plain ridge towards 0; none at all where it is 0."""
    if not (ridge >= 0 and np.isfinite(ridge)):
        raise LearningError(f"ridge is {ridge}, expected a number >= 0 where there are no hand weights")
    lower = np.full(n_columns, 0.0 if sign_limits else -np.inf)
    return Penalty(np.zeros(n_columns), ridge * np.eye(n_columns), lower)
