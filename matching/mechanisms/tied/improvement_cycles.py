"""Stable improvement cycles: exchanges of places that gain for every mover and leave nobody a claim."""

from __future__ import annotations

import numpy as np

from matching.arrays import Bools, Int32s, Int64s, first_index, totals_before
from matching.errors import MechanismError
from matching.kernels import Kernel
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.programs.stability_rows import acceptable_entries

__all__ = ["improve_by_cycles"]

_UNRANKED = np.iinfo(np.int32).max
_NOT_SEEN, _DONE = -1, -2


def improve_by_cycles(market: Market, matching: Matching) -> Matching:
    """Let applicants exchange places as long as every mover strictly gains and weak stability is kept.

    1. Those who strictly prefer a posting to their own place desire it; the best ranked of them, ties included, may
       move there.
    2. A cycle of postings, at each of which somebody may move to the next, is an exchange: all move at once. Nobody
       keeps a claim, because a newcomer is ranked no worse than all others who desire the place.
    3. Steps 1 and 2 repeat until no cycle is left.

    Parameters
    ----------
    market : Market
        Ties on either side.
    matching : Matching
        Weakly stable; only then is the result.

    Returns
    -------
    Matching
        Places exactly as many people at every posting; no applicant is worse off.

    Raises
    ------
    MechanismError
        When the matching is one of another market, or a placement is not on both lists.

    Notes
    -----
    *Tie rule.* Cycles that share no posting are carried out in the same round; they are those met by a depth-first
    search from the lowest posting to the lowest posting first, and the lowest applicant moves along an edge.

    When applicants' lists are strict and no cycle is left, no weakly stable matching is better for an applicant and
    worse for none [1]_. Where they tie, an exchange in which somebody gains nothing is not looked for. An exchange
    follows applicants' lists: a sum of scores of both sides may fall.

    Who ranks a place high to have something to exchange can gain, so this is not strategy-proof. O(nnz log nnz) a
    round.

    References
    ----------
    .. [1] A. Erdil and H. Ergin (2008), What's the matter with tie-breaking? Improving efficiency in school choice,
       American Economic Review 98(3), 669-689, :doi:`10.1257/aer.98.3.669`.

    Examples
    --------
    Both postings rank both applicants equally, and a lottery gave each the other's first wish.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
    ...     Preferences.from_lists([[[0, 1]], [[0, 1]]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> improve_by_cycles(market, Matching(np.array([1, 0]), n_postings=2)).posting_of
    array([0, 1])
    """
    sizes = (matching.n_applicants, matching.n_postings)
    if sizes != (market.n_applicants, market.n_postings):
        has = f"the matching has {sizes[0]} applicants and {sizes[1]} postings"
        raise MechanismError(f"{has}, expected {market.n_applicants} and {market.n_postings}")
    entries = acceptable_entries(market)
    people, places = market.applicants.rows()[entries], market.applicants.indices[entries]
    _verify_listed(matching, people, places)
    own_ranks, ranks = market.applicants.ranks[entries], market.rank_at_posting[entries]
    posting_of = matching.posting_of.copy()
    while True:
        may_move = _may_move(posting_of, people, places, own_ranks=own_ranks, ranks=ranks, m=market.n_postings)
        moves_to = _exchanges(posting_of, people[may_move], places[may_move], market.n_postings)
        is_moving = moves_to >= 0
        if not is_moving.any():
            return Matching(posting_of, market.n_postings)
        posting_of[is_moving] = moves_to[is_moving]


def _verify_listed(matching: Matching, people: Int64s, places: Int32s) -> None:
    is_listed = ~matching.is_matched
    is_listed[people[places == matching.posting_of[people]]] = True
    stray = first_index(~is_listed)
    if stray is not None:
        held = matching.posting_of[stray]
        raise MechanismError(f"applicant {stray} is placed at {held}, expected a pair that is on both lists")


def _may_move(posting_of: Int64s, people: Int64s, places: Int32s, *, own_ranks: Int32s, ranks: Int32s, m: int) -> Bools:
    """Pairs of a placed applicant and a posting among whose best ranked desirers the applicant is."""
    held_rank = np.full(posting_of.size, _UNRANKED, np.int32)
    is_own = places == posting_of[people]
    held_rank[people[is_own]] = own_ranks[is_own]
    desires = own_ranks < held_rank[people]
    best = np.full(m, _UNRANKED, np.int32)
    np.minimum.at(best, places[desires], ranks[desires])
    return np.asarray(desires & (ranks == best[places]) & (posting_of[people] != UNMATCHED))


def _exchanges(posting_of: Int64s, people: Int64s, places: Int32s, m: int) -> Int64s:
    """(n,) where each applicant moves in cycles that share no posting, -1 for those who stay."""
    tails = posting_of[people]
    order = np.lexsort((people, places, tails))
    starts = totals_before(np.bincount(tails, minlength=m))
    moves_to = np.full(posting_of.size, -1, np.int64)
    for edge in _disjoint_cycles(starts, places[order].astype(np.int64)):
        moves_to[people[order[edge]]] = places[order[edge]]
    return moves_to


@Kernel
def _disjoint_cycles(starts: Int64s, heads: Int64s) -> Int64s:
    """Edges of cycles without a common node, by depth-first search; no cycle is left among the other nodes."""
    m = starts.size - 1
    following = starts[:-1].copy()
    depth = np.full(m, _NOT_SEEN, np.int64)  # place on the path, or one of the two constants
    path, found = np.empty(m, np.int64), np.empty(m, np.int64)
    n_found = 0
    for root in range(m):
        length = 0
        if depth[root] == _NOT_SEEN:
            path[0], depth[root], length = root, 0, 1
        while length > 0:
            node: int = path[length - 1]
            edge: int = following[node]
            if edge == starts[node + 1]:
                depth[node] = _DONE
                length -= 1
                continue
            head: int = heads[edge]
            if depth[head] == _NOT_SEEN:
                path[length], depth[head] = head, length
                length += 1
            elif depth[head] == _DONE:
                following[node] += 1
            else:
                closing: int = depth[head]
                for on_cycle in path[closing:length]:
                    found[n_found], depth[on_cycle] = following[on_cycle], _DONE
                    n_found += 1
                length = closing
    return found[:n_found]
