"""What a place is worth to a household: a value choice that has a name, because it decides who comes first."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from matching.arrays import Int64s, Reals, read_only_integers, totals_before
from matching.errors import MarketError, MechanismError

__all__ = ["HouseholdRule", "household_values"]

HouseholdRule: TypeAlias = Literal["sum", "at-least-one", "least"]


def household_values(
    chances: npt.ArrayLike, household_of: npt.ArrayLike, *, rule: HouseholdRule
) -> tuple[Reals, Int64s]:
    """Return what each place is worth to each household, and how many seats the household takes.

    Parameters
    ----------
    chances : (k, m) float64
        Chance of success of each person at each place, in [0, 1].
    household_of : (k,) int64
        The household of each person: every number from 0 to the largest occurs.
    rule : {"sum", "at-least-one", "least"}
        The number of members expected to succeed; the chance that at least one does; the chance of whoever has the
        smallest.

    Returns
    -------
    (n, m) float64, (n,) int64

    Raises
    ------
    MarketError
        When a chance is outside [0, 1], the arrays do not fit or a household has no member, naming it.
    MechanismError
        When the rule is unknown.

    Examples
    --------
    The three rules disagree on where these two should go:

    >>> chances, together = np.array([[0.80, 0.50], [0.10, 0.50]]), [0, 0]
    >>> for rule in ("sum", "at-least-one", "least"):
    ...     print(rule, household_values(chances, together, rule=rule)[0].round(2).tolist())
    sum [[0.9, 1.0]]
    at-least-one [[0.82, 0.75]]
    least [[0.1, 0.5]]
    """
    if rule not in get_args(HouseholdRule):
        raise MechanismError(f"household rule is {rule!r}, expected one of {', '.join(get_args(HouseholdRule))}")
    table, household = np.array(chances, np.float64), read_only_integers(household_of, np.int64, "household_of")
    if table.ndim != 2 or table.shape[0] != household.size:
        raise MarketError(f"chances have shape {table.shape}, expected one row for each of {household.size} people")
    outside = np.argwhere(~((table >= 0) & (table <= 1)))
    if outside.size:
        person, place = outside[0]
        raise MarketError(f"chances[{person}, {place}] is {table[person, place]}, expected between 0 and 1")
    if household.min(initial=0) < 0:
        raise MarketError(f"household_of has {household.min()}, expected >= 0")
    needs = np.bincount(household).astype(np.int64)
    if (needs == 0).any():
        raise MarketError(f"household {int(needs.argmin())} has no member, expected at least one")
    order = np.argsort(household, kind="stable")
    return _joined(table[order], totals_before(needs)[:-1], rule), needs


def _joined(table: Reals, starts: Int64s, rule: HouseholdRule) -> Reals:
    if table.shape[0] == 0:
        return table
    if rule == "sum":
        return np.asarray(np.add.reduceat(table, starts, axis=0))
    if rule == "least":
        return np.asarray(np.minimum.reduceat(table, starts, axis=0))
    return np.asarray(1.0 - np.multiply.reduceat(1.0 - table, starts, axis=0))
