"""Figures of a matching: who is placed, at which wish, and which seats stay empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s
from matching.errors import OutcomeError
from matching.market import Market
from matching.outcome import UNMATCHED, Matching

__all__ = [
    "BELOW_EVERY_RANK",
    "MatchingDifference",
    "MatchingStatistics",
    "matching_difference",
    "matching_statistics",
    "rank_held",
]

BELOW_EVERY_RANK = int(np.iinfo(np.int64).max)
"""What stands for the rank of no place where it is compared with ranks of places."""


@dataclass(frozen=True, eq=False)
class MatchingStatistics:
    """Counts and shares of one matching.

    Attributes
    ----------
    n_applicants, n_matched : int
        Applicants, and those who hold a seat.
    n_seats, n_filled : int
        Seats, and those that are held.
    unfilled_at : (m,) int64
        Seats left at each posting.
    n_at_rank : (largest rank held + 1,) int64
        Applicants who hold their 0-ranked, 1-ranked ... posting.
    matched_share, fill_share, first_choice_share : float
        Of all applicants, of all seats, of the matched; nan where there are none.
    mean_rank : float
        Mean rank held by the matched, 0 is best; nan where nobody is.
    """

    n_applicants: int
    n_matched: int
    n_seats: int
    n_filled: int
    unfilled_at: Int64s
    n_at_rank: Int64s
    matched_share: float
    fill_share: float
    first_choice_share: float
    mean_rank: float


@dataclass(frozen=True, eq=False)
class MatchingDifference:
    """Who holds something else in the second of two matchings, and by how many ranks it is better.

    Attributes
    ----------
    applicants : int64
        Those who hold one posting in the first and another in the second, ascending.
    ranks_gained : int64
        For each of them the rank held in the first minus that in the second: positive is a gain, 0 a change within a
        tie.
    newly_placed, displaced : int64
        Those placed in the second alone and in the first alone, ascending.
    n_better, n_worse : int
        Of ``applicants``, those who gain and those who lose.
    """

    applicants: Int64s
    ranks_gained: Int64s
    newly_placed: Int64s
    displaced: Int64s
    n_better: int
    n_worse: int


def rank_held(market: Market, matching: Matching, *, of_no_place: int = UNMATCHED) -> Int64s:
    """Return (n,) the rank each applicant gives to the posting held, ``of_no_place`` for none or one not listed."""
    lists, rows = market.applicants, market.applicants.rows()
    held = lists.indices == matching.posting_of[rows]
    ranks = np.full(market.n_applicants, of_no_place, np.int64)
    ranks[rows[held]] = lists.ranks[held]
    return ranks


def matching_statistics(market: Market, matching: Matching) -> MatchingStatistics:
    """Return the figures of a matching; ranks are those of the market given, ties included.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     Preferences.from_lists([[0, 1], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 3]),
    ... )
    >>> figures = matching_statistics(market, Matching(np.array([0, 1]), n_postings=2))
    >>> figures.first_choice_share, figures.mean_rank, figures.unfilled_at.tolist()
    (0.5, 0.5, [0, 2])
    """
    ranks = rank_held(market, matching)
    ranks = ranks[ranks >= 0]
    n_seats = int(market.capacity.sum())
    unfilled = np.maximum(market.capacity - matching.n_held, 0)
    n_matched = matching.n_matched
    return MatchingStatistics(
        n_applicants=market.n_applicants,
        n_matched=n_matched,
        n_seats=n_seats,
        n_filled=n_seats - int(unfilled.sum()),
        unfilled_at=unfilled,
        n_at_rank=np.bincount(ranks).astype(np.int64),
        matched_share=_share(n_matched, market.n_applicants),
        fill_share=_share(n_seats - int(unfilled.sum()), n_seats),
        first_choice_share=_share(int(np.count_nonzero(ranks == 0)), n_matched),
        mean_rank=float(ranks.mean()) if ranks.size else float("nan"),
    )


def matching_difference(market: Market, first: Matching, second: Matching) -> MatchingDifference:
    """Return who holds something else in the second matching, and by how many ranks it is better.

    Places that the applicant's own list does not name have no rank and are left out.

    Raises
    ------
    OutcomeError
        When the two do not place the same number of applicants.

    Examples
    --------
    >>> from matching.preferences import Preferences
    >>> market = Market(
    ...     Preferences.from_lists([[0, 1], [1, 0]], n_choices=2),
    ...     Preferences.from_lists([[1, 0], [0, 1]], n_choices=2),
    ...     capacity=np.array([1, 1]),
    ... )
    >>> found = matching_difference(market, Matching(np.array([0, 1]), 2), Matching(np.array([1, 0]), 2))
    >>> found.applicants, found.ranks_gained
    (array([0, 1]), array([-1, -1]))
    """
    if first.n_applicants != second.n_applicants:
        raise OutcomeError(
            f"the matchings have {first.n_applicants} and {second.n_applicants} applicants, expected as many"
        )
    differs = first.posting_of != second.posting_of
    before, after = rank_held(market, first), rank_held(market, second)
    in_both = np.flatnonzero(differs & (before >= 0) & (after >= 0))
    gained = (before - after)[in_both]
    return MatchingDifference(
        applicants=in_both,
        ranks_gained=gained,
        newly_placed=np.flatnonzero(differs & ~first.is_matched),
        displaced=np.flatnonzero(differs & ~second.is_matched),
        n_better=int(np.count_nonzero(gained > 0)),
        n_worse=int(np.count_nonzero(gained < 0)),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
