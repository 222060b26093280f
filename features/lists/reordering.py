"""One posting's order of reading by other weights: who moves from where to where, and which term moves them.

A trial: nothing is stored, and the market that was asked stays as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.market.arrival_order import ListOrder
from features.market.change import asked_otherwise
from features.market.scored_market import ScoredMarket
from features.market.standings import Standings, standings_of, told, totals_of
from features.weights import Weights

__all__ = ["Move", "Reordering", "reordered"]


@dataclass(frozen=True)
class Move:
    """One candidate before and after.

    Attributes
    ----------
    applicant_id : str
    before, after : int
        Places in the order of reading, from 1.
    score, low, high : float
        By the other weights.
    term : str or None
        The term whose change carried the candidate most in the direction of the move; ``None`` where the place stays.
    """

    applicant_id: str
    before: int
    after: int
    score: float
    low: float
    high: float
    term: str | None


@dataclass(frozen=True, eq=False)
class Reordering:
    """The whole list in its new order.

    Attributes
    ----------
    market : ScoredMarket
        The market by the other weights, for its provenance.
    moves : tuple of Move
    """

    market: ScoredMarket
    moves: tuple[Move, ...]

    @property
    def n_moved(self) -> int:
        """How many stand elsewhere."""
        return sum(move.before != move.after for move in self.moves)


def reordered(market: ScoredMarket, posting_id: str, weights: Weights, *, order: ListOrder = "score") -> Reordering:
    """Order the candidates of one posting by other weights.

    Whom a rule excludes stays excluded: rules have no weights. Whom no score places stays where the arrival has them.

    Parameters
    ----------
    market : ScoredMarket
    posting_id : str
    weights : Weights
    order : "score" or "arrival"

    Raises
    ------
    RecordError
        If no posting has that id.
    """
    later = asked_otherwise(market, on=market.on, weights=weights, rulesets=market.rulesets)
    vars(later)["verdicts"] = market.verdicts  # the same day and the same rules
    first, then = (standings_of(one, posting_id, order=order) for one in (market, later))
    place_before = {at: place for place, at in enumerate(first.best(), start=1)}
    place_after = {at: place for place, at in enumerate(then.best(), start=1)}
    rows = list(place_after)
    shifts = _shifts(market, later, first, then, rows)
    moves = tuple(
        Move(
            applicant_id=then.ids[at],
            before=place_before[at],
            after=place,
            score=float(then.totals[at]),
            low=_total(then.shares.low[at]),
            high=_total(then.shares.high[at]),
            term=_carried_by(later, shifts[k], place_before[at] - place),
        )
        for k, (at, place) in enumerate(place_after.items())
    )
    return Reordering(later, moves)


def _total(parts: NDArray[np.float64]) -> float:
    return float(totals_of(parts))


def _names(market: ScoredMarket) -> Sequence[str]:
    return list(market.coordinator_factors)


def _shifts(
    market: ScoredMarket, later: ScoredMarket, first: Standings, then: Standings, rows: Sequence[int]
) -> NDArray[np.float64]:
    """By how much each term's contribution grew, beyond what it grew for the list as a whole, ``(k, T)``."""
    grown = _parts(later, then, rows) - _parts(market, first, rows)
    return grown - grown.mean(axis=0, keepdims=True) if rows else grown


def _parts(market: ScoredMarket, standings: Standings, rows: Sequence[int]) -> NDArray[np.float64]:
    """Contributions of every term, weighted or not, ``(k, T)``."""
    names, kept = _names(market), market.coordinator.names
    parts = np.zeros((len(rows), len(names)))
    parts[:, [names.index(name) for name in kept]] = told(standings.shares.value[list(rows)])
    return parts


def _carried_by(market: ScoredMarket, shift: NDArray[np.float64], upward: int) -> str | None:
    """The term that carried most in the direction of a move; the first of equals."""
    return None if upward == 0 else _names(market)[int(np.argmax(shift if upward > 0 else -shift))]
