"""Choices that some weights explain without exception have no largest likelihood: found before fitting."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from features.learning.stages import Stages

__all__ = ["flat_direction", "separating_direction"]


def separating_direction(stages: Stages, lower: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    """A direction along which the likelihood rises for ever, or None where there is none.

    Parameters
    ----------
    stages : Stages
    lower : (K,) float64
        Limits of the coefficients; a direction may not lead below one.

    Notes
    -----
    A direction d separates where nobody taken loses against anybody left, ``d·(x_taken − x_left) >= 0``, and somebody
    gains (Albert and Anderson [1]_); a linear program finds the one that gains most in total.

    References
    ----------
    .. [1] A. Albert and J. A. Anderson (1984), On the existence of maximum likelihood estimates in logistic regression
       models, Biometrika 71, 1-10, :doi:`10.1093/biomet/71.1.1`.

    Examples
    --------
    >>> from features.learning.choice_sets import ChoiceSets
    >>> from features.learning.stages import stages_of
    >>> stages = stages_of(ChoiceSets.from_rows([[1.0], [0.0]], [1, 0]))
    >>> separating_direction(stages, np.array([-np.inf]))
    array([1.])
    """
    gains = _gains(stages)
    k = gains.shape[1]
    if not gains.size:
        return None
    size = np.abs(gains).max(axis=0)
    scaled = gains / np.where(size > 0, size, 1.0)
    bounds = [(0.0 if np.isfinite(limit) else -1.0, 1.0) for limit in lower]
    found = linprog(-scaled.sum(axis=0), A_ub=-scaled, b_ub=np.zeros(len(scaled)), bounds=bounds, method="highs")
    direction = np.asarray(found.x, dtype=np.float64)
    if (scaled @ direction).max(initial=0.0) <= 1e-7 * k:
        return None
    unscaled: npt.NDArray[np.float64] = direction / np.where(size > 0, size, 1.0)
    return np.asarray(unscaled / np.abs(unscaled).max(), dtype=np.float64)


def flat_direction(information: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | None:
    """A direction in which no choice says anything, or None: the information has no weight there."""
    curvature = np.diag(information)
    largest = curvature.max(initial=0.0)
    size = np.sqrt(np.where(curvature > 1e-14 * largest, curvature, 1.0))  # a column of rounding errors is flat
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if values.size == 0 or values[0] > 1e-10:
        return None
    flat: npt.NDArray[np.float64] = vectors[:, 0] / size
    return np.asarray(flat / np.abs(flat).max(), dtype=np.float64)


def _gains(stages: Stages) -> npt.NDArray[np.float64]:
    """Features of everybody taken minus those of everybody left beside them."""
    parts = [np.zeros((0, stages.features.shape[1]))]
    for start, end in zip(stages.indptr[:-1].tolist(), stages.indptr[1:].tolist(), strict=True):
        rows, taken = stages.features[stages.row[start:end]], stages.is_taken[start:end]
        parts.append((rows[taken][:, None, :] - rows[~taken][None, :, :]).reshape(-1, rows.shape[1]))
    return np.concatenate(parts)
