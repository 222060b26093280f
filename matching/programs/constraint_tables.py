"""What the variables of an assignment program hold, and the tables its rows are put together from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from matching import sparse
from matching.arrays import Bools, Int64s, Reals
from matching.couples import Couples
from matching.market import Market
from matching.programs.spans import begins_class

__all__ = ["Holdings", "Limit", "RowTable", "RunningTotals", "holdings_of", "running_totals"]


@dataclass(frozen=True, eq=False)
class Holdings:
    """Who holds a seat where if a variable is 1: one holding for a list entry, one or two for a joint choice.

    Attributes
    ----------
    entries : int64
        Entries of the applicants' lists that the posting returns and has seats for; variable ``i`` is ``entries[i]``.
    choices : int64
        Joint choices whose every posting lists the member and has seats; variable ``entries.size + i`` is
        ``choices[i]``.
    applicant, posting, rank, column : (h,) int64
        Of each holding: who, where, the posting's rank of the person, and the variable; those of entries come first.
    idle_member, idle_choice : int64
        Members whom a joint choice leaves unplaced, and the position of that choice in ``choices``.
    """

    entries: Int64s
    choices: Int64s
    applicant: Int64s
    posting: Int64s
    rank: Int64s
    column: Int64s
    idle_member: Int64s
    idle_choice: Int64s

    @property
    def n_columns(self) -> int:
        """Variables that place somebody."""
        return self.entries.size + self.choices.size


def holdings_of(market: Market, couples: Couples | None) -> Holdings:
    """Return what each variable holds."""
    lists = market.applicants
    is_usable = (market.rank_at_posting >= 0) & (market.capacity[lists.indices] > 0)
    entries = np.flatnonzero(is_usable)
    nobody = np.empty((0, 2), np.int64)
    places = nobody if couples is None else couples.places
    members = nobody if couples is None else couples.members[couples.rows()]
    ranks = _ranks_at(market, members, places)
    choices = np.flatnonzero((ranks >= 0).all(axis=1))
    choice, side = np.nonzero(places[choices] >= 0)
    idle, idle_side = np.nonzero(places[choices] < 0)
    return Holdings(
        entries,
        choices,
        applicant=np.concatenate([lists.rows()[entries], members[choices][choice, side]]),
        posting=np.concatenate([lists.indices[entries].astype(np.int64), places[choices][choice, side]]),
        rank=np.concatenate([market.rank_at_posting[entries].astype(np.int64), ranks[choices][choice, side]]),
        column=np.concatenate([np.arange(entries.size), entries.size + choice]),
        idle_member=members[choices][idle, idle_side],
        idle_choice=idle,
    )


def _ranks_at(market: Market, members: Int64s, places: Int64s) -> Int64s:
    """(k, 2) the posting's rank of each member, 0 for a member left unplaced, -1 where no seat can be had."""
    lists, n = market.postings, market.n_applicants
    keys = lists.rows() * n + lists.indices
    order = np.argsort(keys)
    wanted = places * n + members
    at = np.searchsorted(keys[order], wanted).clip(max=max(keys.size - 1, 0))
    ranks = np.full(places.shape, -1, np.int64)
    is_open = np.zeros(places.shape, np.bool_)
    is_open[places >= 0] = market.capacity[places[places >= 0]] > 0
    if keys.size:
        is_listed = (keys[order][at] == wanted) & is_open
        ranks[is_listed] = lists.ranks[order][at][is_listed]
    ranks[places < 0] = 0
    return ranks


@dataclass(frozen=True)
class Limit:
    """One end of a row that a caller asked for and could give up.

    Attributes
    ----------
    name : str
        As messages call it: ``region 1 with cap 3``.
    row : int
        Row of the program.
    is_upper : bool
        Whether it is the upper end.
    """

    name: str
    row: int
    is_upper: bool


