"""Figures of a matching: who is placed, at which wish, and which seats stay empty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.arrays import Int64s
from matching.market import Market
from matching.outcome import UNMATCHED, Matching

__all__ = ["MatchingStatistics", "matching_statistics", "rank_held"]


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


def rank_held(market: Market, matching: Matching) -> Int64s:
    """Return (n,) the rank each applicant gives to the posting held, -1 for the unmatched and for an unlisted place."""
    lists, rows = market.applicants, market.applicants.rows()
    held = lists.indices == matching.posting_of[rows]
    ranks = np.full(market.n_applicants, UNMATCHED, np.int64)
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


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
