"""Matching with couples as an integer program: a stable matching, the fewest blocking, or the fewest seats added.

Binary columns: a single applicant at a posting, a couple at a joint choice, and "the posting refuses" a member, or both
members of a couple at once. A single applicant's row says that whoever is not at a posting or a better one finds it
filled by better people. A couple's row says that it has a joint choice or a better one, or some posting named refuses;
a posting may refuse only where so many better holders, the couple's own members not counted, leave too few seats.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np

from matching import sparse
from matching.arrays import Bools, Int64s, Reals
from matching.mechanisms.couples.table import CoupleTable
from matching.outcome import UNMATCHED
from matching.programs.integer_program import IntegerProgram
from matching.programs.solver import ProgramSolution, maximise

__all__ = ["CouplesLayout", "CouplesProgram", "Goal", "couples_program", "program_entries"]

Goal: TypeAlias = Literal["stable", "fewest-blocking", "fewest-seats"]


@dataclass(frozen=True, eq=False)
class CouplesProgram:
    """A program and what its columns mean.

    Attributes
    ----------
    program : IntegerProgram
    layout : CouplesLayout
    refusal_rows : (r,) int64
        The row that bounds each refusal.
    """

    program: IntegerProgram
    layout: CouplesLayout
    refusal_rows: Int64s

    def solve(self, *, start: Reals | None = None, time_limit: float) -> ProgramSolution:
        """Ask the solver."""
        return maximise(self.program, start=start, time_limit=time_limit)

    def posting_of(self, values: Reals) -> Int64s:
        """(n,) the matching that a solution says."""
        layout, table = self.layout, self.layout.table
        placed = np.full(table.couple_of.size, UNMATCHED, np.int64)
        chosen = np.flatnonzero(values[: layout.entries.size] > 0.5)
        placed[layout.owners[chosen]] = table.own_posting[layout.entries[chosen]]
        choices = np.flatnonzero(values[layout.entries.size : layout.first_refusal] > 0.5)
        placed[table.members[layout.couples[choices]]] = table.places[choices]
        return placed

    def seats_added(self, values: Reals) -> Int64s:
        """(m,) seats that a solution of ``fewest-seats`` adds."""
        return values[self.layout.first_loose :].astype(np.int64)

    def start(self, posting_of: Int64s, by_single: Bools, by_couple: Bools) -> Reals:
        """Values of a matching and of its blocking flags in ``fewest-blocking``, to look for fewer from."""
        layout, table = self.layout, self.layout.table
        values = np.zeros(self.program.objective.size)
        values[: layout.entries.size] = table.own_posting[layout.entries] == posting_of[layout.owners]
        held = posting_of[table.members[layout.couples]]
        values[layout.entries.size : layout.first_refusal] = (table.places == held).all(axis=1)
        n_better = self.program.activity(values)[self.refusal_rows]
        values[layout.first_refusal : layout.first_loose] = n_better >= layout.n_refused
        values[layout.first_loose :] = np.concatenate([by_single[layout.entries], by_couple])
        return values


def program_entries(table: CoupleTable) -> int:
    """About how many entries the program's rows will have."""
    lengths = np.diff(table.list_start)
    return int((lengths * lengths).sum() // 2 + table.own_posting.size + table.position.size)


def couples_program(table: CoupleTable, capacity: Int64s, goal: Goal, *, largest: int = 2) -> CouplesProgram:
    """Write the program.

    Parameters
    ----------
    table : CoupleTable
    capacity : (m,) int64
    goal : {"stable", "fewest-blocking", "fewest-seats"}
        ``stable``: any solution is a stable matching and none means that there is none. ``fewest-blocking``: minus the
        number of blocking pairs and coalitions is maximised. ``fewest-seats``: minus the number of seats added.
    largest : int
        Seats that may be added to a posting.

    Notes
    -----
    The rows follow the models of Biro, Manlove and McBride [1]_, rewritten for choice functions with vacated seats
    freed. About the sum of squared list lengths in size.

    References
    ----------
    .. [1] P. Biro, D. F. Manlove and I. McBride (2014), The hospitals / residents problem with couples: complexity and
       integer programming models, SEA 2014, 10-21, :doi:`10.1007/978-3-319-07959-2_2`.
    """
    layout = _layout(table, capacity, goal, largest if goal == "fewest-seats" else 0)
    rows = _Rows()
    _place_rows(layout, rows)
    _single_rows(layout, rows)
    refusal_rows = _refusal_rows(layout, rows)
    _couple_rows(layout, rows)
    n_columns = layout.first_loose + layout.n_loose
    objective, upper = np.zeros(n_columns), np.ones(n_columns)
    objective[layout.first_loose :] = -1.0
    if goal == "fewest-seats":
        upper[layout.first_loose :] = layout.more
    program = IntegerProgram(
        *(objective, rows.matrix(n_columns), np.array(rows.lower), np.array(rows.upper)),
        *(np.zeros(n_columns), upper, np.ones(n_columns, np.bool_)),
    )
    return CouplesProgram(program, layout, refusal_rows)


@dataclass(frozen=True, eq=False)
class CouplesLayout:
    """Where the columns stand: single applicants' entries, joint choices, refusals, then whatever loosens the rows.

    Attributes
    ----------
    table : CoupleTable
    capacity : (m,) int64
    goal : {"stable", "fewest-blocking", "fewest-seats"}
    more : int
        Seats that may be added to a posting.
    entries, owners : (e,) int64
        Entries of the applicants' lists that both sides list, and whose they are.
    couples : (k,) int64
        The couple of each joint choice.
    refusals : list of (posting, worst rank asked, how many are asked, couple)
    refusals_of : list of list of int
        The refusals that defeat each joint choice.
    holders : list of (columns, ranks, couples)
        Everybody who may hold a seat of each posting, best first; -1 for the couple of a single applicant.
    """

    table: CoupleTable
    capacity: Int64s
    goal: Goal
    more: int
    entries: Int64s
    owners: Int64s
    couples: Int64s
    refusals: list[tuple[int, int, int, int]]
    refusals_of: list[list[int]]
    holders: list[tuple[Int64s, Int64s, Int64s]]

    @property
    def first_refusal(self) -> int:
        """First column of the refusals."""
        return self.entries.size + self.couples.size

    @property
    def first_loose(self) -> int:
        """First column of the slacks or seats."""
        return self.first_refusal + len(self.refusals)

    @property
    def n_loose(self) -> int:
        """A slack an entry and a choice, or the seats added to each posting."""
        return {"stable": 0, "fewest-blocking": self.first_refusal, "fewest-seats": self.capacity.size}[self.goal]

    @property
    def n_refused(self) -> Reals:
        """Better holders that make each refusal true."""
        return np.array([self.capacity[posting] - asked + 1.0 for posting, _, asked, _ in self.refusals])

    def seat_column(self, posting: int) -> list[int]:
        """The column of the seats added to a posting, if there is one."""
        return [self.first_loose + posting] if self.goal == "fewest-seats" else []

    def slack_column(self, at: int) -> list[int]:
        """The column that pays for the row of an entry or choice to be broken, if there is one."""
        return [self.first_loose + at] if self.goal == "fewest-blocking" else []


@dataclass
class _Rows:
    """Rows of a program while it is written."""

    columns: list[int] = field(default_factory=list[int])
    values: list[float] = field(default_factory=list[float])
    ends: list[int] = field(default_factory=lambda: [0])
    lower: list[float] = field(default_factory=list[float])
    upper: list[float] = field(default_factory=list[float])

    def add(self, terms: list[tuple[list[int], float]], lower: float, upper: float) -> int:
        for columns, value in terms:
            self.columns += columns
            self.values += [value] * len(columns)
        self.ends.append(len(self.columns))
        self.lower.append(float(lower))
        self.upper.append(float(upper))
        return len(self.lower) - 1

    def matrix(self, n_columns: int) -> sparse.csr_array[np.float64]:
        shape = (len(self.lower), n_columns)
        matrix = sparse.csr_array((np.array(self.values), np.array(self.columns, np.int64), self.ends), shape=shape)
        matrix.sum_duplicates()  # a couple with both members at one posting takes two of its seats
        return matrix


def _layout(table: CoupleTable, capacity: Int64s, goal: Goal, more: int) -> CouplesLayout:
    entries = np.flatnonzero(table.rank_there >= 0)
    owners = np.searchsorted(table.own_start, entries, side="right") - 1
    couples = np.repeat(np.arange(len(table.members)), np.diff(table.choice_start))
    index: dict[tuple[int, int, int, int], int] = {}
    refusals_of = [
        [index.setdefault(key, len(index)) for key in _asked(couple, places, ranks)]
        for couple, places, ranks in zip(couples.tolist(), table.places.tolist(), table.ranks.tolist(), strict=True)
    ]
    holders = [_holders(table, entries, couples, posting) for posting in range(capacity.size)]
    return CouplesLayout(table, capacity, goal, more, entries, owners, couples, list(index), refusals_of, holders)


def _asked(couple: int, places: list[int], ranks: list[int]) -> list[tuple[int, int, int, int]]:
    if places[0] == places[1]:
        return [(places[0], max(ranks), 2, couple)]
    return [(place, rank, 1, couple) for place, rank in zip(places, ranks, strict=True) if place >= 0]


def _holders(table: CoupleTable, entries: Int64s, couples: Int64s, posting: int) -> tuple[Int64s, Int64s, Int64s]:
    here = np.flatnonzero(table.own_posting[entries] == posting)
    choices, members = np.nonzero(table.places == posting)
    columns = np.concatenate([here, entries.size + choices])
    ranks = np.concatenate([table.rank_there[entries[here]], table.ranks[choices, members]])
    order = np.argsort(ranks, kind="stable")
    return columns[order], ranks[order], np.concatenate([np.full(here.size, -1), couples[choices]])[order]


def _place_rows(layout: CouplesLayout, rows: _Rows) -> None:
    """One place an applicant, one choice a couple, and the seats."""
    n, table = layout.entries.size, layout.table
    for columns in np.split(np.arange(n), np.flatnonzero(np.diff(layout.owners)) + 1):
        rows.add([(columns.tolist(), 1)], -np.inf, 1)
    for start, end in zip(table.choice_start[:-1].tolist(), table.choice_start[1:].tolist(), strict=True):
        rows.add([(list(range(n + start, n + end)), 1)], -np.inf, 1)
    for posting, (columns, _, _) in enumerate(layout.holders):
        rows.add([(columns.tolist(), 1), (layout.seat_column(posting), -1)], -np.inf, layout.capacity[posting])


def _single_rows(layout: CouplesLayout, rows: _Rows) -> None:
    """``(capacity + more) * (at it or better) + (better holders) - (seats added) >= capacity``."""
    first = np.searchsorted(layout.owners, layout.owners).tolist()
    for at, entry in enumerate(layout.entries.tolist()):
        posting = int(layout.table.own_posting[entry])
        seats = int(layout.capacity[posting])
        columns, ranks, _ = layout.holders[posting]
        better = columns[: np.searchsorted(ranks, layout.table.rank_there[entry])].tolist()
        own = [*range(first[at], at + 1), *layout.slack_column(at)]
        rows.add([(own, seats + layout.more), (better, 1), (layout.seat_column(posting), -1)], seats, np.inf)


def _refusal_rows(layout: CouplesLayout, rows: _Rows) -> Int64s:
    """``(better holders) - (seats added) - (needed + more) * refusal >= -more``."""
    found: list[int] = []
    needed: list[float] = layout.n_refused.tolist()
    for at, (posting, worst, _, couple) in enumerate(layout.refusals):
        columns, ranks, couples = layout.holders[posting]
        better = columns[(ranks < worst) & (couples != couple)].tolist()
        refusal = ([layout.first_refusal + at], -needed[at] - layout.more)
        found.append(rows.add([(better, 1), (layout.seat_column(posting), -1), refusal], -layout.more, np.inf))
    return np.array(found, np.int64)


def _couple_rows(layout: CouplesLayout, rows: _Rows) -> None:
    """``(that choice or a better one) + (refusals) >= 1``."""
    n = layout.entries.size
    starts = layout.table.choice_start[layout.couples].tolist()
    for choice, refused in enumerate(layout.refusals_of):
        own = list(range(n + starts[choice], n + choice + 1))
        refusals = [layout.first_refusal + at for at in refused]
        rows.add([(own, 1), (refusals, 1), (layout.slack_column(n + choice), 1)], 1, np.inf)
