"""What a stay may show: the unknowns of the place that a visitor sees, and a noisy look at the fit itself.

Model [A]: the true fit of a pair lies around its score with deviation ``fit_spread``; a stay of a kind shows the part
``seen`` of that variance. What is expected of the fit after the stay then lies around the score with deviation
``fit_spread · √seen`` (normal prior, normal noise), independent of the facts the visitor sees.

References
----------
1. H. Raiffa, R. Schlaifer. Applied Statistical Decision Theory. Harvard University, 1961: expected value of sample
   information, preposterior analysis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from features.next_question.answers import LineAnswers

__all__ = ["after_stay", "seen_of_fit"]

_LOOKS = 64  # equally likely values that stand for the normal law
_MOST = 64  # values that stand for the facts of a place, more are merged


@dataclass(frozen=True, eq=False)
class _Law:
    """Whole values in ascending order with their probabilities."""

    values: NDArray[np.int64]
    weights: NDArray[np.float64]


def seen_of_fit(spread: float, seen: float) -> NDArray[np.int64]:
    """Equally likely changes of a score, in millionths, after a look that shows the part ``seen`` of the variance.

    Examples
    --------
    >>> looks = seen_of_fit(0.1, 0.25)
    >>> int(looks.sum()), round(float(np.std(looks)) / 1e6, 3)
    (0, 0.05)
    """
    # the standard library's: SciPy's is the same to 1e-15, and importing it takes 0.15 s of the first ranking
    standard = np.array([NormalDist().inv_cdf((look + 0.5) / _LOOKS) for look in range(_LOOKS)])
    return np.asarray(np.rint(1e6 * spread * np.sqrt(seen) * standard), dtype=np.int64)


def after_stay(lines: NDArray[np.int64], facts: Sequence[LineAnswers], looks: NDArray[np.int64]) -> LineAnswers:
    """What one stay at each of the lines may change, facts and fit together.

    Parameters
    ----------
    lines : (L,) int64
        Positions of the lines that offer the stay.
    facts : sequence of LineAnswers
        What a visitor may find; each independent of the others.
    looks : (S,) int64
        Equally likely changes by what is seen of the fit.
    """
    laws = [_facts_of(int(line), facts) for line in lines]
    width = max((law.values.size for law in laws), default=1)
    values = np.zeros((lines.size, width), dtype=np.int64)
    weights = np.zeros((lines.size, width))
    for row, law in enumerate(laws):
        values[row, : law.values.size], weights[row, : law.values.size] = law.values, law.weights
    changes = (values[:, :, None] + looks).reshape(lines.size, width * looks.size)
    return LineAnswers(lines, changes, np.repeat(weights / looks.size, looks.size, axis=1))


def _facts_of(line: int, facts: Sequence[LineAnswers]) -> _Law:
    law = _Law(np.zeros(1, dtype=np.int64), np.ones(1))
    for answers in facts:
        for row in np.flatnonzero(answers.lines == line):
            law = _sum(law, answers.changes[row], answers.weights[row])
    return law


def _sum(law: _Law, values: NDArray[np.int64], weights: NDArray[np.float64]) -> _Law:
    """The law of a sum of two independent values, exact up to ``_MOST`` values."""
    sums, place = np.unique(law.values[:, None] + values, return_inverse=True)
    joint = _weighed(place.ravel(), (law.weights[:, None] * weights).ravel())
    return _Law(sums, joint) if sums.size <= _MOST else _merged(sums, joint)


def _merged(values: NDArray[np.int64], weights: NDArray[np.float64]) -> _Law:
    """Neighbours merged into ``_MOST`` parts of about the same weight, each at its mean."""
    part = np.minimum((_MOST * (np.cumsum(weights) - weights / 2)).astype(np.int64), _MOST - 1)
    _, part = np.unique(part, return_inverse=True)
    merged = _weighed(part, weights)
    means = _weighed(part, weights * values) / np.where(merged > 0, merged, 1.0)
    return _Law(np.rint(means).astype(np.int64), merged)


def _weighed(place: NDArray[np.int64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.bincount(place, weights), dtype=np.float64)
