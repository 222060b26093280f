"""The class of ties that takes a posting's last seat, as variables: what one posting can hold, case by case.

A posting is in exactly one case. Either its seats run out in one class of its list, the critical class: then it holds
as many as it has seats from that class and better ones, fewer from the better ones alone, and nobody from below. Or a
seat stays free. Inside a case what may be held is a matter of nested counts, whose linear rows have whole vertices; one
variable a case and one a holding in each case write the convex hull of all cases together [1]_.

Stability asks of a pair that the posting is full without those below, that is for a case: the hull makes the linear
relaxation of stable matchings far tighter than rows that only count seats.

References
----------
.. [1] E. Balas (1998), Disjunctive programming: properties of the convex hull of feasible points, Discrete Applied
   Mathematics 89(1-3), 3-44, :doi:`10.1016/S0166-218X(98)00136-X`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from matching.arrays import Bools, Int64s, Reals
from matching.programs.constraint_tables import RowTable, RunningTotals
from matching.programs.spans import begins_class, spread_spans

__all__ = ["FREE_SEAT", "CriticalClasses", "count_copies", "critical_classes"]

FREE_SEAT = np.iinfo(np.int64).max
"""Critical class of a posting with a free seat: worse than every class."""


@dataclass(frozen=True, eq=False)
class CriticalClasses:
    """Cases of postings, and the holdings in each.

    Attributes
    ----------
    member, posting, class_of : (h,) int64
        Of each holding: variable, posting and class; classes are numbered posting after posting, best class first.
    posting_of_case, critical, seats : (cases,) int64
        Of each case: the posting, the class in which its seats run out or ``FREE_SEAT``, and how many it has, >= 1.
        Posting after posting, critical classes ascending.
    holding, case : (copies,) int64
        Each holding in each case that allows it.
    first_column : int
        From here on the variables of cases, then those of copies.
    """

    member: Int64s
    posting: Int64s
    class_of: Int64s
    posting_of_case: Int64s
    critical: Int64s
    seats: Int64s
    holding: Int64s
    case: Int64s
    first_column: int

    @property
    def n_columns(self) -> int:
        """Variables of cases and copies."""
        return self.critical.size + self.case.size

    @property
    def upper(self) -> Reals:
        """(columns,) the most that each variable can be."""
        return np.ones(self.n_columns)

    @property
    def is_integer(self) -> Bools:
        """(columns,) cases are; copies are whole where members and cases are."""
        return np.arange(self.n_columns) < self.critical.size

    def add_rows(self, rows: RowTable) -> None:
        """Add the rows that make members, cases and copies say the same."""
        cases, copies = self._columns()
        each, each_copy, each_member = (np.arange(size) for size in (cases.size, copies.size, self.member.size))
        ones, seats = np.ones(copies.size), self.seats.astype(np.float64)
        is_better = self.class_of[self.holding] < self.critical[self.case]
        least = np.where(self.critical == FREE_SEAT, -np.inf, 0.0)

        def add(row: list[Int64s], column: list[Int64s], value: list[Reals], lower: Reals) -> None:
            rows.add(np.concatenate(row), np.concatenate(column), np.concatenate(value), lower, np.zeros(lower.size))

        rows.add_groups(int(self.posting_of_case.max(initial=-1)) + 1, self.posting_of_case, cases, 1.0, 1.0)
        # a member is a copy in one case, and in the posting's own
        add(
            [each_member, self.holding],
            [self.member, copies],
            [np.ones(each_member.size), -ones],
            np.zeros(each_member.size),
        )
        add([each_copy, each_copy], [copies, cases[self.case]], [ones, -ones], np.full(copies.size, -np.inf))
        # the classes better than the critical one leave a seat, which the critical one takes
        add(
            [self.case[is_better], each],
            [copies[is_better], cases],
            [ones[is_better], 1.0 - seats],
            np.full(each.size, -np.inf),
        )
        add([self.case, each], [copies, cases], [ones, -seats], least)

    def add_stability_rows(self, rows: RowTable, totals: RunningTotals, blocks: Int64s | None = None) -> None:
        """Add a row a pair: another place no worse, or the pair itself or no room for it, or leave to block.

        Room is a free seat or a holder of a worse class.

        Parameters
        ----------
        rows : RowTable
        totals : RunningTotals
            Down the applicants' lists. Its members are the pairs, which come first among the holdings; those of closed
            postings are in no case, and cannot block.
        blocks : (pairs,) int64, optional
            The variable that says that a pair blocks.
        """
        n_pairs = totals.member.size
        cases, copies = self._columns()
        each, ones = np.arange(n_pairs), np.ones(n_pairs)
        full, case = self._full_cases(n_pairs)
        # where the posting is full without those below, the case counts already and the pair must not count twice
        counts = (self.holding < n_pairs) & (self.critical[self.case] > self.class_of[self.holding])
        parts = [(each, totals.columns[totals.class_of], ones), (each, totals.member, -ones)]
        parts += [(full, cases[case], np.ones(full.size))]
        parts += [(self.holding[counts], copies[counts], np.ones(np.count_nonzero(counts)))]
        parts += [] if blocks is None else [(each, blocks, ones)]
        row, column, value = (np.concatenate(part) for part in zip(*parts, strict=True))
        at_least = np.isin(self.posting[:n_pairs], self.posting_of_case).astype(np.float64)
        rows.add(row, column, value, at_least, np.full(n_pairs, np.inf))

    def has_room(self, values: Reals, n_pairs: int) -> Bools:
        """(pairs,) whether the posting has room for the pair, the first holdings, in its case."""
        full, case = self._full_cases(n_pairs)
        cases, _ = self._columns()
        n_full = np.bincount(full, values[cases[case]], n_pairs)
        return np.asarray((n_full < 0.5) & np.isin(self.posting[:n_pairs], self.posting_of_case))

    def fill(self, values: Reals) -> None:
        """Give cases and copies the values that the members' values say."""
        cases, copies = self._columns()
        if not cases.size:
            return
        n_classes = int(self.class_of.max()) + 1
        through = np.append(0.0, np.cumsum(np.bincount(self.class_of, values[self.member], n_classes)))
        first = np.full(int(self.posting.max()) + 1, n_classes, np.int64)
        np.minimum.at(first, self.posting, self.class_of)
        is_free = self.critical == FREE_SEAT
        down_to = np.where(is_free, 0, self.critical)
        held = through[down_to + 1] - through[first[self.posting_of_case]]
        open_cases = np.flatnonzero(is_free | (held >= self.seats))
        _, at = np.unique(self.posting_of_case[open_cases], return_index=True)
        values[cases] = 0.0
        values[cases[open_cases[at]]] = 1.0
        values[copies] = values[self.member[self.holding]] * values[cases[self.case]]

    def _full_cases(self, n_pairs: int) -> tuple[Int64s, Int64s]:
        """Pairs, and the cases in which the posting has no room for them."""
        start, end = (np.searchsorted(self.posting_of_case, self.posting[:n_pairs], side) for side in _BOTH_ENDS)
        pair, case = spread_spans(start.astype(np.int64), end.astype(np.int64))
        is_full = self.critical[case] <= self.class_of[pair]
        return pair[is_full], case[is_full]

    def _columns(self) -> tuple[Int64s, Int64s]:
        cases = self.first_column + np.arange(self.critical.size)
        return cases, self.first_column + self.critical.size + np.arange(self.case.size)


