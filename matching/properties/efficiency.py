"""Efficiency for applicants: exchanges in which nobody loses, and turns at which a better seat was passed over."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from matching import sparse
from matching.arrays import Bools, Int64s, read_only_integers
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.properties.lists import listed_by_postings, verify_same_size
from matching.properties.stability import preferred_by_applicants

__all__ = ["Trade", "improving_moves", "is_pareto_efficient", "pareto_improvement", "turn_violations"]


@dataclass(frozen=True, eq=False)
class Trade:
    """An exchange of places that is better for somebody and worse for nobody.

    Attributes
    ----------
    applicants, postings : (k,) int64
        Who moves, and where to: each to the place that the next one leaves.
    gains : (k,) bool
        Who strictly prefers the new place; the others are indifferent. At least one gains.
    is_cycle : bool
        Whether the last moves to the place of the first. Otherwise the last takes a free seat.
    """

    applicants: Int64s
    postings: Int64s
    gains: Bools
    is_cycle: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "applicants", read_only_integers(self.applicants, np.int64, "applicants"))
        object.__setattr__(self, "postings", read_only_integers(self.postings, np.int64, "postings"))
        gains = np.array(self.gains, np.bool_)
        gains.flags.writeable = False
        object.__setattr__(self, "gains", gains)


def pareto_improvement(market: Market, matching: Matching) -> Trade | None:
    """Return an exchange of places that somebody prefers and nobody minds, or None where there is none.

    An exchange passes seats round a cycle or down a chain to a free seat, all of them acceptable; postings' orders play
    no part. A matching within the seats and the lists has none iff it is Pareto efficient for applicants.

    Returns
    -------
    Trade or None
        Of several the one round the first applicant, and the first posting, that can gain, closed by as few further
        moves as possible.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    A move that gains is part of an exchange iff it lies on a cycle of the graph of places, in which an edge leads from
    a place held to one that is at least as good: iff both its ends are in one strong component. O(nnz log nnz).

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[1, 0], [[0, 1]]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> trade = pareto_improvement(market, Matching(np.array([0, 1]), n_postings=2))
    >>> trade.applicants, trade.postings, trade.gains
    (array([0, 1]), array([1, 0]), array([ True, False]))
    """
    verify_same_size(market, matching)
    listed = listed_by_postings(market)
    weak = np.intersect1d(preferred_by_applicants(market, matching, weakly=True), listed, assume_unique=True)
    if weak.size == 0:
        return None
    moves = _moves(market, matching, weak)
    graph = _graph_of_places(market, matching, moves)
    gains = np.isin(weak, preferred_by_applicants(market, matching), assume_unique=True)
    closes = np.flatnonzero(gains & _lies_on_a_cycle(graph, moves))
    if closes.size == 0:
        return None
    first = int(closes[0])
    places = _path(graph, int(moves.postings[first]), int(moves.sources[first]))
    return _trade(moves, gains, _chosen(moves, gains, first, places), market.n_postings)


def is_pareto_efficient(market: Market, matching: Matching) -> bool:
    """Whether no exchange of places is better for one applicant and worse for none; see :func:`pareto_improvement`."""
    return pareto_improvement(market, matching) is None


def improving_moves(market: Market, matching: Matching) -> Int64s:
    """Return moves, (k, 2) applicant and posting, each part of an exchange in which every mover strictly gains.

    An exchange passes seats round a cycle or down a chain to a free seat; postings' orders play no part. For strict
    lists a matching has none iff it is Pareto efficient for applicants, iff some order of choosers leads to it.

    Raises
    ------
    OutcomeError
        When the matching is one of another market.
    """
    verify_same_size(market, matching)
    wanted = _wanted(market, matching)
    if wanted.size == 0:
        return np.empty((0, 2), np.int64)
    moves = _moves(market, matching, wanted)
    in_cycle = _lies_on_a_cycle(_graph_of_places(market, matching, moves), moves)
    return np.column_stack([moves.applicants[in_cycle], moves.postings[in_cycle]])


def turn_violations(market: Market, matching: Matching, order: npt.ArrayLike) -> Int64s:
    """Return (k, 2) applicant and posting: a strictly better acceptable posting still had a seat on that turn.

    Parameters
    ----------
    market, matching : Market, Matching
        The original market and the matching to judge.
    order : (n,) int
        Every applicant once, first chooser first.

    Raises
    ------
    OutcomeError
        When the matching is one of another market or the order is not a permutation of the applicants.
    """
    verify_same_size(market, matching)
    n, m = market.n_applicants, market.n_postings
    turns = np.asarray(order, dtype=np.int64)
    if not np.array_equal(np.sort(turns), np.arange(n)):
        raise OutcomeError(f"order has {turns.size} entries, expected each of the {n} applicants exactly once")
    turn_of = np.empty(n, np.int64)
    turn_of[turns] = np.arange(n)
    wanted = _wanted(market, matching)
    applicants, postings = wanted // max(m, 1), wanted % max(m, 1)
    had_seat = turn_of[applicants] <= _turn_of_last_seat(matching, market.capacity, turns)[postings]
    return np.column_stack([applicants[had_seat], postings[had_seat]])


def _turn_of_last_seat(matching: Matching, capacity: Int64s, turns: Int64s) -> Int64s:
    """(m,) the turn on which each posting's last seat went; n where one is left, -1 where there never was one."""
    n = turns.size
    posting_in_turn = matching.posting_of[turns]
    last = np.full(matching.n_postings, -1, np.int64)
    placed = posting_in_turn != UNMATCHED
    np.maximum.at(last, posting_in_turn[placed], np.flatnonzero(placed))
    last[matching.n_held < capacity] = n
    return last


