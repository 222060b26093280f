"""Which households would be sent elsewhere by another idea of what a household's stay is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from matching.rolling.households import HouseholdRule, household_values

__all__ = ["HouseholdChoice", "household_choices"]

Reals = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class HouseholdChoice:
    """Values of places to h households under each rule.

    Attributes
    ----------
    values : mapping of rule to (h, m) float64
    best : mapping of rule to (h,) int64
        Place of the greatest value; of equal ones the first.
    differs : (h,) bool
        Whether the rules disagree on it: whom the choice of the rule concerns.
    """

    values: Mapping[HouseholdRule, Reals]
    best: Mapping[HouseholdRule, npt.NDArray[np.int64]]
    differs: npt.NDArray[np.bool_]


def household_choices(stay: Reals, household_of: npt.NDArray[np.int64]) -> HouseholdChoice:
    """Compare the three rules.

    Parameters
    ----------
    stay : (k, m) float64
        Chance of staying of each person at each place.
    household_of : (k,) int64
        The household of each person.

    Raises
    ------
    MarketError
        As of :func:`~matching.rolling.households.household_values`.

    Examples
    --------
    >>> found = household_choices(np.array([[0.80, 0.50], [0.10, 0.50], [0.3, 0.2]]), np.array([0, 0, 1]))
    >>> {rule: best.tolist() for rule, best in found.best.items()}
    {'sum': [1, 0], 'at-least-one': [0, 0], 'least': [1, 0]}
    >>> found.differs
    array([ True, False])
    """
    rules: tuple[HouseholdRule, ...] = get_args(HouseholdRule)
    values: dict[HouseholdRule, Reals] = {rule: household_values(stay, household_of, rule=rule)[0] for rule in rules}
    best: dict[HouseholdRule, npt.NDArray[np.int64]] = {
        rule: table.argmax(axis=1).astype(np.int64) for rule, table in values.items()
    }
    chosen = np.stack(list(best.values()))
    return HouseholdChoice(values, best, (chosen != chosen[0]).any(axis=0))
