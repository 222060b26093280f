"""Weak stability as linear rows over the acceptable pairs, and the program of the largest stable matching."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s, Reals
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.programs.constraint_tables import RowTable, RunningTotals, running_totals
from matching.programs.critical_classes import CriticalClasses, critical_classes
from matching.programs.integer_program import IntegerProgram

__all__ = ["StableProgram", "acceptable_entries", "stable_size_program", "without_entries"]


@dataclass(frozen=True, eq=False)
class StableProgram:
    """An integer program whose solutions are the weakly stable matchings of a market.

    Attributes
    ----------
    program : IntegerProgram
        Maximise the number of people placed. Variables: the pairs, running totals down the applicants' lists, cases of
        the postings, and the pairs in each case.
    market : Market
    entries : (k,) int64
        The pair of each of the first variables: positions in ``market.applicants.indices``, ascending.
    totals : RunningTotals
    cases : CriticalClasses
    """

    program: IntegerProgram
    market: Market
    entries: Int64s
    totals: RunningTotals
    cases: CriticalClasses

    def values_of(self, matching: Matching) -> Reals:
        """Return the values of the variables that say the same as a matching of acceptable pairs within the seats."""
        values = np.zeros(self.program.objective.size)
        people, places = self._pairs()
        values[: self.entries.size] = matching.posting_of[people] == places
        values[self.totals.columns] = self.totals.of(values)
        self.cases.fill(values)
        return values

    def matching_of(self, values: Reals) -> Matching:
        """Read a matching off the values of a solution."""
        people, places = self._pairs()
        formed = values[: self.entries.size] > 0.5
        posting_of = np.full(self.market.n_applicants, UNMATCHED, np.int64)
        posting_of[people[formed]] = places[formed]
        return Matching(posting_of, self.market.n_postings)

    def _pairs(self) -> tuple[Int64s, Int64s]:
        lists = self.market.applicants
        return lists.rows()[self.entries], lists.indices[self.entries].astype(np.int64)


def acceptable_entries(market: Market) -> Int64s:
    """(k,) positions in ``market.applicants.indices`` of the pairs that both sides list, ascending."""
    return np.flatnonzero(market.rank_at_posting >= 0)


def stable_size_program(market: Market) -> StableProgram:
    """Return the integer program of the largest weakly stable matching.

    Each posting is in one case: the class of its list that takes its last seat, or a free seat. The pair (a, p) does
    not block where a holds another posting no worse than p, or is at p, or p is in a case that leaves no room for a.
    With one variable a case and one a pair in each case (:mod:`matching.programs.critical_classes`), that is one row a
    pair.

    Parameters
    ----------
    market : Market
        Ties on either side.

    Notes
    -----
    Rows that only count the seats held by people no worse [1]_ describe the same matchings with fewer variables, and
    leave a wide gap between the relaxation and the largest matching that most of these programs do not have.

    Size: see :func:`matching.programs.critical_classes.critical_classes`.

    References
    ----------
    .. [1] M. Delorme, S. Garcia, J. Gondzio, J. Kalcsics, D. Manlove and W. Pettersson (2019), Mathematical models for
       stable matching problems with ties and incomplete lists, European Journal of Operational Research 277(2),
       426-441, :doi:`10.1016/j.ejor.2019.03.017`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> from matching.programs.bounds import bound_certificate
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], n_choices=2),
    ...     Preferences.from_lists([[[0, 1]], [0]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> stable = stable_size_program(market)
    >>> values = stable.values_of(Matching(np.array([1, 0]), n_postings=2))
    >>> bound_certificate(stable.program, values, np.zeros(stable.program.n_rows)).is_feasible
    True
    """
    entries = acceptable_entries(market)
    k, lists = entries.size, market.applicants
    postings, pairs = lists.indices[entries].astype(np.int64), np.arange(entries.size)
    totals = running_totals(lists.rows()[entries], lists.ranks[entries], pairs, k)
    # seats beyond the pairs that name a posting cannot be filled
    seats = np.minimum(market.capacity, np.bincount(postings, minlength=market.n_postings))
    ranks, first = market.rank_at_posting[entries], k + totals.n_classes
    cases = critical_classes(postings, ranks, pairs, seats=seats, first_column=first)
    rows = RowTable()
    totals.add_rows(rows)
    cases.add_rows(rows)
    cases.add_stability_rows(rows, totals)
    n_columns = first + cases.n_columns
    objective, upper, is_integer = np.zeros(n_columns), np.ones(n_columns), np.zeros(n_columns, np.bool_)
    objective[:k], is_integer[:k], is_integer[first:] = 1.0, True, cases.is_integer
    program = IntegerProgram(objective, *rows.assemble(n_columns), np.zeros(n_columns), upper, is_integer)
    return StableProgram(program, market, entries, totals, cases)


def without_entries(market: Market, is_left_out: Bools) -> Market:
    """The market in which the flagged entries of the applicants' lists were never made; ranks keep their gaps.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(Preferences.from_lists([[0, 1]], 2), Preferences.from_lists([[0], [0]], 1), np.array([1, 1]))
    >>> without_entries(market, np.array([True, False])).applicants.to_lists()
    [[1]]
    """
    return Market(market.applicants.only(~is_left_out), market.postings, market.capacity)
