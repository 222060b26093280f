"""What a verdict is made from: the original market and somebody's matching."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from api.market_file.arrays import matching_by_ids, to_scored_pairs
from api.market_file.records import MarketFile
from api.market_file.sections import to_couples, to_regions, to_reserves
from matching.couples import Couples
from matching.market import Market
from matching.outcome import Matching
from matching.regions import Regions
from matching.reserves import Reserves
from matching.scored_pairs import ScoredPairs

__all__ = ["JsonObject", "Judged"]

JsonObject: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Judged:
    """A matching of a market file, and what came with it.

    Attributes
    ----------
    market_file : MarketFile
    matching : Matching
    claims : dict
        The report that came with the matching: claims, not facts.
    options : dict
        Options under which it was made, where the result tells them.
    """

    market_file: MarketFile
    matching: Matching
    claims: JsonObject
    options: JsonObject

    @property
    def market(self) -> Market:
        """Lists and seats, ties as submitted."""
        return self.market_file.market

    @cached_property
    def pairs(self) -> ScoredPairs:
        """Acceptable pairs and their scores."""
        return to_scored_pairs(self.market_file)

    @cached_property
    def total(self) -> float:
        """Sum of the scores of all placements, those of couples' members included."""
        scores, placed = self.market_file.scores, matching_by_ids(self.market_file, self.matching)
        members = [member for couple in self.market_file.couples for member in couple.members]
        held = [scores.get(one, {}).get(place, 0.0) for one in members if (place := placed[one]) is not None]
        return self.pairs.total(self.matching) + sum(held)

    @cached_property
    def regions(self) -> Regions:
        """Regions, floors and targets."""
        return to_regions(self.market_file)

    @cached_property
    def couples(self) -> Couples:
        """Couples and their joint lists."""
        return to_couples(self.market_file)

    @cached_property
    def reserves(self) -> Reserves:
        """Types, reserved seats and quotas."""
        return to_reserves(self.market_file)
