"""What differs between two matchings of the same lists, in people and in total score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from features.rounds.results import RoundResult
from matching.arrays import Int64s
from matching.market import Market
from matching.outcome import Matching
from matching.statistics import rank_held

__all__ = ["Change", "change"]

_DIGITS: Final = 6


@dataclass(frozen=True)
class Change:
    """How a second matching differs from a first.

    Attributes
    ----------
    placed : int
        People placed in addition, or fewer where negative.
    total : float
        Of both sides' mean scores, in addition.
    n_better, n_worse : int
        Applicants at a place they strictly prefer, or like strictly less; having none is liked least.
    """

    placed: int
    total: float
    n_better: int
    n_worse: int


def change(result: RoundResult, before: Matching, after: Matching) -> Change:
    """Compare two matchings by the lists of a round, ties as they were given."""
    market = result.round.market
    first, second = _ranks(market, before), _ranks(market, after)
    return Change(
        placed=after.n_matched - before.n_matched,
        total=round(result.pairs.total(after) - result.pairs.total(before), _DIGITS),
        n_better=int(np.count_nonzero(second < first)),
        n_worse=int(np.count_nonzero(second > first)),
    )


def _ranks(market: Market, matching: Matching) -> Int64s:
    """(n,) rank of the place held, beyond all ranks where there is none."""
    ranks = rank_held(market, matching).astype(np.int64)
    return np.where(ranks < 0, np.iinfo(np.int64).max, ranks)
