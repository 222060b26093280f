"""Intervals of means over people whose fates may hang together."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from features.evaluation.errors import EvaluationError

__all__ = ["Interval", "clipped", "mean_intervals"]

_NO_SPREAD: Final = 1e-6  # of that of all: what rounding leaves where a draw is one value


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
    A draw in which all are alike has no error of its own; its distance is measured by that of everybody. Of shares see
    :func:`~features.evaluation.shares.share_interval`, which draws nothing.

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
    own_error = np.where(drawn_error > _NO_SPREAD * error, drawn_error, error)
    distance = np.divide(drawn - mean, own_error, out=np.zeros_like(drawn), where=own_error > 0)
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