class RowTable:
    """Rows of a program, gathered a block at a time; ``n_rows`` counts them."""

    def __init__(self) -> None:
        self.n_rows = 0
        self._blocks: list[tuple[Int64s, Int64s, Reals]] = []
        self._ends: list[tuple[Reals, Reals]] = []

    def add(self, rows: Int64s, columns: Int64s, values: Reals, lower: Reals, upper: Reals) -> int:
        """Add a block of ``lower.size`` rows, numbered from 0 inside the block; return its first row."""
        first = self.n_rows
        self._blocks.append((first + rows, columns, values))
        self._ends.append((lower, upper))
        self.n_rows += lower.size
        return first

    def add_groups(
        self,
        n_groups: int,
        group: Int64s,
        columns: Int64s,
        lower: npt.ArrayLike,
        upper: npt.ArrayLike,
        *,
        keep: Bools | None = None,
        only: Bools | None = None,
    ) -> Int64s:
        """Add one row a group that counts its columns; return (n_groups,) the row of each group, -1 without one.

        Groups without columns get no row unless they are in ``keep``; groups outside ``only`` get none.
        """
        needed = np.bincount(group, minlength=n_groups) > 0
        if keep is not None:
            needed |= keep
        if only is not None:
            needed &= only
        local = np.cumsum(needed) - 1
        counted = needed[group]
        ends = [np.broadcast_to(np.asarray(end, np.float64), n_groups)[needed] for end in (lower, upper)]
        kept = columns[counted]
        first = self.add(local[group[counted]], kept, np.ones(kept.size), ends[0], ends[1])
        return np.where(needed, first + local, -1)

    def assemble(self, n_columns: int) -> tuple[sparse.csr_array[np.float64], Reals, Reals]:
        """Return the matrix and both ends of its rows."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self._blocks, strict=True))
        lower, upper = (np.concatenate(parts) for parts in zip(*self._ends, strict=True))
        matrix = sparse.coo_array((values, (rows, columns)), shape=(self.n_rows, n_columns))
        return matrix.tocsr(), lower, upper  # what counts twice adds up


@dataclass(frozen=True, eq=False)
class RunningTotals:
    """Variables that add up the members of each group from its best class of ties downwards.

    Attributes
    ----------
    member : (h,) int64
        Variable that each member counts.
    class_of : (h,) int64
        Class of each member, numbered group after group, best class first.
    group : (classes,) int64
        Group of each class.
    columns : (classes,) int64
        Variable that is the total of each class and all better ones of its group.
    """

    member: Int64s
    class_of: Int64s
    group: Int64s
    columns: Int64s

    @property
    def n_classes(self) -> int:
        """Classes of all groups."""
        return self.group.size

    def add_rows(self, rows: RowTable) -> None:
        """Add the rows that define the totals: this one, less the one before, less the members, is 0."""
        each = np.arange(self.n_classes)
        continued = np.flatnonzero(self._continues())
        rows.add(
            np.concatenate([each, continued, self.class_of]),
            np.concatenate([self.columns, self.columns[continued - 1], self.member]),
            np.concatenate([np.ones(each.size), -np.ones(continued.size), -np.ones(self.member.size)]),
            np.zeros(each.size),
            np.zeros(each.size),
        )

    def of(self, values: Reals) -> Reals:
        """(classes,) the totals that the members' values give."""
        in_class = np.bincount(self.class_of, weights=values[self.member], minlength=self.n_classes)
        through = np.cumsum(in_class)
        starts = np.flatnonzero(~self._continues())
        before = np.repeat(through[starts] - in_class[starts], np.diff(np.append(starts, self.n_classes)))
        return np.asarray(through - before, np.float64)

    def _continues(self) -> Bools:
        same = np.zeros(self.n_classes, np.bool_)
        same[1:] = self.group[1:] == self.group[:-1]
        return same


def running_totals(group: Int64s, rank: npt.NDArray[np.integer], member: Int64s, first_column: int) -> RunningTotals:
    """Number the classes of ties of each group and give each a variable, from ``first_column`` on."""
    order = np.lexsort((rank, group))
    is_new = begins_class(group[order], rank[order])
    class_of = np.empty(order.size, np.int64)
    class_of[order] = np.cumsum(is_new) - 1
    of_classes = group[order][is_new]
    return RunningTotals(member, class_of, of_classes, first_column + np.arange(of_classes.size))