_BOTH_ENDS: tuple[Literal["left"], Literal["right"]] = ("left", "right")


def critical_classes(
    posting: Int64s, rank: npt.NDArray[np.integer], member: Int64s, *, seats: Int64s, first_column: int
) -> CriticalClasses:
    """Return the cases of every posting that has seats and could hold somebody.

    Parameters
    ----------
    posting, rank, member : (h,) int64
        Of each holding: where, the posting's rank of the person, and the variable.
    seats : (m,) int64
        At most the holdings of the posting, or the free seat would be no case of its own.
    first_column : int
        The first variable to use.

    Notes
    -----
    As many copies as, over all postings, holdings no worse than each class that can be critical: few for a handful of
    classes, quadratic in the longest list for strict ones.

    Examples
    --------
    Two equals before a third, for one seat: it goes to the first class or the second, or stays free.

    >>> cases = critical_classes(
    ...     np.zeros(3, int), np.array([0, 0, 1]), np.arange(3), seats=np.array([1]), first_column=3
    ... )
    >>> cases.critical[:2], cases.holding, cases.case
    (array([0, 1]), array([0, 1, 2]), array([0, 0, 1]))
    """
    spans = _case_spans(posting, rank, seats)
    case, at = spread_spans(spans.start, spans.end)
    class_of = np.empty(posting.size, np.int64)
    class_of[spans.order] = spans.class_in_order
    return CriticalClasses(
        member,
        posting,
        class_of,
        spans.posting,
        spans.critical,
        seats[spans.posting],
        spans.order[at],
        case,
        first_column,
    )


def count_copies(posting: Int64s, rank: npt.NDArray[np.integer], *, seats: Int64s) -> int:
    """Return how many copies :func:`critical_classes` would make.

    Examples
    --------
    >>> count_copies(np.zeros(3, int), np.array([0, 0, 1]), seats=np.array([1]))
    3
    """
    spans = _case_spans(posting, rank, seats)
    return int((spans.end - spans.start).sum())


class _CaseSpans(NamedTuple):
    order: Int64s  # holdings by posting and class
    class_in_order: Int64s
    posting: Int64s  # of each case
    critical: Int64s
    start: Int64s  # of the holdings allowed in the case, positions in the order
    end: Int64s


def _case_spans(posting: Int64s, rank: npt.NDArray[np.integer], seats: Int64s) -> _CaseSpans:
    order = np.lexsort((rank, posting))
    is_new = begins_class(posting[order], rank[order])
    begins = np.flatnonzero(is_new)
    ends, of_class = np.append(begins, order.size)[1:], posting[order][is_new]
    counts = np.bincount(posting, minlength=seats.size)
    first = np.cumsum(counts) - counts
    runs_out = np.flatnonzero((ends - first[of_class] >= seats[of_class]) & (seats[of_class] > 0))
    has_cases = np.flatnonzero((counts > 0) & (seats > 0))
    critical = np.concatenate([runs_out, np.full(has_cases.size, FREE_SEAT)])
    of_case = np.concatenate([of_class[runs_out], has_cases])
    # one seat that better classes leave free is one that they do not hold at all
    is_single = seats == 1
    from_here = np.where(is_single[of_class], begins, first[of_class])
    if_free = np.where(is_single, first, first + counts)
    start = np.concatenate([from_here[runs_out], first[has_cases]])
    end = np.concatenate([ends[runs_out], if_free[has_cases]])
    each = np.lexsort((critical, of_case))
    return _CaseSpans(order, np.cumsum(is_new) - 1, of_case[each], critical[each], start[each], end[each])
