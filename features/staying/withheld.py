"""What of a model may stand in a file: no combination of terms that only a few people have.

Covariance and support come of sums of products of two terms. Where fewer than five people have a combination of two
terms, such a sum is theirs, so the file holds what it would be if the two had nothing to do with each other. A sum over
two terms holds nothing of a third.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from features.smallest_told import SMALLEST_TOLD
from features.staying.learned_curve import LearnedCurve
from features.staying.placements import Placements
from features.staying.pooled_fit import SAME, PooledFit
from features.staying.support import Support

__all__ = ["told_together", "withheld"]

Reals = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LEAST: Final = 0.05  # share of a variance that is left of every direction once sums are withheld


def told_together(placements: Placements, people: npt.NDArray[np.str_]) -> Bools:
    """(K, K) True where every combination of two terms is nobody's or that of at least five people.

    Parameters
    ----------
    placements : Placements
    people : (n,) str
        Who was placed; a person may stand in several.

    Notes
    -----
    Someone has a term whose value differs from the commonest one. Of a term whose commonest value fewer than five have
    (a likeness of texts, say) everybody has a value of an own, and its combinations with another term are that one's.
    A combination that nobody has is told only where the other three are those of many: who has one of the terms then
    shares what it says with four others.
    """
    apart = _apart(placements.features)
    who = np.unique(people, return_inverse=True)[1]
    n_people = int(who.max(initial=-1)) + 1
    has = np.zeros((2, n_people, apart.shape[1]), np.int64)
    for side, here in enumerate((apart, ~apart)):
        np.maximum.at(has[side], who, here.astype(np.int64))
    told = np.ones((apart.shape[1], apart.shape[1]), np.bool_)
    for first in has:
        for second in has:
            together = first.T @ second
            told &= (together == 0) | (together >= SMALLEST_TOLD)
    return told | np.eye(apart.shape[1], dtype=np.bool_)


def _apart(features: Reals) -> Bools:
    apart = np.ones(features.shape, np.bool_)
    for k, column in enumerate(np.round(features / SAME).astype(np.int64).T):
        values, counts = np.unique(column, return_counts=True)
        if counts.max() >= SMALLEST_TOLD:
            apart[:, k] = column != values[counts.argmax()]
    return apart


def withheld(curve: LearnedCurve, placements: Placements, people: npt.NDArray[np.str_]) -> LearnedCurve:
    """The same chances, with errors and support that tell no combination of a few, nor any place's own mix of terms.

    Parameters
    ----------
    curve : LearnedCurve
        Learned from ``placements``.
    placements : Placements
    people : (n,) str
    """
    told = told_together(placements, people)
    fit, support = curve.fit, curve.support
    return replace(
        curve,
        fit=replace(fit, covariance=_uncombined(fit.covariance, told), across=_common_mix(fit)),
        support=_reaching(replace(support, inverse=_uncombined(support.inverse, told)), placements.features),
    )


def _uncombined(inverse: Reals, told: Bools) -> Reals:
    """The inverse of sums of products, those that may not be told as if their terms had nothing to do with each other.

    It is returned as it came where every sum may be told.
    """
    if told.all():
        return inverse
    sums = np.asarray(np.linalg.pinv(inverse, hermitian=True), np.float64)
    n_first = len(sums) - len(told)  # intervals, or the constant, stand before the terms
    inner = sums[:n_first, :n_first]
    onto = np.linalg.solve(inner, sums[:n_first, n_first:])
    beyond = sums[n_first:, n_first:] - sums[n_first:, :n_first] @ onto
    size = np.sqrt(np.maximum(np.diag(beyond), 0.0))
    scale = np.where(size > 0, size, 1.0)
    alike = np.where(told, beyond / np.outer(scale, scale), 0.0)
    np.fill_diagonal(alike, 0.0)
    least = float(np.linalg.eigvalsh(alike).min(initial=0.0))
    if least < _LEAST - 1:  # what is left is no covariance any more: what is told of all pairs counts for less
        alike *= (1 - _LEAST) / -least
    kept: Reals = sums.copy()
    kept[n_first:, n_first:] = sums[n_first:, :n_first] @ onto + np.outer(size, size) * (alike + np.eye(len(told)))
    return np.asarray(np.linalg.pinv(kept, hermitian=True), np.float64)


def _common_mix(fit: PooledFit) -> Reals:
    """How places follow base and effects, each as firmly as it does, by the terms of all places together."""
    if not fit.own_variance.any():
        return fit.across
    n_base = fit.base.size
    mix: Reals = (fit.across / fit.own_variance[:, None]).sum(axis=0)
    return np.asarray(np.outer(fit.across[:, :n_base].sum(axis=1), mix / mix[:n_base].sum()), np.float64)


def _reaching(support: Support, features: Reals) -> Support:
    return replace(support, most_leverage=float(support.leverage(features).max(initial=0.0)))
