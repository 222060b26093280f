"""Would the tool have done worse than what was done? Pools of a past season, one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals, first_index, read_only_integers, read_only_reals
from matching.errors import OutcomeError

__all__ = ["HarmReport", "doubly_robust_values", "harm_check"]

_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class HarmReport:
    """What each pool would have gained or lost.

    Attributes
    ----------
    pools : (k,) int64
        The pools that have a case, ascending.
    by_tool, done : (k,) float64
        Total outcome of each pool under the tool and as it was.
    harmed : int64
        Witnesses: pools in which the tool would have done worse, the largest loss first, of equals the lower number.
    """

    pools: Int64s
    by_tool: Reals
    done: Reals
    harmed: Int64s

    @property
    def rate(self) -> float:
        """Share of pools in which the tool would have done worse, in [0, 1]; 0 without any pool."""
        return self.harmed.size / max(self.pools.size, 1)

    def loss_of(self, pool: int) -> float:
        """What a pool would have lost; below 0 where it gains."""
        at = int(np.searchsorted(self.pools, pool))
        if at == self.pools.size or self.pools[at] != pool:
            raise OutcomeError(f"pool {pool} has no case, expected one of {self.pools.size} pools that have")
        return float(self.done[at] - self.by_tool[at])


def harm_check(by_tool: npt.ArrayLike, done: npt.ArrayLike, pool_of: npt.ArrayLike) -> HarmReport:
    """Compare outcomes pool by pool.

    Parameters
    ----------
    by_tool, done : (n,) float64
        Outcome of each case where the tool would have put it, and where it was put: realised, expected, or from
        :func:`doubly_robust_values`; both by the same measure. 0 for somebody without a place.
    pool_of : (n,) int64
        The pool of each case: a month, a season, a kind of work, whatever must not be harmed.

    Raises
    ------
    OutcomeError
        When the arrays do not fit.

    Notes
    -----
    A pool is harmed when its total is lower by more than 1e-9. Above a rate that people set beforehand, do not deploy.

    Examples
    --------
    >>> report = harm_check(by_tool=[0.9, 0.2, 0.5], done=[0.5, 0.4, 0.5], pool_of=[0, 1, 2])
    >>> report.harmed, round(report.rate, 2), round(report.loss_of(1), 2)
    (array([1]), 0.33, 0.2)
    """
    tool, was = read_only_reals(by_tool, "by_tool"), read_only_reals(done, "done")
    pool = read_only_integers(pool_of, np.int64, "pool_of")
    for name, size in (("done", was.size), ("pool_of", pool.size)):
        if size != tool.size:
            raise OutcomeError(f"{name} has {size} entries, expected one for each of {tool.size} cases")
    pools, at = np.unique(pool, return_inverse=True)
    totals = [np.asarray(np.bincount(at, outcome, pools.size), np.float64) for outcome in (tool, was)]
    loss = totals[1] - totals[0]
    harmed = np.flatnonzero(loss > _TOLERANCE)
    return HarmReport(pools, totals[0], totals[1], pools[harmed[np.argsort(-loss[harmed], kind="stable")]])


def doubly_robust_values(
    values: npt.ArrayLike, place: npt.ArrayLike, outcome: npt.ArrayLike, chance: npt.ArrayLike, *, least: float = 0.05
) -> Reals:
    """Correct modelled values by what happened where a case really was (augmented inverse propensity).

    Parameters
    ----------
    values : (n, m) float64
        Modelled outcome of each case at each place, from a model that has not seen this case.
    place : (n,) int64
        Where each was, -1 for nowhere.
    outcome : (n,) float64
        What happened there.
    chance : (n,) float64
        The chance with which it was put there, in (0, 1].
    least : float
        Smaller chances are raised to this, so that no single case decides, in (0, 1].

    Returns
    -------
    (n, m) float64
        An outcome for every pair, right on average when the model or the chances are.

    Raises
    ------
    OutcomeError
        When the arrays do not fit, or a place or a chance is out of range, naming the case.

    Examples
    --------
    >>> doubly_robust_values([[0.5, 0.4]], place=[0], outcome=[1.0], chance=[0.5])
    array([[1.5, 0.4]])
    """
    table = np.array(values, np.float64)
    where = read_only_integers(place, np.int64, "place")
    happened, chances = read_only_reals(outcome, "outcome"), read_only_reals(chance, "chance")
    if table.ndim != 2 or {where.size, happened.size, chances.size} != {table.shape[0]}:
        raise OutcomeError(f"values have shape {table.shape}, expected one row for each of {where.size} cases")
    if not 0 < least <= 1:
        raise OutcomeError(f"least chance is {least}, expected above 0 and at most 1")
    _verify("place", where, (where >= -1) & (where < table.shape[1]), f"a place below {table.shape[1]} or -1")
    _verify("chance", chances, (chances > 0) & (chances <= 1), "above 0 and at most 1")
    case = np.flatnonzero(where >= 0)
    error = happened[case] - table[case, where[case]]
    table[case, where[case]] += error / np.maximum(chances[case], least)
    return table


def _verify(name: str, entries: Int64s | Reals, holds: Bools, expected: str) -> None:
    case = first_index(~holds)
    if case is not None:
        raise OutcomeError(f"case {case} has {name} {entries[case]}, expected {expected}")
