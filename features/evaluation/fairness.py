"""Exposure, selection and calibration of groups that nothing in the engine knows.

The attribute is one that the twin invents for audits; no record, term or model holds it, so this works on labels that
come from outside and are used here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from features.evaluation.bootstrap import Interval, mean_intervals
from features.evaluation.errors import EvaluationError
from features.evaluation.shares import is_share, share_interval

__all__ = ["FEWEST", "GroupFigures", "Parity", "exposure_of", "parity_of", "short_listed"]

FEWEST: Final = 10
"""Of smaller groups nothing is told."""


@dataclass(frozen=True)
class GroupFigures:
    """One group.

    Attributes
    ----------
    group, n : int
    means : dict of str to Interval
        Of each measure.
    """

    group: int
    n: int
    means: dict[str, Interval]


@dataclass(frozen=True)
class Parity:
    """Groups beside each other.

    Attributes
    ----------
    groups : tuple of GroupFigures
        Ascending, without those below :data:`FEWEST`.
    gaps : dict of str to float
        Largest mean less the smallest, a measure each.
    p_values : dict of str to float
        Share of shuffled attributes with a gap as large, the attribute as it is counted among them: what a label
        without meaning would show. Never 0.
    left_out : int
        People in groups that are too small.
    """

    groups: tuple[GroupFigures, ...]
    gaps: dict[str, float]
    p_values: dict[str, float]
    left_out: int


def exposure_of(scores: npt.NDArray[np.float64], is_allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Attention that each person gets on the lists, (n,): mean of 1/log2(1 + rank) over the lists the person is on.

    Examples
    --------
    >>> exposure_of(np.array([[0.9], [0.1]]), np.ones((2, 1), bool)).round(3)
    array([1.   , 0.631])
    """
    rank = _ranks(scores, is_allowed)
    seen = is_allowed / np.log2(rank + 2.0)
    exposure: npt.NDArray[np.float64] = seen.sum(axis=1) / np.maximum(is_allowed.sum(axis=1), 1)
    return exposure


def short_listed(
    scores: npt.NDArray[np.float64], is_allowed: npt.NDArray[np.bool_], *, top: int
) -> npt.NDArray[np.float64]:
    """1 for each person who stands among the first ``top`` of some list, else 0, (n,)."""
    stands = is_allowed & (_ranks(scores, is_allowed) < top)
    return np.asarray(stands.any(axis=1), np.float64)


def parity_of(
    measures: Mapping[str, npt.NDArray[np.float64]],
    group: npt.NDArray[np.int64],
    cluster: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = 1000,
) -> Parity:
    """Compare means of groups.

    Parameters
    ----------
    measures : mapping of name to (n,) float64
        NaN where a person has none.
    group : (n,) int64
        The attribute.
    cluster : (n,) int64
        People whose fates hang together: a household, or all of one municipality. Their labels are dealt out together.
    rng : numpy.random.Generator
        Of intervals and shuffles.
    n_draws : int, default 1000

    Raises
    ------
    EvaluationError
        If the arrays do not fit or fewer than two groups have enough people.

    Notes
    -----
    Labels move in whole clusters, between clusters of one size [1]_; a cluster of a size that no other has keeps its
    own. Where few clusters can be exchanged few shuffles differ from what is, and the p values say so by being large.

    References
    ----------
    .. [1] B. Phipson and G. K. Smyth (2010), Permutation p-values should never be zero, Statistical Applications in
       Genetics and Molecular Biology 9(1), article 39, :doi:`10.2202/1544-6115.1585`.

    Examples
    --------
    >>> half = np.repeat([0, 1], 50)
    >>> found = parity_of({"placed": 1.0 - half}, half, np.arange(100), rng=np.random.default_rng(0))
    >>> found.gaps, found.p_values["placed"] < 0.01
    ({'placed': 1.0}, True)
    """
    for name, values in measures.items():
        if values.shape != group.shape:
            raise EvaluationError(f"{name} has shape {values.shape}, expected {group.shape}, one a person")
    known, sizes = np.unique(group, return_counts=True)
    told = known[sizes >= FEWEST]
    if told.size < 2:
        raise EvaluationError(f"{told.size} groups of at least {FEWEST} people, expected at least 2 to compare")
    gaps = {name: _gap(values, group, told) for name, values in measures.items()}
    blocks = _blocks(cluster)
    shuffled = [_shuffled(group, blocks, rng) for _ in range(n_draws)]
    p_values = {
        name: (1 + sum(_gap(values, one, told) >= gaps[name] - 1e-12 for one in shuffled)) / (n_draws + 1)
        for name, values in measures.items()
    }

    has = {name: ~np.isnan(values) for name, values in measures.items()}

    def figures(one: int) -> GroupFigures:
        means: dict[str, Interval] = {}
        for name, values in measures.items():
            rows = (group == one) & has[name]
            if np.unique(cluster[rows]).size > 1:
                means[name] = (
                    share_interval(values[rows], cluster[rows])
                    if is_share(values[has[name]])
                    else mean_intervals(values[rows, None], cluster[rows], rng=rng, n_draws=n_draws)[0]
                )
        return GroupFigures(one, int((group == one).sum()), means)

    return Parity(tuple(figures(int(one)) for one in told), gaps, p_values, int(sizes[sizes < FEWEST].sum()))


def _gap(values: npt.NDArray[np.float64], group: npt.NDArray[np.int64], told: npt.NDArray[np.int64]) -> float:
    has = ~np.isnan(values)
    means = [values[has & (group == one)].mean() for one in told if (has & (group == one)).any()]
    return float(max(means) - min(means)) if means else 0.0


def _blocks(cluster: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Rows of the clusters, those of one size together: (clusters, size) each."""
    _known, at, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    order = np.argsort(at, kind="stable")
    return [order[sizes[at[order]] == size].reshape(-1, int(size)) for size in np.unique(sizes)]


def _shuffled(
    group: npt.NDArray[np.int64], blocks: list[npt.NDArray[np.int64]], rng: np.random.Generator
) -> npt.NDArray[np.int64]:
    """The labels dealt out anew, whole clusters at a time."""
    dealt = group.copy()
    for rows in blocks:
        dealt[rows] = group[rng.permutation(rows)]
    return dealt


def _ranks(scores: npt.NDArray[np.float64], is_allowed: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """Place of each person on each list, 0 first; equal scores in the order of the rows, people not on it last."""
    order = np.argsort(np.where(is_allowed, -scores, np.inf), axis=0, kind="stable")
    ranks: npt.NDArray[np.int64] = np.argsort(order, axis=0, kind="stable")
    return ranks
