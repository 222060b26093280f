"""Estimated chances held against what was done: of pairs told to be done with chance p, a share p was.

A model of habits that knows less than the officers did tells chances that are too even: too low where something was
nearly sure, too high where it was nearly out of the question. One number mends both: every chance, that of no place
among them, is raised to a power, and the table is brought back to the seats that were filled. The power is the one
under which what was done is likeliest [1]_; with few people it is held near 1.

References
----------
.. [1] J. C. Platt (1999), Probabilistic outputs for support vector machines, in: Advances in Large Margin Classifiers,
   MIT Press, 61-74. One slope as there; the table takes the place of the second number.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.optimize import fminbound

from features.evaluation.errors import EvaluationError

__all__ = ["recalibrated", "sharpness_of", "with_support"]

_Floats = npt.NDArray[np.float64]
_NO_SUPPORT: Final = 1e-6  # of a pair that was done and never came up: far below what counts as support
_LEAST: Final = 1e-12  # of a chance of no place, where everybody had one in every draw
_POWERS: Final = (0.2, 20.0)
_SD: Final = 1.0  # of the logarithm of the power, before anything was done: a third to three times is plausible
_SWEEPS: Final = 100
_CLOSE: Final = 1e-6


def recalibrated(chances: _Floats, posting_of: npt.NDArray[np.int64]) -> _Floats:
    """Chances ``(n, m)`` as sure, or as unsure, as what was done says.

    Parameters
    ----------
    chances : (n, m) float64
        A row of sum at most 1; the rest is the chance of no place.
    posting_of : (n,) int64
        What was done, -1 for no place.

    Raises
    ------
    EvaluationError
        If the arrays do not fit.

    Notes
    -----
    Of each posting the chances add up to the seats that were filled. The power is one number from all people, so nobody
    is told by the own placement to any extent; the habits behind ``chances`` may have seen it.

    Examples
    --------
    Told 0.6, and done in every one of fifty cases:

    >>> told = np.tile([[0.6, 0.4], [0.4, 0.6]], (25, 1))
    >>> recalibrated(told, np.tile([0, 1], 25))[0].round(2)
    array([0.99, 0.01])
    """
    if posting_of.shape != chances.shape[:1]:
        raise EvaluationError(f"chances have shape {chances.shape}, what was done {posting_of.shape}")
    found = _sharpened(chances, posting_of, sharpness_of(chances, posting_of))[:, :-1]
    return with_support(found, posting_of)


def with_support(chances: _Floats, posting_of: npt.NDArray[np.int64]) -> _Floats:
    """The same chances, above 0 for what was done, however odd it was; no row of sum above 1."""
    placed = np.flatnonzero(posting_of >= 0)
    raised = chances.copy()
    raised[placed, posting_of[placed]] = np.maximum(raised[placed, posting_of[placed]], _NO_SUPPORT)
    raised /= np.maximum(raised.sum(axis=1), 1.0)[:, None]
    return raised


def sharpness_of(chances: _Floats, posting_of: npt.NDArray[np.int64]) -> float:
    """The power under which what was done is likeliest: above 1 where the chances are too even."""
    people, done = np.arange(len(chances)), np.where(posting_of >= 0, posting_of, chances.shape[1])

    def surprise(log_power: float) -> float:
        told = _sharpened(chances, posting_of, float(np.exp(log_power)))[people, done]
        return float(-np.log(np.maximum(told, _LEAST)).sum() + (log_power / _SD) ** 2 / 2)

    lowest, highest = (math.log(power) for power in _POWERS)
    return math.exp(float(fminbound(surprise, lowest, highest, xtol=0.01)))


def _sharpened(chances: _Floats, posting_of: npt.NDArray[np.int64], power: float) -> _Floats:
    """``(n, m + 1)``, the last column no place: rows of sum 1, columns of the numbers of people who were there."""
    m = chances.shape[1]
    held = np.bincount(np.where(posting_of >= 0, posting_of, m), minlength=m + 1).astype(np.float64)
    with np.errstate(divide="ignore"):
        whole = power * np.log(np.column_stack([chances, np.maximum(1.0 - chances.sum(axis=1), _LEAST)]))
    table: _Floats = np.exp(whole - whole.max(axis=1, keepdims=True))
    table /= table.sum(axis=1, keepdims=True)
    for _ in range(_SWEEPS):  # proportional fitting; rows last, so that no person has more than one place
        column = table.sum(axis=0)
        factor: _Floats = np.where(column > 0, held / np.maximum(column, _LEAST), 1.0)
        if np.abs(factor[held > 0] - 1.0).max(initial=0.0) < _CLOSE:
            break
        table *= factor
        table /= np.maximum(table.sum(axis=1, keepdims=True), _LEAST)
    return table
