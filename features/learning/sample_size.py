"""How many more choices until the order of the first weights is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from features.learning.errors import LearningError
from features.learning.fit import Fit
from features.learning.separation import flat_direction
from features.learning.standard_errors import weight_covariance

__all__ = ["Gap", "OrderKnown", "choices_until_order_is_known"]

_LEVEL: Final = 0.95
_POWER: Final = 0.8
_MOST: Final = 1e9  # choices: more is told as never
_NO_ERROR: Final = 1e-9  # of a gap between weights held at 0, or beside the only one that is not


@dataclass(frozen=True)
class Gap:
    """Two neighbours in the order of the weights.

    Attributes
    ----------
    first, second : int
        Columns; the first has the larger weight.
    gap, standard_error : float
        Difference of the weights, and what the choices so far know of it.
    needed : float
        Choices in all until this order would be known; inf where no number would do.
    """

    first: int
    second: int
    gap: float
    standard_error: float
    needed: float


@dataclass(frozen=True)
class OrderKnown:
    """How many choices the order of the first weights takes.

    Attributes
    ----------
    gaps : tuple of Gap
        One for each of the first weights and its follower.
    n_choices : int
        Choices so far; an ordered list and all pairs of a set count once.
    needed : float
        In all, until every gap would be known with the power; inf where no number would do.
    more : float
        What ``needed`` asks for beyond the choices so far.
    more_if_closer : float
        The same, were every gap one standard error smaller than it looks; inf where one might be 0.
    is_known : bool
        Whether every gap is known already.
    """

    gaps: tuple[Gap, ...]
    n_choices: int
    needed: float
    more: float
    more_if_closer: float
    is_known: bool


def choices_until_order_is_known(
    fit: Fit, is_term: npt.NDArray[np.bool_], *, first: int = 3, level: float = _LEVEL, power: float = _POWER
) -> OrderKnown | None:
    """Choices until the order of the ``first`` largest weights, each against the next, is known; None if none tells.

    Parameters
    ----------
    fit : Fit
    is_term : (K,) bool
    first : int, default 3
    level : float, default 0.95
        Of all gaps together (Bonferroni).
    power : float, default 0.8
        Chance of knowing them all with the number told.

    Notes
    -----
    Assumes that the weights found are the true ones, that further choices offer the same alternatives, and that they
    are independent: the information then grows in proportion, and a gap d with standard error σ after n choices is
    missed after n' with chance Φ(z_level − d / σ · √(n' / n)). The chances of all gaps are added, so the number is
    rather too large. The ridge counts for nothing here: its order is a belief and no observation.
    ``more_if_closer`` tells how much hangs on the first assumption.

    None where the choices do not tell every weight, and where a gap has no error: two weights held at 0 have no order,
    and beside a single weight above 0 the sum of 1 leaves nothing that could vary.

    Raises
    ------
    LearningError
        If ``first`` is less than 1, or level or power lie outside 0 to 1.
    """
    if first < 1 or not (0 < level < 1 and 0 < power < 1):
        raise LearningError(f"first is {first}, level {level}, power {power}, expected >= 1 and two shares of 1")
    columns = np.flatnonzero(is_term)
    order = columns[np.argsort(-fit.coefficients[columns], kind="stable")][: first + 1]
    into = np.eye(is_term.size)[:, ~fit.is_at_limit]
    inner = into.T @ fit.information @ into
    is_told = fit.penalty.basis is None and fit.coefficients[is_term].sum() > 0
    if order.size < 2 or not is_told or flat_direction(inner) is not None:
        return None
    covariance = weight_covariance(fit.coefficients, into @ np.linalg.inv(inner) @ into.T, is_term)
    z_level = float(norm.ppf(1 - (1 - level) / (2 * (order.size - 1))))
    gaps = _gaps(fit, order.tolist(), covariance, is_term)
    if min(error for _, _, _, error in gaps) <= _NO_ERROR:
        return None
    signal = np.array([gap / error for _, _, gap, error in gaps], dtype=np.float64)
    n = fit.n_decisions
    told = tuple(Gap(*gap, _needed(n, signal[k : k + 1], z_level, power)) for k, gap in enumerate(gaps))
    needed, closer = (_needed(n, one, z_level, power) for one in (signal, signal - 1))
    return OrderKnown(
        told, n, needed, max(needed - n, 0.0), max(closer - n, 0.0), is_known=bool((signal > z_level).all())
    )


def _gaps(
    fit: Fit, order: list[int], covariance: npt.NDArray[np.float64], is_term: npt.NDArray[np.bool_]
) -> list[tuple[int, int, float, float]]:
    total, found = float(fit.coefficients[is_term].sum()), list[tuple[int, int, float, float]]()
    for one, other in pairwise(order):
        gap = float(fit.coefficients[one] - fit.coefficients[other]) / total
        error = math.sqrt(max(covariance[one, one] + covariance[other, other] - 2 * covariance[one, other], 0.0))
        found.append((one, other, gap, error))
    return found


def _needed(n_choices: int, signal: npt.NDArray[np.float64], z_level: float, power: float) -> float:
    """Choices in all until every gap is told with the power; the chances to miss one add up at most."""

    def missed(choices: float) -> float:
        return float(norm.cdf(z_level - signal * math.sqrt(choices / n_choices)).sum())

    if (signal <= 0).any() or missed(_MOST) > 1 - power:
        return math.inf
    low, high = 0.0, _MOST
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (low, middle) if missed(middle) <= 1 - power else (middle, high)
    return float(math.ceil(high))
