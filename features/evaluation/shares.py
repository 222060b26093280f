"""Intervals of shares: of people who were harmed, who stayed, who were placed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.stats import beta, t

from features.evaluation.bootstrap import Interval
from features.evaluation.errors import EvaluationError

__all__ = ["is_share", "share_interval"]

_ROUNDING = 1e-9


def is_share(values: npt.NDArray[np.float64]) -> bool:
    """Whether a mean of values is a share: all are 0 or 1, but for rounding."""
    return bool((np.minimum(np.abs(values), np.abs(1.0 - values)) <= _ROUNDING).all())


def share_interval(counts: npt.NDArray[np.float64], cluster: npt.NDArray[np.int64], *, level: float = 0.95) -> Interval:
    """Share of people who count, with the exact interval [1]_ of as many people as speak for themselves.

    Parameters
    ----------
    counts : (n,) float64
        1 for each person who counts, else 0.
    cluster : (n,) int64
        People whose fates hang together share a number.
    level : float, default 0.95

    Raises
    ------
    EvaluationError
        With fewer than two clusters, or where a value is neither 0 nor 1.

    Notes
    -----
    The binomial interval holds for any number, also where one of 24 counts and a third of all bootstrap draws hold
    nobody. People of one cluster are fewer than they look: their number is divided by the design effect and by what
    estimating it from so few clusters costs [2]_. Where nobody or everybody counts there is no such estimate, and each
    cluster is taken to have one fate.

    References
    ----------
    .. [1] C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in the case of
       the binomial, Biometrika 26, 404-413, :doi:`10.1093/biomet/26.4.404`.
    .. [2] E. L. Korn and B. I. Graubard (1998), Confidence intervals for proportions with small expected number of
       positive counts estimated from survey data, Survey Methodology 24, 193-201.

    Examples
    --------
    One of 24 people; two of 24 who are one of twelve households:

    >>> [round(end, 3) for end in share_interval((np.arange(24) < 1).astype(float), np.arange(24))]
    [0.001, 0.042, 0.211]
    >>> [round(end, 3) for end in share_interval((np.arange(24) < 2).astype(float), np.arange(24) // 2)]
    [0.001, 0.083, 0.421]
    """
    if not is_share(counts):
        raise EvaluationError(f"values from {counts.min()} to {counts.max()}, expected 0 or 1 of each person")
    if np.unique(cluster).size < 2:
        raise EvaluationError(f"{np.unique(cluster).size} people or households, expected at least 2 for an interval")
    whole = np.round(counts)
    share, n, tail = float(whole.mean()), _speaking(whole, cluster, level), (1 - level) / 2
    low = float(beta.ppf(tail, share * n, (1 - share) * n + 1)) if share > 0 else 0.0
    high = float(beta.ppf(1 - tail, share * n + 1, (1 - share) * n)) if share < 1 else 1.0
    return Interval(low, share, high)


def _speaking(counts: npt.NDArray[np.float64], cluster: npt.NDArray[np.int64], level: float) -> float:
    """How many people, each independent of the others, tell as much of the share."""
    at = np.unique(cluster, return_inverse=True)[1]
    size, n, share = np.bincount(at), counts.size, counts.mean()
    if share in {0.0, 1.0}:
        return float(n**2 / (size**2).sum())
    apart = ((np.bincount(at, counts) - share * size) ** 2).sum() * size.size / (size.size - 1) / n**2
    design = max(float(apart / (share * (1 - share) / (n - 1))), 1.0)
    few = t.ppf(0.5 + level / 2, n - 1) / t.ppf(0.5 + level / 2, size.size - 1)
    return float(n / design * few**2)
