"""No group left behind: a floor under each group's average, and by how much its values are amplified to reach it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from matching import sparse
from matching.arrays import Bools, Int64s, Reals, read_only_integers
from matching.errors import MarketError, MechanismError
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import maximise
from matching.rolling.moment import Moment, Policy
from matching.rolling.offers import placement_rows
from matching.rolling.season import Season

__all__ = ["FloorRule", "GroupFloors", "amplified", "group_averages", "group_floors"]

FloorRule: TypeAlias = Literal["random", "proportional", "max-min"]

_ROOM = 1e-7
"""Floors are lowered by so much, relatively: the program would otherwise fail by rounding."""


@dataclass(frozen=True, eq=False)
class GroupFloors:
    """Floors of a past season, and what keeping them takes.

    Attributes
    ----------
    floor : (g,) float64
        The least average outcome a seat needed of each group.
    factor : (g,) float64
        By how much the group's values are amplified, >= 1: the price of its floor in the linear program.
    average, average_without : (g,) float64
        Each group's average under the floors and without them.
    total, total_without : float
        Of all cases, households split where that helps.
    """

    floor: Reals
    factor: Reals
    average: Reals
    average_without: Reals
    total: float
    total_without: float

    @property
    def cost(self) -> float:
        """Share of the total that the floors cost, in [0, 1]."""
        return 1.0 - self.total / self.total_without if self.total_without > 0 else 0.0


def group_floors(season: Season, group_of: npt.ArrayLike, *, rule: FloorRule) -> GroupFloors:
    """Return each group's floor in a past season and the amplification that reaches it.

    Parameters
    ----------
    season : Season
        A past one: it is judged by the pairs that could have been (``Season.could_hold``), with values >= 0.
    group_of : (n,) int64
        The group of each case, from 0.
    rule : {"random", "proportional", "max-min"}
        The group's expectation when everybody is spread over the possible places in proportion to their seats; what the
        group would reach alone with its share of every place's seats; the largest average that all can reach.

    Raises
    ------
    MarketError
        When the groups do not fit the cases, one is negative or has no case, or a value is negative.
    MechanismError
        When the rule is unknown, or the solver finds no optimum.

    Notes
    -----
    The price L of "the sum of u x over group g is at least F_g times its seats needed" turns the program with floors
    into one without, in which the group's values count 1 + L times. Averages are a seat needed, so that a household of
    four counts four times.

    Examples
    --------
    >>> season = Season.of([[0.9, 0.6], [0.5, 0.1]], needs=[1, 1], capacity=[1, 1], arrives=[0.0, 1.0])
    >>> floors = group_floors(season, [0, 1], rule="max-min")
    >>> floors.floor.round(3), round(floors.cost, 3)
    (array([0.5, 0.5]), 0.0)
    """
    if rule not in get_args(FloorRule):
        raise MechanismError(f"floor rule is {rule!r}, expected one of {', '.join(get_args(FloorRule))}")
    group, n_groups = _groups(season, group_of)
    without = _program(season, group, n_groups, None)
    floor = {"random": _random, "proportional": _proportional, "max-min": _max_min}[rule](season, group, n_groups)
    held = _program(season, group, n_groups, floor)
    return GroupFloors(
        floor=floor,
        factor=1.0 + np.maximum(-held.prices, 0.0),
        average=held.average,
        average_without=without.average,
        total=held.total,
        total_without=without.total,
    )


def group_averages(outcome: Reals, needs: Int64s, group_of: Int64s) -> Reals:
    """(g,) average outcome a seat needed of each group.

    Examples
    --------
    >>> group_averages(np.array([1.0, 0.5, 0.2]), np.array([2, 1, 1]), np.array([0, 0, 1])).round(2)
    array([0.5, 0.2])
    """
    return np.asarray(np.bincount(group_of, outcome) / np.bincount(group_of, needs))


def amplified(policy: Policy, factor_of_case: Reals) -> Policy:
    """Return the policy that sees each case's values multiplied; its forecast must be scaled alike.

    Parameters
    ----------
    policy : Policy
    factor_of_case : (n,) float64
        ``floors.factor[group_of]`` of the season that is decided on.
    """

    def decide_amplified(moment: Moment) -> Int64s:
        return policy(replace(moment, values=moment.values * factor_of_case[moment.case, None]))

    return decide_amplified


class _Solved(NamedTuple):
    total: float
    average: Reals
    prices: Reals  # (g,) of the floors, <= 0


def _groups(season: Season, group_of: npt.ArrayLike) -> tuple[Int64s, int]:
    group = read_only_integers(group_of, np.int64, "group_of")
    if group.size != season.n_cases:
        raise MarketError(f"group_of has {group.size} entries, expected one for each of {season.n_cases} cases")
    if group.min(initial=0) < 0:
        raise MarketError(f"group_of has {group.min()}, expected >= 0")
    counts = np.bincount(group)
    if (counts == 0).any():
        raise MarketError(f"group {int(counts.argmin())} has no case, expected at least one")
    if season.values.min(initial=0.0) < 0:
        raise MarketError(f"values go down to {season.values.min()}, expected >= 0 for floors under averages")
    return group, counts.size


def _random(season: Season, group: Int64s, n_groups: int) -> Reals:
    """The spread x_ij = t c_j / sum of compatible c, with one t that no place is too small for."""
    lots = season.could_hold * season.capacity
    share = lots / np.maximum(lots.sum(axis=1, keepdims=True), 1)
    load = season.needs @ share
    t = min(1.0, float((season.capacity[load > 0] / load[load > 0]).min(initial=1.0)))
    outcome = t * (share * season.values).sum(axis=1)
    return np.asarray(np.bincount(group, outcome, n_groups) / np.bincount(group, season.needs, n_groups))


def _proportional(season: Season, group: Int64s, n_groups: int) -> Reals:
    """Together these are possible: the shares of a place's seats add up to its seats."""
    n_seats = np.bincount(group, season.needs, n_groups)
    floor = np.empty(n_groups)
    for number in range(n_groups):
        mine = group == number
        part = n_seats[number] / n_seats.sum()
        alone = _own_optimum(season, mine, season.capacity * part)
        floor[number] = alone / n_seats[number]
    return floor


