"""Measures of one order against graded judgments.

References
----------
.. [1] K. Järvelin, J. Kekäläinen (2002), Cumulated gain-based evaluation of IR techniques, doi:10.1145/582415.582418.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["normalised_gain", "pairwise_accuracy"]


def normalised_gain(grades: NDArray[np.int64], *, at: int) -> float:
    """Normalised discounted cumulative gain of the first ``at`` places, gains ``2^grade − 1``.

    Parameters
    ----------
    grades : (k,) int64
        Grades in the order that is judged, best place first.
    at : int
        Places that count.

    Returns
    -------
    float
        1 for an ideal order; NaN where no grade is above 0.

    Examples
    --------
    >>> import numpy as np
    >>> normalised_gain(np.array([3, 2, 0]), at=6), round(normalised_gain(np.array([0, 2, 3]), at=2), 3)
    (1.0, 0.213)
    """
    ideal = _gain(-np.sort(-grades), at)
    return _gain(grades, at) / ideal if ideal > 0 else float("nan")


def pairwise_accuracy(scores: NDArray[np.float64], grades: NDArray[np.int64]) -> float:
    """Share of pairs with different grades whose better one has the higher score; equal scores count one half.

    Examples
    --------
    >>> import numpy as np
    >>> pairwise_accuracy(np.array([0.9, 0.5, 0.5]), np.array([2, 1, 0]))
    0.8333333333333334
    """
    better = grades[:, None] > grades[None, :]
    if not better.any():
        return float("nan")
    right = (scores[:, None] > scores[None, :]) + 0.5 * (scores[:, None] == scores[None, :])
    return float(right[better].mean())


def _gain(grades: NDArray[np.int64], at: int) -> float:
    first = grades[:at].astype(np.float64)
    return float(((2.0**first - 1) / np.log2(np.arange(2, len(first) + 2))).sum())
