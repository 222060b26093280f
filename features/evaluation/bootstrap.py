"""Intervals of means over people whose fates may hang together."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["Interval", "clipped", "mean_intervals", "share_interval"]

_NOTHING: Final = 1e-9


class Interval(NamedTuple):
    """An estimate and the ends between which the truth is taken to lie."""

    low: float
    estimate: float
    high: float

    def holds(self, truth: float) -> bool:
        """Whether a value lies inside, ends included."""
        return self.low <= truth <= self.high


def clipped(found: Interval, least: float, most: float) -> Interval:
    """An interval and its estimate without what lies outside of the possible.

    Examples
    --------
    >>> clipped(Interval(-1.2, -0.9, 0.1), -1.0, 1.0)
    Interval(low=-1.0, estimate=-0.9, high=0.1)
    """
    return Interval(*(min(max(end, least), most) for end in found))


def share_interval(found: Interval, n_clusters: int, *, level: float = 0.95) -> Interval:
    """An interval of a share, within 0 and 1; where nobody or everybody counts, the exact one of as many draws [2]_.

    Parameters
    ----------
    found : Interval
        By :func:`mean_intervals`: of no width where all values are the same, which is no certainty.
    n_clusters : int
        People, a household counting once.
    level : float, default 0.95

    References
    ----------
    .. [2] C. J. Clopper and E. S. Pearson (1934), The use of confidence or fiducial limits illustrated in the case of
       the binomial, Biometrika 26, 404-413, :doi:`10.1093/biomet/26.4.404`.

    Examples
    --------
    Of twenty people nobody was harmed; of many like them it may be one in six:

    >>> [round(end, 3) for end in share_interval(Interval(0.0, 0.0, 0.0), 20)]
    [0.0, 0.0, 0.168]
    """
    low, estimate, high = clipped(found, 0.0, 1.0)
    exact = float(((1 - level) / 2) ** (1 / n_clusters))
    if high <= _NOTHING:
        return Interval(low, estimate, 1 - exact)
    if low >= 1 - _NOTHING:
        return Interval(exact, estimate, high)
    return Interval(low, estimate, high)


def mean_intervals(
    values: npt.NDArray[np.float64],
    cluster: npt.NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = 2000,
    level: float = 0.95,
) -> tuple[Interval, ...]:
    """Means of columns with studentised bootstrap intervals; clusters are drawn, all columns from the same draws.

    Parameters
    ----------
    values : (n, k) float64
    cluster : (n,) int64
    rng : numpy.random.Generator
    n_draws : int, default 2000
    level : float, default 0.95

    Raises
    ------
    EvaluationError
        With fewer than two clusters.

    Notes
    -----
    Values of :mod:`features.evaluation.augmented` are skewed: few people count many times. Dividing each drawn mean's
    distance by its own standard error follows the skew [1]_; a plain percentile interval would lean the wrong way.

    References
    ----------
    .. [1] P. Hall (1988), Theoretical comparison of bootstrap confidence intervals, Annals of Statistics 16, 927-953,
       :doi:`10.1214/aos/1176350933`.

    Examples
    --------
    >>> (found,) = mean_intervals(np.arange(100.0)[:, None], np.arange(100), rng=np.random.default_rng(0))
    >>> [round(end, 1) for end in found]
    [43.8, 49.5, 55.0]
    """
    known, at = np.unique(cluster, return_inverse=True)
    if known.size < 2:
        raise EvaluationError(f"{known.size} people or households, expected at least 2 for an interval")
    size = np.bincount(at).astype(np.float64)
    sums = np.stack([np.bincount(at, column) for column in values.T], axis=1).astype(np.float64)
    counts = rng.multinomial(known.size, np.full(known.size, 1 / known.size), size=n_draws).astype(np.float64)
    mean, error = _means(np.ones((1, known.size)), sums, size)
    drawn, drawn_error = _means(counts, sums, size)
    with np.errstate(divide="ignore", invalid="ignore"):
        distance = np.where(drawn_error > 0, (drawn - mean) / drawn_error, 0.0)
    tails = np.quantile(distance, [0.5 + level / 2, 0.5 - level / 2], axis=0)
    low, high = mean[0] - tails * error[0]
    return tuple(Interval(float(a), float(b), float(c)) for a, b, c in zip(low, mean[0], high, strict=True))


def _means(
    counts: npt.NDArray[np.float64], sums: npt.NDArray[np.float64], size: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Mean a person and its standard error over clusters, for rows that say how often each cluster was drawn."""
    people = (counts @ size)[:, None]
    mean = counts @ sums / people
    squares = counts @ sums**2 - 2 * mean * (counts @ (sums * size[:, None])) + mean**2 * (counts @ size**2)[:, None]
    return mean, np.sqrt(np.maximum(squares, 0.0)) / people
