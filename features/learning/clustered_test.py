"""Whether choices contradict weights beyond chance where those who chose have habits of their own.

Ten choices of one person are not ten witnesses. What counts is whether the scores of those who chose, each summed over
all that one chose, point the same way more than they differ from each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from features.learning.stages import Stages

__all__ = ["ClusterTest", "levels_of", "score_test_by_cluster"]

_FLAT = 1e-10  # of the largest information in any direction: what no choice tells
_FEWEST = 2


@dataclass(frozen=True)
class ClusterTest:
    """Squared length of the summed scores over what it would be if they pointed anywhere.

    ``degrees_of_freedom`` are those of Snedecor's F; ``n_clusters`` chose.
    """

    statistic: float
    degrees_of_freedom: tuple[float, float]
    n_clusters: int
    p_value: float


def levels_of(stages: Stages) -> Iterator[npt.NDArray[np.int64]]:
    """What may hang together, (T,) of each stage: who chose, and where they belong; the decision where that is one."""
    levels = [one for one in (stages.cluster, stages.office) if np.unique(one).size >= _FEWEST]
    yield from levels or [stages.set_of]


def score_test_by_cluster(
    scores: npt.NDArray[np.float64],
    information: npt.NDArray[np.float64],
    cluster: npt.NDArray[np.int64],
    *,
    free: npt.NDArray[np.float64] | None = None,
) -> ClusterTest:
    """Whether coefficients are where the scores were taken, but for what was free there.

    Parameters
    ----------
    scores : (T, K) float64
        Of each stage.
    information : (K, K) float64
    cluster : (T,) int64
        Which stages hang together.
    free : (K, q) float64, optional
        Directions that were fitted: no evidence either way.

    Returns
    -------
    ClusterTest
        p is 1 with fewer than two clusters, or where nothing is told.

    Notes
    -----
    The score test's quadratic form in the information (Rao), referred to how far the clusters' scores lie apart from
    their own mean and not to the information, which takes choices for independent [1]_. Their covariance need not be
    invertible, so there may be fewer clusters than terms: the form is compared with its trace, as Dempster does for
    means in many dimensions [2]_, F with r and r (G − 1) degrees of freedom, r = tr(S)² / tr(S²). The sample's r is too
    small with few clusters, which makes p rather too large.

    References
    ----------
    .. [1] K.-Y. Liang and S. L. Zeger (1986), Longitudinal data analysis using generalized linear models, Biometrika
       73, 13-22, :doi:`10.1093/biomet/73.1.13`.
    .. [2] A. P. Dempster (1958), A high dimensional two sample significance test, Annals of Mathematical Statistics 29,
       995-1010, :doi:`10.1214/aoms/1177706437`.

    Examples
    --------
    >>> one_way, apart = np.ones((6, 1)), np.array([[1.0], [1], [1], [-1], [-1], [1]])
    >>> who = np.arange(6)
    >>> score_test_by_cluster(one_way, np.eye(1), who).p_value
    0.0
    >>> round(score_test_by_cluster(apart, np.eye(1), who).p_value, 2)
    0.47
    """
    of = np.unique(cluster, return_inverse=True)[1]
    n = int(of.max(initial=-1)) + 1
    by_stage = _whitened(scores, information, free)
    total = np.zeros((n, by_stage.shape[1]))
    np.add.at(total, of, by_stage)
    length = float((total.sum(axis=0) ** 2).sum())
    if n < _FEWEST or length == 0:
        return ClusterTest(0.0, (0.0, 0.0), n, 1.0)
    apart = total - total.mean(axis=0)
    spread = apart.T @ apart
    trace, squares = float(np.trace(spread)), float((spread**2).sum())
    if trace <= np.finfo(np.float64).tiny:  # all say the very same
        return ClusterTest(np.inf, (1.0, n - 1.0), n, 0.0)
    statistic, r = length * (n - 1) / (n * trace), trace**2 / squares
    return ClusterTest(statistic, (r, r * (n - 1)), n, float(fdtrc(r, r * (n - 1), statistic)))


def _whitened(
    scores: npt.NDArray[np.float64], information: npt.NDArray[np.float64], free: npt.NDArray[np.float64] | None
) -> npt.NDArray[np.float64]:
    """Scores beyond what is free, in units in which the information is 1 in every direction that it tells of."""
    if free is not None and free.size:
        along = information @ free
        onto = np.linalg.pinv(free.T @ along) @ along.T  # (q, K)
        scores, information = scores - (scores @ free) @ onto, information - along @ onto
    size, axes = np.linalg.eigh((information + information.T) / 2)
    told = size > _FLAT * max(float(size.max(initial=0.0)), 1.0)
    whitened: npt.NDArray[np.float64] = scores @ axes[:, told] / np.sqrt(size[told])
    return whitened