def _wanted(market: Market, matching: Matching) -> Int64s:
    """Keys of the acceptable postings that an applicant strictly prefers to the place held, in ascending order."""
    return np.intersect1d(preferred_by_applicants(market, matching), listed_by_postings(market), assume_unique=True)


class _Moves(NamedTuple):
    """Moves that applicants would make, in ascending order; node m holds the unmatched and the free seats."""

    applicants: Int64s
    sources: Int64s
    postings: Int64s


def _moves(market: Market, matching: Matching, keys: Int64s) -> _Moves:
    applicants, postings = keys // market.n_postings, keys % market.n_postings
    held = matching.posting_of[applicants]
    return _Moves(applicants, np.where(held == UNMATCHED, market.n_postings, held), postings)


def _graph_of_places(market: Market, matching: Matching, moves: _Moves) -> sparse.csr_array:
    """An edge for every move; an open posting feeds node m, and a free seat may go anywhere."""
    m = market.n_postings
    is_open = np.flatnonzero(matching.n_held < market.capacity)
    tails = np.concatenate([moves.sources, is_open, np.full(m, m)])
    heads = np.concatenate([moves.postings, np.full(is_open.size, m), np.arange(m)])
    edges = np.sort(tails * (m + 1) + heads)
    edges = edges[np.append(True, edges[1:] != edges[:-1])]
    shape = (m + 1, m + 1)
    return sparse.csr_array((np.ones(edges.size, np.int8), (edges // (m + 1), edges % (m + 1))), shape=shape)


def _lies_on_a_cycle(graph: sparse.csr_array, moves: _Moves) -> Bools:
    _, component = sparse.connected_components(graph, directed=True, connection="strong")
    return np.asarray(component[moves.sources] == component[moves.postings])


def _path(graph: sparse.csr_array, start: int, end: int) -> list[int]:
    """Places from ``start`` to ``end``, as few as possible."""
    _, before = sparse.breadth_first_order(graph, start, directed=True, return_predecessors=True)
    places = [end]
    while places[-1] != start:
        places.append(int(before[places[-1]]))
    return places[::-1]


def _chosen(moves: _Moves, gains: Bools, first: int, places: list[int]) -> list[int]:
    """The moves of the cycle; a step that is only the hand-over of a free seat has none."""
    following = dict(pairwise(places))
    near = np.flatnonzero(np.isin(moves.sources, places))
    of_step: dict[int, int] = {}
    # who gains before who does not mind, then the lowest index
    for move in near[np.argsort(~gains[near], kind="stable")].tolist():
        if following.get(int(moves.sources[move])) == moves.postings[move]:
            of_step.setdefault(int(moves.sources[move]), move)
    return [first, *(of_step[place] for place in places[:-1] if place in of_step)]


def _trade(moves: _Moves, gains: Bools, chosen: list[int], m: int) -> Trade:
    """Begin a chain with the one whose place nobody of the exchange takes."""
    taken = {int(moves.postings[move]) for move in chosen}
    starts = [at for at, move in enumerate(chosen) if moves.sources[move] == m or int(moves.sources[move]) not in taken]
    at = starts[0] if starts else 0
    order = np.array(chosen[at:] + chosen[:at], dtype=np.int64)
    return Trade(moves.applicants[order], moves.postings[order], gains[order], not starts)
