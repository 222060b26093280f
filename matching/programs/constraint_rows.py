"""Assignment under limits as an integer program, built from the market and the limits alone.

It stands apart from the mechanisms: whoever wants to check a bound builds the same program again and gives it the
prices that came with a result.

Variables are 0 or 1: an entry of an applicant's list is formed, a joint choice of a couple is formed. A limit on
blocking pairs adds: whether a pair blocks; running totals of how much of an applicant's list down to a class of ties is
formed; and for which classes a posting has room: by cases, which make the relaxation tight
(:mod:`matching.programs.critical_classes`), or by cutoffs where those would be too many
(:mod:`matching.programs.cutoffs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from matching import sparse
from matching.arrays import Int64s, Reals, first_index, read_only_reals
from matching.couples import Couples
from matching.errors import MarketError, OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.programs.blocking_rows import BlockingVariables, add_blocking_rows, blocking_variables
from matching.programs.constraint_tables import Holdings, Limit, RowTable, holdings_of
from matching.programs.integer_program import IntegerProgram
from matching.regions import NO_CAP, Regions
from matching.reserves import NO_QUOTA, Reserves

__all__ = ["AssignmentProgram", "assignment_program"]


@dataclass(frozen=True, eq=False)
class AssignmentProgram:
    """The program of a market with limits, and how its variables read as a matching.

    Attributes
    ----------
    program : IntegerProgram
        Maximise the total score.
    market : Market
    holdings : Holdings
        What each variable places where; ``holdings.entries`` come first among the variables, then ``holdings.choices``.
    n_placed : (variables,) float64
        People that each variable places.
    limits : tuple of Limit
        Floors, caps, quotas and the limit on blocking pairs, in this order. Seats, lists and couples are given.
    applicant_rows, posting_rows : (n,), (m,) int64
        The row that lets each applicant be placed once, and the row of each posting's seats and floor; -1 without one.
    blocking : BlockingVariables or None
        Where blocking pairs are limited.
    n_core_rows : int
        Rows but those of cutoffs, which come last.
    """

    program: IntegerProgram
    market: Market
    holdings: Holdings
    n_placed: Reals
    limits: tuple[Limit, ...]
    applicant_rows: Int64s
    posting_rows: Int64s
    blocking: BlockingVariables | None
    n_core_rows: int

    @property
    def core(self) -> IntegerProgram:
        """The program without the rows of cutoffs, which no relaxation is the tighter for and every one the slower."""
        end = self.n_core_rows
        program = self.program
        rows, lower, upper = program.rows[:end], program.row_lower[:end], program.row_upper[:end]
        return replace(program, rows=sparse.csr_array(rows), row_lower=lower, row_upper=upper)

    def matching_of(self, values: Reals) -> Matching:
        """Read a matching off the values of a solution."""
        posting_of = np.full(self.market.n_applicants, UNMATCHED, np.int64)
        formed = values[self.holdings.column] > 0.5
        posting_of[self.holdings.applicant[formed]] = self.holdings.posting[formed]
        return Matching(posting_of, self.market.n_postings)

    def values_of(self, matching: Matching) -> Reals:
        """Return the values of the variables that say the same as a matching, with no pair called blocking in vain.

        Raises
        ------
        OutcomeError
            Naming an applicant whose placement is no variable: not on both lists, at a posting without seats, or a
            member of a couple placed by no joint choice.
        """
        held = self.holdings
        values = np.zeros(self.program.objective.size)
        at_place = matching.posting_of[held.applicant] == held.posting
        # a joint choice is formed iff all it places and all it leaves unplaced agree
        missed = np.bincount(held.column[~at_place], minlength=held.n_columns) > 0
        values[: held.n_columns] = ~missed
        left_out = held.idle_member >= 0
        formed_elsewhere = matching.is_matched[held.idle_member] & left_out
        values[held.entries.size + held.idle_choice[formed_elsewhere]] = 0.0
        told = self.matching_of(values).posting_of
        lost = first_index(told != matching.posting_of)
        if lost is not None:
            place = matching.posting_of[lost]
            raise OutcomeError(f"applicant {lost} is placed at {place}, expected a place that the program knows")
        if self.blocking is not None:
            self.blocking.fill(values)
        return values

    def n_blocking(self, values: Reals) -> int:
        """Pairs that the values call blocking; 0 where the program does not limit them."""
        return int(values[self.blocking.blocks].sum()) if self.blocking is not None else 0

    def allowing(self, max_blocking: int) -> AssignmentProgram:
        """Return the program with another limit on blocking pairs; prices of the one bound the other, too.

        Raises
        ------
        MarketError
            When the program does not limit blocking pairs.
        """
        if self.blocking is None:
            raise MarketError("the program limits no blocking pairs, expected one built with max_blocking")
        *others, last = self.limits
        upper = self.program.row_upper.copy()
        upper[last.row] = max_blocking
        limit = Limit(f"at most {max_blocking} blocking pairs", last.row, is_upper=True)
        return replace(self, program=replace(self.program, row_upper=upper), limits=(*others, limit))

    def without(self, limits: Sequence[Limit]) -> IntegerProgram:
        """Return the program with some of its limits given up."""
        lower, upper = self.program.row_lower.copy(), self.program.row_upper.copy()
        lower[[limit.row for limit in limits if not limit.is_upper]] = -np.inf
        upper[[limit.row for limit in limits if limit.is_upper]] = np.inf
        return replace(self.program, row_lower=lower, row_upper=upper)


def assignment_program(
    market: Market,
    scores: npt.ArrayLike,
    *,
    regions: Regions | None = None,
    reserves: Reserves | None = None,
    couples: Couples | None = None,
    couple_scores: npt.ArrayLike | None = None,
    max_blocking: int | None = None,
) -> AssignmentProgram:
    """Return the program whose solutions are the matchings within the limits and whose objective is the total score.

    Parameters
    ----------
    market : Market
        Members of couples have empty lists in it and stand on the postings' lists.
    scores : (nnz,) float
        One for every entry of the applicants' lists; higher is better; entries that the posting does not return count
        for nothing.
    regions : Regions, optional
        Caps, floors and the postings' floors; targets and turns play no part.
    reserves : Reserves, optional
        Quotas are hard limits. Reserved seats are a priority, not a limit, and play no part.
    couples : Couples, optional
        A couple is placed by a choice on its joint list, every posting of which lists the member, or not at all.
    couple_scores : (k,) float, optional
        One for every joint choice, the worth of the whole choice; 0 when omitted.
    max_blocking : int, optional
        The most pairs that may block: in the weak sense, on the lists as submitted, whatever caps, floors and quotas
        say about the move. Couples count as holders of seats, not as wanting others.

    Raises
    ------
    MarketError
        When scores or limits do not fit the market, or a member of a couple has a list of its own.

    Notes
    -----
    Size: O(nnz + joint choices) variables, rows and coefficients, and one coefficient more for each region around a
    pair and each type of a person. With ``max_blocking`` in addition what :func:`~matching.programs.critical_classes.
    critical_classes` needs, but for no more than ``MOST_COPIES`` of :mod:`matching.programs.blocking_rows`.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0]], 2), Preferences.from_lists([[0, 1], [0]], 2), np.array([1, 1])
    ... )
    >>> built = assignment_program(market, [1.0, 0.5, 0.75], max_blocking=0)
    >>> built.limits[-1].name
    'at most 0 blocking pairs'
    >>> built.n_blocking(built.values_of(Matching(np.array([1, 0]), 2)))
    1
    """
    _verify_limits(market, regions, reserves, couples, max_blocking)
    held = holdings_of(market, couples)
    objective = _objective(market, scores, couple_scores, couples, held)
    rows = RowTable()
    placed_once = _placement_rows(rows, held, market, couples)
    limits: list[Limit] = []
    posting_rows = _seat_rows(rows, limits, held, market, regions)
    if regions is not None:
        _region_rows(rows, limits, held, regions)
    if reserves is not None:
        _quota_rows(rows, limits, held, reserves)
    blocking, n_core_rows = None, rows.n_rows
    if max_blocking is not None:
        blocking = blocking_variables(held, market)
        n_core_rows = add_blocking_rows(rows, limits, blocking, max_blocking)
    program = _assembled(objective, rows, blocking)
    n_placed = np.bincount(held.column, minlength=program.objective.size).astype(np.float64)
    return AssignmentProgram(
        program, market, held, n_placed, tuple(limits), placed_once, posting_rows, blocking, n_core_rows
    )


def _assembled(objective: Reals, rows: RowTable, blocking: BlockingVariables | None) -> IntegerProgram:
    upper, is_integer = np.ones(objective.size), np.ones(objective.size, np.bool_)
    if blocking is not None:
        upper = np.concatenate([upper, blocking.upper])
        is_integer = np.concatenate([is_integer, blocking.is_integer])
    padded = np.zeros(upper.size)
    padded[: objective.size] = objective
    matrix, lower_ends, upper_ends = rows.assemble(upper.size)
    return IntegerProgram(padded, matrix, lower_ends, upper_ends, np.zeros(upper.size), upper, is_integer)


def _objective(
    market: Market,
    scores: npt.ArrayLike,
    couple_scores: npt.ArrayLike | None,
    couples: Couples | None,
    held: Holdings,
) -> Reals:
    of_entries = read_only_reals(scores, "scores")
    n_entries = market.applicants.indices.size
    if of_entries.size != n_entries:
        raise MarketError(f"scores has {of_entries.size} entries, expected one for each of {n_entries} list entries")
    n_choices = 0 if couples is None else len(couples.places)
    of_choices = read_only_reals(np.zeros(n_choices) if couple_scores is None else couple_scores, "couple_scores")
    if of_choices.size != n_choices:
        raise MarketError(
            f"couple_scores has {of_choices.size} entries, expected one for each of {n_choices} joint choices"
        )
    return np.concatenate([of_entries[held.entries], of_choices[held.choices]])


def _placement_rows(rows: RowTable, held: Holdings, market: Market, couples: Couples | None) -> Int64s:
    """Everybody is placed once, a couple by one choice."""
    people = market.applicants.rows()[held.entries]
    row_of = rows.add_groups(market.n_applicants, people, np.arange(people.size), -np.inf, 1.0)
    if couples is not None:
        rows.add_groups(
            couples.n_couples, couples.rows()[held.choices], people.size + np.arange(held.choices.size), -np.inf, 1.0
        )
    return row_of


def _seat_rows(rows: RowTable, limits: list[Limit], held: Holdings, market: Market, regions: Regions | None) -> Int64s:
    floor = np.zeros(market.n_postings, np.int64) if regions is None else regions.posting_floor
    lower = np.where(floor > 0, floor.astype(np.float64), -np.inf)
    row_of = rows.add_groups(
        market.n_postings, held.posting, held.column, lower, market.capacity.astype(np.float64), keep=floor > 0
    )
    limits += [Limit(f"posting {p} with floor {floor[p]}", int(row_of[p]), False) for p in np.flatnonzero(floor > 0)]
    return row_of


def _region_rows(rows: RowTable, limits: list[Limit], held: Holdings, regions: Regions) -> None:
    region, columns = regions.region_of[held.posting], held.column
    inside: list[tuple[Int64s, Int64s]] = []
    while region.size:  # from the innermost region outwards
        region, columns = region[region >= 0], columns[region >= 0]
        inside.append((region, columns))
        region = regions.parent[region]
    of, column = (np.concatenate(parts) for parts in zip(*inside, strict=True)) if inside else (region, columns)
    has_cap, has_floor = regions.cap != NO_CAP, regions.floor > 0
    lower = np.where(has_floor, regions.floor.astype(np.float64), -np.inf)
    upper = np.where(has_cap, regions.cap.astype(np.float64), np.inf)
    bound = has_cap | has_floor
    row_of = rows.add_groups(regions.n_regions, of, column, lower, upper, keep=bound, only=bound)
    for name, flags, values in (("floor", has_floor, regions.floor), ("cap", has_cap, regions.cap)):
        limits += [
            Limit(f"region {r} with {name} {values[r]}", int(row_of[r]), name == "cap") for r in np.flatnonzero(flags)
        ]


def _quota_rows(rows: RowTable, limits: list[Limit], held: Holdings, reserves: Reserves) -> None:
    for kind in range(reserves.n_types):
        quota = reserves.quota[:, kind]
        counted = reserves.is_of_type[held.applicant, kind]
        row_of = rows.add_groups(
            quota.size,
            held.posting[counted],
            held.column[counted],
            -np.inf,
            np.where(quota == NO_QUOTA, np.inf, quota.astype(np.float64)),
            only=quota != NO_QUOTA,
        )
        limits += [
            Limit(f"posting {p} with quota {quota[p]} for type {kind}", int(row_of[p]), True)
            for p in np.flatnonzero((quota != NO_QUOTA) & (row_of >= 0))
        ]


def _verify_limits(
    market: Market,
    regions: Regions | None,
    reserves: Reserves | None,
    couples: Couples | None,
    max_blocking: int | None,
) -> None:
    if regions is not None and regions.n_postings != market.n_postings:
        expected = f"expected the {market.n_postings} of the market"
        raise MarketError(f"regions hold {regions.n_postings} postings, {expected}")
    if reserves is not None:
        reserves.verify_fits(market)
    if max_blocking is not None and max_blocking < 0:
        raise MarketError(f"max_blocking is {max_blocking}, expected >= 0")
    if couples is not None:
        couples.verify_belong_to(market)
