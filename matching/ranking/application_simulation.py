"""Expected matches of a policy in the apply-accept market by simulation, as the literature reports them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals
from matching.kernels import Kernel
from matching.ranking.application_market import ApplicationMarket, Readings
from matching.ranking.options import require_whole

__all__ = ["simulate_apply_accept"]


def simulate_apply_accept(
    f: npt.ArrayLike,
    g: npt.ArrayLike,
    exposure: npt.ArrayLike,
    exam_j: npt.ArrayLike,
    *,
    runs: int,
    rng: np.random.Generator,
) -> Int64s:
    """Return the matches of each of ``runs`` simulated markets.

    In a run every candidate c applies to every employer j with min(1, f times exposure), independently; j orders its
    applicants by g, lower index first where equal, and accepts the k-th with min(1, g times exam_j[k]).

    Parameters
    ----------
    f, g, exposure, exam_j
        As for :func:`matching.ranking.application_matches.apply_accept_pairs`.
    runs : int
        At least 1.
    rng : numpy.random.Generator
        Draws one number for every pair and run and one for every application.

    Returns
    -------
    (runs,) int64

    Raises
    ------
    MarketError
        When shapes do not fit or an entry is out of range.
    MechanismError
        When there are no runs.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> simulate_apply_accept([[1.0], [1.0]], [[1.0, 1.0]], [[1.0], [1.0]], [1.0, 0.0], runs=3, rng=rng)
    array([1, 1, 1])
    """
    require_whole(runs, "runs", least=1)
    market = ApplicationMarket.of(f, g, exam_j)
    matches = np.zeros(runs, np.int64)
    _simulate(market.readings, market.applications(market.exposure(exposure)), rng, matches)
    return matches


@Kernel
def _simulate(readings: Readings, applies: Reals, rng: np.random.Generator, matches: Int64s) -> None:
    accepts, exam, order = readings
    for run in range(matches.size):
        for j in range(order.shape[0]):
            rank = 0
            for c in order[j]:
                if rng.random() < applies[j, c]:
                    matches[run] += rng.random() < accepts[j, c] * exam[j, rank]
                    rank += 1