def _own_optimum(season: Season, mine: Bools, seats: Reals) -> float:
    return _optimum(_rows(season, np.flatnonzero(mine), seats)).value


def _max_min(season: Season, group: Int64s, n_groups: int) -> Reals:
    """One more variable, the average that all groups reach, is all that counts."""
    table = _rows(season, np.arange(season.n_cases), season.capacity.astype(np.float64))
    n_seats = np.bincount(group, season.needs, n_groups)
    sums = _group_sums(table, group, n_groups)
    column = sparse.csr_array(np.concatenate([np.zeros(table.upper.size), -n_seats.astype(np.float64)])[:, None])
    rows = sparse.csr_array(sparse.hstack([sparse.vstack([table.rows, sums]), column]))
    upper = np.concatenate([table.upper, np.full(n_groups, np.inf)])
    lower = np.concatenate([np.full(table.upper.size, -np.inf), np.zeros(n_groups)])
    objective = np.concatenate([np.zeros(table.case.size), [1.0]])
    most = np.concatenate([np.ones(table.case.size), [float(season.values.max(initial=0.0))]])
    none = np.zeros(objective.size)
    program = IntegerProgram(objective, rows, lower, upper, none, most, none.astype(np.bool_))
    return np.full(n_groups, max(_optimal(program).value, 0.0))


def _program(season: Season, group: Int64s, n_groups: int, floor: Reals | None) -> _Solved:
    """The season with households split where that helps, the sum of each group at least its floor."""
    n_seats = np.bincount(group, season.needs, n_groups)
    table = _rows(season, np.arange(season.n_cases), season.capacity.astype(np.float64))
    least = np.zeros(n_groups) if floor is None else floor * n_seats * (1 - _ROOM)
    rows = sparse.csr_array(sparse.vstack([table.rows, _group_sums(table, group, n_groups)]))
    held = _Table(table.case, table.place, table.value, rows, np.concatenate([table.upper, np.full(n_groups, np.inf)]))
    solution = _optimum(held, np.concatenate([np.full(table.upper.size, -np.inf), least]))
    outcome = np.bincount(group[table.case], table.value * solution.values, n_groups)
    return _Solved(solution.value, np.asarray(outcome / n_seats), solution.prices[table.upper.size :])


class _Table(NamedTuple):
    case: Int64s
    place: Int64s
    value: Reals
    rows: sparse.csr_array[np.float64]
    upper: Reals


class _Optimum(NamedTuple):
    value: float
    values: Reals
    prices: Reals


def _rows(season: Season, cases: Int64s, seats: Reals) -> _Table:
    """One variable a pair that could have been; a row a case of these, then a row a place."""
    at, place = np.nonzero(season.could_hold[cases])
    rows = placement_rows(at, place, season.needs[cases], seats.size)
    upper = np.concatenate([np.ones(cases.size), seats])
    return _Table(cases[at], place, season.values[cases[at], place], rows, upper)


def _group_sums(table: _Table, group: Int64s, n_groups: int) -> sparse.csr_array[np.float64]:
    pair = np.arange(table.case.size)
    return sparse.csr_array((table.value, (group[table.case], pair)), shape=(n_groups, pair.size))


def _optimum(table: _Table, lower: Reals | None = None) -> _Optimum:
    none = np.zeros(table.value.size)
    least = np.full(table.upper.size, -np.inf) if lower is None else lower
    program = IntegerProgram(table.value, table.rows, least, table.upper, none, none + 1.0, none.astype(np.bool_))
    return _optimal(program)


def _optimal(program: IntegerProgram) -> _Optimum:
    solution = maximise(program)
    if solution.status != "optimal" or solution.values is None:
        raise MechanismError(f"the solver ends with {solution.status!r}, expected an optimum of a linear program")
    prices = np.zeros(program.n_rows) if solution.prices is None else solution.prices
    return _Optimum(solution.value, solution.values, prices)
