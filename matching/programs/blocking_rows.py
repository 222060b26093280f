"""Variables and rows of an assignment program that tell which pairs block, and limit how many do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, Reals
from matching.market import Market
from matching.programs.constraint_tables import Holdings, Limit, RowTable, RunningTotals, running_totals
from matching.programs.critical_classes import CriticalClasses, count_copies, critical_classes
from matching.programs.cutoffs import Cutoffs, cutoffs

__all__ = ["MOST_COPIES", "BlockingVariables", "add_blocking_rows", "blocking_variables"]

MOST_COPIES = 30_000
"""Holdings by case up to which the tighter rows are written; the relaxation of as many takes about ten seconds."""


@dataclass(frozen=True, eq=False)
class BlockingVariables:
    """Variables that follow those of holdings where blocking pairs are limited.

    Attributes
    ----------
    blocks : (pairs,) int64
        Whether a pair blocks.
    totals : RunningTotals
        Down the applicants' lists.
    rooms : CriticalClasses or Cutoffs
        What each posting has room for.
    """

    blocks: Int64s
    totals: RunningTotals
    rooms: CriticalClasses | Cutoffs

    @property
    def upper(self) -> Reals:
        """(columns,) the most that each variable can be."""
        return np.concatenate([np.ones(self.blocks.size + self.totals.n_classes), self.rooms.upper])

    @property
    def is_integer(self) -> Bools:
        """(columns,) whole holdings and cases make the blocking pairs and the totals whole."""
        return np.concatenate([np.zeros(self.blocks.size + self.totals.n_classes, np.bool_), self.rooms.is_integer])

    def fill(self, values: Reals) -> None:
        """Give the variables the values that the holdings say, with no pair called blocking in vain."""
        reached = self.totals.of(values)
        values[self.totals.columns] = reached
        self.rooms.fill(values)
        has_room = self.rooms.has_room(values, self.blocks.size)
        values[self.blocks] = has_room & (reached[self.totals.class_of] < 0.5)


def blocking_variables(held: Holdings, market: Market) -> BlockingVariables:
    """Return the variables: cases of postings where there are few classes of ties, cutoffs where there are many."""
    n_pairs, lists = held.entries.size, market.applicants
    blocks = held.n_columns + np.arange(n_pairs)
    people, ranks = lists.rows()[held.entries], lists.ranks[held.entries]
    totals = running_totals(people, ranks, np.arange(n_pairs), held.n_columns + n_pairs)
    # seats beyond the people who could take them are never filled; counting them would loosen the relaxation
    seats = np.minimum(market.capacity, np.bincount(held.posting, minlength=market.n_postings))
    has_few = count_copies(held.posting, held.rank, seats=seats) <= MOST_COPIES
    make = critical_classes if has_few else cutoffs
    first = held.n_columns + n_pairs + totals.n_classes
    rooms = make(held.posting, held.rank, held.column, seats=seats, first_column=first)
    return BlockingVariables(blocks, totals, rooms)


def add_blocking_rows(rows: RowTable, limits: list[Limit], variables: BlockingVariables, max_blocking: int) -> int:
    """Add the rows and the limit; return how many rows of the table matter to the relaxation, which come first."""
    blocks, totals, rooms = variables.blocks, variables.totals, variables.rooms
    totals.add_rows(rows)
    rooms.add_rows(rows)
    rooms.add_stability_rows(rows, totals, blocks)
    end = np.array([-np.inf]), np.array([float(max_blocking)])
    at_most = rows.add(np.zeros(blocks.size, np.int64), blocks, np.ones(blocks.size), *end)
    limits.append(Limit(f"at most {max_blocking} blocking pairs", at_most, is_upper=True))
    n_core_rows = rows.n_rows
    if isinstance(rooms, Cutoffs):
        rooms.add_cutoff_rows(rows, totals, blocks)
    return n_core_rows
