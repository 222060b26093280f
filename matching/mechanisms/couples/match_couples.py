"""Matching with couples: Roth and Peranson's heuristic, an exact answer where that fails, and two ways out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np

from matching.arrays import Int64s, totals_before
from matching.couples import Couples
from matching.errors import MechanismError
from matching.market import Market
from matching.mechanisms.couples.blocks import blocking_flags
from matching.mechanisms.couples.dynamics import (
    NOWHERE,
    CoupleState,
    add_seats,
    let_in,
    let_in_content,
    place_singles,
    saved_state,
)
from matching.mechanisms.couples.program import couples_program, program_entries
from matching.mechanisms.couples.search import search_stable, search_work
from matching.mechanisms.couples.table import CoupleTable, couple_table
from matching.outcome import UNMATCHED, Matching

__all__ = ["CouplesOutcome", "Existence", "Fallback", "Proof", "Status", "match_couples"]

Fallback: TypeAlias = Literal["fewest-blocking", "extra-seats"]
Status: TypeAlias = Literal["stable", "near-feasible", "least-blocking"]
Existence: TypeAlias = Literal["exists", "none-exists", "unknown"]
Proof: TypeAlias = Literal["matching", "exhaustive", "solver", "none"]

PATIENCE = 1_000
"""Steps after which a couple that is let in is taken to go in a circle; as many again in a drawn order."""


@dataclass(frozen=True, eq=False)
class CouplesOutcome:
    """A matching with couples and what the mechanism found out on the way.

    Attributes
    ----------
    matching : Matching
    status : {"stable", "near-feasible", "least-blocking"}
        ``near-feasible``: stable once the seats of ``extra_seats`` are added. ``least-blocking``: the pairs and
        coalitions named block. The mechanism's own word: ``matching.properties`` judges it.
    existence : {"exists", "none-exists", "unknown"}
        Of a stable matching with the seats there are.
    proof : {"matching", "exhaustive", "solver", "none"}
        What existence rests on: the matching itself, every combination of the couples' places tried, the word of the
        solver alone, or nothing.
    blocking_pairs : (k, 2) int64
        Single applicant and posting.
    blocking_coalitions : (k, 2) int64
        Couple and position in its joint list.
    extra_seats : (m,) int64
        Seats added to each posting.
    is_fewest : bool
        The solver says that no matching has fewer blocking, or that fewer seats do not do; true where it is stable.
    """

    matching: Matching
    status: Status
    existence: Existence
    proof: Proof
    blocking_pairs: Int64s
    blocking_coalitions: Int64s
    extra_seats: Int64s
    is_fewest: bool


def match_couples(
    market: Market,
    couples: Couples,
    *,
    rng: np.random.Generator,
    effort: int = 8,
    fallback: Fallback = "fewest-blocking",
    largest_extra: int = 2,
    largest_search: float = 1e9,
    largest_program: int = 300_000,
    time_limit: float = 60.0,
) -> CouplesOutcome:
    """Return a stable matching with couples, or say that none was found or exists and return the nearest thing.

    1. Single applicants are placed by deferred acceptance.
    2. After Roth and Peranson [1]_, couples are let in one at a time, in a drawn order, each at the best
       choice that all postings named would take. Whoever is displaced looks again from the top; a displaced couple
       gives up both seats; a vacated seat goes to whoever of its posting's list now prefers it. A couple that makes
       the market circle is left out and tried again.
    3. With couples left out who block, step 2 is repeated from another order, those couples first, up to ``effort``
       times.
    4. Still none: every combination of the couples' places is tried, or, where these are too many, an integer program
       is solved. Either finds a stable matching or refutes it.
    5. None exists, or the market is too large to know: the fallback.

    Parameters
    ----------
    market : Market
        Strict on both sides; members of couples have empty lists of their own.
    couples : Couples
    rng : numpy.random.Generator
        Draws the orders of couples. Where several matchings are stable, the order drawn, then the numbers of people
        decide which is found: the same market and generator state give the same one, renumbered people may not.
    effort : int
        Orders tried, >= 1.
    fallback : {"fewest-blocking", "extra-seats"}
        ``fewest-blocking``: the fewest blocking pairs and coalitions together, in the solver's word where the program
        is small enough; otherwise the fewest of the orders tried, where couples left out then take the first place they
        find and look no further (``is_fewest`` tells). ``extra-seats``: the fewest seats that make a stable matching
        possible, at most ``largest_extra`` a posting; where the program is too large, seats for those whom the couples
        left out would displace. Where that fails too, ``fewest-blocking``.
    largest_extra : int
        Seats that may be added to a posting, >= 0. Nguyen and Vohra [3]_ show that 2 suffice where seats may also be
        taken away; here none is, so 2 may not do.
    largest_search, largest_program : number
        Work beyond which combinations, and entries beyond which programs, are not tried.
    time_limit : float
        Seconds for each integer program, 0 for none. Everything else is bounded by steps and repeats exactly; a program
        that the limit cuts short need not.

    Raises
    ------
    MarketError
        When the couples are not of this market.
    MechanismError
        When a list holds a tie, or an option is out of its range.

    Notes
    -----
    Stability is that of Kojima, Pathak and Roth with the couple's own vacated seats freed, as judged by
    :func:`matching.properties.couples.couple_blocking`. A stable matching need not exist, and whether one does is
    NP-complete. The heuristic takes at most ``4 * effort * PATIENCE`` steps a couple and O(n + seats) memory. Couples
    make no truthful mechanism possible in general; in large markets with few couples misreports seldom pay [2]_.

    References
    ----------
    .. [1] A. E. Roth and E. Peranson (1999), The redesign of the matching market for American physicians, American
       Economic Review 89(4), 748-780, :doi:`10.1257/aer.89.4.748`.
    .. [2] F. Kojima, P. A. Pathak and A. E. Roth (2013), Matching with couples: stability and incentives in large
       markets, Quarterly Journal of Economics 128(4), 1585-1632, :doi:`10.1093/qje/qjt019`.
    .. [3] T. Nguyen and R. Vohra (2018), Near-feasible stable matchings with couples, American Economic Review 108(11),
       3154-3169, :doi:`10.1257/aer.20141188`.

    Examples
    --------
    The couple (0, 1) wants postings 0 and 1 together, single applicant 2 prefers 0 to 1: no matching is stable.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[], [], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 2], [2, 1]], n_choices=3),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> couples = Couples.from_lists([(0, 1)], [[(0, 1)]])
    >>> outcome = match_couples(market, couples, rng=np.random.default_rng(1))
    >>> outcome.status, outcome.existence, outcome.proof
    ('least-blocking', 'none-exists', 'exhaustive')
    >>> match_couples(market, couples, rng=np.random.default_rng(1), fallback="extra-seats").extra_seats.sum()
    np.int64(1)
    """
    known = get_args(Fallback)
    if fallback not in known:
        raise MechanismError(f"fallback is {fallback!r}, expected one of {', '.join(known)}")
    if effort < 1:
        raise MechanismError(f"effort is {effort}, expected at least 1")
    if largest_extra < 0:
        raise MechanismError(f"largest extra is {largest_extra}, expected at least 0")
    table = couple_table(market, couples)
    # a posting can never hold more people than it lists, however many seats it declares
    capacity = np.minimum(market.capacity, np.diff(table.list_start))
    is_solvable = time_limit > 0 and program_entries(table) <= largest_program
    task = _Task(table, capacity, largest_extra, time_limit, is_solvable)
    state, left_out = _heuristic(task, effort, rng)
    if _n_blocking(task, state) == 0:
        return _outcome(task, state.posting_of, "exists", "matching")
    existence, proof, found = _exact(task, largest_search)
    if existence == "exists":
        return _outcome(task, found, existence, proof)
    widened = _with_seats(task, state, left_out, existence, proof) if fallback == "extra-seats" else None
    return widened or _least_blocking(task, state, left_out, existence, proof)


@dataclass(frozen=True, eq=False)
class _Task:
    """A market, the seats that count, and whether and how long the solver may be asked."""

    table: CoupleTable
    capacity: Int64s
    largest_extra: int
    time_limit: float
    is_solvable: bool

    @property
    def n_postings(self) -> int:
        return self.capacity.size


def _outcome(
    task: _Task,
    posting_of: Int64s,
    existence: Existence,
    proof: Proof,
    *,
    extra_seats: Int64s | None = None,
    is_fewest: bool = False,
) -> CouplesOutcome:
    """Describe a matching; what blocks is counted with the seats added."""
    table = task.table
    extra = np.zeros(task.n_postings, np.int64) if extra_seats is None else extra_seats
    by_single, by_couple = blocking_flags(table, posting_of, task.capacity + extra)
    entries, choices = np.flatnonzero(by_single), np.flatnonzero(by_couple)
    owners = np.searchsorted(table.own_start, entries, side="right") - 1
    couples = np.searchsorted(table.choice_start, choices, side="right") - 1
    is_stable = entries.size + choices.size == 0
    status: Status = "least-blocking" if not is_stable else "near-feasible" if extra.any() else "stable"
    if status == "stable":
        existence, proof, is_fewest = "exists", "matching", True
    pairs = np.column_stack([owners, table.own_posting[entries]]).astype(np.int64)
    return CouplesOutcome(
        *(Matching(posting_of, task.n_postings), status, existence, proof),
        *(np.unique(pairs, axis=0), np.column_stack([couples, table.position[choices]]), extra, is_fewest),
    )


def _heuristic(task: _Task, effort: int, rng: np.random.Generator) -> tuple[CoupleState, Int64s]:
    """The state with the fewest blocking among the orders tried, and the couples it leaves out."""
    singles_placed = _empty_state(task)
    place_singles(task.table, singles_placed, 2**60)
    order = rng.permutation(len(task.table.members))
    best, best_left_out, fewest = singles_placed, order, 2**62
    seeds: list[int] = rng.integers(2**31, size=effort).tolist()
    for seed in seeds:
        state = saved_state(singles_placed)
        left_out = let_in(task.table, state, order, PATIENCE, seed)
        n_blocking = _n_blocking(task, state)
        if n_blocking < fewest:
            best, best_left_out, fewest = state, left_out, n_blocking
        if n_blocking == 0:
            break
        others = np.setdiff1d(order, left_out)
        order = np.concatenate([rng.permutation(left_out), rng.permutation(others)])
    return best, best_left_out


def _n_blocking(task: _Task, state: CoupleState) -> int:
    by_single, by_couple = blocking_flags(task.table, state.posting_of, task.capacity)
    return int(np.count_nonzero(by_single) + np.count_nonzero(by_couple))


def _empty_state(task: _Task) -> CoupleState:
    n, c, m = task.table.couple_of.size, len(task.table.members), task.n_postings
    # both members of a couple are seated before anybody is displaced
    slot_start = totals_before(task.capacity + task.largest_extra + 2)
    return CoupleState(
        *(np.full(n, UNMATCHED, np.int64), np.full(n, NOWHERE, np.int64), task.table.choice_start[1:].copy()),
        *(np.zeros(c, np.int64), task.capacity, task.capacity + task.largest_extra),
        *(task.capacity.copy(), np.zeros(m, np.int64), slot_start),
        *(np.empty(int(slot_start[-1]), np.int64), np.empty(n + c, np.int64), np.zeros(n + c, np.int64)),
        *(np.empty(m, np.int64), np.zeros(m, np.int64), np.zeros(2, np.int64)),
    )


def _exact(task: _Task, largest_search: float) -> tuple[Existence, Proof, Int64s]:
    """Whether a stable matching exists, what that rests on, and the matching."""
    nobody = np.full(task.table.couple_of.size, UNMATCHED, np.int64)
    if search_work(task.table) <= largest_search:
        is_found, posting_of = search_stable(task.table, task.capacity)
        return ("exists", "matching", posting_of) if is_found else ("none-exists", "exhaustive", nobody)
    if not task.is_solvable:
        return "unknown", "none", nobody
    program = couples_program(task.table, task.capacity, "stable")
    solution = program.solve(time_limit=task.time_limit)
    if solution.status == "infeasible":
        return "none-exists", "solver", nobody
    if solution.values is None:
        return "unknown", "none", nobody
    posting_of = program.posting_of(solution.values)
    by_single, by_couple = blocking_flags(task.table, posting_of, task.capacity)
    is_stable = not (by_single.any() or by_couple.any())
    return ("exists", "matching", posting_of) if is_stable else ("unknown", "none", nobody)


def _least_blocking(
    task: _Task, state: CoupleState, left_out: Int64s, existence: Existence, proof: Proof
) -> CouplesOutcome:
    """The fewest blocking by the program, begun from the heuristic's, or the heuristic's."""
    content = saved_state(state)
    let_in_content(task.table, content, left_out, PATIENCE)
    fewest = min(_n_blocking(task, state), _n_blocking(task, content))
    posting_of = content.posting_of if _n_blocking(task, content) == fewest else state.posting_of
    is_fewest = False
    if task.is_solvable:
        program = couples_program(task.table, task.capacity, "fewest-blocking")
        flags = blocking_flags(task.table, posting_of, task.capacity)
        solution = program.solve(start=program.start(posting_of, *flags), time_limit=task.time_limit)
        if solution.values is not None and -solution.value <= fewest:
            posting_of, is_fewest = program.posting_of(solution.values), solution.status == "optimal"
    return _outcome(task, posting_of, existence, proof, is_fewest=is_fewest)


def _with_seats(
    task: _Task, state: CoupleState, left_out: Int64s, existence: Existence, proof: Proof
) -> CouplesOutcome | None:
    """A stable matching of the market with seats added: the fewest by the program, the heuristic's, or None."""
    found = None
    if task.is_solvable:
        program = couples_program(task.table, task.capacity, "fewest-seats", largest=task.largest_extra)
        solution = program.solve(time_limit=task.time_limit)
        if solution.values is not None:
            places, added = program.posting_of(solution.values), program.seats_added(solution.values)
            is_fewest = solution.status == "optimal"
            found = _outcome(task, places, existence, proof, extra_seats=added, is_fewest=is_fewest)
            if is_fewest and found.status == "near-feasible":
                return found
    tries = [found] if found is not None else []
    for favoured in (left_out, np.arange(len(task.table.members))):
        widened = saved_state(state)
        if add_seats(task.table, widened, favoured, PATIENCE):
            extra = widened.seats - task.capacity
            tries.append(_outcome(task, widened.posting_of, existence, proof, extra_seats=extra))
            break
    stable = [one for one in tries if one.status != "least-blocking"]
    return min(stable, key=lambda one: int(one.extra_seats.sum()), default=None)
