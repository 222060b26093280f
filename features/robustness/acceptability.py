"""Who comes where under all weights at once: SMAA, stochastic multicriteria acceptability analysis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from features.errors import WeightError

__all__ = ["Acceptability", "acceptability", "sampled_weights"]

_BLOCK = 4_000_000  # totals at a time


@dataclass(frozen=True, eq=False)
class Acceptability:
    """Shares of the weights, for each candidate.

    Attributes
    ----------
    rank_share : (n, r) float64
        Share of the weights under which the candidate has rank 0, 1, … r − 1.
    central_weights : (n, K) float64
        Mean of the weights that put the candidate first: what somebody values who would choose them; NaN where none do.
    n_samples : int
        A share is off by at most 0.98 / √n_samples, 19 times in 20.
    """

    rank_share: npt.NDArray[np.float64]
    central_weights: npt.NDArray[np.float64]
    n_samples: int


def acceptability(
    values: npt.NDArray[np.float64], *, rng: np.random.Generator, ranks: int = 10, n_samples: int = 10_000
) -> Acceptability:
    """Rank acceptability indices of a list under weights drawn evenly from all that are >= 0 and sum to 1.

    Parameters
    ----------
    values : (n, K) float64
    rng : numpy.random.Generator
    ranks : int, default 10
        First ranks to tell; at most n.
    n_samples : int, default 10,000

    Notes
    -----
    Lahdelma and Salminen's SMAA-2 [1]_ with linear totals. Equal totals go to the earlier row, as in the list.

    References
    ----------
    .. [1] R. Lahdelma and P. Salminen (2001), SMAA-2: stochastic multicriteria acceptability analysis for group
       decision making, Operations Research 49, 444-454, :doi:`10.1287/opre.49.3.444.11220`.

    Examples
    --------
    >>> found = acceptability(np.array([[1.0, 0.0], [0.0, 1.0]]), rng=np.random.default_rng(0), n_samples=2_000)
    >>> bool(abs(found.rank_share[0, 0] - 0.5) < 0.03), found.central_weights.round(1).tolist()
    (True, [[0.8, 0.2], [0.2, 0.8]])
    """
    if ranks < 1 or n_samples < 1:
        raise WeightError(f"ranks is {ranks} and n_samples {n_samples}, expected both >= 1")
    n, k = values.shape
    told = min(ranks, n)
    counts, sums = np.zeros((n, told), np.int64), np.zeros((n, k))
    block = max(1, _BLOCK // max(n, 1))
    for begin in range(0, n_samples, block):
        weights = sampled_weights(rng, min(block, n_samples - begin), k)
        order = np.argsort(-(weights @ values.T), axis=1, kind="stable")[:, :told]
        for rank in range(told):
            counts[:, rank] += np.bincount(order[:, rank], minlength=n)
        if told:
            np.add.at(sums, order[:, 0], weights)
    firsts = counts[:, :1] if told else np.zeros((n, 1))
    central = np.divide(sums, firsts, out=np.full((n, k), np.nan), where=firsts > 0)
    return Acceptability(counts / n_samples, central, n_samples)


def sampled_weights(rng: np.random.Generator, n_samples: int, n_terms: int) -> npt.NDArray[np.float64]:
    """Weights (s, K) drawn evenly from all that are >= 0 and sum to 1."""
    drawn: npt.NDArray[np.float64] = rng.dirichlet(np.ones(n_terms), n_samples)
    return drawn
