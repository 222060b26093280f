"""Stability with couples: who would leave the place held, alone or as two, and be taken in.

The notion is that of Kojima, Pathak and Roth, with the seats freed that the couple itself vacates: a posting asked to
take members of a couple chooses from its holders less the couple's members who leave it, plus those who come. An ousted
holder's partner stays put and that partner's seat is not free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Bools, Int64s
from matching.couples import Couples
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching
from matching.properties.feasibility import individual_rationality_violations, is_feasible, verify_feasible
from matching.properties.lists import UNRANKED, own_holder, verify_same_size
from matching.properties.stability import blocking_pairs

__all__ = [
    "CoupleBlocking",
    "couple_blocking",
    "couple_rationality_violations",
    "is_stable_with_couples",
    "verify_stable_with_couples",
]


@dataclass(frozen=True, eq=False)
class CoupleBlocking:
    """Who blocks a matching.

    Attributes
    ----------
    pairs : (k, 2) int64
        A single applicant and a posting, in ascending order.
    coalitions : (k, 2) int64
        A couple and the position of a choice in its joint list, 0 first, in ascending order.
    """

    pairs: Int64s
    coalitions: Int64s

    @property
    def n_blocking(self) -> int:
        """Pairs and coalitions."""
        return len(self.pairs) + len(self.coalitions)


def couple_blocking(market: Market, couples: Couples, matching: Matching) -> CoupleBlocking:
    """Return the single applicants and the couples that block a matching, each with what it blocks with.

    A single applicant blocks as in :func:`matching.properties.blocking_pairs`. A couple (a, b) blocks with (p, q) iff

    1. (p, q) is on its joint list and each posting named lists the member asked of it;
    2. it strictly prefers (p, q) to the pair held; a pair held that is unacceptable is worth less than every
       acceptable one;
    3. every posting named keeps all members asked of it, those who come and those who stay, when it keeps its best
       ``capacity`` of its holders who are not of this couple and the members asked.

    So a member never displaces the partner, and p = q with a capacity of 1 never blocks.

    Parameters
    ----------
    market : Market
        Ties allowed on the postings' lists. In a tie the holders come before the couple's members: a newcomer is chosen
        only over somebody ranked strictly below. A matching that is stable after ties are broken is therefore stable.
    couples : Couples
    matching : Matching

    Raises
    ------
    MarketError
        When the couples are not of this market.
    OutcomeError
        When the matching is one of another market.

    Notes
    -----
    O(nnz log nnz + k log n) for k joint choices.

    References
    ----------
    .. [1] F. Kojima, P. A. Pathak and A. E. Roth (2013), Matching with couples: stability and incentives in large
       markets, Quarterly Journal of Economics 128(4), 1585-1632, :doi:`10.1093/qje/qjt019`.

    Examples
    --------
    The couple (0, 1) wants postings 0 and 1 together; single applicant 2 prefers 0 to 1.

    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[], [], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 2], [2, 1]], n_choices=3),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> couples = Couples.from_lists([(0, 1)], [[(0, 1)]])
    >>> couple_blocking(market, couples, Matching(np.array([0, 1, -1]), n_postings=2)).pairs.tolist()
    [[2, 1]]
    >>> couple_blocking(market, couples, Matching(np.array([-1, -1, 0]), n_postings=2)).coalitions.tolist()
    [[0, 0]]
    """
    verify_same_size(market, matching)
    couples.verify_belong_to(market)
    return CoupleBlocking(blocking_pairs(market, matching), _blocking_coalitions(market, couples, matching))


def couple_rationality_violations(market: Market, couples: Couples, matching: Matching) -> Int64s:
    """Return the couples, ascending, whose pair of places is not on the joint list or not returned by a posting.

    That both stay unplaced violates nothing.

    Raises
    ------
    MarketError
        When the couples are not of this market.
    OutcomeError
        When the matching is one of another market.
    """
    verify_same_size(market, matching)
    couples.verify_belong_to(market)
    held = matching.posting_of[couples.members]
    is_listed = np.zeros(couples.n_couples, np.bool_)
    is_listed[couples.rows()[_own_choice(couples, held)]] = True
    is_returned = (_ranks_at(market, couples.members, held) < UNRANKED).all(axis=1)
    is_placed = (held != UNMATCHED).any(axis=1)
    return np.flatnonzero(is_placed & ~(is_listed & is_returned))


def is_stable_with_couples(market: Market, couples: Couples, matching: Matching) -> bool:
    """Whether the matching is feasible, individually rational for singles and couples, and nobody blocks."""
    return (
        is_feasible(market, matching)
        and _single_violations(market, couples, matching).size == 0
        and couple_rationality_violations(market, couples, matching).size == 0
        and couple_blocking(market, couples, matching).n_blocking == 0
    )


def verify_stable_with_couples(market: Market, couples: Couples, matching: Matching) -> None:
    """Raise :class:`OutcomeError` that names what is wrong, unless the matching is stable with couples."""
    verify_feasible(market, matching)
    for applicant, posting in _single_violations(market, couples, matching)[:1]:
        raise OutcomeError(f"applicant {applicant} is placed at {posting}, expected a pair that is on both lists")
    for couple in couple_rationality_violations(market, couples, matching)[:1]:
        held = matching.posting_of[couples.members[couple]].tolist()
        raise OutcomeError(f"couple {couple} is placed at {held}, expected a pair that is on all lists")
    blocking = couple_blocking(market, couples, matching)
    for applicant, posting in blocking.pairs[:1]:
        raise OutcomeError(
            f"applicant {applicant} and posting {posting} block, the first of {len(blocking.pairs)} pairs"
        )
    for couple, choice in blocking.coalitions[:1]:
        places = couples.choices_of(couple)[choice].tolist()
        raise OutcomeError(f"couple {couple} blocks with {places}, the first of {len(blocking.coalitions)} coalitions")


def _single_violations(market: Market, couples: Couples, matching: Matching) -> Int64s:
    """Members of couples have no own lists: a place of theirs is judged with the couple."""
    violations = individual_rationality_violations(market, matching)
    return violations[~np.isin(violations[:, 0], couples.members)]


def _blocking_coalitions(market: Market, couples: Couples, matching: Matching) -> Int64s:
    rows, places = couples.rows(), couples.places
    position = np.arange(rows.size) - couples.indptr[rows]
    ranks = _ranks_at(market, couples.members[rows], places)
    is_acceptable = (ranks < UNRANKED).all(axis=1)
    held = matching.posting_of[couples.members]
    own = _own_choice(couples, held) & is_acceptable
    held_position = np.diff(couples.indptr)
    held_position[rows[own]] = position[own]
    is_blocking = is_acceptable & (position < held_position[rows])
    # only what the couple wants is asked of the postings
    wanted = np.flatnonzero(is_blocking)
    is_blocking[wanted] = _welcome(market, matching, couples.members[rows[wanted]], places[wanted], ranks[wanted])
    found = np.flatnonzero(is_blocking)
    return np.column_stack([rows[found], position[found]])


def _own_choice(couples: Couples, held: Int64s) -> Bools:
    """Joint choices that are the pair of places held."""
    return np.asarray((couples.places == held[couples.rows()]).all(axis=1))


def _ranks_at(market: Market, members: Int64s, places: Int64s) -> Int64s:
    """(k, 2) rank of each member at the place beside it: -1 without a place, ``UNRANKED`` where it is not listed."""
    lists, m = market.postings, max(market.n_postings, 1)
    is_member = np.zeros(market.n_applicants, np.bool_)
    is_member[members.ravel()] = True
    entries = np.flatnonzero(is_member[lists.indices])
    keys = lists.indices[entries].astype(np.int64) * m + lists.rows()[entries]
    order = np.argsort(keys)
    keys, entries = np.append(keys[order], -1), np.append(entries[order], -1)
    sought = members * m + places
    found = np.searchsorted(keys[:-1], sought)
    is_listed = keys[found] == sought
    ranks = np.full(places.shape, UNRANKED, np.int64)
    ranks[is_listed] = lists.ranks[entries[found[is_listed]]]
    return np.where(places == UNMATCHED, places, ranks)


def _welcome(market: Market, matching: Matching, members: Int64s, places: Int64s, ranks: Int64s) -> Bools:
    """(k,) whether every posting named keeps the members asked of it."""
    is_same = places[:, 0] == places[:, 1]
    n_asked = np.where(is_same, 2, 1)
    held = matching.posting_of[members]
    held_ranks = _ranks_at(market, members, held)
    entries = np.flatnonzero(own_holder(market, matching))
    holders = np.sort((market.postings.rows()[entries] << 32) + market.postings.ranks[entries])
    is_welcome = np.ones(len(places), np.bool_)
    for column in (0, 1):
        place = places[:, column]
        worst = np.where(is_same, ranks.max(axis=1), ranks[:, column])
        n_ahead = np.searchsorted(holders, (place << 32) + worst, side="right") - np.searchsorted(holders, place << 32)
        of_the_couple = (held == place[:, np.newaxis]) & (held_ranks <= worst[:, np.newaxis])
        n_ahead -= of_the_couple.sum(axis=1)
        seats = market.capacity[place] if market.n_postings else place
        is_welcome &= (place == UNMATCHED) | (n_ahead + n_asked <= seats)
    return is_welcome
